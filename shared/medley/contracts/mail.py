"""Mail to send: the command to the function `mail`. It says what about and to whom; what the mail says, and the secret
of a link in it, are made when it is sent, so that neither lies in a queue or a table."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from medley.contracts.media import WireModel


class Template(StrEnum):
    """What a mail says; a mail goes out once for each cause and template."""

    SIGN_UP = "sign_up"
    RESET = "reset"
    CHANGE_EMAIL = "change_email"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - no secret
    EMAIL_CHANGED = "email_changed"
    ACCOUNT_DELETED = "account_deleted"
    EXPORT_READY = "export_ready"
    GENERATION_ENDED = "generation_ended"


class SendMail(WireModel):
    """Send a mail. Queue `mail`.

    `cause` is what it is about: a request, a generation. `email` is where it goes; None: to the address of `user_id`.
    `language` is None for that of the user. `generation_id` is the one that ended.
    """

    version: Literal[1] = 1
    template: Template
    cause: UUID
    user_id: UUID | None = None
    email: str | None = None
    language: str | None = None
    name: str = ""
    generation_id: UUID | None = None
