"""Repository of assets, part of Library. What takes a `user_id` finds only what that user owns and has not deleted."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from medley.contracts.assets import AssetFacts
from medley.domain.assets import Asset, AssetUpload
from medley.domain.projects import Project
from medley.ports.uploads import Uploads


class Assets(Protocol):
    @property
    def asset_uploads(self) -> Uploads: ...

    def add_asset(self, asset_id: UUID, project: Project, upload: AssetUpload) -> Asset:
        """Add an asset, `expected`. The project is locked by the caller."""
        ...

    def count_assets(self, project_id: UUID) -> int: ...

    def assets(self, project_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Asset]:
        """In the order they were asked for, starting after the asset `after`."""
        ...

    def asset(self, user_id: UUID, asset_id: UUID) -> Asset | None: ...

    def delete_assets(self, user_id: UUID, asset_ids: Collection[UUID], *, kept_s: int = 0) -> frozenset[UUID]:
        """Delete assets, which can be restored for so many seconds; after them `sweep` removes their objects. Returns
        which there were."""
        ...

    def restore_assets(self, project_id: UUID, asset_ids: Collection[UUID]) -> frozenset[UUID]:
        """Undo the deletion of assets of a project. Returns of which it was still possible."""
        ...

    def deleted_assets(self, project_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Asset]:
        """Those that can be restored, as `assets`."""
        ...

    def accept_asset(self, user_id: UUID, asset_id: UUID, facts: AssetFacts) -> UUID | None:
        """expected -> ready, if it was asked for as an asset of that kind. Returns the project's id, or None."""
        ...
