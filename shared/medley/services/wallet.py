"""A user's credits: grants, the balance, what explains it."""

from collections.abc import Sequence
from uuid import UUID

from medley.domain.credits import Entry, EntryKind, Wallet, check_amount
from medley.domain.wording import CORE
from medley.limits import PAGE_ITEMS
from medley.ports.database import UnitOfWork


def grant_bonus(uow: UnitOfWork, user_id: UUID, amount: int) -> bool:
    """Give a new account its credits, once for ever. False, and nothing moved, if it has had them.

    An `amount` of 0 grants nothing.

    Raises:
        InvalidInput: code `invalid_amount`.
    """
    if amount == 0:
        return False
    return grant(uow, f"bonus:sign-up:{user_id}", user_id, amount, kind=EntryKind.BONUS, reason=CORE.say("welcome"))


def grant(uow: UnitOfWork, op_key: str, user_id: UUID, amount: int, *, kind: EntryKind, reason: str) -> bool:
    """Add credits; `op_key` names what they are for, and the same one never adds twice.

    Returns whether they were added now.

    Raises:
        InvalidInput: code `invalid_amount`.
        Conflict: code `grant_in_progress`.
    """
    return uow.ledger.grant(op_key, user_id, check_amount(amount), kind=kind, reason=reason)


def balance(uow: UnitOfWork, user_id: UUID) -> Wallet:
    """What the user has now."""
    return uow.ledger.wallet(user_id)


def entries(uow: UnitOfWork, user_id: UUID, *, before: int | None = None, limit: int = PAGE_ITEMS) -> Sequence[Entry]:
    """The user's entries, newest first, starting below `seq` `before`; at most PAGE_ITEMS."""
    return uow.ledger.entries(user_id, before=before, limit=min(limit, PAGE_ITEMS))
