"""/v1/projects/{id}/assets and /v1/assets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from functions.api.dependencies import Dependencies, Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.schemas.assets import AssetView, ExpectedAssetView, NewAsset
from functions.api.schemas.base import Page, PageLimit, next_cursor
from medley.domain.assets import Asset, AssetUpload
from medley.limits import PAGE_ITEMS
from medley.services import assets, downloads

router = APIRouter(prefix="/v1", tags=["Assets"])


@router.post(
    "/projects/{project_id}/assets",
    status_code=201,
    summary="Ask to upload an asset",
    responses=error_responses(
        "unknown_project",
        "too_many_assets",
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
    return ExpectedAssetView.of(asset, assets.sign(deps.bucket, asset))


@router.get(
    "/projects/{project_id}/assets",
    summary="List assets, in order of asking",
    responses=error_responses("unknown_project"),
)
def list_assets(
    project_id: UUID,
    caller: SignedIn,
    deps: Deps,
    cursor: UUID | None = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[AssetView]:
    with caller.transaction() as uow:
        found = assets.of_project(uow, caller.user_id, project_id, after=cursor, limit=limit)
    return Page(items=[_view(deps, asset) for asset in found], next=next_cursor(found, limit, lambda asset: asset.id))


@router.get("/assets/{asset_id}", summary="Read an asset", responses=error_responses("unknown_asset"))
def read_asset(asset_id: UUID, caller: SignedIn, deps: Deps) -> AssetView:
    with caller.transaction() as uow:
        asset = assets.read(uow, caller.user_id, asset_id)
    return _view(deps, asset)


@router.delete(
    "/assets/{asset_id}", status_code=204, summary="Delete an asset", responses=error_responses("unknown_asset")
)
def delete_asset(asset_id: UUID, caller: SignedIn) -> None:
    """A running generation that uses it goes on."""
    with caller.transaction() as uow:
        assets.delete(uow, caller.user_id, asset_id)
        uow.commit()


def _view(deps: Dependencies, asset: Asset) -> AssetView:
    return AssetView.of(asset, downloads.asset_url(deps.bucket, asset))
