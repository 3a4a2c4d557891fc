"""Messages promised by a commit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update

from medley import tracing
from medley.contracts.work import Work
from medley.db.batches import insert_all
from medley.db.clock import ago, from_now
from medley.db.tables import outbox
from medley.limits import QUEUE_DELAY_S
from medley.ports.cloud import Message
from medley.ports.generations import SentTask
from medley.ports.outbox import OutboxRow

# The rows are chosen in a step of its own (`MATERIALIZED`): an inner query that locks may be run again for each row of
# a join, skips what it locked before, and so takes more than its limit.
_CLAIM = text("""
    WITH due AS MATERIALIZED (
        SELECT id FROM outbox
        WHERE published_at IS NULL AND (claimed_until IS NULL OR claimed_until < now())
          AND created_at <= now() - make_interval(secs => :older_than_s)
          AND (not_before IS NULL OR not_before <= now() + make_interval(secs => :ahead_s))
        ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox SET claimed_until = clock_timestamp() + make_interval(secs => :lease_s)
    FROM due WHERE outbox.id = due.id
    RETURNING outbox.id, queue, group_id, body, task_id, attempt, trace,
              greatest(0, ceil(extract(epoch FROM not_before - now())))::int AS delay_s
""")
_COMMANDS = text("""
    SELECT t.id AS task_id, t.operation, t.lane, t.attempt, t.plan_start, t.plan_length, t.plan_crc,
           g.id AS generation_id, g.user_id AS owner_id, g.app, g.plan, g.deadline,
           (SELECT coalesce(array_agg(o.n ORDER BY o.n), '{}') FROM outputs o
            WHERE o.generation_id = t.generation_id AND o.task = t.index AND o.state = 'planned') AS outputs
    FROM tasks t JOIN generations g ON g.id = t.generation_id
    WHERE t.id = ANY(:ids) AND t.state = 'sent' AND g.state = 'running' AND g.plan IS NOT NULL
""")


_AGAIN = text("""
    SELECT t.id AS task_id, t.operation, t.lane, t.plan_start, t.plan_length, t.plan_crc,
           g.id AS generation_id, g.user_id AS owner_id, g.app, g.plan
    FROM tasks t JOIN generations g ON g.id = t.generation_id
    WHERE t.id = :id AND g.plan IS NOT NULL
""")


class OutboxRepository:
    """`medley.ports.outbox.Outbox` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        self._add([{"queue": m.queue, "group_id": m.group, "body": m.body} for m in messages], delay_s)

    def add_tasks(self, group: str, tasks: Sequence[SentTask], *, delay_s: int = 0) -> None:
        self._add(
            [{"queue": task.lane, "group_id": group, "task_id": task.id, "attempt": task.attempt} for task in tasks],
            delay_s,
        )

    def _add(self, rows: Sequence[Mapping[str, Any]], delay_s: int) -> None:
        trace = tracing.carried()
        rows = [{**row, "trace": trace} for row in rows]
        if not delay_s:
            insert_all(self._connection, outbox, rows)
        elif rows:
            self._connection.execute(insert(outbox).values(not_before=from_now(delay_s)), list(rows))

    def add_again(self, task: SentTask, outputs: Sequence[int], deadline: datetime) -> None:
        found = self._connection.execute(_AGAIN, {"id": task.id}).one()
        work = _work(found, attempt=task.attempt, outputs=outputs, deadline=deadline)
        self.add([Message(task.lane, str(found.owner_id), work.model_dump_json())])

    def claim(self, *, older_than_s: int, lease_s: int, limit: int) -> Sequence[OutboxRow]:
        values = {"older_than_s": older_than_s, "lease_s": lease_s, "limit": limit, "ahead_s": QUEUE_DELAY_S}
        rows = sorted(self._connection.execute(_CLAIM, values).all(), key=lambda row: row.id)
        ids = [row.task_id for row in rows if row.task_id is not None]
        commands = {row.task_id: row for row in self._connection.execute(_COMMANDS, {"ids": ids})} if ids else {}
        return [OutboxRow(row.id, _message(row, commands)) for row in rows]

    def mark_published(self, ids: Sequence[int]) -> None:
        self._connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(published_at=func.now()))

    def oldest_s(self) -> int:
        due = func.coalesce(outbox.c.not_before, outbox.c.created_at)
        waited = func.extract("epoch", func.now() - func.min(due))
        found = self._connection.scalar(select(waited).where(outbox.c.published_at.is_(None)))
        return max(0, int(found or 0))

    def prune(self, older_than_s: int, limit: int) -> int:
        ids = select(outbox.c.id).where(outbox.c.published_at < ago(older_than_s)).limit(limit)
        return self._connection.execute(delete(outbox).where(outbox.c.id.in_(ids))).rowcount


def _message(row: Row[Any], commands: Mapping[Any, Row[Any]]) -> Message | None:
    """What a row promised: its body, or the command of its task if that is still at the attempt it was sent for."""
    if row.body is not None:
        return Message(row.queue, row.group_id, row.body, row.delay_s, row.trace)
    found = commands.get(row.task_id)
    if found is None or found.attempt != row.attempt:
        return None
    work = _work(found, attempt=found.attempt, outputs=found.outputs, deadline=found.deadline)
    return Message(row.queue, row.group_id, work.model_dump_json(), row.delay_s, row.trace)


def _work(found: Row[Any], *, attempt: int, outputs: Sequence[int], deadline: datetime) -> Work:
    return Work(
        app=found.app,
        operation=found.operation,
        lane=found.lane,
        owner_id=found.owner_id,
        generation_id=found.generation_id,
        task_id=found.task_id,
        attempt=attempt,
        deadline=deadline,
        plan=found.plan,
        start=found.plan_start,
        length=found.plan_length,
        crc=found.plan_crc,
        outputs=tuple(outputs),
    )
