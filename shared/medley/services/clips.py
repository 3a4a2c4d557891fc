"""Clips of a project: expected, read, deleted, restored. Every function works in the caller's open transaction; the
caller commits."""

from collections.abc import Sequence
from uuid import UUID

from medley.domain.projects import Clip, Upload
from medley.errors import Conflict, NotFound
from medley.limits import CLIPS_PER_PROJECT, RESTORE_S
from medley.ports.database import UnitOfWork
from medley.ports.identity import Ids
from medley.services import projects, quota


def request(uow: UnitOfWork, ids: Ids, user_id: UUID, project_id: UUID, upload: Upload) -> Clip:
    """Expect a clip.

    Raises:
        NotFound: code `unknown_project`.
        Conflict: codes `too_many_clips`, `storage_full`.
    """
    quota.require_bytes(uow, user_id, upload.size_bytes)
    project = projects.read(uow, user_id, project_id, lock=True)
    _require_room(uow, project_id, 1)
    return uow.library.add_clip(ids.new(), project, upload)


def of_project(
    uow: UnitOfWork, user_id: UUID, project_id: UUID, *, deleted: bool, after: int | None, limit: int
) -> Sequence[Clip]:
    """In order of arrival; with `deleted`, those that can be restored. Raises: NotFound (`unknown_project`)."""
    page = uow.library.deleted_clips if deleted else uow.library.clips
    return page(projects.read(uow, user_id, project_id).id, after=after, limit=limit)


def read(uow: UnitOfWork, user_id: UUID, clip_id: UUID) -> Clip:
    """Raises: NotFound (`unknown_clip`), also for somebody else's or a deleted one."""
    clip = uow.library.clip(user_id, clip_id)
    if clip is None:
        raise NotFound("There is no such clip.", code="unknown_clip")
    return clip


def delete(uow: UnitOfWork, user_id: UUID, clip_id: UUID, *, forever: bool) -> Clip:
    """Delete a clip, for good or so that it can be restored for a while; returns what it was. Then its objects are
    removed by `sweep`, once no running generation reads them.

    Raises: NotFound (`unknown_clip`).
    """
    project_id = read(uow, user_id, clip_id).project_id
    uow.library.project(user_id, project_id, lock=True)  # else a group being changed might take it back in
    clip = read(uow, user_id, clip_id)
    uow.library.delete_clips(user_id, [clip_id], kept_s=0 if forever else RESTORE_S)
    return clip


def delete_several(
    uow: UnitOfWork, user_id: UUID, project_id: UUID, clip_ids: Sequence[UUID], *, forever: bool
) -> Sequence[UUID]:
    """Delete these clips of a project as `delete` does, all or none; returns their ids. What was sent of them in parts
    is left to the bucket's lifecycle.

    Raises:
        NotFound: code `unknown_project`.
        InvalidInput: codes `unknown_clips`, `duplicate_clips`.
    """
    project = projects.read(uow, user_id, project_id, lock=True)
    projects.check_clips(uow, project.id, clip_ids)
    return sorted(uow.library.delete_clips(user_id, clip_ids, kept_s=0 if forever else RESTORE_S))


def restore(uow: UnitOfWork, user_id: UUID, project_id: UUID, clip_ids: Sequence[UUID]) -> None:
    """Undo the deletion of these clips of a project, all or none. They stand in no group then.

    Raises:
        NotFound: code `unknown_project`.
        InvalidInput: code `not_restorable`, with those that are not deleted, or were too long ago.
        Conflict: code `too_many_clips`.
    """
    project = projects.read(uow, user_id, project_id, lock=True)
    wanted = set(clip_ids)
    _require_room(uow, project.id, len(wanted))
    left = wanted - uow.library.restore_clips(project.id, wanted)
    if left:
        raise projects.not_restorable(left)


def _require_room(uow: UnitOfWork, project_id: UUID, more: int) -> None:
    if uow.library.count_clips(project_id) + more > CLIPS_PER_PROJECT:
        raise Conflict("This project has all the clips it can have.", code="too_many_clips", limit=CLIPS_PER_PROJECT)
