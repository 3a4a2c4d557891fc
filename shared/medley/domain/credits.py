"""Credits: a wallet, holds on it, and the entries that explain every change. Integers only, no I/O.

A hold reserves the price of a generation before any work starts, so that no delivery can fail for want of credits
later. It is resolved exactly once: captured for what was delivered (the rest goes back in the same entry), released,
or expired. Invariants I1 to I7 of docs/INVARIANTS.md are about this module.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from medley.domain.wording import CORE
from medley.errors import InvalidInput, InvariantBroken, NotEnoughCredits
from medley.limits import CREDITS_MAX


class EntryKind(StrEnum):
    PURCHASE = "purchase"
    BONUS = "bonus"
    SUBSCRIPTION = "subscription"
    RESERVE = "reserve"
    CAPTURE = "capture"
    RELEASE = "release"
    EXPIRE = "expire"  # the hold's time was up and nothing had been delivered
    REFUND = "refund"
    ADJUST = "adjust"


class HoldState(StrEnum):
    HELD = "held"
    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Wallet:
    """What a user can spend, what is reserved for running generations, and the totals of a lifetime."""

    available: int
    reserved: int
    earned: int = 0
    spent: int = 0


@dataclass(frozen=True)
class Hold:
    """Credits reserved for one generation; `id` is the generation's."""

    id: UUID
    user_id: UUID
    amount: int
    captured: int
    state: HoldState
    expires_at: datetime


@dataclass(frozen=True)
class Entry:
    """One operation on a wallet: how available, reserved and spent credits moved, and `balance` available after it.

    `seq` numbers a wallet's entries from 1 without gaps.
    """

    seq: int
    kind: EntryKind
    available: int
    reserved: int
    spent: int
    balance: int
    hold_id: UUID | None
    reason: str
    created_at: datetime


@dataclass(frozen=True)
class Resolution:
    """How a hold ends: `captured` credits are spent, the rest of it goes back."""

    kind: EntryKind
    state: HoldState
    captured: int


def check_amount(amount: int) -> int:
    """The amount, if it may be granted or reserved.

    Raises:
        InvalidInput: code `invalid_amount`; not a whole number from 1 to CREDITS_MAX.
    """
    if type(amount) is not int or not 1 <= amount <= CREDITS_MAX:
        raise InvalidInput(f"An amount is a whole number from 1 to {CREDITS_MAX}.", code="invalid_amount")
    return amount


def resolution(amount: int, captured: int, *, expired: bool = False) -> Resolution:
    """How a hold of `amount` ends when `captured` credits' worth was delivered (by its end of time, if `expired`).

    Raises:
        InvariantBroken: I4; more would be captured than was held.
    """
    if not 0 <= captured <= amount:
        raise InvariantBroken(f"I4: cannot capture {captured} of a hold of {amount}")
    if captured:
        return Resolution(EntryKind.CAPTURE, HoldState.CAPTURED, captured)
    if expired:
        return Resolution(EntryKind.EXPIRE, HoldState.EXPIRED, 0)
    return Resolution(EntryKind.RELEASE, HoldState.RELEASED, 0)


def not_enough(required: int, available: int) -> NotEnoughCredits:
    """The refusal of a price of `required` credits, saying how many are missing."""
    few = CORE.say("not_enough_credits", required=required, available=available)
    return NotEnoughCredits(few, shortfall=required - available)
