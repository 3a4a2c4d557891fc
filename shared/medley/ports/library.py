"""Repository of projects, clips and groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from medley.contracts.media import ClipFacts, ClipSource


@dataclass(frozen=True)
class ReadyLibrary:
    """What a project offers to its app: its ready clips in order of arrival, its groups (name, clip ids) in order."""

    app: str
    clips: tuple[ClipSource, ...]
    groups: tuple[tuple[str, tuple[UUID, ...]], ...]


@dataclass(frozen=True)
class ClipObjects:
    """A clip and the object its owner uploaded."""

    clip_id: UUID
    user_id: UUID
    key: str


class Library(Protocol):
    def ready_library(self, user_id: UUID, project_id: UUID) -> ReadyLibrary:
        """Raises: NotFound, if there is no such project of this user (or it was deleted)."""
        ...

    def accept_clip(self, user_id: UUID, clip_id: UUID, facts: ClipFacts, poster_key: str) -> UUID | None:
        """expected -> ready. Returns the project's id, or None if the clip was not `expected` any more."""
        ...

    def reject_clip(self, user_id: UUID, clip_id: UUID, code: str, message: str) -> UUID | None:
        """expected -> rejected. Returns the project's id, or None if the clip was not `expected` any more."""
        ...

    def expected_clips(self, older_than_s: int, after: UUID | None, limit: int) -> Sequence[ClipObjects]:
        """Clips still `expected` so long after they were asked for, by id, after `after`: a page of them."""
        ...

    def deleted_clips(self, after: UUID | None, limit: int) -> Sequence[ClipObjects]:
        """Deleted clips (or clips of deleted projects) whose objects were not yet removed and which no running
        generation uses (`generations.clip_ids`), by id, after `after`: a page of them."""
        ...

    def objects_removed(self, clip_ids: Sequence[UUID]) -> None:
        """Note that nothing is left of these clips in the bucket."""
        ...
