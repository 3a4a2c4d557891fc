"""/v1/generations/{id}/retry, /settings and /retention: what can be done with a generation once more."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from functions.api.dependencies import KEYED, Deps, IdempotencyKey, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import OutputCount
from functions.api.schemas.generations import GenerationView
from functions.api.schemas.repeats import Keep, RetentionView, SettingsView
from medley.services import retention, retrying, settings_again

router = APIRouter(route_class=InlineRoute, prefix="/v1/generations", tags=["Generations"])


@router.post(
    "/{generation_id}/retry",
    status_code=201,
    openapi_extra=KEYED,
    summary="Order again what was not made",
    responses={
        201: {"headers": {"idempotent-replayed": {"schema": {"type": "string"}, "description": "`true` on a replay."}}},
        **error_responses(
            "unknown_generation",
            "still_running",
            "nothing_to_retry",
            "already_retried",
            "plan_expired",
            "not_enough_credits",
            "too_many_open_generations",
            "too_many_orders",
            "idempotency_key_required",
            "invalid_idempotency_key",
            "idempotency_key_reused",
            "in_progress",
        ),
    },
)
def retry_generation(
    generation_id: UUID,
    response: Response,
    caller: SignedIn,
    deps: Deps,
    key: IdempotencyKey,
) -> GenerationView:
    """A new generation of the outputs that failed or were cancelled, and of no others: the same videos, from the same
    plan, at their price. An order can be retried once; what fails of that, by retrying the retry."""
    ordered = retrying.retry(caller.transaction, deps.ids, user_id=caller.user_id, generation_id=generation_id, key=key)
    deps.follow_up(ordered.effects)
    if ordered.replayed:
        response.headers["idempotent-replayed"] = "true"
    return GenerationView.of(ordered.unwrap(), deps.clock.now())


@router.get(
    "/{generation_id}/settings",
    summary="Get an order's settings to use again",
    responses=error_responses("unknown_generation", "no_more", "app_unavailable"),
)
def read_settings(
    generation_id: UUID,
    caller: SignedIn,
    deps: Deps,
    more: Annotated[
        OutputCount | None,
        Query(description="So many more of the same order, none of which was ordered with its seed before."),
    ] = None,
) -> SettingsView:
    """Quote, preview or order with this `spec`: without `more` it makes another choice."""
    with caller.transaction() as uow:
        if more is None:
            found = settings_again.same(uow, deps.registry, caller.user_id, generation_id)
        else:
            found = settings_again.more(uow, deps.registry, caller.user_id, generation_id, more)
    return SettingsView(project_id=found.project_id, app=found.app, spec=dict(found.spec))


@router.get(
    "/{generation_id}/retention",
    summary="Ask how long the outputs are kept",
    responses=error_responses("unknown_generation"),
)
def read_retention(generation_id: UUID, caller: SignedIn) -> RetentionView:
    with caller.transaction() as uow:
        return RetentionView.of(retention.read(uow, caller.user_id, generation_id))


@router.patch(
    "/{generation_id}/retention",
    summary="Keep the outputs longer",
    responses=error_responses("unknown_generation", "not_planned", "expired", "kept_longer", "is_preview", body=True),
)
def extend_retention(generation_id: UUID, body: Keep, caller: SignedIn, deps: Deps) -> RetentionView:
    """Counted from when each was made. What was deleted stays deleted."""
    with caller.transaction() as uow:
        kept, following = retention.extend(uow, caller.user_id, generation_id, body.days)
        uow.commit()
    deps.follow_up(following)
    return RetentionView.of(kept)
