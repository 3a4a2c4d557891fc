"""/v1/projects/{id}/assets and /v1/assets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from functions.api.dependencies import Dependencies, Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.assets import AssetView, ExpectedAssetView, NewAsset
from functions.api.schemas.base import Flag, IdCursor, Page, PageLimit, next_cursor
from functions.api.schemas.library import Forever
from medley.domain.assets import Asset, AssetUpload
from medley.limits import PAGE_ITEMS
from medley.services import assets, downloads, uploads

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Assets"])


@router.post(
    "/projects/{project_id}/assets",
    status_code=201,
    summary="Ask to upload an asset",
    responses=error_responses(
        "unknown_project",
        "too_many_assets",
        "storage_full",
        "invalid_name",
        "not_audio",
        "not_image",
        "empty_file",
        "file_too_large",
        body=True,
    ),
)
def request_asset(project_id: UUID, body: NewAsset, caller: SignedIn, deps: Deps) -> ExpectedAssetView:
    """The answer holds the request that sends the file straight to the bucket. An asset is `ready`, or `rejected`
    with a reason, some moments after its file arrived; the WebSocket says when."""
    upload = AssetUpload.of(body.kind, body.name, body.content_type, body.size_bytes)
    with caller.transaction() as uow:
        asset = assets.request(uow, deps.ids, caller.user_id, project_id, upload)
        uow.commit()
    return ExpectedAssetView.of(asset, uploads.sign(deps.bucket, asset))


@router.post(
    "/assets/{asset_id}/upload",
    summary="Get a fresh upload",
    responses=error_responses("unknown_asset", "already_uploaded", "storage_unavailable"),
)
def renew_asset_upload(asset_id: UUID, caller: SignedIn, deps: Deps) -> ExpectedAssetView:
    """For a file whose link has expired before it was sent."""
    with caller.transaction() as uow:
        asset = assets.read(uow, caller.user_id, asset_id)
    uploads.require_absent(deps.bucket, asset)
    return ExpectedAssetView.of(asset, uploads.sign(deps.bucket, asset))


@router.get(
    "/projects/{project_id}/assets",
    summary="List assets, in order of asking",
    responses=error_responses("unknown_project", "invalid_cursor"),
)
def list_assets(
    *,
    project_id: UUID,
    caller: SignedIn,
    deps: Deps,
    deleted: Annotated[Flag, Query(description="Instead those that were deleted and can be restored.")] = False,
    cursor: IdCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[AssetView]:
    with caller.transaction() as uow:
        found = assets.of_project(uow, caller.user_id, project_id, deleted=deleted, after=cursor, limit=limit)
    return Page(items=[_view(deps, asset) for asset in found], next=next_cursor(found, limit, lambda asset: asset.id))


@router.get("/assets/{asset_id}", summary="Read an asset", responses=error_responses("unknown_asset"))
def read_asset(asset_id: UUID, caller: SignedIn, deps: Deps) -> AssetView:
    with caller.transaction() as uow:
        asset = assets.read(uow, caller.user_id, asset_id)
    return _view(deps, asset)


@router.delete(
    "/assets/{asset_id}", status_code=204, summary="Delete an asset", responses=error_responses("unknown_asset")
)
def delete_asset(asset_id: UUID, caller: SignedIn, forever: Forever = False) -> None:
    """A running generation that uses it goes on."""
    with caller.transaction() as uow:
        assets.delete(uow, caller.user_id, asset_id, forever=forever)
        uow.commit()


@router.post(
    "/projects/{project_id}/assets/{asset_id}/restore",
    summary="Restore a deleted asset",
    responses=error_responses("unknown_project", "not_restorable", "too_many_assets"),
)
def restore_asset(project_id: UUID, asset_id: UUID, caller: SignedIn, deps: Deps) -> AssetView:
    """Until its `restorable_until`."""
    with caller.transaction() as uow:
        asset = assets.restore(uow, caller.user_id, project_id, asset_id)
        uow.commit()
    return _view(deps, asset)


def _view(deps: Dependencies, asset: Asset) -> AssetView:
    return AssetView.of(asset, downloads.asset_url(deps.bucket, asset))
