"""Generations and their outputs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, func, insert, select, text, update

from medley.contracts.facts import OutputMade
from medley.contracts.media import ENGINE_VERSION
from medley.db.tables import clips, generations, holds, outputs
from medley.domain.generations import (
    FINAL,
    Generation,
    GenerationState,
    Output,
    OutputState,
    Plan,
    PlannedOutput,
    PriceLine,
)
from medley.domain.reports import NamedClip, Origin
from medley.errors import InvariantBroken
from medley.ports.generations import MadeOutput, NewGeneration

_COLUMNS = [
    column
    for column in generations.c
    if column.name not in {"planner_version", "engine_version", "clip_ids", "asset_ids"}
]

_MADE = {"generation_id", "task_id", "n", "key", "poster_key", "size_bytes", "samples", "sha256"}

# What comes with every fact is built once, and in as few statements as can be.
_LOCK = select(*_COLUMNS).where(generations.c.id == bindparam("generation_id")).with_for_update()
_SAVE = text("""
    UPDATE generations
    SET state = :state, stage = :stage, frames_done = :frames_done, outputs_made = :outputs_made,
        outputs_failed = :outputs_failed, seq = :seq, code = :code, message = :message,
        finished_at = CASE WHEN :final THEN now() END
    WHERE id = :id AND seq = :seq - 1 AND state = 'running'
""")
_OUTPUT_MADE = text("""
    WITH made AS (
        UPDATE outputs
        SET state = 'made', key = :key, poster_key = :poster_key, size_bytes = :size_bytes, samples = :samples,
            sha256 = :sha256, seq = :seq, settled_at = now()
        WHERE generation_id = :generation_id AND n = :n AND state = 'planned'
        RETURNING frames
    ), seen AS (
        UPDATE tasks SET seen_at = now()
        WHERE id = :task_id AND generation_id = :generation_id AND state = 'sent'
        RETURNING closed_at IS NOT NULL AS closed
    )
    SELECT (SELECT frames FROM made) AS frames, coalesce((SELECT closed FROM seen), false) AS task_closed
""")


class GenerationsRepository:
    """`medley.ports.generations.Generations` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: NewGeneration, plan: Plan) -> Generation:
        deadline = select(holds.c.expires_at).where(holds.c.id == new.id).scalar_subquery()
        row = insert(generations).values(
            id=new.id,
            user_id=new.user_id,
            project_id=new.project_id,
            app=new.app,
            app_version=new.app_version,
            planner_version=plan.planner_version,
            engine_version=ENGINE_VERSION,
            spec=dict(new.spec),
            seed=plan.seed,
            clip_ids=list(new.clip_ids),
            asset_ids=list(new.asset_ids),
            price_lines=[asdict(line) for line in new.price_lines],
            unit_price=new.unit_price,
            stages=plan.stages,
            frames_total=plan.frames,
            outputs_total=len(plan.outputs),
            deadline=deadline,
        )
        added = self._connection.execute(row.returning(*_COLUMNS)).mappings().one()
        self._connection.execute(
            insert(outputs),
            [
                {
                    "generation_id": new.id,
                    "n": output.n,
                    "title": output.title,
                    "frames": output.frames,
                    "fingerprint": output.fingerprint,
                    "recipe": dict(output.recipe),
                }
                for output in plan.outputs
            ],
        )
        return _generation(added)

    def count_running(self, user_id: UUID) -> int:
        running = and_(generations.c.user_id == user_id, generations.c.state == GenerationState.RUNNING)
        return self._connection.execute(select(func.count()).select_from(generations).where(running)).scalar_one()

    def get(self, user_id: UUID, generation_id: UUID) -> Generation | None:
        query = select(*_COLUMNS).where(generations.c.id == generation_id, generations.c.user_id == user_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _generation(row)

    def lock(self, generation_id: UUID) -> Generation | None:
        row = self._connection.execute(_LOCK, {"generation_id": generation_id}).mappings().one_or_none()
        return None if row is None else _generation(row)

    def of_project(self, project_id: UUID, *, before: UUID | None, limit: int) -> Sequence[Generation]:
        query = select(*_COLUMNS).where(generations.c.project_id == project_id)
        if before is not None:
            query = query.where(generations.c.id < before)
        query = query.order_by(generations.c.id.desc()).limit(limit)
        return [_generation(row) for row in self._connection.execute(query).mappings()]

    def recipes_before(
        self, project_id: UUID, app: str, seed: int, *, planner_version: int, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        older = and_(
            generations.c.project_id == project_id,
            generations.c.app == app,
            generations.c.seed == seed,
            generations.c.planner_version < planner_version,
        )
        query = select(outputs.c.recipe).join(generations, outputs.c.generation_id == generations.c.id).where(older)
        return self._connection.execute(query.order_by(generations.c.id, outputs.c.n).limit(limit)).scalars().all()

    def outputs(self, generation_id: UUID, *, after: int, limit: int) -> Sequence[Output]:
        return self._outputs(generation_id, outputs.c.n > after, limit)

    def outputs_since(self, generation_id: UUID, seq: int) -> Sequence[Output]:
        return self._outputs(generation_id, outputs.c.seq > seq, None)

    def output(self, generation_id: UUID, n: int) -> Output | None:
        return next(iter(self._outputs(generation_id, outputs.c.n == n, 1)), None)

    def origin(self, generation_id: UUID) -> Origin:
        columns = (generations.c.planner_version, generations.c.engine_version)
        versions = self._connection.execute(select(*columns).where(generations.c.id == generation_id)).one()
        used = select(func.unnest(generations.c.clip_ids)).where(generations.c.id == generation_id)
        found = select(clips.c.id, clips.c.name, clips.c.sha256).where(clips.c.id.in_(used)).order_by(clips.c.position)
        named = tuple(NamedClip(row.id, row.name, row.sha256) for row in self._connection.execute(found))
        return Origin(versions.engine_version, versions.planner_version, named)

    def _outputs(self, generation_id: UUID, where: ColumnElement[bool], limit: int | None) -> Sequence[Output]:
        query = select(outputs).where(outputs.c.generation_id == generation_id, where)
        rows = self._connection.execute(query.order_by(outputs.c.n).limit(limit)).mappings()
        return [_output(row) for row in rows]

    def save(self, generation: Generation) -> None:
        values = {
            "id": generation.id,
            "state": generation.state.value,
            "stage": generation.stage,
            "frames_done": generation.frames_done,
            "outputs_made": generation.outputs_made,
            "outputs_failed": generation.outputs_failed,
            "seq": generation.seq,
            "code": generation.code,
            "message": generation.message,
            "final": generation.state in FINAL,
        }
        if self._connection.execute(_SAVE, values).rowcount != 1:
            raise InvariantBroken(f"I8: generation {generation.id} is final or not at seq {generation.seq - 1}")

    def output_made(self, fact: OutputMade, seq: int) -> MadeOutput:
        values = fact.model_dump(include=_MADE) | {"seq": seq}
        row = self._connection.execute(_OUTPUT_MADE, values).one()
        return MadeOutput(row.frames, row.task_closed)

    def fail_outputs(
        self, generation_id: UUID, among: Sequence[int] | None, code: str, message: str, seq: int
    ) -> Sequence[int]:
        change = update(outputs).values(
            state=OutputState.FAILED, code=code, message=message, seq=seq, settled_at=func.now()
        )
        return (
            self._connection.execute(change.where(_planned(generation_id, among)).returning(outputs.c.n))
            .scalars()
            .all()
        )

    def cancel_outputs(self, generation_id: UUID, seq: int) -> int:
        change = update(outputs).values(state=OutputState.CANCELLED, seq=seq, settled_at=func.now())
        return self._connection.execute(change.where(_planned(generation_id, None))).rowcount

    def planned_outputs(self, generation_id: UUID, among: Sequence[int] | None = None) -> Sequence[PlannedOutput]:
        columns = (outputs.c.n, outputs.c.title, outputs.c.frames, outputs.c.fingerprint, outputs.c.recipe)
        query = select(*columns).where(_planned(generation_id, among)).order_by(outputs.c.n)
        return [PlannedOutput(**row) for row in self._connection.execute(query).mappings()]

    def any_planned(self, generation_id: UUID, among: Sequence[int]) -> bool:
        query = select(select(outputs.c.n).where(_planned(generation_id, among)).exists())
        return self._connection.execute(query).scalar_one()

    def first_failure(self, generation_id: UUID) -> tuple[str, str]:
        failed = select(outputs.c.code, outputs.c.message).where(
            outputs.c.generation_id == generation_id, outputs.c.state == OutputState.FAILED
        )
        row = self._connection.execute(failed.order_by(outputs.c.n).limit(1)).one()
        return row.code, row.message

    def overdue(self, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        overdue = and_(generations.c.state == GenerationState.RUNNING, generations.c.deadline < func.now())
        query = select(generations.c.id).where(overdue).order_by(generations.c.id).limit(limit)
        if after is not None:
            query = query.where(generations.c.id > after)
        return self._connection.execute(query).scalars().all()


def _planned(generation_id: UUID, among: Sequence[int] | None) -> ColumnElement[bool]:
    planned = and_(outputs.c.generation_id == generation_id, outputs.c.state == OutputState.PLANNED)
    return planned if among is None else and_(planned, outputs.c.n.in_(among))


def _generation(row: RowMapping) -> Generation:
    values: dict[str, Any] = dict(row)
    lines = tuple(PriceLine(**line) for line in values.pop("price_lines"))
    return Generation(**{**values, "price_lines": lines, "state": GenerationState(values["state"])})


def _output(row: RowMapping) -> Output:
    return Output(
        n=row["n"],
        title=row["title"],
        frames=row["frames"],
        state=OutputState(row["state"]),
        recipe=row["recipe"],
        seq=row["seq"],
        key=row["key"],
        poster_key=row["poster_key"],
        size_bytes=row["size_bytes"],
        samples=row["samples"],
        sha256=row["sha256"],
        code=row["code"],
        message=row["message"],
        settled_at=row["settled_at"],
    )
