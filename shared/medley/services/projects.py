"""Projects. Every function works in the caller's open transaction; the caller commits."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from medley.apps.registry import Registry
from medley.domain.names import name_of
from medley.domain.projects import Project
from medley.errors import InvalidInput, NotFound
from medley.limits import CLIPS_PER_PROJECT, NAME_CHARACTERS, RESTORE_S
from medley.ports.database import UnitOfWork
from medley.ports.identity import Ids
from medley.services import quota


def create(uow: UnitOfWork, ids: Ids, registry: Registry, user_id: UUID, *, app: str, name: str) -> Project:
    """Raises: InvalidInput (`unknown_app`, `invalid_name`), Conflict (`too_many_projects`)."""
    registry.seen(app, lambda: uow.accounts.role(user_id))
    name = name_of(name, "project")
    quota.require_project(uow, user_id)
    return uow.library.add_project(ids.new(), user_id, app, name)


def duplicate(uow: UnitOfWork, ids: Ids, user_id: UUID, project_id: UUID, *, name: str | None) -> Project:
    """A new project with the ready clips and assets of another, in groups like theirs. Their files are not copied: both
    show the same, which are removed when neither does. They count for each, so that a quota holds whichever is deleted.

    Args:
        name: of the new project; the other's and `(copy)` by default.

    Raises:
        NotFound: code `unknown_project`.
        InvalidInput: code `invalid_name`.
        Conflict: codes `too_many_projects`, `storage_full`.
    """
    quota.require_project(uow, user_id)
    original = read(uow, user_id, project_id, lock=True)
    quota.require_bytes(uow, user_id, uow.library.ready_bytes(project_id))
    suffix = " (copy)"
    name = f"{original.name[: NAME_CHARACTERS - len(suffix)]}{suffix}" if name is None else name
    copy = uow.library.add_project(ids.new(), user_id, original.app, name_of(name, "project"))
    uow.library.duplicate_contents(original.id, copy.id, ids.new)
    return copy


def read(uow: UnitOfWork, user_id: UUID, project_id: UUID, *, lock: bool = False) -> Project:
    """Raises: NotFound (`unknown_project`), also for somebody else's."""
    project = uow.library.project(user_id, project_id, lock=lock)
    if project is None:
        raise NotFound("There is no such project.", code="unknown_project")
    return project


def change(uow: UnitOfWork, user_id: UUID, project_id: UUID, *, name: str | None, archived: bool | None) -> Project:
    """Rename a project, put it into the archive or take it out; None leaves it. An archived one can do all that others
    can: it is listed apart.

    Raises: InvalidInput (`invalid_name`), NotFound (`unknown_project`).
    """
    if name is not None:
        uow.library.rename_project(user_id, project_id, name_of(name, "project"))
    if archived is not None:
        uow.library.archive_project(user_id, project_id, archived=archived)
    return read(uow, user_id, project_id)


def delete(uow: UnitOfWork, user_id: UUID, project_id: UUID, *, forever: bool) -> None:
    """Hide a project and delete its clips and assets, for good or so that all can be restored for a while. What runs
    goes on, and finished videos stay until they expire.

    Raises: NotFound (`unknown_project`).
    """
    if not uow.library.delete_project(user_id, project_id, kept_s=0 if forever else RESTORE_S):
        raise NotFound("There is no such project.", code="unknown_project")


def restore(uow: UnitOfWork, user_id: UUID, project_id: UUID) -> Project:
    """Undo the deletion of a project, with its groups and what was deleted with it. Its clips stand in their groups
    again.

    Raises:
        NotFound: code `unknown_project`, also if it was deleted for good.
        Conflict: code `too_many_projects`.
    """
    quota.require_project(uow, user_id)
    if uow.library.project(user_id, project_id, lock=True, deleted=True) is None:
        raise NotFound("There is no such project.", code="unknown_project")
    uow.library.restore_project(project_id)
    return read(uow, user_id, project_id)


def check_clips(uow: UnitOfWork, project_id: UUID, clip_ids: Sequence[UUID]) -> None:
    """See that these are clips of the project, each named once.

    Raises: InvalidInput (`unknown_clips`, `duplicate_clips`).
    """
    if len(set(clip_ids)) < len(clip_ids):
        raise InvalidInput("A clip is named twice.", code="duplicate_clips")
    unknown = set(clip_ids) - uow.library.clip_ids(project_id)
    if unknown:
        named = sorted(map(str, unknown))[:CLIPS_PER_PROJECT]
        raise InvalidInput("Some clips are not in this project.", code="unknown_clips", clip_ids=named)


def not_restorable(ids: Iterable[UUID]) -> InvalidInput:
    """What is answered about things that are not deleted, or were for good."""
    return InvalidInput(
        "Some of these cannot be restored: they are not deleted, or were deleted for good.",
        code="not_restorable",
        ids=sorted(map(str, ids)),
    )
