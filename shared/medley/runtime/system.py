"""The machine's clock and its ids."""

from datetime import UTC, datetime
from uuid import UUID

from uuid6 import uuid7


class SystemClock:
    """Clock (ports.identity)."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class TimeOrderedIds:
    """Ids (ports.identity): UUID version 7, RFC 9562."""

    def new(self) -> UUID:
        return UUID(int=uuid7().int)
