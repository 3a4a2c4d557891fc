"""Repository of the audit log."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from medley.domain.audit import Action, Event, LoggedEvent


class AuditLog(Protocol):
    """Events are added and read; only the oldest are ever deleted."""

    def add(self, event: Event) -> None: ...

    def add_some(self, event: Event, per_hour: int) -> bool:
        """Add an event unless the log took so many of its kind about its user in the last hour; one about nobody is
        not added, by the same statement."""
        ...

    def events(
        self, *, user_id: UUID | None, action: Action | None, before: int | None, limit: int
    ) -> Sequence[LoggedEvent]:
        """Newest first, below the id `before`."""
        ...

    def prune(self, older_than_s: int, limit: int) -> int:
        """Delete up to `limit` events so old; returns how many."""
        ...
