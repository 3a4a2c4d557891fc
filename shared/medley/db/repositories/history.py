"""History of generations, beside their state machine: all of a user's, how far they are, how long they are kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, Select, and_, func, select, text, true, type_coerce, update

from medley.contracts.keys import output_objects
from medley.db.repositories.generations import OUTPUT, output_of
from medley.db.repositories.planning import COLUMNS, LIBRARY, generation_of, library_of
from medley.db.tables import clips, generations, outputs, projects, tasks
from medley.domain.generations import Generation, GenerationState, Output, OutputState, TaskState
from medley.domain.progress import TaskWork
from medley.domain.projects import LibraryIds
from medley.domain.reports import NamedClip, Origin
from medley.ports.history import ExpiredOutput, Kept, Listed, Wanted

_KEPT = text("""
    SELECT max(kept_days) FILTER (WHERE state IN ('planned', 'made') AND removed_at IS NULL) AS days,
           count(*) FILTER (WHERE state = 'made' AND removed_at IS NULL) AS made, count(removed_at) AS removed,
           min(until) AS first, max(until) AS last
    FROM outputs
    LEFT JOIN LATERAL (
        SELECT settled_at + make_interval(days => kept_days) AS until WHERE state = 'made' AND removed_at IS NULL
    ) kept ON true
    WHERE generation_id = :generation_id
""")
# Chosen in a step of its own, so that the limit holds: see `_CLAIM` of the outbox.
_EXPIRED = text("""
    WITH expired AS MATERIALIZED (
        SELECT generation_id, n FROM outputs
        WHERE state = 'made' AND removed_at IS NULL
          AND (settled_at AT TIME ZONE 'UTC') + make_interval(days => kept_days) <= now() AT TIME ZONE 'UTC'
        ORDER BY (settled_at AT TIME ZONE 'UTC') + make_interval(days => kept_days)
        LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE outputs SET removed_at = now()
    FROM expired WHERE outputs.generation_id = expired.generation_id AND outputs.n = expired.n
    RETURNING outputs.generation_id, outputs.n, parts
""")


class HistoryRepository:
    """`medley.ports.history.History` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_user(self, user_id: UUID, wanted: Wanted, *, before: UUID | None, limit: int) -> Sequence[Listed]:
        named = (projects.c.name.label("project_name"), projects.c.deleted_at.label("project_deleted_at"))
        query = select(*COLUMNS, *named).join(projects, projects.c.id == generations.c.project_id)
        query = query.where(generations.c.user_id == user_id, ~generations.c.preview)
        if wanted.states:
            query = query.where(generations.c.state.in_(sorted(wanted.states)))
        if wanted.project_id is not None:
            query = query.where(generations.c.project_id == wanted.project_id)
        if wanted.app is not None:
            query = query.where(generations.c.app == wanted.app)
        if wanted.since is not None:
            query = query.where(generations.c.created_at >= wanted.since)
        if before is not None:
            query = query.where(generations.c.id < before)
        rows = self._connection.execute(query.order_by(generations.c.id.desc()).limit(limit)).mappings()
        return [_listed(dict(row)) for row in rows]

    def outputs(
        self, generation_id: UUID, states: frozenset[OutputState], *, after: int, limit: int
    ) -> Sequence[Output]:
        query = select(*OUTPUT).where(outputs.c.generation_id == generation_id, outputs.c.n > after)
        if states:
            query = query.where(outputs.c.state.in_(sorted(states)))
        return self._outputs(query.limit(limit))

    def first_made(self, generation_ids: Sequence[UUID], *, limit: int) -> Mapping[UUID, Sequence[Output]]:
        there = and_(outputs.c.state == OutputState.MADE, outputs.c.removed_at.is_(None), outputs.c.gone_at.is_(None))
        own = select(*OUTPUT).where(outputs.c.generation_id == generations.c.id, there)
        first = own.order_by(outputs.c.n).limit(limit).lateral("first")
        query = select(generations.c.id, *first.c).join_from(generations, first, true())
        found: defaultdict[UUID, list[Output]] = defaultdict(list)
        query = query.where(generations.c.id.in_(generation_ids)).order_by(first.c.n)
        for row in self._connection.execute(query).mappings():
            values = dict(row)
            found[values.pop("id")].append(output_of(values))
        return found

    def outputs_of(self, generation_id: UUID, numbers: Sequence[int]) -> Sequence[Output]:
        these = and_(outputs.c.generation_id == generation_id, outputs.c.n.in_(numbers))
        return self._outputs(select(*OUTPUT).where(these))

    def _outputs(self, query: Select[Any]) -> Sequence[Output]:
        return [output_of(row) for row in self._connection.execute(query.order_by(outputs.c.n)).mappings().all()]

    def work(self, generation_id: UUID) -> Sequence[TaskWork]:
        bits = type_coerce(tasks.c.outputs, LargeBinary).label("bits")  # as numbers they would take long to read
        query = select(bits, tasks.c.work, tasks.c.work_done).where(tasks.c.generation_id == generation_id)
        query = query.order_by(tasks.c.index)
        rows = self._connection.execute(query)
        return [TaskWork(int.from_bytes(row.bits, "little"), row.work, row.work_done) for row in rows]

    def queued_before(self, generation: Generation, *, most: int) -> int:
        if generation.planned_at is None:
            running = and_(generations.c.state == GenerationState.RUNNING, generations.c.planned_at.is_(None))
            earlier = select(generations.c.id).where(running, generations.c.id < generation.id)
        else:
            waiting = and_(tasks.c.state == TaskState.SENT, tasks.c.heartbeat_at.is_(None))
            own = select(tasks.c.lane, func.min(tasks.c.sent_at).label("since")).where(
                tasks.c.generation_id == generation.id, waiting
            )
            first = own.group_by(tasks.c.lane).subquery()
            other = tasks.alias()
            ahead = and_(other.c.lane == first.c.lane, other.c.sent_at < first.c.since)
            ahead = and_(ahead, other.c.state == TaskState.SENT, other.c.heartbeat_at.is_(None))
            earlier = select(other.c.id).join(first, ahead).where(other.c.generation_id != generation.id)
        return self._connection.execute(select(func.count()).select_from(earlier.limit(most).subquery())).scalar_one()

    def origin(self, generation_id: UUID) -> Origin:
        columns = (generations.c.planner_version, generations.c.engine_version)
        versions = self._connection.execute(select(*columns).where(generations.c.id == generation_id)).one()
        used = select(func.unnest(generations.c.clip_ids)).where(generations.c.id == generation_id)
        found = select(clips.c.id, clips.c.name, clips.c.sha256).where(clips.c.id.in_(used)).order_by(clips.c.position)
        named = tuple(NamedClip(row.id, row.name, row.sha256) for row in self._connection.execute(found))
        return Origin(versions.engine_version, versions.planner_version, named)

    def retry_of(self, generation_id: UUID) -> UUID | None:
        query = select(generations.c.id).where(generations.c.retry_of == generation_id)
        return self._connection.execute(query).scalar_one_or_none()

    def preview_ages_s(self, project_id: UUID, most: int) -> Sequence[float]:
        age = func.extract("epoch", func.now() - generations.c.created_at)
        query = select(age).where(generations.c.project_id == project_id, generations.c.preview)
        newest = query.order_by(generations.c.created_at.desc()).limit(most)
        return [float(found) for found in self._connection.execute(newest).scalars()]

    def library(self, generation_id: UUID) -> LibraryIds:
        query = select(*(generations.c[name] for name in LIBRARY)).where(generations.c.id == generation_id)
        return library_of(self._connection.execute(query).one()._asdict())

    def fingerprints(self, generation_id: UUID) -> Mapping[int, str]:
        query = select(outputs.c.n, outputs.c.fingerprint).where(outputs.c.generation_id == generation_id)
        return {row.n: row.fingerprint for row in self._connection.execute(query)}

    def with_seed(self, project_id: UUID, app: str, seed: int) -> Sequence[Generation]:
        query = select(*COLUMNS).filter_by(project_id=project_id, app=app, seed=seed, retry_of=None, preview=False)
        return [generation_of(row) for row in self._connection.execute(query).mappings()]

    def kept(self, generation_id: UUID) -> Kept:
        return Kept(**self._connection.execute(_KEPT, {"generation_id": generation_id}).one()._mapping)

    def keep(self, generation_id: UUID, days: int, seq: int) -> int:
        there = and_(outputs.c.removed_at.is_(None), outputs.c.state.in_((OutputState.PLANNED, OutputState.MADE)))
        theirs = and_(outputs.c.generation_id == generation_id, there)
        change = update(outputs).where(theirs, outputs.c.kept_days < days).values(kept_days=days, seq=seq)
        kept = self._connection.execute(change).rowcount
        this = and_(generations.c.id == generation_id, generations.c.seq == seq - 1)
        self._connection.execute(update(generations).where(this).values(seq=seq))
        return kept

    def expired(self, limit: int) -> Sequence[ExpiredOutput]:
        rows = self._connection.execute(_EXPIRED, {"limit": limit})
        parts = ((row.generation_id, row.n, [part["key"] for part in row.parts]) for row in rows)
        return [ExpiredOutput(generation_id, n, output_objects(names)) for generation_id, n, names in parts]


def _listed(row: dict[str, Any]) -> Listed:
    name, deleted_at = row.pop("project_name"), row.pop("project_deleted_at")
    return Listed(generation_of(row), name, deleted_at is not None)
