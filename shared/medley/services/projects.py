"""Projects and groups of clips. Every function works in the caller's open transaction; the caller commits."""

from collections.abc import Sequence
from uuid import UUID

from medley.apps.registry import Registry
from medley.domain.names import name_of
from medley.domain.projects import Clip, ClipGroup, Project, moved
from medley.errors import Conflict, InvalidInput, NotFound
from medley.limits import CLIPS_PER_PROJECT, GROUPS_PER_PROJECT, PROJECTS_PER_USER
from medley.ports.database import UnitOfWork
from medley.ports.identity import Ids


def create(uow: UnitOfWork, ids: Ids, registry: Registry, user_id: UUID, *, app: str, name: str) -> Project:
    """Raises: InvalidInput (`unknown_app`, `invalid_name`), Conflict (`too_many_projects`)."""
    registry.get(app)
    name = name_of(name, "The project's name")
    uow.library.lock_owner(user_id)
    if uow.library.count_projects(user_id) >= PROJECTS_PER_USER:
        raise Conflict("Delete a project first.", code="too_many_projects", limit=PROJECTS_PER_USER)
    return uow.library.add_project(ids.new(), user_id, app, name)


def read(uow: UnitOfWork, user_id: UUID, project_id: UUID, *, lock: bool = False) -> Project:
    """Raises: NotFound (`unknown_project`), also for somebody else's."""
    project = uow.library.project(user_id, project_id, lock=lock)
    if project is None:
        raise NotFound("There is no such project.", code="unknown_project")
    return project


def rename(uow: UnitOfWork, user_id: UUID, project_id: UUID, name: str) -> Project:
    """Raises: InvalidInput (`invalid_name`), NotFound (`unknown_project`)."""
    uow.library.rename_project(user_id, project_id, name_of(name, "The project's name"))
    return read(uow, user_id, project_id)


def delete(uow: UnitOfWork, user_id: UUID, project_id: UUID) -> None:
    """Hide a project and delete its clips. What runs goes on, and finished videos stay until they expire.

    Raises: NotFound (`unknown_project`).
    """
    if not uow.library.delete_project(user_id, project_id):
        raise NotFound("There is no such project.", code="unknown_project")


def clips(uow: UnitOfWork, user_id: UUID, project_id: UUID, *, after: int | None, limit: int) -> Sequence[Clip]:
    """In order of arrival. Raises: NotFound (`unknown_project`)."""
    return uow.library.clips(read(uow, user_id, project_id).id, after=after, limit=limit)


def groups(uow: UnitOfWork, user_id: UUID, project_id: UUID) -> Sequence[ClipGroup]:
    """In order. Raises: NotFound (`unknown_project`)."""
    return uow.library.groups(read(uow, user_id, project_id).id)


def create_group(
    uow: UnitOfWork, ids: Ids, user_id: UUID, project_id: UUID, *, name: str, clip_ids: Sequence[UUID]
) -> ClipGroup:
    """Add a group after the others; its clips leave the groups they stood in.

    Raises:
        NotFound: code `unknown_project`.
        InvalidInput: codes `invalid_name`, `unknown_clips`, `duplicate_clips`.
        Conflict: code `too_many_groups`.
    """
    project = read(uow, user_id, project_id, lock=True)
    name = name_of(name, "The group's name")
    position = len(uow.library.groups(project.id))
    if position >= GROUPS_PER_PROJECT:
        raise Conflict("This project has all the groups it can have.", code="too_many_groups", limit=GROUPS_PER_PROJECT)
    _check_clips(uow, project.id, clip_ids)
    group_id = ids.new()
    uow.library.add_group(group_id, project.id, name, position)
    uow.library.fill_group(group_id, clip_ids)
    return ClipGroup(group_id, project.id, name, position, tuple(clip_ids))


def update_group(
    uow: UnitOfWork, user_id: UUID, group_id: UUID, *, name: str, clip_ids: Sequence[UUID], position: int | None
) -> ClipGroup:
    """Make a group what is given; `position` moves it among the others (past the end is the end), None leaves it.

    Raises:
        NotFound: code `unknown_group`.
        InvalidInput: codes `invalid_name`, `unknown_clips`, `duplicate_clips`.
    """
    group = _locked_group(uow, user_id, group_id)
    name = name_of(name, "The group's name")
    _check_clips(uow, group.project_id, clip_ids)
    uow.library.rename_group(group_id, name)
    uow.library.fill_group(group_id, clip_ids)
    if position is not None:
        order = [other.id for other in uow.library.groups(group.project_id)]
        uow.library.order_groups(moved(order, group_id, position))
    return _group(uow, user_id, group_id)


def delete_group(uow: UnitOfWork, user_id: UUID, group_id: UUID) -> None:
    """Remove a group and close the gap; its clips stay in the project. Raises: NotFound (`unknown_group`)."""
    group = _locked_group(uow, user_id, group_id)
    uow.library.delete_group(group_id)
    uow.library.order_groups([other.id for other in uow.library.groups(group.project_id)])


def _group(uow: UnitOfWork, user_id: UUID, group_id: UUID) -> ClipGroup:
    group = uow.library.group(user_id, group_id)
    if group is None:
        raise NotFound("There is no such group.", code="unknown_group")
    return group


def _locked_group(uow: UnitOfWork, user_id: UUID, group_id: UUID) -> ClipGroup:
    """The group, read again once its project is locked: it may have been changed or removed while we waited."""
    read(uow, user_id, _group(uow, user_id, group_id).project_id, lock=True)
    return _group(uow, user_id, group_id)


def _check_clips(uow: UnitOfWork, project_id: UUID, clip_ids: Sequence[UUID]) -> None:
    if len(set(clip_ids)) < len(clip_ids):
        raise InvalidInput("A clip is named twice.", code="duplicate_clips")
    unknown = set(clip_ids) - uow.library.clip_ids(project_id)
    if unknown:
        named = sorted(map(str, unknown))[:CLIPS_PER_PROJECT]
        raise InvalidInput("Some clips are not in this project.", code="unknown_clips", clip_ids=named)
