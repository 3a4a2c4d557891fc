"""The audit log: acts that matter to the safety of an account. Plain values, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Action(StrEnum):
    """What was done. Names are stable; a program may look for them."""

    SIGNED_UP = "signed_up"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - at signing in, or where somebody signed in was asked for it again
    SESSIONS_ENDED = "sessions_ended"  # by their owner, from another device
    TOKEN_REUSED = "token_reused"  # noqa: S105 - an exchanged refresh token came again: somebody has a copy
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_RESET = "password_reset"  # noqa: S105
    EMAIL_CHANGE_ASKED = "email_change_asked"  # a link was asked for, to an address that is not the account's yet
    EMAIL_CHANGED = "email_changed"
    EXPORT_ASKED = "export_asked"
    ACCOUNT_DELETED = "account_deleted"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    ROLE_CHANGED = "role_changed"
    AUDIT_READ = "audit_read"
    NOT_FOUND = "not_found"  # somebody asked for what is not theirs, or not there


@dataclass(frozen=True)
class Event:
    """One act: about whose account, by whom (None if nobody was signed in), from which network."""

    action: Action
    user_id: UUID | None
    actor_id: UUID | None = None
    network: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LoggedEvent:
    """An event as it was kept; `id` rises."""

    id: int
    at: datetime
    event: Event
