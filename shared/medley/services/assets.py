"""An asset's way into the library: asked for, then sent to the bucket by its owner's browser in one request.

What ingest finds in it comes as a fact and is applied by `services.recording`. Functions that take `uow` work in the
caller's open transaction, and the caller commits.
"""

from collections.abc import Sequence
from uuid import UUID

from medley.contracts.keys import AssetKey
from medley.domain.assets import Asset, AssetUpload
from medley.errors import Conflict, NotFound
from medley.limits import ASSETS_PER_PROJECT
from medley.ports.cloud import SignedRequest, UploadSigner
from medley.ports.database import UnitOfWork
from medley.ports.identity import Ids
from medley.services import projects


def key_of(asset: Asset) -> str:
    """Where the asset's file is, or will be."""
    return str(AssetKey(asset.user_id, asset.project_id, asset.id))


def request(uow: UnitOfWork, ids: Ids, user_id: UUID, project_id: UUID, upload: AssetUpload) -> Asset:
    """Expect an asset.

    Raises:
        NotFound: code `unknown_project`.
        Conflict: code `too_many_assets`.
    """
    project = projects.read(uow, user_id, project_id, lock=True)
    if uow.library.count_assets(project.id) >= ASSETS_PER_PROJECT:
        raise Conflict("This project has all the assets it can have.", code="too_many_assets", limit=ASSETS_PER_PROJECT)
    return uow.library.add_asset(ids.new(), project, upload)


def sign(signer: UploadSigner, asset: Asset) -> SignedRequest:
    """The one request that sends the asset."""
    return signer.sign_put(key_of(asset), asset.content_type, asset.size_bytes)


def of_project(uow: UnitOfWork, user_id: UUID, project_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Asset]:
    """In the order they were asked for. Raises: NotFound (`unknown_project`)."""
    return uow.library.assets(projects.read(uow, user_id, project_id).id, after=after, limit=limit)


def read(uow: UnitOfWork, user_id: UUID, asset_id: UUID) -> Asset:
    """Raises: NotFound (`unknown_asset`), also for somebody else's or a deleted one."""
    asset = uow.library.asset(user_id, asset_id)
    if asset is None:
        raise NotFound("There is no such asset.", code="unknown_asset")
    return asset


def delete(uow: UnitOfWork, user_id: UUID, asset_id: UUID) -> None:
    """Delete an asset. Its object is removed by `sweep` once no running generation uses it.

    Raises: NotFound (`unknown_asset`).
    """
    if not uow.library.delete_asset(user_id, asset_id):
        raise NotFound("There is no such asset.", code="unknown_asset")
