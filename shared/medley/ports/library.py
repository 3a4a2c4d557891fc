"""Repository of projects, clips, groups and, from `medley.ports.assets`, assets.

What takes a `user_id` finds only what that user owns and has not deleted. What takes a project's or a group's id
alone trusts its caller to have looked the project up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from medley.contracts.assets import AssetSource
from medley.contracts.facts import ClipAccepted
from medley.contracts.media import ClipSource
from medley.domain.projects import Clip, ClipGroup, LibraryIds, Project, Upload
from medley.ports.assets import Assets
from medley.ports.uploads import Uploads


@dataclass(frozen=True)
class ReadyLibrary:
    """What a project offers to its app: its ready clips and assets in order of arrival, its groups (name, clip ids)
    in order."""

    app: str
    clips: tuple[ClipSource, ...]
    groups: tuple[tuple[str, tuple[UUID, ...]], ...]
    assets: tuple[AssetSource, ...] = ()


class Library(Assets, Protocol):
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
        """Hide the project and delete its clips and assets; their objects are removed by `sweep`.

        False if there is none.
        """
        ...

    # clips
    @property
    def clip_uploads(self) -> Uploads: ...

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
        """Delete a clip and take it out of its group; its objects are removed by `sweep`. False if there is none.

        The project is locked by the caller.
        """
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

    # ingest and orders
    def accept_clip(self, fact: ClipAccepted) -> UUID | None:
        """expected -> ready. Returns the project's id, or None if the clip was not `expected` any more."""
        ...

    def ready_ids(self, project_id: UUID) -> LibraryIds:
        """What `ready_library` gives of a project that is there, by ids alone."""
        ...

    def ordered_library(
        self, user_id: UUID, project_id: UUID, ids: LibraryIds
    ) -> tuple[tuple[ClipSource, ...], tuple[AssetSource, ...]]:
        """These clips and assets, in this order, whether deleted since or not: what an order was placed from."""
        ...

    def ready_library(self, user_id: UUID, project_id: UUID) -> ReadyLibrary:
        """Raises: NotFound, if there is no such project of this user (or it was deleted)."""
        ...
