"""Tasks of generations. Their generation's row is locked by whoever changes them, so no guard here can race."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    RowMapping,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    update,
)

from medley.contracts.facts import TaskBlocked, TaskFact, TaskFailed, TaskFinished, TaskProgressed
from medley.contracts.plans import Place
from medley.db.batches import insert_all
from medley.db.clock import from_now
from medley.db.tables import generations, outputs, tasks
from medley.domain.generations import Plan, Task, TaskState
from medley.domain.retries import Standing
from medley.ports.generations import LivenessPolicy, SentTask, SilentTask, TaskRef

_OPEN = (TaskState.WAITING, TaskState.SENT)
_SENT = (tasks.c.id, tasks.c.lane, tasks.c.attempt)


class TasksRepository:
    """`medley.ports.generations.Tasks` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, generation_id: UUID, plan: Plan, places: Sequence[Place], ids: Sequence[UUID]) -> None:
        unlocks: dict[int, list[int]] = {}
        for task in plan.tasks:
            for need in set(task.needs):
                unlocks.setdefault(need, []).append(task.index)
        rows = [
            {
                "id": id_,
                "generation_id": generation_id,
                "index": task.index,
                "operation": task.operation,
                "lane": task.lane,
                "title": task.title,
                "work": task.work,
                "outputs": task.outputs,
                "unlocks": unlocks.get(task.index, ()),
                "waiting_on": len(set(task.needs)),
                "plan_start": place.start,
                "plan_length": place.length,
                "plan_crc": place.crc,
            }
            for id_, task, place in zip(ids, plan.tasks, places, strict=True)
        ]
        insert_all(self._connection, tasks, rows)

    def get(self, generation_id: UUID, task_id: UUID) -> Task | None:
        query = select(tasks).where(tasks.c.id == task_id, tasks.c.generation_id == generation_id)
        return self._task(query)

    def of_generation(self, generation_id: UUID) -> Sequence[Task]:
        query = select(tasks).where(tasks.c.generation_id == generation_id).order_by(tasks.c.index)
        return [_task(row) for row in self._connection.execute(query).mappings()]

    def send_ready(self, generation_id: UUID, among: Sequence[int] | None = None) -> Sequence[SentTask]:
        ready = and_(
            tasks.c.generation_id == generation_id, tasks.c.state == TaskState.WAITING, tasks.c.waiting_on == 0
        )
        if among is not None:
            ready = and_(ready, tasks.c.index.in_(among))
        change = (
            update(tasks).where(ready).values(state=TaskState.SENT, attempt=tasks.c.attempt + 1, sent_at=func.now())
        )
        found = self._connection.execute(change.returning(tasks.c.index.label("place"), *_SENT)).all()
        return [_sent_task(row) for row in sorted(found, key=lambda row: row.place)]

    def send_again(self, task_id: UUID, standing: Standing, *, after_s: int = 0) -> SentTask | None:
        change = update(tasks).values(
            attempt=standing.attempt,
            faults=standing.faults,
            outages=standing.outages,
            redelivered_unstarted=standing.redelivered_unstarted,
            sent_at=from_now(after_s),
            heartbeat_at=None,
            reported_at=None,
            code=None,
            message=None,
        )
        change = change.where(tasks.c.id == task_id, tasks.c.state == TaskState.SENT)
        row = self._connection.execute(change.returning(*_SENT)).one_or_none()
        return None if row is None else _sent_task(row)

    def need_ended(self, generation_id: UUID, among: Sequence[int]) -> Sequence[Task]:
        these = and_(tasks.c.generation_id == generation_id, tasks.c.index.in_(among))
        change = update(tasks).where(these, tasks.c.state == TaskState.WAITING)
        change = change.values(waiting_on=tasks.c.waiting_on - 1).returning(*tasks.c)
        rows = [row for row in self._connection.execute(change).mappings() if row["waiting_on"] == 0]
        return [_task(row) for row in sorted(rows, key=lambda row: row["index"])]

    def heartbeat(self, fact: TaskFact) -> Task | None:
        change = update(tasks).values(heartbeat_at=_heartbeat_at(fact)).where(_sent(fact.generation_id, fact.task_id))
        return self._task(change.returning(*tasks.c))

    def progressed(self, fact: TaskProgressed) -> int | None:
        before = select(tasks.c.id, tasks.c.work_done).where(_sent(fact.generation_id, fact.task_id)).subquery()
        now = func.greatest(tasks.c.work_done, func.least(fact.work_done, tasks.c.work))
        change = update(tasks).values(work_done=now, heartbeat_at=_heartbeat_at(fact)).where(tasks.c.id == before.c.id)
        gained = tasks.c.work_done - before.c.work_done
        return self._connection.execute(change.returning(gained)).scalar_one_or_none()

    def reported(self, fact: TaskFinished | TaskBlocked | TaskFailed) -> Task | None:
        values: dict[str, Any] = {"reported_at": func.now(), "heartbeat_at": _heartbeat_at(fact)}
        if isinstance(fact, TaskFinished):
            values |= {"made": fact.made, "reused": fact.reused, "wall_ms": fact.wall_ms, "cpu_ms": fact.cpu_ms}
            if fact.detail:
                values["detail"] = fact.detail
        elif isinstance(fact, TaskFailed):
            values |= {"code": fact.code, "message": fact.message}
            # Settled by its outputs' facts a moment ago, before this one could say how it ended.
            settled = tasks.c.state == TaskState.FINISHED
            values["state"] = case((settled, literal(TaskState.FAILED.value)), else_=tasks.c.state)
        this = and_(tasks.c.id == fact.task_id, tasks.c.generation_id == fact.generation_id)
        this = and_(this, tasks.c.from_attempt <= fact.attempt)
        unreported = and_(tasks.c.reported_at.is_(None), tasks.c.state.not_in((TaskState.WAITING, TaskState.CANCELLED)))
        return self._task(update(tasks).values(**values).where(this, unreported).returning(*tasks.c))

    def do_again(self, generation_id: UUID, task: Task) -> Sequence[SentTask] | None:
        of_generation = tasks.c.generation_id == generation_id
        needs = [other for other in self.of_generation(generation_id) if task.index in other.unlocks]
        finished = [need for need in needs if need.state is TaskState.FINISHED]
        under_way = sum(need.state in _OPEN for need in needs)
        if not finished and not under_way:
            return None
        counts = {"faults": 0, "outages": 0, "redelivered_unstarted": 0}
        anew = {"from_attempt": tasks.c.attempt + 1, "heartbeat_at": None, "reported_at": None, **counts}
        back = update(tasks).values(state=TaskState.WAITING, waiting_on=under_way, **anew)
        self._connection.execute(back.where(tasks.c.id == task.id, tasks.c.state == TaskState.SENT))
        again = update(tasks).where(of_generation, tasks.c.index.in_([need.index for need in finished]))
        again = again.values(
            state=TaskState.SENT, attempt=tasks.c.attempt + 1, sent_at=func.now(), settled_at=None, **anew
        )
        sent = self._connection.execute(again.returning(tasks.c.index.label("place"), *_SENT)).all()
        for need in finished:
            waiting = and_(of_generation, tasks.c.index.in_(need.unlocks), tasks.c.state == TaskState.WAITING)
            self._connection.execute(update(tasks).where(waiting).values(waiting_on=tasks.c.waiting_on + 1))
        return [_sent_task(row) for row in sorted(sent, key=lambda row: row.place)]

    def missed_plan(self, generation_id: UUID, task_id: UUID, attempt: int) -> bool | None:
        since = func.coalesce(tasks.c.sent_at > generations.c.plan_mended_at, false())
        query = select(since).join(generations, generations.c.id == tasks.c.generation_id)
        query = query.where(_sent(generation_id, task_id), tasks.c.attempt == attempt)
        return self._connection.execute(query).scalar_one_or_none()

    def details(self, generation_id: UUID) -> Sequence[Mapping[str, Any]]:
        query = select(tasks.c.detail).where(tasks.c.generation_id == generation_id, tasks.c.detail.is_not(None))
        return self._connection.execute(query.order_by(tasks.c.index)).scalars().all()

    def settle(self, task_id: UUID, state: TaskState) -> int:
        before = select(tasks.c.id, tasks.c.work_done).where(tasks.c.id == task_id).subquery()
        done = tasks.c.work if state is TaskState.FINISHED else tasks.c.work_done
        change = update(tasks).values(state=state, work_done=done, settled_at=func.now())
        change = change.where(tasks.c.id == before.c.id, tasks.c.state == TaskState.SENT)
        gained = change.returning(tasks.c.work_done - before.c.work_done)
        return self._connection.execute(gained).scalar_one_or_none() or 0

    def fail(self, task_id: UUID, code: str, message: str) -> bool:
        change = update(tasks).values(state=TaskState.FAILED, code=code, message=message, settled_at=func.now())
        change = change.where(tasks.c.id == task_id, tasks.c.state == TaskState.SENT)
        return self._connection.execute(change).rowcount == 1

    def cancel(self, ids: Sequence[UUID]) -> None:
        change = update(tasks).values(state=TaskState.CANCELLED, settled_at=func.now())
        self._connection.execute(change.where(tasks.c.id.in_(ids), tasks.c.state == TaskState.WAITING))

    def settle_open(self, generation_id: UUID, *, delivered: bool) -> int:
        before = select(tasks.c.id, tasks.c.work_done).where(
            tasks.c.generation_id == generation_id, tasks.c.state.in_(_OPEN)
        )
        old = before.subquery()
        makes = and_(outputs.c.generation_id == tasks.c.generation_id, outputs.c.task == tasks.c.index)
        finished = and_(
            tasks.c.state == TaskState.SENT, select(outputs.c.n).where(makes).exists() if delivered else false()
        )
        change = update(tasks).values(
            state=case((finished, literal(TaskState.FINISHED.value)), else_=literal(TaskState.CANCELLED.value)),
            work_done=case((finished, tasks.c.work), else_=tasks.c.work_done),
            settled_at=func.now(),
        )
        change = change.where(tasks.c.id == old.c.id)
        gained = self._connection.execute(change.returning(tasks.c.work_done - old.c.work_done)).scalars()
        return sum(gained)

    def silent(self, silence: LivenessPolicy, *, after: UUID | None, limit: int) -> Sequence[SilentTask]:
        columns = (generations.c.user_id, tasks.c.generation_id, tasks.c.id, tasks.c.attempt, func.now().label("at"))
        query = select(*columns).join(generations, generations.c.id == tasks.c.generation_id)
        query = query.where(_is_silent(silence, func.now())).order_by(tasks.c.id).limit(limit)
        if after is not None:
            query = query.where(tasks.c.id > after)
        rows = self._connection.execute(query)
        return [SilentTask(row.user_id, TaskRef(row.generation_id, row.id), row.attempt, row.at) for row in rows]

    def is_silent(self, task_id: UUID, silence: LivenessPolicy, at: datetime) -> bool:
        query = select(tasks.c.id).where(tasks.c.id == task_id, _is_silent(silence, literal(at)))
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


def _heartbeat_at(fact: TaskFact) -> ColumnElement[datetime]:
    """When the attempt under way last gave a sign of life, this fact being one; of another attempt it says nothing."""
    said = func.now() if fact.at is None else func.least(literal(fact.at), func.now())
    newest = func.greatest(tasks.c.heartbeat_at, said)
    return case((tasks.c.attempt == fact.attempt, newest), else_=tasks.c.heartbeat_at)


def _is_silent(silence: LivenessPolicy, at: ColumnElement[datetime]) -> ColumnElement[bool]:
    started = and_(tasks.c.heartbeat_at.is_not(None), tasks.c.heartbeat_at < at - timedelta(seconds=silence.started_s))
    in_vain = tasks.c.redelivered_unstarted >= silence.unstarted_sends
    too_long = tasks.c.sent_at < at - timedelta(seconds=silence.unstarted_s)
    unstarted = and_(tasks.c.heartbeat_at.is_(None), too_long, ~in_vain)
    return and_(tasks.c.state == TaskState.SENT, or_(started, unstarted))


def _task(row: RowMapping) -> Task:
    return Task(
        id=row["id"],
        index=row["index"],
        operation=row["operation"],
        lane=row["lane"],
        title=row["title"],
        outputs=row["outputs"],
        unlocks=row["unlocks"],
        waiting_on=row["waiting_on"],
        state=TaskState(row["state"]),
        attempt=row["attempt"],
        started=row["heartbeat_at"] is not None,
        reported=row["reported_at"] is not None,
        again=row["from_attempt"] > 1,
        code=row["code"],
        message=row["message"],
        faults=row["faults"],
        outages=row["outages"],
        redelivered_unstarted=row["redelivered_unstarted"],
    )


def _sent_task(row: Row[Any]) -> SentTask:
    return SentTask(row.id, row.lane, row.attempt)
