"""Answers to requests that carried an Idempotency-Key, in the transaction that did what the request asked."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, and_, delete, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from medley.db.clock import ago
from medley.db.tables import idempotency
from medley.errors import Conflict
from medley.ports.outbox import Answer

WAIT_MS: Final = 5_000  # for the first request with the key; well below the API's time-out
_PATIENCE: Final = text("SELECT set_config('lock_timeout', :wait_ms, true)")


class IdempotencyRepository:
    """`medley.ports.outbox.Idempotency` on one connection."""

    def __init__(self, connection: Connection, wait_ms: int = WAIT_MS) -> None:
        self._connection = connection
        self._wait_ms = wait_ms

    def claim(self, user_id: UUID, route: str, key: str, fingerprint: str) -> Answer | None:
        self._connection.execute(_PATIENCE, {"wait_ms": str(self._wait_ms)})  # from here to the transaction's end
        values = {"user_id": user_id, "route": route, "key": key, "fingerprint": fingerprint}
        claim = insert(idempotency).values(**values).on_conflict_do_nothing().returning(idempotency.c.user_id)
        try:
            if self._connection.execute(claim).one_or_none() is not None:
                return None
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable):
                raise
            raise Conflict(
                "A request with this Idempotency-Key is still running.", code="in_progress", retry_after_s=1
            ) from error
        return self.find(user_id, route, key)

    def find(self, user_id: UUID, route: str, key: str) -> Answer | None:
        found = select(idempotency.c.fingerprint, idempotency.c.body).where(self._is(user_id, route, key))
        row = self._connection.execute(found).one_or_none()
        return None if row is None else Answer(row.fingerprint, row.body)

    def answer(self, user_id: UUID, route: str, key: str, body: Mapping[str, Any]) -> None:
        self._connection.execute(update(idempotency).where(self._is(user_id, route, key)).values(body=dict(body)))

    def prune(self, older_than_s: int, limit: int) -> int:
        names = (idempotency.c.user_id, idempotency.c.route, idempotency.c.key)
        keys = select(*names).where(idempotency.c.created_at < ago(older_than_s)).limit(limit)
        return self._connection.execute(delete(idempotency).where(tuple_(*names).in_(keys))).rowcount

    @staticmethod
    def _is(user_id: UUID, route: str, key: str) -> Any:
        table = idempotency.c
        return and_(table.user_id == user_id, table.route == route, table.key == key)
