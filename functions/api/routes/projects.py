"""/v1/projects."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from functions.api.dependencies import Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import IdCursor, Page, PageLimit, Text, next_cursor
from functions.api.schemas.library import (
    Forever,
    ListedProjectView,
    NewProject,
    ProjectChange,
    ProjectCopy,
    ProjectView,
)
from medley.domain.projects import Shelf
from medley.limits import LISTED_PICTURES, NAME_CHARACTERS, PAGE_ITEMS
from medley.services import downloads, projects

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Projects"])


@router.get("/projects", summary="List projects, newest first", responses=error_responses("invalid_cursor"))
def list_projects(
    *,
    caller: SignedIn,
    deps: Deps,
    shelf: Annotated[Shelf, Query(description="`deleted`: those that can be restored.")] = Shelf.OPEN,
    search: Annotated[Text, Query(max_length=NAME_CHARACTERS, description="What the name contains.")] = "",
    app: Annotated[Text | None, Query(max_length=NAME_CHARACTERS, description="Of this app only.")] = None,
    cursor: IdCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[ListedProjectView]:
    with caller.transaction() as uow:
        found = uow.library.projects(caller.user_id, before=cursor, limit=limit, shelf=shelf, search=search, app=app)
        seen = uow.library.contents([project.id for project in found], posters=LISTED_PICTURES)
    return Page(
        items=[
            ListedProjectView.of(
                project,
                clips=seen[project.id].clips,
                poster_urls=downloads.picture_urls(deps.bucket, seen[project.id].posters),
            )
            for project in found
        ],
        next=next_cursor(found, limit, lambda project: project.id),
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
    summary="Rename or archive a project",
    responses=error_responses("unknown_project", "invalid_name", body=True),
)
def change_project(project_id: UUID, body: ProjectChange, caller: SignedIn) -> ProjectView:
    with caller.transaction() as uow:
        project = projects.change(uow, caller.user_id, project_id, name=body.name, archived=body.archived)
        uow.commit()
    return ProjectView.of(project)


@router.post(
    "/projects/{project_id}/duplicate",
    status_code=201,
    summary="Duplicate a project",
    responses=error_responses("unknown_project", "invalid_name", "too_many_projects", "storage_full", body=True),
)
def duplicate_project(project_id: UUID, body: ProjectCopy, caller: SignedIn, deps: Deps) -> ProjectView:
    """A new project with the ready clips and assets of this one, in groups like its own; its generations stay here."""
    with caller.transaction() as uow:
        project = projects.duplicate(uow, deps.ids, caller.user_id, project_id, name=body.name)
        uow.commit()
    return ProjectView.of(project)


@router.delete(
    "/projects/{project_id}", status_code=204, summary="Delete a project", responses=error_responses("unknown_project")
)
def delete_project(project_id: UUID, caller: SignedIn, forever: Forever = False) -> None:
    """Its clips are deleted with it. A running generation goes on; finished videos stay until they expire."""
    with caller.transaction() as uow:
        projects.delete(uow, caller.user_id, project_id, forever=forever)
        uow.commit()


@router.post(
    "/projects/{project_id}/restore",
    summary="Restore a deleted project",
    responses=error_responses("unknown_project", "too_many_projects"),
)
def restore_project(project_id: UUID, caller: SignedIn) -> ProjectView:
    """With all that was deleted with it, until its `restorable_until`."""
    with caller.transaction() as uow:
        project = projects.restore(uow, caller.user_id, project_id)
        uow.commit()
    return ProjectView.of(project)
