"""/v1/projects/{id}/plan and /previews: what an order would make, before anything is paid."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from functions.api.dependencies import KEYED, Deps, IdempotencyKey, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import PreviewCount
from functions.api.schemas.generations import GenerationView, Order
from functions.api.schemas.previews import PlanPreviewView
from medley.services.previews import Previewer

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Generations"])
_CODES = ("unknown_project", "unknown_app", "invalid_spec", "too_few_clips", "no_clips", "too_many_outputs")


@router.post(
    "/projects/{project_id}/plan",
    summary="See the first videos of an order before placing it",
    responses=error_responses(
        *_CODES,
        "app_unavailable",
        "no_preview",
        "plan_expired",
        "storage_unavailable",
        "too_many_requests",
        body=True,
    ),
)
def preview_plan(
    project_id: UUID,
    body: Order,
    caller: SignedIn,
    deps: Deps,
    first: Annotated[PreviewCount, Query(description="How many videos.")] = 6,
) -> PlanPreviewView:
    """Free, and changes nothing: shot by shot, what a page needs to play them from the clips. Without a `seed` in the
    spec one is chosen and told. The app may refuse a spec with further codes of its own (422)."""
    previewer = Previewer(caller.transaction, deps.registry, deps.bucket, deps.ids)
    return PlanPreviewView.of(previewer.first(caller.user_id, project_id, body.spec, first))


@router.post(
    "/projects/{project_id}/previews",
    status_code=201,
    openapi_extra=KEYED,
    summary="Have the first video of an order made as a draft",
    responses={
        201: {"headers": {"idempotent-replayed": {"schema": {"type": "string"}, "description": "`true` on a replay."}}},
        **error_responses(
            *_CODES,
            "app_unavailable",
            "no_preview",
            "plan_expired",
            "storage_unavailable",
            "library_changed",
            "too_many_previews",
            "too_many_orders",
            "too_many_open_generations",
            "idempotency_key_required",
            "invalid_idempotency_key",
            "idempotency_key_reused",
            "in_progress",
            body=True,
        ),
    },
)
def create_preview(
    *,
    project_id: UUID,
    body: Order,
    response: Response,
    caller: SignedIn,
    deps: Deps,
    key: IdempotencyKey,
) -> GenerationView:
    """Free: small, in draft quality, with PREVIEW at the top of every picture, kept for two days. Watch it as a
    generation of one output; an order with its `seed` makes this video first. The app may refuse a spec with further
    codes of its own (422)."""
    previewer = Previewer(caller.transaction, deps.registry, deps.bucket, deps.ids)
    ordered = previewer.render(caller.user_id, project_id, body.spec, key)
    deps.follow_up(ordered.effects)
    if ordered.replayed:
        response.headers["idempotent-replayed"] = "true"
    return GenerationView.of(ordered.unwrap(), deps.clock.now())
