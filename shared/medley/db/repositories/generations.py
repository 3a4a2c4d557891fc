"""Generations and their outputs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    and_,
    bindparam,
    exists,
    func,
    insert,
    null,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from medley.contracts.facts import OutputMade
from medley.db.batches import insert_all
from medley.db.clock import ago
from medley.db.repositories import stored
from medley.db.repositories.planning import COLUMNS, UNPLANNED, PlanningRepository, generation_of
from medley.db.tables import generations, holds, outputs
from medley.domain.generations import FINAL, Generation, GenerationState, Output, OutputState, Part, Plan
from medley.errors import InvariantBroken
from medley.limits import OUTPUT_DAYS, PREVIEW_DAYS
from medley.ports.generations import MadeOutput, NewGeneration

OUTPUT = [column for column in outputs.c if column.name not in {"generation_id", "fingerprint", "recipe"}]

# What comes with every fact is built once, and in as few statements as can be.
_LOCK = select(*COLUMNS).where(generations.c.id == bindparam("generation_id")).with_for_update(key_share=True)
_SAVE = text("""
    UPDATE generations
    SET state = :state, work_done = :work_done, outputs_made = :outputs_made, outputs_failed = :outputs_failed,
        earned = :earned, seq = :seq, code = :code, message = :message, parameters = :parameters,
        finished_at = CASE WHEN :final THEN now() END,
        started_at = CASE WHEN :started THEN
            coalesce(started_at, greatest(created_at, least(CAST(:started_at AS timestamptz), now())))
        END
    WHERE id = :id AND seq = :seq - 1 AND state = 'running'
""").bindparams(bindparam("parameters", type_=JSONB(none_as_null=True)))
_OUTPUT_MADE = text("""
    WITH made AS (
        UPDATE outputs
        SET state = 'made', parts = :parts, seq = :seq, settled_at = now()
        WHERE generation_id = :generation_id AND n = :n AND state = 'planned'
        RETURNING work, price
    ), heartbeat AS (
        UPDATE tasks
        SET heartbeat_at = CASE attempt
            WHEN :attempt THEN greatest(heartbeat_at, least(:at, now())) ELSE heartbeat_at
        END
        WHERE id = :task_id AND generation_id = :generation_id AND state = 'sent'
        RETURNING reported_at IS NOT NULL AS reported
    )
    SELECT (SELECT work FROM made) AS work, (SELECT price FROM made) AS price,
           coalesce((SELECT reported FROM heartbeat), false) AS task_reported
""").bindparams(bindparam("parts", type_=JSONB), bindparam("at", type_=DateTime(timezone=True)))


class GenerationsRepository(PlanningRepository):
    """`medley.ports.generations.Generations` on one connection."""

    def add(self, new: NewGeneration) -> Generation:
        deadline = select(holds.c.expires_at).where(holds.c.id == new.id).scalar_subquery()
        row = insert(generations).values(
            id=new.id,
            user_id=new.user_id,
            project_id=new.project_id,
            app=new.app,
            app_version=new.app_version,
            spec=dict(new.spec),
            seed=new.seed,
            clip_ids=list(new.library.clips),
            asset_ids=list(new.library.assets),
            groups=[[group.name, [str(clip) for clip in group.clip_ids]] for group in new.library.groups],
            group_ids=[group.id for group in new.library.groups if group.id is not None],
            price_lines=[asdict(line) for line in new.price_lines],
            price=new.price,
            outputs_total=new.outputs_total,
            retry_of=new.retry_of,
            preview=new.preview,
            deadline=deadline,
        )
        return generation_of(self._connection.execute(row.returning(*COLUMNS)).mappings().one())

    def planned(self, generation: Generation, plan: Plan, digest: str) -> Generation:
        change = update(generations).where(generations.c.id == generation.id, UNPLANNED)
        versions = {"planner_version": plan.planner_version, "engine_version": plan.engine_version}
        change = change.values(
            plan=digest,
            planned_at=func.now(),
            plan_attempts=0,
            plan_begun_at=None,
            work_total=plan.work,
            seq=generation.seq + 1,
            **versions,
        )
        row = self._connection.execute(change.returning(*COLUMNS)).mappings().one()
        makers = {n: task.index for task in plan.tasks for n in task.makes}
        insert_all(
            self._connection,
            outputs,
            [
                {
                    "generation_id": generation.id,
                    "n": output.n,
                    "title": output.title,
                    "media_type": output.media_type,
                    "work": output.work,
                    "price": output.price,
                    "task": makers[output.n],
                    "fingerprint": output.fingerprint,
                    "seq": generation.seq + 1,
                    "kept_days": PREVIEW_DAYS if generation.preview else OUTPUT_DAYS,
                }
                for output in plan.outputs
            ],
        )
        return generation_of(row)

    def age_s(self, user_id: UUID, back: int) -> float | None:
        age = func.extract("epoch", func.now() - generations.c.created_at)
        query = select(age).where(generations.c.user_id == user_id).order_by(generations.c.created_at.desc())
        found = self._connection.execute(query.offset(back).limit(1)).scalar_one_or_none()
        return None if found is None else float(found)

    def count_running(self, user_id: UUID) -> int:
        running = and_(generations.c.user_id == user_id, generations.c.state == GenerationState.RUNNING)
        return self._connection.execute(select(func.count()).select_from(generations).where(running)).scalar_one()

    def get(self, user_id: UUID, generation_id: UUID) -> Generation | None:
        query = select(*COLUMNS).where(generations.c.id == generation_id, generations.c.user_id == user_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else generation_of(row)

    def lock(self, generation_id: UUID) -> Generation | None:
        row = self._connection.execute(_LOCK, {"generation_id": generation_id}).mappings().one_or_none()
        return None if row is None else generation_of(row)

    def planned_before(self, project_id: UUID, app: str, seed: int, planner_version: int) -> Sequence[Generation]:
        query = select(*COLUMNS).filter_by(project_id=project_id, app=app, seed=seed, retry_of=None, preview=False)
        older = query.where(generations.c.planner_version < planner_version).order_by(generations.c.id)
        return [generation_of(row) for row in self._connection.execute(older).mappings()]

    def outputs(self, generation_id: UUID, *, after: int, limit: int) -> Sequence[Output]:
        return self._outputs(generation_id, outputs.c.n > after, limit)

    def changed(self, generation_id: UUID, *, seq: int, n: int, limit: int) -> Sequence[Output]:
        place = tuple_(outputs.c.seq, outputs.c.n)
        query = select(*OUTPUT).where(outputs.c.generation_id == generation_id, place > tuple_(seq, n))
        rows = self._connection.execute(query.order_by(outputs.c.seq, outputs.c.n).limit(limit)).mappings()
        return [output_of(row) for row in rows]

    def output(self, generation_id: UUID, n: int) -> Output | None:
        return next(iter(self._outputs(generation_id, outputs.c.n == n, 1)), None)

    def note_gone(self, generation_id: UUID, numbers: Sequence[int], *, gone: bool, seq: int) -> bool:
        other = outputs.c.gone_at.is_(None) if gone else outputs.c.gone_at.is_not(None)
        change = update(outputs).values(gone_at=func.now() if gone else null(), seq=seq)
        these = and_(outputs.c.generation_id == generation_id, outputs.c.n.in_(numbers), other)
        return self._moved(generation_id, self._connection.execute(change.where(these)).rowcount, seq)

    def gone(self, generation_id: UUID) -> Sequence[Output]:
        return self._outputs(generation_id, outputs.c.gone_at.is_not(None), None)

    def restored(self, fact: OutputMade, seq: int) -> bool:
        this = and_(
            outputs.c.generation_id == fact.generation_id, outputs.c.n == fact.n, outputs.c.gone_at.is_not(None)
        )
        parts = [part.model_dump(mode="json") for part in fact.parts]
        change = update(outputs).where(this, outputs.c.state == OutputState.MADE)
        change = change.values(parts=parts, gone_at=None, seq=seq)
        return self._moved(fact.generation_id, self._connection.execute(change).rowcount, seq)

    def _moved(self, generation_id: UUID, changed: int, seq: int) -> bool:
        """Give a generation in whatever state the `seq` of its outputs that changed; False if none did."""
        if changed:
            this = and_(generations.c.id == generation_id, generations.c.seq == seq - 1)
            self._connection.execute(update(generations).where(this).values(seq=seq))
        return changed > 0

    def _outputs(self, generation_id: UUID, where: ColumnElement[bool], limit: int | None) -> Sequence[Output]:
        query = select(*OUTPUT).where(outputs.c.generation_id == generation_id, where)
        rows = self._connection.execute(query.order_by(outputs.c.n).limit(limit)).mappings()
        return [output_of(row) for row in rows]

    def save(self, generation: Generation) -> None:
        values = {
            "id": generation.id,
            "state": generation.state.value,
            "work_done": generation.work_done,
            "outputs_made": generation.outputs_made,
            "outputs_failed": generation.outputs_failed,
            "earned": generation.earned,
            "seq": generation.seq,
            **stored.why(generation.code, generation.message),
            "final": generation.state in FINAL,
            "started": generation.started_at is not None,
            "started_at": generation.started_at,
        }
        if self._connection.execute(_SAVE, values).rowcount != 1:
            raise InvariantBroken(f"I8: generation {generation.id} is final or not at seq {generation.seq - 1}")

    def output_made(self, fact: OutputMade, seq: int) -> MadeOutput:
        values = fact.model_dump(include={"generation_id", "task_id", "n", "attempt", "at"})
        parts = [part.model_dump(mode="json") for part in fact.parts]
        row = self._connection.execute(_OUTPUT_MADE, {**values, "parts": parts, "seq": seq}).one()
        return MadeOutput(None if row.work is None else (row.work, row.price), row.task_reported)

    def fail_outputs(
        self, generation_id: UUID, among: Sequence[int] | None, code: str, message: str, seq: int
    ) -> Sequence[int]:
        why = {"state": OutputState.FAILED, "seq": seq, **stored.why(code, message)}
        change = update(outputs).values(settled_at=func.now(), **why).where(_planned(generation_id, among))
        return self._connection.execute(change.returning(outputs.c.n)).scalars().all()

    def cancel_outputs(self, generation_id: UUID, seq: int) -> int:
        change = update(outputs).values(state=OutputState.CANCELLED, seq=seq, settled_at=func.now())
        return self._connection.execute(change.where(_planned(generation_id, None))).rowcount

    def any_planned(self, generation_id: UUID, *, among: Sequence[int]) -> bool:
        query = select(select(outputs.c.n).where(_planned(generation_id, among)).exists())
        return self._connection.execute(query).scalar_one()

    def any_planned_of(self, generation_id: UUID, task_index: int) -> bool | None:
        made_by = and_(outputs.c.generation_id == generation_id, outputs.c.task == task_index)
        query = select(func.bool_or(outputs.c.state == OutputState.PLANNED)).where(made_by)
        planned: bool | None = self._connection.execute(query).scalar_one()
        return planned

    def stored_recipes(self, generation_id: UUID) -> Mapping[int, Mapping[str, Any]]:
        found = select(outputs.c.n, outputs.c.recipe).filter_by(generation_id=generation_id)
        rows = self._connection.execute(found.where(outputs.c.recipe.is_not(None)))
        return {row.n: row.recipe for row in rows}

    def first_failure(self, generation_id: UUID) -> tuple[str, str] | None:
        failed = select(outputs.c.code, outputs.c.message, outputs.c.parameters).filter_by(
            generation_id=generation_id, state=OutputState.FAILED
        )
        row = self._connection.execute(failed.order_by(outputs.c.n).limit(1)).mappings().one_or_none()
        return None if row is None else (row["code"], stored.said(row)["message"])

    def overdue(self, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        overdue = and_(generations.c.state == GenerationState.RUNNING, generations.c.deadline < func.now())
        query = select(generations.c.id).where(overdue).order_by(generations.c.id).limit(limit)
        if after is not None:
            query = query.where(generations.c.id > after)
        return self._connection.execute(query).scalars().all()

    def ended_early(self, ended_s: int, limit: int) -> Sequence[tuple[UUID, UUID]]:
        gone = exists().where(outputs.c.generation_id == generations.c.id, outputs.c.gone_at.is_not(None))
        early = and_(generations.c.finished_at > ago(ended_s), generations.c.state != GenerationState.SUCCEEDED, ~gone)
        query = select(generations.c.user_id, generations.c.id).where(early)
        rows = self._connection.execute(query.order_by(generations.c.finished_at.desc()).limit(limit))
        return [(row.user_id, row.id) for row in rows]


def _planned(generation_id: UUID, among: Sequence[int] | None) -> ColumnElement[bool]:
    planned = and_(outputs.c.generation_id == generation_id, outputs.c.state == OutputState.PLANNED)
    return planned if among is None else and_(planned, outputs.c.n.in_(among))


def output_of(row: Mapping[Any, Any]) -> Output:
    values = stored.said(row)
    parts = tuple(stored.read(Part, part) for part in values.pop("parts") or ())
    return Output(**{**values, "parts": parts, "state": OutputState(values["state"])})
