"""Open WebSocket connections in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, Delete, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from medley.db.clock import ago
from medley.db.tables import sessions, sockets, used_tickets, users
from medley.limits import SOCKETS_PER_USER

_LIVE_SESSION = (
    select(sessions.c.id)
    .join(users, users.c.id == sessions.c.user_id)
    .where(
        sessions.c.id == sockets.c.session_id,
        sessions.c.revoked_at.is_(None),
        sessions.c.expires_at > func.now(),
        users.c.disabled_at.is_(None),
    )
    .exists()
)


class SocketsRepository:
    """Sockets (ports.accounts)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, connection_id: str, user_id: UUID, session_id: UUID) -> Sequence[str]:
        self._connection.execute(
            insert(sockets)
            .values(connection_id=connection_id, user_id=user_id, session_id=session_id)
            .on_conflict_do_nothing(index_elements=["connection_id"])
        )
        older = sockets.c.connection_id.not_in(self.of_user(user_id))
        return self._forget(delete(sockets).where(sockets.c.user_id == user_id, older))

    def use_ticket(self, digest: str, connection_id: str) -> bool:
        statement = (
            insert(used_tickets)
            .values(digest=digest, connection_id=connection_id)
            .on_conflict_do_update(index_elements=["digest"], set_={"digest": digest})  # so that it returns a row
            .returning(used_tickets.c.connection_id)
        )
        return bool(self._connection.execute(statement).scalar_one() == connection_id)

    def prune_tickets(self, used_s: int, limit: int) -> int:
        digest = used_tickets.c.digest
        old = select(digest).where(used_tickets.c.used_at < ago(used_s)).limit(limit)
        return self._connection.execute(delete(used_tickets).where(digest.in_(old))).rowcount

    def forget_sessions(self, session_ids: Sequence[UUID]) -> Sequence[str]:
        return self._forget(delete(sockets).where(sockets.c.session_id.in_(session_ids)))

    def _forget(self, statement: Delete) -> Sequence[str]:
        return list(self._connection.execute(statement.returning(sockets.c.connection_id)).scalars())

    def remove(self, connection_id: str) -> None:
        self._connection.execute(delete(sockets).where(sockets.c.connection_id == connection_id))

    def of_user(self, user_id: UUID) -> Sequence[str]:
        statement = select(sockets.c.connection_id).where(sockets.c.user_id == user_id, _LIVE_SESSION)
        newest = statement.order_by(sockets.c.connected_at.desc(), sockets.c.connection_id).limit(SOCKETS_PER_USER)
        return list(self._connection.execute(newest).scalars())

    def remove_dead(self, older_than_s: int, limit: int) -> int:
        connection_id = sockets.c.connection_id
        old = select(connection_id).where(sockets.c.connected_at < ago(older_than_s)).limit(limit)
        return self._connection.execute(delete(sockets).where(connection_id.in_(old))).rowcount
