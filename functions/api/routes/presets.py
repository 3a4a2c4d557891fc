"""/v1/presets: settings by name."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from functions.api.dependencies import Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import IdCursor, Page, PageLimit, Text
from functions.api.schemas.presets import NewPreset, PresetChange, PresetView
from medley.limits import NAME_CHARACTERS, PAGE_ITEMS
from medley.services import presets

router = APIRouter(route_class=InlineRoute, prefix="/v1/presets", tags=["Presets"])
_CODES = ("invalid_spec", "invalid_name", "app_unavailable", "preset_name_taken", "preset_too_large")


@router.get("", summary="List presets in the order they were made", responses=error_responses("invalid_cursor"))
def list_presets(
    caller: SignedIn,
    app: Annotated[Text | None, Query(description="Only those for this app.", max_length=NAME_CHARACTERS)] = None,
    cursor: IdCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[PresetView]:
    """A page may have fewer than `limit` though others follow, where their settings are large."""
    with caller.transaction() as uow:
        found, more = presets.of_user(uow, caller.user_id, app=app, after=cursor, limit=limit)
    return Page(items=[PresetView.of(preset) for preset in found], next=str(found[-1].id) if more else None)


@router.post(
    "",
    status_code=201,
    summary="Keep settings under a name",
    responses=error_responses(*_CODES, "unknown_app", "too_many_presets", body=True),
)
def create_preset(body: NewPreset, caller: SignedIn, deps: Deps) -> PresetView:
    with caller.transaction() as uow:
        preset = presets.create(
            uow, deps.registry, deps.ids, caller.user_id, app=body.app, name=body.name, spec=body.spec
        )
        uow.commit()
    return PresetView.of(preset)


@router.get("/{preset_id}", summary="Read a preset", responses=error_responses("unknown_preset"))
def read_preset(preset_id: UUID, caller: SignedIn) -> PresetView:
    with caller.transaction() as uow:
        return PresetView.of(presets.read(uow, caller.user_id, preset_id))


@router.put(
    "/{preset_id}",
    summary="Change a preset's name and settings",
    responses=error_responses(*_CODES, "unknown_preset", body=True),
)
def change_preset(preset_id: UUID, body: PresetChange, caller: SignedIn, deps: Deps) -> PresetView:
    with caller.transaction() as uow:
        preset = presets.change(uow, deps.registry, caller.user_id, preset_id, name=body.name, spec=body.spec)
        uow.commit()
    return PresetView.of(preset)


@router.delete("/{preset_id}", status_code=204, summary="Delete a preset", responses=error_responses("unknown_preset"))
def delete_preset(preset_id: UUID, caller: SignedIn) -> Response:
    with caller.transaction() as uow:
        presets.delete(uow, caller.user_id, preset_id)
        uow.commit()
    return Response(status_code=204)
