"""An export: an archive of all that is kept about one person. Plain values, no I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from medley.limits import EXPORT_DAYS


@dataclass(frozen=True)
class Export:
    """`made_at` and `size_bytes` are None until the archive is there."""

    id: UUID
    user_id: UUID
    created_at: datetime
    made_at: datetime | None = None
    size_bytes: int | None = None

    @property
    def expires_at(self) -> datetime | None:
        """When the archive goes."""
        return None if self.made_at is None else self.made_at + timedelta(days=EXPORT_DAYS)
