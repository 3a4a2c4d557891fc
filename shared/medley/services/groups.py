"""Groups of clips. Every function works in the caller's open transaction; the caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from medley.domain.names import likeness, name_of
from medley.domain.projects import ClipGroup, moved
from medley.errors import Conflict, NotFound
from medley.limits import GROUPS_PER_PROJECT
from medley.ports.database import UnitOfWork
from medley.ports.identity import Ids
from medley.services import projects


@dataclass(frozen=True)
class Wanted:
    """What a group is to be: its name, its colour (#rrggbb, or none), and its clips in order."""

    name: str
    color: str | None
    clip_ids: Sequence[UUID]


def of_project(uow: UnitOfWork, user_id: UUID, project_id: UUID) -> Sequence[ClipGroup]:
    """In order. Raises: NotFound (`unknown_project`)."""
    return uow.library.groups(projects.read(uow, user_id, project_id).id)


def create(uow: UnitOfWork, ids: Ids, user_id: UUID, project_id: UUID, wanted: Wanted) -> ClipGroup:
    """Add a group after the others; its clips leave the groups they stood in.

    Raises:
        NotFound: code `unknown_project`.
        InvalidInput: codes `invalid_name`, `unknown_clips`, `duplicate_clips`.
        Conflict: codes `too_many_groups`, `group_name_taken`.
    """
    project = projects.read(uow, user_id, project_id, lock=True)
    others = uow.library.groups(project.id)
    if len(others) >= GROUPS_PER_PROJECT:
        raise Conflict("This project has all the groups it can have.", code="too_many_groups", limit=GROUPS_PER_PROJECT)
    name = _free_name(wanted.name, others)
    projects.check_clips(uow, project.id, wanted.clip_ids)
    clip_ids = tuple(wanted.clip_ids)
    group = ClipGroup(ids.new(), project.id, name, len(others), wanted.color, clip_ids=clip_ids)
    uow.library.add_group(group)
    return group


def change(
    uow: UnitOfWork, user_id: UUID, group_id: UUID, wanted: Wanted, *, version: int, position: int | None
) -> ClipGroup:
    """Make a group what is wanted; `position` moves it among the others (past the end is the end), None leaves it.

    Raises:
        NotFound: code `unknown_group`.
        Conflict: code `group_changed`, if it is not at that version any more: somebody else was first. Code
            `group_name_taken`.
        InvalidInput: codes `invalid_name`, `unknown_clips`, `duplicate_clips`.
    """
    group = _locked(uow, user_id, group_id)
    if group.version != version:
        raise Conflict(
            "This group was changed meanwhile; read it again, then change it.",
            code="group_changed",
            version=group.version,
        )
    others = [other for other in uow.library.groups(group.project_id) if other.id != group_id]
    projects.check_clips(uow, group.project_id, wanted.clip_ids)
    uow.library.change_group(group_id, _free_name(wanted.name, others), wanted.color)
    uow.library.fill_group(group_id, wanted.clip_ids)
    if position is not None:
        order = [other.id for other in uow.library.groups(group.project_id)]
        uow.library.order_groups(moved(order, group_id, position))
    return _read(uow, user_id, group_id)


def assign(
    uow: UnitOfWork, user_id: UUID, group_id: UUID, clip_ids: Sequence[UUID], *, position: int | None
) -> ClipGroup:
    """Move these clips, in this order, into a group: to `position` among its others, counted from 0, or to the end. It
    says nothing of other clips, so that two who move different ones do not undo each other.

    Raises:
        NotFound: code `unknown_group`.
        InvalidInput: codes `unknown_clips`, `duplicate_clips`.
    """
    group = _locked(uow, user_id, group_id)
    projects.check_clips(uow, group.project_id, clip_ids)
    stay = [clip for clip in group.clip_ids if clip not in set(clip_ids)]
    place = len(stay) if position is None else position
    uow.library.fill_group(group_id, [*stay[:place], *clip_ids, *stay[place:]])
    return _read(uow, user_id, group_id)


def ungroup(uow: UnitOfWork, user_id: UUID, project_id: UUID, clip_ids: Sequence[UUID]) -> None:
    """Take these clips out of their groups.

    Raises:
        NotFound: code `unknown_project`.
        InvalidInput: codes `unknown_clips`, `duplicate_clips`.
    """
    project = projects.read(uow, user_id, project_id, lock=True)
    projects.check_clips(uow, project.id, clip_ids)
    uow.library.ungroup(clip_ids)


def delete(uow: UnitOfWork, user_id: UUID, group_id: UUID) -> None:
    """Remove a group and close the gap; its clips stay in the project. Raises: NotFound (`unknown_group`)."""
    group = _locked(uow, user_id, group_id)
    uow.library.delete_group(group_id)
    uow.library.order_groups([other.id for other in uow.library.groups(group.project_id)])


def _free_name(name: str, others: Sequence[ClipGroup]) -> str:
    name = name_of(name, "group")
    if likeness(name) in {likeness(other.name) for other in others}:
        raise Conflict("This project has a group of that name.", code="group_name_taken")
    return name


def _read(uow: UnitOfWork, user_id: UUID, group_id: UUID) -> ClipGroup:
    group = uow.library.group(user_id, group_id)
    if group is None:
        raise NotFound("There is no such group.", code="unknown_group")
    return group


def _locked(uow: UnitOfWork, user_id: UUID, group_id: UUID) -> ClipGroup:
    """The group, read again once its project is locked: it may have been changed or removed while we waited."""
    projects.read(uow, user_id, _read(uow, user_id, group_id).project_id, lock=True)
    return _read(uow, user_id, group_id)
