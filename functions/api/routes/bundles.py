"""/v1/generations/{id}/bundles and /v1/bundles: many videos in one download."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from functions.api.dependencies import KEYED, Dependencies, Deps, IdempotencyKey, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import IdCursor, Page, PageLimit, next_cursor
from functions.api.schemas.bundles import BundleView, NewBundle
from medley.domain.bundles import Bundle
from medley.limits import BUNDLE_DAYS, PAGE_ITEMS
from medley.services import bundles
from medley.services.bundles import Asked

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Bundles"])


@router.post(
    "/generations/{generation_id}/bundles",
    status_code=202,
    summary="Have videos bundled",
    openapi_extra=KEYED,
    responses={
        202: {"headers": {"idempotent-replayed": {"schema": {"type": "string"}, "description": "`true` on a replay."}}},
        **error_responses(
            "unknown_generation",
            "unknown_bundle",
            "invalid_naming",
            "outputs_not_there",
            "nothing_made",
            "too_many_bundles",
            "too_many_requests",
            "idempotency_key_required",
            "invalid_idempotency_key",
            "idempotency_key_reused",
            "in_progress",
            body=True,
        ),
    },
    description="One, some or all finished videos of a generation as zip archives, with their manifest. Watch it by "
    f"`bundle_changed` on the socket or by `GET /v1/bundles/{{id}}`; it is kept for {BUNDLE_DAYS} days. Sent again "
    "with the same key it answers the same bundle, with the header `Idempotent-Replayed: true`.",
)
def create_bundle(
    *,
    generation_id: UUID,
    body: NewBundle,
    response: Response,
    caller: SignedIn,
    deps: Deps,
    key: IdempotencyKey,
) -> BundleView:
    created = bundles.create(
        caller.transaction,
        deps.ids,
        deps.clock,
        user_id=caller.user_id,
        generation_id=generation_id,
        asked=Asked(body.outputs, body.naming),
        key=key,
    )
    deps.follow_up(created.effects)
    if created.replayed:
        response.headers["idempotent-replayed"] = "true"
    return _view(deps, created.bundle)


@router.get("/bundles", summary="List bundles, newest first", responses=error_responses("invalid_cursor"))
def list_bundles(
    *,
    caller: SignedIn,
    deps: Deps,
    generation_id: Annotated[UUID | None, Query(description="Of this generation alone.")] = None,
    cursor: IdCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[BundleView]:
    with caller.transaction() as uow:
        found = uow.bundles.of_user(caller.user_id, generation_id=generation_id, before=cursor, limit=limit)
    return Page(
        items=[_view(deps, bundle) for bundle in found], next=next_cursor(found, limit, lambda bundle: bundle.id)
    )


@router.get("/bundles/{bundle_id}", summary="Watch a bundle", responses=error_responses("unknown_bundle"))
def read_bundle(bundle_id: UUID, caller: SignedIn, deps: Deps) -> BundleView:
    """Progress, and a link for each archive that is finished."""
    with caller.transaction() as uow:
        bundle = bundles.read(uow, caller.user_id, bundle_id)
    return _view(deps, bundle)


@router.delete(
    "/bundles/{bundle_id}", status_code=204, summary="Delete a bundle", responses=error_responses("unknown_bundle")
)
def delete_bundle(bundle_id: UUID, caller: SignedIn, deps: Deps) -> None:
    """Its archives go; the videos stay. One that is being made is called off."""
    with caller.transaction() as uow:
        following = bundles.delete(uow, caller.user_id, bundle_id)
        uow.commit()
    deps.follow_up(following)


def _view(deps: Dependencies, bundle: Bundle) -> BundleView:
    return BundleView.of(bundle, deps.bucket, deps.clock.now())
