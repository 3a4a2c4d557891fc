"""/v1/generations/{id}/manifest, /manifest.csv and /distinctness: what videos are made of, and how they differ."""

import json
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from functions.api.dependencies import Caller, Dependencies, Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import OutputCount, OutputCursor, next_cursor
from functions.api.schemas.reports import CSV_EXAMPLE, DistinctnessView, ManifestView
from medley import limits
from medley.domain.manifests import as_csv
from medley.sentences import as_json
from medley.services.manifests import Reporter

router = APIRouter(route_class=InlineRoute, prefix="/v1/generations", tags=["Generations"])
_CODES = (
    *("unknown_generation", "not_planned", "plan_expired", "app_unavailable", "storage_unavailable"),
    "too_many_requests",
)
_RESPONSES = error_responses(*_CODES, "no_such_report")
_PAGED = error_responses(*_CODES, "answer_too_large", "invalid_cursor")
MOST = limits.OUTPUTS_PER_GENERATION
Limit = Annotated[OutputCount, Query(description="How many videos at most.")]


@router.get(
    "/{generation_id}/manifest",
    summary="Get the manifest of a generation",
    response_model=ManifestView,
    responses=_PAGED,
)
def read_manifest(
    generation_id: UUID, caller: SignedIn, deps: Deps, *, cursor: OutputCursor = None, limit: Limit = MOST
) -> Response:
    """Seed, versions, every video's timeline, hashes and file: enough to know what is in each, and to order more. Large
    ones come packed (`Content-Encoding: gzip`), the largest whatever `Accept-Encoding` says."""
    told = _reporter(caller, deps).manifest(caller.user_id, generation_id, after=cursor or 0, limit=limit)
    told["next"] = next_cursor([output["n"] for output in told["outputs"]], limit, str)
    return Response(json.dumps(told, ensure_ascii=False, separators=(",", ":")), media_type="application/json")


@router.get(
    "/{generation_id}/manifest.csv",
    summary="Get the manifest as a table",
    response_class=Response,
    responses={
        200: {"description": "A row for each clip of each video.", "content": {"text/csv": {"example": CSV_EXAMPLE}}},
        **_PAGED,
    },
)
def read_manifest_table(
    generation_id: UUID, caller: SignedIn, deps: Deps, *, cursor: OutputCursor = None, limit: Limit = MOST
) -> Response:
    """For spreadsheets: UTF-8, a row for each clip of each video. No cell is taken for a formula."""
    told = _reporter(caller, deps).manifest(caller.user_id, generation_id, after=cursor or 0, limit=limit)
    saved_as = {"content-disposition": f'attachment; filename="manifest-{generation_id}.csv"'}
    return Response(as_csv(told), media_type="text/csv; charset=utf-8", headers=saved_as)


@router.get(
    "/{generation_id}/distinctness",
    summary="Ask how unlike each other the videos are",
    responses=_RESPONSES,
)
def read_distinctness(generation_id: UUID, caller: SignedIn, deps: Deps) -> DistinctnessView:
    """Every pair of the videos made or still to be made is compared, from the plan and the segments' prints. What a
    platform's own checks make of them is not ours to say."""
    found = _reporter(caller, deps).distinctness(caller.user_id, generation_id)
    return DistinctnessView.model_validate(as_json(asdict(found)))


def _reporter(caller: Caller, deps: Dependencies) -> Reporter:
    return Reporter(caller.transaction, deps.registry, deps.bucket)
