"""/v1/projects and /v1/groups."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from functions.api.dependencies import Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.schemas.base import Page, PageLimit, next_cursor
from functions.api.schemas.library import (
    GroupChange,
    GroupView,
    NewGroup,
    NewProject,
    ProjectChange,
    ProjectView,
)
from medley.limits import PAGE_ITEMS
from medley.services import projects

router = APIRouter(prefix="/v1", tags=["Projects"])
_GROUP_CODES = ("invalid_name", "unknown_clips", "duplicate_clips")


@router.get("/projects", summary="List projects, newest first", responses=error_responses())
def list_projects(
    caller: SignedIn, cursor: UUID | None = None, limit: Annotated[PageLimit, Query()] = PAGE_ITEMS
) -> Page[ProjectView]:
    with caller.transaction() as uow:
        found = uow.library.projects(caller.user_id, before=cursor, limit=limit)
    return Page(
        items=[ProjectView.of(project) for project in found], next=next_cursor(found, limit, lambda project: project.id)
    )


@router.post(
    "/projects",
    status_code=201,
    summary="Make a project",
    responses=error_responses("unknown_app", "invalid_name", "too_many_projects", body=True),
)
def create_project(body: NewProject, caller: SignedIn, deps: Deps) -> ProjectView:
    with caller.transaction() as uow:
        project = projects.create(uow, deps.ids, deps.registry, caller.user_id, app=body.app, name=body.name)
        uow.commit()
    return ProjectView.of(project)


@router.get("/projects/{project_id}", summary="Read a project", responses=error_responses("unknown_project"))
def read_project(project_id: UUID, caller: SignedIn) -> ProjectView:
    with caller.transaction() as uow:
        return ProjectView.of(projects.read(uow, caller.user_id, project_id))


@router.patch(
    "/projects/{project_id}",
    summary="Rename a project",
    responses=error_responses("unknown_project", "invalid_name", body=True),
)
def rename_project(project_id: UUID, body: ProjectChange, caller: SignedIn) -> ProjectView:
    with caller.transaction() as uow:
        project = projects.rename(uow, caller.user_id, project_id, body.name)
        uow.commit()
    return ProjectView.of(project)


@router.delete(
    "/projects/{project_id}", status_code=204, summary="Delete a project", responses=error_responses("unknown_project")
)
def delete_project(project_id: UUID, caller: SignedIn) -> None:
    """Its clips are deleted with it. A running generation goes on; finished videos stay until they expire."""
    with caller.transaction() as uow:
        projects.delete(uow, caller.user_id, project_id)
        uow.commit()


@router.get(
    "/projects/{project_id}/groups", summary="List groups, in order", responses=error_responses("unknown_project")
)
def list_groups(project_id: UUID, caller: SignedIn) -> Page[GroupView]:
    """All of them: a project has few."""
    with caller.transaction() as uow:
        found = projects.groups(uow, caller.user_id, project_id)
    return Page(items=[GroupView.of(group) for group in found], next=None)


@router.post(
    "/projects/{project_id}/groups",
    status_code=201,
    summary="Add a group after the others",
    responses=error_responses("unknown_project", "too_many_groups", *_GROUP_CODES, body=True),
)
def create_group(project_id: UUID, body: NewGroup, caller: SignedIn, deps: Deps) -> GroupView:
    with caller.transaction() as uow:
        group = projects.create_group(uow, deps.ids, caller.user_id, project_id, name=body.name, clip_ids=body.clip_ids)
        uow.commit()
    return GroupView.of(group)


@router.put(
    "/groups/{group_id}",
    summary="Change a group",
    responses=error_responses("unknown_group", *_GROUP_CODES, body=True),
)
def update_group(group_id: UUID, body: GroupChange, caller: SignedIn) -> GroupView:
    """Name and clips become what is sent; `position` moves the group among the others."""
    with caller.transaction() as uow:
        group = projects.update_group(
            uow, caller.user_id, group_id, name=body.name, clip_ids=body.clip_ids, position=body.position
        )
        uow.commit()
    return GroupView.of(group)


@router.delete(
    "/groups/{group_id}", status_code=204, summary="Delete a group", responses=error_responses("unknown_group")
)
def delete_group(group_id: UUID, caller: SignedIn) -> None:
    """Its clips stay in the project."""
    with caller.transaction() as uow:
        projects.delete_group(uow, caller.user_id, group_id)
        uow.commit()
