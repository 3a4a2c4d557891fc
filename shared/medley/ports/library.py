"""Repository of projects, clips, groups and, from `medley.ports.assets`, assets.

What takes a `user_id` finds only what that user owns and has not deleted. What takes a project's or a group's id
alone trusts its caller to have looked the project up.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from medley.contracts.assets import AssetSource
from medley.contracts.facts import ClipAccepted
from medley.contracts.media import ClipSource
from medley.domain.projects import Clip, ClipGroup, Group, LibraryIds, Project, Shelf, Upload
from medley.ports.assets import Assets
from medley.ports.uploads import Uploads


@dataclass(frozen=True)
class ReadyLibrary:
    """What a project offers to its app: its ready clips and assets in order of arrival, its groups in order."""

    app: str
    clips: tuple[ClipSource, ...]
    groups: tuple[Group, ...]
    assets: tuple[AssetSource, ...] = ()


@dataclass(frozen=True)
class Contents:
    """What is seen of a project from outside: how many clips it has, and the keys of the first ones' posters."""

    clips: int = 0
    posters: tuple[str, ...] = ()


class Library(Assets, Protocol):
    # projects
    def lock_owner(self, user_id: UUID) -> None:
        """Until the transaction ends, nobody else adds projects or files for this user: a limit counted now is exact.
        Whoever locks a project too locks its owner before."""
        ...

    def add_project(self, project_id: UUID, user_id: UUID, app: str, name: str) -> Project: ...

    def count_projects(self, user_id: UUID) -> int: ...

    def projects(
        self,
        user_id: UUID,
        *,
        before: UUID | None,
        limit: int,
        shelf: Shelf = Shelf.OPEN,
        search: str = "",
        app: str | None = None,
    ) -> Sequence[Project]:
        """Newest first, starting after the project `before`: those on a shelf, whose names contain `search`, of an
        app."""
        ...

    def project(self, user_id: UUID, project_id: UUID, *, lock: bool = False, deleted: bool = False) -> Project | None:
        """The project; with `lock`, its clips and groups are this transaction's to change. With `deleted`, one that can
        be restored."""
        ...

    def rename_project(self, user_id: UUID, project_id: UUID, name: str) -> bool: ...

    def archive_project(self, user_id: UUID, project_id: UUID, *, archived: bool) -> bool: ...

    def delete_project(self, user_id: UUID, project_id: UUID, *, kept_s: int = 0) -> bool:
        """Hide the project and delete its clips and assets, for so many seconds; after them `sweep` removes their
        objects. False if there is none.
        """
        ...

    def restore_project(self, project_id: UUID) -> None:
        """Undo the deletion of a project that can be restored, and of what was deleted with it."""
        ...

    def duplicate_contents(self, project_id: UUID, copy_id: UUID, new_id: Callable[[], UUID]) -> None:
        """Show the ready clips and assets of a project in another one too, in groups like theirs."""
        ...

    def ready_bytes(self, project_id: UUID) -> int:
        """What the ready clips and assets of a project come to."""
        ...

    def stored_bytes(self, user_id: UUID) -> int:
        """What a user's clips and assets come to, with those that can be restored."""
        ...

    # clips
    @property
    def clip_uploads(self) -> Uploads: ...

    def add_clip(self, clip_id: UUID, project: Project, upload: Upload) -> Clip:
        """Add a clip, `expected`, as the project's last. The project is locked by the caller."""
        ...

    def count_clips(self, project_id: UUID) -> int: ...

    def contents(self, project_ids: Sequence[UUID], *, posters: int) -> Mapping[UUID, Contents]:
        """What is seen of each of these projects, with so many posters at most."""
        ...

    def clips(self, project_id: UUID, *, after: int | None, limit: int) -> Sequence[Clip]:
        """In order of arrival, starting after position `after`."""
        ...

    def clip(self, user_id: UUID, clip_id: UUID) -> Clip | None: ...

    def clip_ids(self, project_id: UUID) -> frozenset[UUID]:
        """All clips of the project, in whatever state but deleted."""
        ...

    def set_upload(self, clip_id: UUID, upload_id: str, *, instead_of: str | None = None) -> bool:
        """Note a clip's multipart upload, its first or `instead_of` that one; False if it has another, or is not
        `expected` any more."""
        ...

    def delete_clips(self, user_id: UUID, clip_ids: Collection[UUID], *, kept_s: int = 0) -> frozenset[UUID]:
        """Delete clips and take them out of their groups; they can be restored for so many seconds, after which `sweep`
        removes their objects. Returns which there were.

        The project is locked by the caller.
        """
        ...

    def restore_clips(self, project_id: UUID, clip_ids: Collection[UUID]) -> frozenset[UUID]:
        """Undo the deletion of clips of a project, which stand in no group then. Returns of which it was still
        possible."""
        ...

    def deleted_clips(self, project_id: UUID, *, after: int | None, limit: int) -> Sequence[Clip]:
        """Those that can be restored, as `clips`."""
        ...

    # groups
    def groups(self, project_id: UUID) -> Sequence[ClipGroup]:
        """All groups of the project, in order, each with its clips in order."""
        ...

    def group(self, user_id: UUID, group_id: UUID) -> ClipGroup | None: ...

    def add_group(self, group: ClipGroup) -> None:
        """Add a group and its clips; each leaves the group it stood in."""
        ...

    def change_group(self, group_id: UUID, name: str, color: str | None) -> None: ...

    def order_groups(self, group_ids: Sequence[UUID]) -> None:
        """Give these groups the positions 0, 1, 2, …"""
        ...

    def fill_group(self, group_id: UUID, clip_ids: Sequence[UUID]) -> None:
        """Make these, in this order, the group's clips; each leaves the group it stood in. The version of every group
        that this changes goes up."""
        ...

    def ungroup(self, clip_ids: Collection[UUID]) -> None:
        """Take these clips out of their groups, whose versions go up."""
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
