"""Rows that have been kept long enough, in PostgreSQL."""

from sqlalchemy import Connection, delete, func, null, select, update

from medley.db.clock import ago
from medley.db.tables import assets, clips, generations, outputs, tasks


class RetentionRepository:
    """`medley.ports.retention.Retention` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def forget_work(self, ended_s: int, limit: int) -> int:
        ended = select(generations.c.id).where(
            generations.c.finished_at < ago(ended_s), generations.c.tasks_removed_at.is_(None)
        )
        oldest = ended.order_by(generations.c.finished_at).limit(limit)
        ids = self._connection.execute(oldest).scalars().all()
        if ids:
            old_recipes = update(outputs).where(outputs.c.generation_id.in_(ids), outputs.c.recipe.is_not(None))
            self._connection.execute(delete(tasks).where(tasks.c.generation_id.in_(ids)))
            self._connection.execute(old_recipes.values(recipe=null()))
            self._connection.execute(
                update(generations).where(generations.c.id.in_(ids)).values(tasks_removed_at=func.now())
            )
        return len(ids)

    def forget_uploads(self, removed_s: int, limit: int) -> int:
        forgotten = 0
        for table in (clips, assets):
            old = select(table.c.id).where(table.c.objects_removed_at < ago(removed_s)).limit(limit)
            forgotten += self._connection.execute(delete(table).where(table.c.id.in_(old))).rowcount
        return forgotten
