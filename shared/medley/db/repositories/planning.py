"""Planning in PostgreSQL: which generations are to be planned, and who is at work on it."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, not_, or_, select, update

from medley.db.clock import ago
from medley.db.repositories import stored
from medley.db.tables import generations
from medley.domain.generations import Generation, GenerationState
from medley.domain.projects import Group, LibraryIds
from medley.domain.quotes import PriceLine
from medley.errors import Unavailable
from medley.ports.planning import PlanRequest

LIBRARY = ("clip_ids", "asset_ids", "groups", "group_ids")
_INTERNAL = {
    "planner_version",
    "engine_version",
    "plan_sent_at",
    "plan_attempts",
    "plan_begun_at",
    "plan_mended_at",
    "tasks_removed_at",
    *LIBRARY,
}
COLUMNS = [column for column in generations.c if column.name not in _INTERNAL]
_RUNNING = generations.c.state == GenerationState.RUNNING
UNPLANNED = and_(_RUNNING, generations.c.planned_at.is_(None))
_KEPT = and_(generations.c.plan.is_not(None), generations.c.tasks_removed_at.is_(None))
_REQUEST = (*COLUMNS, generations.c.plan_attempts, *(generations.c[name] for name in LIBRARY))


class PlanningRepository:
    """The part of `medley.ports.generations.Generations` that is about planning."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin_planning(self, generation_id: UUID, at_work_s: int) -> PlanRequest | None:
        return self._begin(generation_id, UNPLANNED, at_work_s)

    def begin_mending(self, generation_id: UUID, at_work_s: int, *, ended: bool) -> PlanRequest | None:
        due = not_(_RUNNING) if ended else and_(_RUNNING, generations.c.plan_mended_at.is_(None))
        return self._begin(generation_id, and_(_KEPT, due), at_work_s)

    def _begin(self, generation_id: UUID, due: ColumnElement[bool], at_work_s: int) -> PlanRequest | None:
        nobody = or_(generations.c.plan_begun_at.is_(None), generations.c.plan_begun_at < ago(at_work_s))
        change = update(generations).where(generations.c.id == generation_id, due, nobody)
        change = change.values(plan_attempts=generations.c.plan_attempts + 1, plan_begun_at=func.now())
        row = self._connection.execute(change.returning(*_REQUEST)).mappings().one_or_none()
        if row is not None:
            return _request(row)
        query = select(generations.c.id).where(generations.c.id == generation_id, due)
        if self._connection.execute(query).one_or_none() is not None:
            raise Unavailable("Another planner is at work on this order.", code="being_planned")
        return None

    def plan_request(self, generation_id: UUID) -> PlanRequest | None:
        query = select(*_REQUEST).where(generations.c.id == generation_id, _KEPT)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _request(row)

    def planning_stopped(self, generation_id: UUID, *, counts: bool) -> None:
        this = and_(generations.c.id == generation_id, generations.c.plan_begun_at.is_not(None))
        attempts = generations.c.plan_attempts - (0 if counts else 1)
        self._connection.execute(update(generations).where(this).values(plan_attempts=attempts, plan_begun_at=None))

    def plan_mended(self, generation_id: UUID) -> None:
        change = update(generations).where(generations.c.id == generation_id)
        self._connection.execute(change.values(plan_mended_at=func.now(), plan_attempts=0, plan_begun_at=None))

    def unplanned(self, older_than_s: int, *, after: UUID | None, limit: int) -> Sequence[tuple[UUID, UUID]]:
        waiting = and_(UNPLANNED, generations.c.plan_sent_at < ago(older_than_s))
        query = select(generations.c.id, generations.c.user_id).where(waiting).order_by(generations.c.id).limit(limit)
        if after is not None:
            query = query.where(generations.c.id > after)
        return [(row.id, row.user_id) for row in self._connection.execute(query)]

    def plan_sent(self, generation_ids: Sequence[UUID]) -> None:
        change = update(generations).where(generations.c.id.in_(generation_ids), UNPLANNED)
        self._connection.execute(change.values(plan_sent_at=func.now()))


def _request(row: RowMapping) -> PlanRequest:
    told: dict[str, Any] = dict(row)
    library = library_of({name: told.pop(name) for name in LIBRARY})
    return PlanRequest(library=library, attempts=told.pop("plan_attempts"), generation=generation_of(told))


def library_of(row: Mapping[str, Any]) -> LibraryIds:
    groups = zip_longest(row["groups"], row["group_ids"])  # those of older orders have no ids
    return LibraryIds(
        tuple(row["clip_ids"]),
        tuple(Group(name, tuple(map(UUID, clip_ids)), group_id) for (name, clip_ids), group_id in groups),
        tuple(row["asset_ids"]),
    )


def generation_of(row: Mapping[Any, Any]) -> Generation:
    values = stored.said(row)
    lines = tuple(stored.read(PriceLine, line) for line in values.pop("price_lines"))
    return Generation(**{**values, "price_lines": lines, "state": GenerationState(values["state"])})
