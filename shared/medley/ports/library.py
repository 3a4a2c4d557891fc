"""Repository of projects, clips and groups.

What takes a `user_id` finds only what that user owns and has not deleted. What takes a project's or a group's id
alone trusts its caller to have looked the project up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from medley.contracts.media import ClipFacts, ClipSource
from medley.domain.projects import Clip, ClipGroup, Project, Upload


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
    # projects
    def lock_owner(self, user_id: UUID) -> None:
        """Until the transaction ends, nobody else adds projects for this user: a limit counted now is exact."""
        ...

    def add_project(self, project_id: UUID, user_id: UUID, app: str, name: str) -> Project: ...

    def count_projects(self, user_id: UUID) -> int: ...

    def projects(self, user_id: UUID, *, before: UUID | None, limit: int) -> Sequence[Project]:
        """Newest first, starting after the project `before`."""
        ...

    def project(self, user_id: UUID, project_id: UUID, *, lock: bool = False) -> Project | None:
        """The project; with `lock`, its clips and groups are this transaction's to change."""
        ...

    def rename_project(self, user_id: UUID, project_id: UUID, name: str) -> bool: ...

    def delete_project(self, user_id: UUID, project_id: UUID) -> bool:
        """Hide the project and delete its clips; their objects are removed by `sweep`. False if there is none."""
        ...

    # clips
    def add_clip(self, clip_id: UUID, project: Project, upload: Upload) -> Clip:
        """Add a clip, `expected`, as the project's last. The project is locked by the caller."""
        ...

    def count_clips(self, project_id: UUID) -> int: ...

    def clips(self, project_id: UUID, *, after: int | None, limit: int) -> Sequence[Clip]:
        """In order of arrival, starting after position `after`."""
        ...

    def clip(self, user_id: UUID, clip_id: UUID) -> Clip | None: ...

    def clip_ids(self, project_id: UUID) -> frozenset[UUID]:
        """All clips of the project, in whatever state but deleted."""
        ...

    def set_upload(self, clip_id: UUID, upload_id: str) -> bool:
        """Note a clip's multipart upload; False if it has one already or is not `expected` any more."""
        ...

    def delete_clip(self, user_id: UUID, clip_id: UUID) -> bool:
        """Delete a clip and take it out of its group; its objects are removed by `sweep`. False if there is none."""
        ...

    # groups
    def groups(self, project_id: UUID) -> Sequence[ClipGroup]:
        """All groups of the project, in order, each with its clips in order."""
        ...

    def group(self, user_id: UUID, group_id: UUID) -> ClipGroup | None: ...

    def add_group(self, group_id: UUID, project_id: UUID, name: str, position: int) -> None: ...

    def rename_group(self, group_id: UUID, name: str) -> None: ...

    def order_groups(self, group_ids: Sequence[UUID]) -> None:
        """Give these groups the positions 0, 1, 2, …"""
        ...

    def fill_group(self, group_id: UUID, clip_ids: Sequence[UUID]) -> None:
        """Make these, in this order, the group's clips; each leaves the group it stood in."""
        ...

    def delete_group(self, group_id: UUID) -> None:
        """Remove a group; its clips stay in the project."""
        ...

    # ingest, orders and upkeep
    def ready_library(self, user_id: UUID, project_id: UUID) -> ReadyLibrary:
        """Raises: NotFound, if there is no such project of this user (or it was deleted)."""
        ...

    def accept_clip(self, user_id: UUID, clip_id: UUID, facts: ClipFacts, poster_key: str) -> UUID | None:
        """expected -> ready. Returns the project's id, or None if the clip was not `expected` any more."""
        ...

    def reject_clip(self, user_id: UUID, clip_id: UUID, code: str, message: str) -> UUID | None:
        """expected -> rejected. Returns the project's id, or None if the clip was not `expected` any more."""
        ...

    def expected_clips(self, unseen_s: int, after: UUID | None, limit: int) -> Sequence[ClipObjects]:
        """Clips still `expected` so long after they were asked for or last looked for, by id, after `after`."""
        ...

    def looked_at(self, clip_ids: Sequence[UUID]) -> None:
        """Note that these clips' objects were looked for now."""
        ...

    def overdue_clips(self, clip_ids: Sequence[UUID], older_than_s: int) -> frozenset[UUID]:
        """Those of the clips that are still `expected` so long after they were asked for."""
        ...

    def deleted_clips(self, after: UUID | None, limit: int) -> Sequence[ClipObjects]:
        """Deleted clips whose objects were not yet removed, by id, after `after`: a page of them.

        Left out are those a running generation uses (`generations.clip_ids`), and those deleted so lately that an
        upload signed before may still arrive.
        """
        ...

    def objects_removed(self, clip_ids: Sequence[UUID]) -> None:
        """Note that nothing is left of these clips in the bucket."""
        ...
