"""Repository of exports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from medley.domain.exports import Export


@dataclass(frozen=True)
class OwnedFile:
    """An object somebody has: of which kind, in which folder (an id), under which name."""

    kind: str
    folder: UUID
    name: str
    key: str
    size_bytes: int
    sha256: str


class Exports(Protocol):
    def add(self, export_id: UUID, user_id: UUID) -> Export: ...

    def lately(self, user_id: UUID, within_s: int) -> Sequence[Export]:
        """Those asked for so lately, newest first."""
        ...

    def kept(self, user_id: UUID, within_s: int) -> Sequence[Export]:
        """Those that were made so lately, or asked for so lately and are not made yet, newest first."""
        ...

    def get(self, user_id: UUID, export_id: UUID) -> Export | None: ...

    def made(self, export_id: UUID, size_bytes: int) -> bool:
        """Note that the archive is there; False if that was noted before."""
        ...

    def files(self, user_id: UUID) -> Sequence[OwnedFile]:
        """Everything of theirs in the bucket that is a file to them: clips, assets and videos, the newest first."""
        ...

    def subjects(self) -> Sequence[str]:
        """What there is about a person, by name: `projects`, `clips` and so on."""
        ...

    def rows(self, subject: str, user_id: UUID) -> Iterator[dict[str, Any]]:
        """All rows about a person of one subject, as JSON, read as they are asked for; without secrets, and without
        who else did something about them, and from where."""
        ...

    def prune(self, older_than_s: int, limit: int) -> int:
        """Forget up to `limit` exports that `kept` does not tell any more; returns how many."""
        ...
