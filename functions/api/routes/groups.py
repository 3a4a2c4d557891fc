"""/v1/projects/{id}/groups and /v1/groups."""

from uuid import UUID

from fastapi import APIRouter

from functions.api.dependencies import Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import Page
from functions.api.schemas.groups import ClipsToAssign, GroupChange, GroupView, NewGroup, SomeClips
from medley.services import groups

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Projects"])
_CLIP_CODES = ("unknown_clips", "duplicate_clips")
_GROUP_CODES = ("invalid_name", "group_name_taken", *_CLIP_CODES)


@router.get(
    "/projects/{project_id}/groups", summary="List groups, in order", responses=error_responses("unknown_project")
)
def list_groups(project_id: UUID, caller: SignedIn) -> Page[GroupView]:
    """All of them: a project has few."""
    with caller.transaction() as uow:
        found = groups.of_project(uow, caller.user_id, project_id)
    return Page(items=[GroupView.of(group) for group in found], next=None)


@router.post(
    "/projects/{project_id}/groups",
    status_code=201,
    summary="Add a group after the others",
    responses=error_responses("unknown_project", "too_many_groups", *_GROUP_CODES, body=True),
)
def create_group(project_id: UUID, body: NewGroup, caller: SignedIn, deps: Deps) -> GroupView:
    with caller.transaction() as uow:
        group = groups.create(uow, deps.ids, caller.user_id, project_id, body.wanted)
        uow.commit()
    return GroupView.of(group)


@router.put(
    "/groups/{group_id}",
    summary="Change a group",
    responses=error_responses("unknown_group", "group_changed", *_GROUP_CODES, body=True),
)
def update_group(group_id: UUID, body: GroupChange, caller: SignedIn) -> GroupView:
    """Name, colour and clips become what is sent, if nobody changed them since; `position` moves the group among the
    others. To move clips alone, `POST /v1/groups/{id}/clips` needs no version."""
    with caller.transaction() as uow:
        group = groups.change(
            uow, caller.user_id, group_id, body.wanted, version=body.version, position=_index(body.position)
        )
        uow.commit()
    return GroupView.of(group)


@router.post(
    "/groups/{group_id}/clips",
    summary="Move clips into a group",
    responses=error_responses("unknown_group", *_CLIP_CODES, body=True),
)
def assign_clips(group_id: UUID, body: ClipsToAssign, caller: SignedIn) -> GroupView:
    """One or many, in this order; they leave the groups they stood in, and no other clip moves."""
    with caller.transaction() as uow:
        group = groups.assign(uow, caller.user_id, group_id, body.clip_ids, position=_index(body.position))
        uow.commit()
    return GroupView.of(group)


@router.post(
    "/projects/{project_id}/clips/ungroup",
    status_code=204,
    summary="Take clips out of their groups",
    responses=error_responses("unknown_project", *_CLIP_CODES, body=True),
)
def ungroup_clips(project_id: UUID, body: SomeClips, caller: SignedIn) -> None:
    with caller.transaction() as uow:
        groups.ungroup(uow, caller.user_id, project_id, body.clip_ids)
        uow.commit()


@router.delete(
    "/groups/{group_id}", status_code=204, summary="Delete a group", responses=error_responses("unknown_group")
)
def delete_group(group_id: UUID, caller: SignedIn) -> None:
    """Its clips stay in the project."""
    with caller.transaction() as uow:
        groups.delete(uow, caller.user_id, group_id)
        uow.commit()


def _index(position: int | None) -> int | None:
    return None if position is None else position - 1
