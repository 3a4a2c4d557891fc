"""/v1/wallet."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field

from functions.api.dependencies import SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import NumberCursor, Page, PageLimit, SentenceView, View, next_cursor
from medley.domain.credits import Entry, EntryKind
from medley.domain.wording import CORE
from medley.limits import PAGE_ITEMS
from medley.services import wallet

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Wallet"])


class WalletView(View):
    """Credits: to spend, reserved for running generations, and the totals of a lifetime."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"available": 76, "reserved": 12, "earned": 100, "spent": 12}]}
    )

    available: int
    reserved: int
    earned: int
    spent: int


class EntryView(View):
    """One operation; its changes add up to zero with what came from or went outside."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "seq": 2,
                    "kind": "reserve",
                    "d_available": -12,
                    "d_reserved": 12,
                    "d_spent": 0,
                    "balance": 88,
                    "generation_id": "01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e05",
                    "note": None,
                    "created_at": "2026-11-20T09:40:00Z",
                }
            ]
        }
    )

    seq: int = Field(description="Counts a wallet's entries from 1, without gaps.")
    kind: EntryKind
    d_available: int
    d_reserved: int
    d_spent: int
    balance: int = Field(description="Available after it.")
    generation_id: UUID | None
    note: SentenceView | None = Field(description="A word on a grant.")
    created_at: datetime

    @classmethod
    def of(cls, entry: Entry) -> "EntryView":
        return cls(
            seq=entry.seq,
            kind=entry.kind,
            d_available=entry.available,
            d_reserved=entry.reserved,
            d_spent=entry.spent,
            balance=entry.balance,
            generation_id=entry.hold_id,
            note=_note(entry.reason),
            created_at=entry.created_at,
        )


def _note(text: str) -> SentenceView | None:
    """The word kept with an entry: one of ours, or what somebody wrote."""
    if not text:
        return None
    ours = CORE.say("welcome")
    return SentenceView.said(ours if text == ours else CORE.say("free_text", text=text))


@router.get("/wallet", summary="Read the balance", responses=error_responses())
def read_wallet(caller: SignedIn) -> WalletView:
    with caller.transaction() as uow:
        found = wallet.balance(uow, caller.user_id)
    return WalletView(available=found.available, reserved=found.reserved, earned=found.earned, spent=found.spent)


@router.get("/wallet/entries", summary="List entries, newest first", responses=error_responses("invalid_cursor"))
def list_entries(
    caller: SignedIn,
    cursor: NumberCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[EntryView]:
    with caller.transaction() as uow:
        found = wallet.entries(uow, caller.user_id, before=cursor, limit=limit)
    return Page(items=[EntryView.of(entry) for entry in found], next=next_cursor(found, limit, lambda entry: entry.seq))
