"""Messages promised by a commit."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select, text, update

from medley.db.clock import ago
from medley.db.tables import outbox
from medley.ports.cloud import Message
from medley.ports.outbox import OutboxRow

_CLAIM = text("""
    UPDATE outbox SET claimed_until = clock_timestamp() + make_interval(secs => :lease_s)
    WHERE id IN (
        SELECT id FROM outbox
        WHERE published_at IS NULL AND (claimed_until IS NULL OR claimed_until < now())
          AND created_at <= now() - make_interval(secs => :older_than_s)
        ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    RETURNING id, queue, group_id, body
""")


class OutboxRepository:
    """`medley.ports.outbox.Outbox` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, messages: Sequence[Message]) -> None:
        if messages:
            rows = [{"queue": m.queue, "group_id": m.group, "body": m.body} for m in messages]
            self._connection.execute(insert(outbox), rows)

    def claim(self, *, older_than_s: int, lease_s: int, limit: int) -> Sequence[OutboxRow]:
        values = {"older_than_s": older_than_s, "lease_s": lease_s, "limit": limit}
        rows = self._connection.execute(_CLAIM, values).all()
        return [OutboxRow(row.id, Message(row.queue, row.group_id, row.body)) for row in sorted(rows)]

    def mark_published(self, ids: Sequence[int]) -> None:
        self._connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(published_at=func.now()))

    def prune(self, older_than_s: int, limit: int) -> int:
        ids = select(outbox.c.id).where(outbox.c.published_at < ago(older_than_s)).limit(limit)
        return self._connection.execute(delete(outbox).where(outbox.c.id.in_(ids))).rowcount
