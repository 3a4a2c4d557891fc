"""Wallets, holds and entries.

Every change is one statement: the guard (enough available, hold still held, key unused), the wallet, the entry. So
there is no moment between them, and READ COMMITTED is enough: a concurrent statement waits on the row and then sees
its guard fail. Locks are always taken in the order hold, wallet.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import DatabaseError
from sqlalchemy import Connection, RowMapping, func, select, text
from sqlalchemy.exc import IntegrityError

from medley.db.clock import ago
from medley.db.tables import entries, holds, wallets
from medley.domain.credits import Entry, EntryKind, Hold, HoldState, Resolution, Wallet
from medley.errors import Conflict

_GRANT = text("""
    WITH wallet AS (
        INSERT INTO wallets AS w (user_id, available, earned, version)
        SELECT :user_id, :amount, :amount, 1 WHERE NOT EXISTS (SELECT FROM entries WHERE op_key = :op_key)
        ON CONFLICT (user_id) DO UPDATE
        SET available = w.available + :amount, earned = w.earned + :amount, version = w.version + 1
        RETURNING available, version
    )
    INSERT INTO entries (user_id, seq, op_key, kind, d_available, d_external, balance, reason)
    SELECT :user_id, version, :op_key, :kind, :amount, -:amount, available, :reason FROM wallet
    RETURNING seq
""")

_OPEN = text("INSERT INTO wallets (user_id) VALUES (:user_id) ON CONFLICT DO NOTHING")

_RESERVE = text("""
    WITH wallet AS (
        UPDATE wallets
        SET available = available - :amount, reserved = reserved + :amount, version = version + 1
        WHERE user_id = :user_id AND available >= :amount
        RETURNING available, reserved, earned, spent, version
    ), hold AS (
        INSERT INTO holds (id, user_id, amount, expires_at)
        SELECT :hold_id, :user_id, :amount, now() + make_interval(secs => :lifetime_s) FROM wallet
    ), entry AS (
        INSERT INTO entries (user_id, seq, op_key, kind, d_available, d_reserved, hold_id, balance)
        SELECT :user_id, version, 'reserve:' || :hold_id, 'reserve', -:amount, :amount, :hold_id, available FROM wallet
    )
    SELECT available, reserved, earned, spent FROM wallet
""")

_RESOLVE = text("""
    WITH hold AS (
        UPDATE holds SET state = :state, captured = :captured
        WHERE id = :hold_id AND state = 'held'
        RETURNING user_id, amount
    ), wallet AS (
        UPDATE wallets w
        SET available = w.available + hold.amount - :captured, reserved = w.reserved - hold.amount,
            spent = w.spent + :captured, version = w.version + 1
        FROM hold WHERE w.user_id = hold.user_id
        RETURNING w.user_id, w.available, w.reserved, w.earned, w.spent, w.version, hold.amount
    ), entry AS (
        INSERT INTO entries (user_id, seq, op_key, kind, d_available, d_reserved, d_spent, hold_id, balance)
        SELECT user_id, version, :kind || ':' || :hold_id, :kind,
               amount - :captured, -amount, :captured, :hold_id, available
        FROM wallet
    )
    SELECT available, reserved, earned, spent FROM wallet
""")


class LedgerRepository:
    """`medley.ports.credits.Ledger` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def grant(self, op_key: str, user_id: UUID, amount: int, *, kind: EntryKind, reason: str) -> bool:
        wallet = select(wallets.c.user_id).where(wallets.c.user_id == user_id)
        self._connection.execute(wallet.with_for_update(key_share=True))
        values = {"op_key": op_key, "user_id": user_id, "amount": amount, "kind": kind.value, "reason": reason}
        try:
            return self._connection.execute(_GRANT, values).one_or_none() is not None
        except IntegrityError as error:
            if _violated(error) != "uq_entries_op_key":
                raise
            raise Conflict("This grant is being made by another request.", code="grant_in_progress") from error

    def reserve(self, hold_id: UUID, user_id: UUID, amount: int, *, lifetime_s: int) -> Wallet | None:
        values = {"hold_id": hold_id, "user_id": user_id, "amount": amount, "lifetime_s": lifetime_s}
        if not amount:  # whoever was never given any credits can hold none
            self._connection.execute(_OPEN, {"user_id": user_id})
        try:
            return self._changed(_RESERVE, values)
        except IntegrityError as error:
            if _violated(error) not in {"pk_holds", "uq_entries_op_key"}:
                raise
            raise Conflict("Credits are already held for this.", code="hold_exists") from error

    def resolve(self, hold_id: UUID, resolution: Resolution) -> Wallet | None:
        values = {
            "hold_id": hold_id,
            "kind": resolution.kind.value,
            "state": resolution.state.value,
            "captured": resolution.captured,
        }
        return self._changed(_RESOLVE, values)

    def _changed(self, statement: Any, values: Mapping[str, Any]) -> Wallet | None:
        row = self._connection.execute(statement, values).mappings().one_or_none()
        return None if row is None else Wallet(**row)

    def wallet(self, user_id: UUID) -> Wallet:
        columns = (wallets.c.available, wallets.c.reserved, wallets.c.earned, wallets.c.spent)
        row = self._connection.execute(select(*columns).where(wallets.c.user_id == user_id)).mappings().one_or_none()
        return Wallet(0, 0) if row is None else Wallet(**row)

    def hold(self, hold_id: UUID) -> Hold | None:
        row = self._connection.execute(select(holds).where(holds.c.id == hold_id)).mappings().one_or_none()
        if row is None:
            return None
        return Hold(
            id=row["id"],
            user_id=row["user_id"],
            amount=row["amount"],
            captured=row["captured"],
            state=HoldState(row["state"]),
            expires_at=row["expires_at"],
        )

    def entries(self, user_id: UUID, *, before: int | None, limit: int) -> Sequence[Entry]:
        query = select(entries).where(entries.c.user_id == user_id).order_by(entries.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(entries.c.seq < before)
        return [_entry(row) for row in self._connection.execute(query).mappings()]

    def held(self) -> int:
        query = select(func.sum(holds.c.amount)).where(holds.c.state == HoldState.HELD)
        return int(self._connection.scalar(query) or 0)

    def captured(self, since_s: int) -> int:
        query = select(func.sum(entries.c.d_spent)).where(
            entries.c.created_at > ago(since_s), entries.c.kind == EntryKind.CAPTURE
        )
        return int(self._connection.scalar(query) or 0)


def _violated(error: IntegrityError) -> str | None:
    """The constraint that refused a statement."""
    return error.orig.diag.constraint_name if isinstance(error.orig, DatabaseError) else None


def _entry(row: RowMapping) -> Entry:
    return Entry(
        seq=row["seq"],
        kind=EntryKind(row["kind"]),
        available=row["d_available"],
        reserved=row["d_reserved"],
        spent=row["d_spent"],
        balance=row["balance"],
        hold_id=row["hold_id"],
        reason=row["reason"],
        created_at=row["created_at"],
    )
