"""Looks of the audit: which rows it came to, and when; by time for what changes, by id for what is old."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Executable, func, select, union
from sqlalchemy.dialects.postgresql import insert

from medley.db.clock import ago
from medley.db.tables import assets, clips, entries, generations, holds, looks, users
from medley.domain.credits import HoldState
from medley.domain.generations import GenerationState
from medley.limits import INVARIANT_BACK_S, INVARIANT_OVERLAP_S
from medley.ports.invariants import Change, Rows, Subject

_CHANGES: Final = "changes"
_TABLES: Final = {Subject.USERS: users, Subject.ORDERS: holds, Subject.CLIPS: clips, Subject.ASSETS: assets}


class LooksRepository:
    """`medley.ports.invariants.Looks` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def changed(self) -> Change:
        last = select(looks.c.at - func.make_interval(0, 0, 0, 0, 0, 0, INVARIANT_OVERLAP_S))
        noted = last.where(looks.c.subject == _CHANGES).scalar_subquery()
        bounds = select(func.now().label("until"), func.greatest(noted, ago(INVARIANT_BACK_S)).label("since"))
        until, since = self._connection.execute(bounds).one()
        new = entries.c.created_at >= since
        orders = union(
            select(entries.c.hold_id).where(new, entries.c.hold_id.is_not(None)),
            select(holds.c.id).where(holds.c.state == HoldState.HELD),
            select(generations.c.id).where(generations.c.state == GenerationState.RUNNING),
            select(generations.c.id).where(generations.c.finished_at >= since),
        )
        queries: dict[Subject, Executable] = {
            Subject.USERS: select(entries.c.user_id).where(new).distinct(),
            Subject.ORDERS: orders,
            Subject.CLIPS: select(clips.c.id).where(clips.c.settled_at >= since),
            Subject.ASSETS: select(assets.c.id).where(assets.c.settled_at >= since),
        }
        return Change(Rows({subject: self._ids(query) for subject, query in queries.items()}, clock=True), until)

    def note(self, until: datetime) -> None:
        self._store(_CHANGES, until, None)

    def older(self, subject: Subject, limit: int) -> Sequence[UUID]:
        row_id = _TABLES[subject].c.id
        after = self._connection.execute(select(looks.c.after).where(looks.c.subject == subject)).scalar_one_or_none()
        page = select(row_id).order_by(row_id).limit(limit)
        ids = self._ids(page if after is None else page.where(row_id > after))
        self._store(subject, func.now(), ids[-1] if len(ids) == limit else None)
        return ids

    def _ids(self, query: Executable) -> Sequence[UUID]:
        return self._connection.execute(query).scalars().all()

    def _store(self, subject: str, at: object, after: UUID | None) -> None:
        change = insert(looks).values(subject=subject, at=at, after=after)
        self._connection.execute(
            change.on_conflict_do_update(index_elements=["subject"], set_={"at": at, "after": after})
        )
