"""Tasks of generations. Their generation's row is locked by whoever changes them, so no guard here can race."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, case, func, insert, literal, or_, select, update

from medley.contracts.facts import TaskFailed, TaskFinished
from medley.db.clock import ago
from medley.db.tables import tasks
from medley.domain.generations import Plan, PlannedTask, Task, TaskState
from medley.ports.generations import Silence, TaskRef

_OPEN = (TaskState.WAITING, TaskState.SENT)


class TasksRepository:
    """`medley.ports.generations.Tasks` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, generation_id: UUID, plan: Plan, ids: Sequence[UUID]) -> None:
        rows = [
            {
                "id": id_,
                "generation_id": generation_id,
                "stage": task.stage,
                "index": task.index,
                "lane": task.lane,
                "frames": task.frames,
                "outputs": list(task.outputs),
                "payload": dict(task.payload),
            }
            for id_, task in zip(ids, plan.tasks, strict=True)
        ]
        self._connection.execute(insert(tasks), rows)

    def get(self, generation_id: UUID, task_id: UUID) -> Task | None:
        query = select(tasks).where(tasks.c.id == task_id, tasks.c.generation_id == generation_id)
        return self._task(query)

    def waiting(self, generation_id: UUID, stage: int) -> Sequence[Task]:
        query = select(tasks).where(
            tasks.c.generation_id == generation_id, tasks.c.stage == stage, tasks.c.state == TaskState.WAITING
        )
        return [_task(row) for row in self._connection.execute(query.order_by(tasks.c.index)).mappings()]

    def is_open(self, generation_id: UUID, stage: int) -> bool:
        query = select(
            select(tasks.c.id)
            .where(tasks.c.generation_id == generation_id, tasks.c.stage == stage, tasks.c.state.in_(_OPEN))
            .exists()
        )
        return self._connection.execute(query).scalar_one()

    def send(self, ids: Sequence[UUID], *, attempts: int = 0, unstarted: int = 0) -> None:
        change = update(tasks).values(
            state=TaskState.SENT,
            attempt=tasks.c.attempt + attempts,
            unstarted=0 if attempts else tasks.c.unstarted + unstarted,
            sent_at=func.now(),
            seen_at=None,
            closed_at=None,
            code=None,
            message=None,
        )
        self._connection.execute(change.where(tasks.c.id.in_(ids), tasks.c.state.in_(_OPEN)))

    def seen(self, generation_id: UUID, task_id: UUID) -> Task | None:
        change = update(tasks).values(seen_at=func.now()).where(_sent(generation_id, task_id))
        return self._task(change.returning(*tasks.c))

    def progressed(self, generation_id: UUID, task_id: UUID, frames_done: int) -> int | None:
        before = select(tasks.c.id, tasks.c.frames_done).where(_sent(generation_id, task_id)).subquery()
        now = func.greatest(tasks.c.frames_done, func.least(frames_done, tasks.c.frames))
        change = update(tasks).values(frames_done=now, seen_at=func.now()).where(tasks.c.id == before.c.id)
        gained = tasks.c.frames_done - before.c.frames_done
        return self._connection.execute(change.returning(gained)).scalar_one_or_none()

    def close(self, fact: TaskFinished | TaskFailed) -> Task | None:
        values: dict[str, Any] = {"closed_at": func.now(), "seen_at": func.now()}
        if isinstance(fact, TaskFinished):
            values |= {"made": fact.made, "reused": fact.reused, "wall_ms": fact.wall_ms, "cpu_ms": fact.cpu_ms}
            if fact.prints:
                values["prints"] = {print_.digest: print_.hashes for print_ in fact.prints}
        else:
            values |= {"code": fact.code, "message": fact.message}
            # Settled by its outputs' facts a moment ago, before this one could say how it ended.
            settled = tasks.c.state == TaskState.FINISHED
            values["state"] = case((settled, literal(TaskState.FAILED.value)), else_=tasks.c.state)
        this = and_(tasks.c.id == fact.task_id, tasks.c.generation_id == fact.generation_id)
        unclosed = and_(tasks.c.closed_at.is_(None), tasks.c.state.not_in((TaskState.WAITING, TaskState.CANCELLED)))
        return self._task(update(tasks).values(**values).where(this, unclosed).returning(*tasks.c))

    def prints(self, generation_id: UUID) -> Mapping[str, Sequence[str]]:
        query = select(tasks.c.prints).where(tasks.c.generation_id == generation_id, tasks.c.prints.is_not(None))
        return {digest: hashes for row in self._connection.execute(query) for digest, hashes in row.prints.items()}

    def settle(self, task_id: UUID, state: TaskState) -> int:
        before = select(tasks.c.id, tasks.c.frames_done).where(tasks.c.id == task_id).subquery()
        done = tasks.c.frames if state is TaskState.FINISHED else tasks.c.frames_done
        change = update(tasks).values(state=state, frames_done=done, settled_at=func.now())
        change = change.where(tasks.c.id == before.c.id, tasks.c.state == TaskState.SENT)
        gained = change.returning(tasks.c.frames_done - before.c.frames_done)
        return self._connection.execute(gained).scalar_one_or_none() or 0

    def fail(self, task_id: UUID, code: str, message: str) -> bool:
        change = update(tasks).values(state=TaskState.FAILED, code=code, message=message, settled_at=func.now())
        change = change.where(tasks.c.id == task_id, tasks.c.state == TaskState.SENT)
        return self._connection.execute(change).rowcount == 1

    def cancel(self, ids: Sequence[UUID]) -> None:
        change = update(tasks).values(state=TaskState.CANCELLED, settled_at=func.now())
        self._connection.execute(change.where(tasks.c.id.in_(ids), tasks.c.state == TaskState.WAITING))

    def settle_open(self, generation_id: UUID, *, last_stage: int | None) -> int:
        before = select(tasks.c.id, tasks.c.frames_done).where(
            tasks.c.generation_id == generation_id, tasks.c.state.in_(_OPEN)
        )
        old = before.subquery()
        finished = and_(tasks.c.stage == last_stage, tasks.c.state == TaskState.SENT)
        change = update(tasks).values(
            state=case((finished, literal(TaskState.FINISHED.value)), else_=literal(TaskState.CANCELLED.value)),
            frames_done=case((finished, tasks.c.frames), else_=tasks.c.frames_done),
            settled_at=func.now(),
        )
        change = change.where(tasks.c.id == old.c.id)
        gained = self._connection.execute(change.returning(tasks.c.frames_done - old.c.frames_done)).scalars()
        return sum(gained)

    def silent(self, silence: Silence, *, after: UUID | None, limit: int) -> Sequence[TaskRef]:
        return self._refs(_is_silent(silence), after, limit)

    def is_silent(self, task_id: UUID, silence: Silence) -> bool:
        query = select(tasks.c.id).where(tasks.c.id == task_id, _is_silent(silence))
        return self._connection.execute(query).one_or_none() is not None

    def sent(self, *, after: UUID | None, limit: int) -> Sequence[TaskRef]:
        return self._refs(tasks.c.state == TaskState.SENT, after, limit)

    def _refs(self, where: ColumnElement[bool], after: UUID | None, limit: int) -> Sequence[TaskRef]:
        query = select(tasks.c.generation_id, tasks.c.id).where(where).order_by(tasks.c.id).limit(limit)
        if after is not None:
            query = query.where(tasks.c.id > after)
        return [TaskRef(row.generation_id, row.id) for row in self._connection.execute(query)]

    def _task(self, statement: Any) -> Task | None:
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else _task(row)


def _sent(generation_id: UUID, task_id: UUID) -> ColumnElement[bool]:
    return and_(tasks.c.id == task_id, tasks.c.generation_id == generation_id, tasks.c.state == TaskState.SENT)


def _is_silent(silence: Silence) -> ColumnElement[bool]:
    started = and_(tasks.c.seen_at.is_not(None), tasks.c.seen_at < ago(silence.started_s))
    in_vain = tasks.c.unstarted >= silence.unstarted_sends
    unstarted = and_(tasks.c.seen_at.is_(None), tasks.c.sent_at < ago(silence.unstarted_s), ~in_vain)
    return and_(tasks.c.state == TaskState.SENT, or_(started, unstarted))


def _task(row: RowMapping) -> Task:
    return Task(
        id=row["id"],
        planned=PlannedTask(
            stage=row["stage"],
            index=row["index"],
            lane=row["lane"],
            frames=row["frames"],
            outputs=tuple(row["outputs"]),
            payload=row["payload"],
        ),
        state=TaskState(row["state"]),
        attempt=row["attempt"],
        started=row["seen_at"] is not None,
        closed=row["closed_at"] is not None,
        code=row["code"],
        message=row["message"],
    )
