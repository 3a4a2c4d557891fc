"""/v1/generations of all projects, and links to many of their outputs at once."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from functions.api.dependencies import Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import (
    GenerationStates,
    IdCursor,
    OutputCursor,
    Page,
    PageLimit,
    QueryMoment,
    Text,
    next_cursor,
)
from functions.api.schemas.history import LinksView, ListedGenerationView, WantedLinks
from medley.limits import LISTED_PICTURES, NAME_CHARACTERS, PAGE_ITEMS
from medley.ports.history import Wanted
from medley.services import downloads, generations

router = APIRouter(route_class=InlineRoute, prefix="/v1/generations", tags=["Generations"])


@router.get(
    "", summary="List the generations of all projects, newest first", responses=error_responses("invalid_cursor")
)
def list_all_generations(
    *,
    caller: SignedIn,
    deps: Deps,
    state: Annotated[GenerationStates | None, Query(description="Only those in one of these states.")] = None,
    project_id: Annotated[UUID | None, Query(description="Only those of this project, deleted or not.")] = None,
    app: Annotated[Text | None, Query(description="Only those of this app.", max_length=NAME_CHARACTERS)] = None,
    since: Annotated[QueryMoment | None, Query(description="Only those ordered then or later.")] = None,
    cursor: IdCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[ListedGenerationView]:
    """Also those whose project was deleted: their videos are kept until they expire."""
    wanted = Wanted(frozenset(state or ()), project_id, app, since)
    with caller.transaction() as uow:
        found = generations.listed(uow, caller.user_id, wanted, before=cursor, limit=limit)
        made = uow.history.first_made([each.generation.id for each in found], limit=LISTED_PICTURES)
    now = deps.clock.now()
    return Page(
        items=[
            ListedGenerationView.listed(
                each, downloads.output_posters(deps.bucket, deps.clock, made.get(each.generation.id, ())), now
            )
            for each in found
        ],
        next=next_cursor(found, limit, lambda each: each.generation.id),
    )


@router.post(
    "/{generation_id}/links",
    summary="Get links to many outputs",
    responses=error_responses("unknown_generation", "invalid_cursor", body=True),
)
def link_outputs(
    *,
    generation_id: UUID,
    body: WantedLinks,
    caller: SignedIn,
    deps: Deps,
    cursor: OutputCursor = None,
    limit: Annotated[PageLimit, Query(description="Of all outputs, so many at most.")] = PAGE_ITEMS,
) -> LinksView:
    """Changes nothing. Nobody looks whether each file is there: one that was found to be lost is told of as `missing`,
    with those that expired or were not made."""
    found = downloads.output_links(
        caller.transaction,
        deps.bucket,
        deps.clock,
        user_id=caller.user_id,
        generation_id=generation_id,
        numbers=body.outputs,
        after=cursor or 0,
        limit=limit,
    )
    return LinksView.of(found)
