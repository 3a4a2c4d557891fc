"""Assets of a project: expected, read, deleted. Every function works in the caller's open transaction; the caller
commits."""

from collections.abc import Sequence
from uuid import UUID

from medley.domain.assets import Asset, AssetUpload
from medley.errors import Conflict, NotFound
from medley.limits import ASSETS_PER_PROJECT, RESTORE_S
from medley.ports.database import UnitOfWork
from medley.ports.identity import Ids
from medley.services import projects, quota


def request(uow: UnitOfWork, ids: Ids, user_id: UUID, project_id: UUID, upload: AssetUpload) -> Asset:
    """Expect an asset.

    Raises:
        NotFound: code `unknown_project`.
        Conflict: codes `too_many_assets`, `storage_full`.
    """
    quota.require_bytes(uow, user_id, upload.size_bytes)
    project = projects.read(uow, user_id, project_id, lock=True)
    _require_room(uow, project.id)
    return uow.library.add_asset(ids.new(), project, upload)


def of_project(
    uow: UnitOfWork, user_id: UUID, project_id: UUID, *, deleted: bool, after: UUID | None, limit: int
) -> Sequence[Asset]:
    """In the order they were asked for; with `deleted`, those that can be restored.

    Raises: NotFound (`unknown_project`).
    """
    page = uow.library.deleted_assets if deleted else uow.library.assets
    return page(projects.read(uow, user_id, project_id).id, after=after, limit=limit)


def read(uow: UnitOfWork, user_id: UUID, asset_id: UUID) -> Asset:
    """Raises: NotFound (`unknown_asset`), also for somebody else's or a deleted one."""
    asset = uow.library.asset(user_id, asset_id)
    if asset is None:
        raise NotFound("There is no such asset.", code="unknown_asset")
    return asset


def delete(uow: UnitOfWork, user_id: UUID, asset_id: UUID, *, forever: bool) -> None:
    """Delete an asset, for good or so that it can be restored for a while. Its object is removed by `sweep` after that,
    once no running generation uses it.

    Raises: NotFound (`unknown_asset`).
    """
    if not uow.library.delete_assets(user_id, [asset_id], kept_s=0 if forever else RESTORE_S):
        raise NotFound("There is no such asset.", code="unknown_asset")


def restore(uow: UnitOfWork, user_id: UUID, project_id: UUID, asset_id: UUID) -> Asset:
    """Undo the deletion of an asset.

    Raises:
        NotFound: code `unknown_project`.
        InvalidInput: code `not_restorable`.
        Conflict: code `too_many_assets`.
    """
    project = projects.read(uow, user_id, project_id, lock=True)
    _require_room(uow, project.id)
    if not uow.library.restore_assets(project.id, [asset_id]):
        raise projects.not_restorable([asset_id])
    return read(uow, user_id, asset_id)


def _require_room(uow: UnitOfWork, project_id: UUID) -> None:
    if uow.library.count_assets(project_id) >= ASSETS_PER_PROJECT:
        raise Conflict("This project has all the assets it can have.", code="too_many_assets", limit=ASSETS_PER_PROJECT)
