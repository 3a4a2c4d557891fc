"""Quotes, /v1/projects/{id}/generations and /v1/generations."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from functions.api.dependencies import KEYED, Dependencies, Deps, IdempotencyKey, SignedIn
from functions.api.errors import error_responses
from functions.api.etags import has_it
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import (
    ChangeCursor,
    IdCursor,
    OutputCursor,
    OutputNumber,
    OutputStates,
    Page,
    PageLimit,
    QueryCount,
    next_cursor,
)
from functions.api.schemas.generations import GenerationView, LinkView, Order, OutputView, ProgressView
from functions.api.schemas.quotes import QuoteView
from medley.domain.generations import Generation, Output
from medley.domain.links import LinkWindow
from medley.limits import PAGE_ITEMS
from medley.services import downloads, ended, generations, ordering, previews, progress, restoring
from medley.services.progress import Place

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Generations"])
_SPEC_CODES = ("unknown_project", "unknown_app", "invalid_spec", "too_few_clips", "no_clips", "app_unavailable")
_READ_CODES = ("unknown_generation",)
ETA_S: Final = 60  # seconds an estimate is good for


@router.post(
    "/projects/{project_id}/quote",
    summary="Ask what is possible and what it costs",
    responses=error_responses(*_SPEC_CODES, "too_many_requests", body=True),
)
def quote(project_id: UUID, body: Order, caller: SignedIn, deps: Deps) -> QuoteView:
    """Changes nothing. The app may refuse a spec with further codes of its own (422)."""
    return QuoteView.of(ordering.quote(caller.transaction, deps.registry, caller.user_id, project_id, body.spec))


@router.post(
    "/projects/{project_id}/generations",
    status_code=201,
    summary="Order a generation",
    openapi_extra=KEYED,
    responses={
        201: {"headers": {"idempotent-replayed": {"schema": {"type": "string"}, "description": "`true` on a replay."}}},
        **error_responses(
            *_SPEC_CODES,
            "too_many_outputs",
            "plan_too_large",
            "library_changed",
            "not_enough_credits",
            "too_many_open_generations",
            "too_many_orders",
            "idempotency_key_required",
            "invalid_idempotency_key",
            "idempotency_key_reused",
            "in_progress",
            body=True,
        ),
    },
)
def create_generation(
    *,
    project_id: UUID,
    body: Order,
    response: Response,
    caller: SignedIn,
    deps: Deps,
    key: IdempotencyKey,
) -> GenerationView:
    """Holds the price and starts the work, or answers 402 with what is missing. Sent again with the same key it answers
    the same again, with the header `Idempotent-Replayed: true`, and orders nothing twice."""
    ordered = ordering.create(
        caller.transaction,
        deps.registry,
        deps.ids,
        user_id=caller.user_id,
        project_id=project_id,
        spec=body.spec,
        key=key,
    )
    deps.follow_up(ordered.effects)
    if ordered.replayed:
        response.headers["idempotent-replayed"] = "true"
    return GenerationView.of(ordered.unwrap(), deps.clock.now())


@router.get(
    "/projects/{project_id}/generations",
    summary="List generations, newest first",
    responses=error_responses("unknown_project", "invalid_cursor"),
)
def list_generations(
    project_id: UUID,
    caller: SignedIn,
    deps: Deps,
    cursor: IdCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[GenerationView]:
    with caller.transaction() as uow:
        found = generations.of_project(uow, caller.user_id, project_id, before=cursor, limit=limit)
    return Page(
        items=[GenerationView.of(generation, deps.clock.now()) for generation in found],
        next=next_cursor(found, limit, lambda generation: generation.id),
    )


@router.get(
    "/generations/{generation_id}",
    summary="Watch a generation",
    response_model=ProgressView,
    responses={
        304: {"description": "Nothing changed since the answer with this ETag."},
        **error_responses(*_READ_CODES, "invalid_cursor"),
    },
)
def read_generation(
    *,
    generation_id: UUID,
    request: Request,
    caller: SignedIn,
    deps: Deps,
    after_seq: Annotated[QueryCount, Query(description="The `seq` last seen: only outputs changed since come.")] = 0,
    cursor: ChangeCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Response:
    """What the WebSocket hints at, in full. Send the `ETag` back as `If-None-Match` and get 304 if nothing moved and
    the links are good for a while."""
    place = Place.read(cursor) if cursor is not None else Place.after(after_seq)
    now = deps.clock.now()
    with caller.transaction() as uow:
        generation = generations.read(uow, caller.user_id, generation_id)
        queued, told = progress.queued_before(uow, generation), GenerationView.of(generation, now)
        window = LinkWindow.of(now)  # before anything is signed: an older tag than its links is no harm
        minute = told.eta and int(now.timestamp()) // ETA_S  # an estimate moves also where nothing else does
        etag = f'"{generation.seq}-{generation.work_done}-{queued}-{minute}-{place}-{limit}-{window.number}"'
        headers = {"etag": etag, "cache-control": "private, no-cache"}
        if has_it(request, etag):
            return Response(status_code=304, headers=headers)
        changed, following = progress.changes(uow, generation, place, limit)
        shares = progress.of_outputs(uow, generation_id, changed)
    view = ProgressView(
        generation=told,
        queued_before=queued,
        outputs=_views(deps, generation, changed, shares),
        next=None if following is None else str(following),
    )
    return JSONResponse(view.model_dump(mode="json"), headers=headers)


@router.post(
    "/generations/{generation_id}/cancel",
    summary="End a generation",
    responses=error_responses(*_READ_CODES, "already_ended"),
)
def cancel_generation(generation_id: UUID, caller: SignedIn, deps: Deps) -> GenerationView:
    """Finished outputs stay and are paid; the credits of the others go back at once."""
    with caller.transaction() as uow:
        generation, following = generations.cancel(uow, caller.user_id, generation_id)
        uow.commit()
    ended.tell_workers([following], deps.bucket)
    deps.follow_up(following)
    return GenerationView.of(generation, deps.clock.now())


@router.get(
    "/generations/{generation_id}/outputs",
    summary="List outputs by number",
    responses=error_responses(*_READ_CODES, "invalid_cursor"),
)
def list_outputs(
    *,
    generation_id: UUID,
    caller: SignedIn,
    deps: Deps,
    state: Annotated[OutputStates | None, Query(description="Only those in one of these states.")] = None,
    cursor: OutputCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[OutputView]:
    with caller.transaction() as uow:
        generation = generations.read(uow, caller.user_id, generation_id)
        found = uow.history.outputs(generation_id, frozenset(state or ()), after=cursor or 0, limit=limit)
        shares = progress.of_outputs(uow, generation_id, found)
    return Page(items=_views(deps, generation, found, shares), next=next_cursor(found, limit, lambda output: output.n))


@router.get(
    "/generations/{generation_id}/outputs/{n}/link",
    summary="Get a link to a finished output",
    responses=error_responses(*_READ_CODES, "unknown_output", "not_made", "expired", "gone"),
)
def link_output(generation_id: UUID, n: OutputNumber, caller: SignedIn, deps: Deps) -> LinkView:
    link = downloads.output_link(
        caller.transaction,
        deps.bucket,
        deps.clock,
        user_id=caller.user_id,
        generation_id=generation_id,
        n=n,
        tell=deps.follow_up,
    )
    return LinkView.of(link)


@router.post(
    "/generations/{generation_id}/outputs/{n}/restore",
    status_code=202,
    summary="Have a lost output made again",
    responses=error_responses(
        *_READ_CODES, "unknown_output", "not_made", "expired", "not_gone", "still_running", "plan_expired"
    ),
)
def restore_output(generation_id: UUID, n: OutputNumber, caller: SignedIn, deps: Deps) -> OutputView:
    """Free of charge: it was paid. `gone_at` is null again when it is there."""
    output, following = restoring.restore(
        caller.transaction,
        deps.bucket,
        deps.clock,
        user_id=caller.user_id,
        generation_id=generation_id,
        n=n,
        tell=deps.follow_up,
    )
    deps.follow_up(following)
    with caller.transaction() as uow:
        generation = generations.read(uow, caller.user_id, generation_id)
    (view,) = _views(deps, generation, [output], {n: 1.0})
    return view


def _views(
    deps: Dependencies, generation: Generation, outputs: Sequence[Output], shares: Mapping[int, float]
) -> list[OutputView]:
    screen = previews.screen_of(deps.registry, generation) if outputs else None
    return [
        OutputView.of(
            output,
            poster_url=downloads.output_poster(deps.bucket, deps.clock, output),
            screen=screen,
            progress=shares.get(output.n),
        )
        for output in outputs
    ]
