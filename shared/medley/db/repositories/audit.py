"""The audit log in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, literal, select

from medley.db.clock import ago
from medley.db.tables import audit_events
from medley.domain.audit import Action, Event, LoggedEvent

_HOUR_S = 3_600
_COLUMNS = ("action", "user_id", "actor_id", "network", "detail")


class AuditRepository:
    """AuditLog (ports.audit) on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, event: Event) -> None:
        self._connection.execute(insert(audit_events).values(_row(event)))

    def add_some(self, event: Event, per_hour: int) -> bool:
        log = audit_events.c
        user_id = literal(event.user_id, log.user_id.type)
        lately = (
            select(log.id)
            .where(log.user_id == user_id, log.action == event.action.value, log.at > ago(_HOUR_S))
            .limit(per_hour)
            .subquery()
        )
        count = select(func.count()).select_from(lately).scalar_subquery()
        row = _row(event)
        values = [literal(row[name], log[name].type) for name in _COLUMNS]
        wanted = select(*values).where(count < per_hour, user_id.is_not(None))
        statement = insert(audit_events).from_select(list(_COLUMNS), wanted)
        return self._connection.execute(statement).rowcount == 1

    def events(
        self, *, user_id: UUID | None, action: Action | None, before: int | None, limit: int
    ) -> Sequence[LoggedEvent]:
        log = audit_events.c
        statement = select(audit_events).order_by(log.id.desc()).limit(limit)
        if user_id is not None:
            statement = statement.where(log.user_id == user_id)
        if action is not None:
            statement = statement.where(log.action == action.value)
        if before is not None:
            statement = statement.where(log.id < before)
        return [
            LoggedEvent(row.id, row.at, Event(Action(row.action), row.user_id, row.actor_id, row.network, row.detail))
            for row in self._connection.execute(statement)
        ]

    def prune(self, older_than_s: int, limit: int) -> int:
        log = audit_events.c
        old = select(log.id).where(log.at < ago(older_than_s)).limit(limit)
        return self._connection.execute(delete(audit_events).where(log.id.in_(old))).rowcount


def _row(event: Event) -> dict[str, Any]:
    return {
        "action": event.action.value,
        "user_id": event.user_id,
        "actor_id": event.actor_id,
        "network": event.network,
        "detail": dict(event.detail),
    }
