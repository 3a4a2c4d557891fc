"""A clip's way into the library: asked for, then sent to the bucket by its owner's browser.

What ingest finds in it comes as a fact and is applied by `services.recording`.

Functions that take `uow` work in the caller's open transaction, and the caller commits; those that take `signer` or
`store` talk to the bucket and are called with no transaction open.
"""

import logging
from collections.abc import Sequence
from uuid import UUID

from medley.contracts.keys import UploadKey
from medley.domain.projects import Clip, Part, Upload, parts_of
from medley.domain.uploads import UploadState
from medley.errors import Conflict, InvalidInput, NotFound, StorageUnavailable
from medley.limits import CLIPS_PER_PROJECT
from medley.ports.cloud import ObjectStore, SignedRequest, UploadPart, UploadSigner
from medley.ports.database import UnitOfWork
from medley.ports.identity import Ids
from medley.services import projects

logger = logging.getLogger(__name__)


def key_of(clip: Clip) -> str:
    """Where the clip's file is, or will be."""
    return str(UploadKey(clip.user_id, clip.project_id, clip.id))


def request(uow: UnitOfWork, ids: Ids, user_id: UUID, project_id: UUID, upload: Upload) -> Clip:
    """Expect a clip.

    Raises:
        NotFound: code `unknown_project`.
        Conflict: code `too_many_clips`.
    """
    project = projects.read(uow, user_id, project_id, lock=True)
    if uow.library.count_clips(project.id) >= CLIPS_PER_PROJECT:
        raise Conflict("This project has all the clips it can have.", code="too_many_clips", limit=CLIPS_PER_PROJECT)
    return uow.library.add_clip(ids.new(), project, upload)


def read(uow: UnitOfWork, user_id: UUID, clip_id: UUID) -> Clip:
    """Raises: NotFound (`unknown_clip`), also for somebody else's or a deleted one."""
    clip = uow.library.clip(user_id, clip_id)
    if clip is None:
        raise NotFound("There is no such clip.", code="unknown_clip")
    return clip


def read_multipart(uow: UnitOfWork, user_id: UUID, clip_id: UUID) -> Clip:
    """The clip, if its file is sent in parts.

    Raises:
        NotFound: code `unknown_clip`.
        Conflict: code `not_multipart`.
    """
    clip = read(uow, user_id, clip_id)
    if clip.part_bytes is None:
        raise Conflict("This clip is sent in one request.", code="not_multipart")
    return clip


def require_open(signer: UploadSigner, clip: Clip) -> None:
    """See that parts can still be sent for a clip whose upload was begun, or is yet to begin.

    Raises:
        Conflict: code `already_uploaded`.
        NotFound: code `upload_gone`; it was completed a moment ago, or nothing was sent for a week.
    """
    if clip.state is not UploadState.EXPECTED:
        raise Conflict("This clip has been uploaded.", code="already_uploaded", state=clip.state)
    if clip.upload_id is not None:
        signer.require_multipart(key_of(clip), clip.upload_id)


def note_multipart(uow: UnitOfWork, clip: Clip, upload_id: str) -> Clip:
    """Bind a multipart upload to its clip; if another request was first, that one's stands.

    Raises: NotFound (`unknown_clip`), if the clip was deleted meanwhile.
    """
    uow.library.set_upload(clip.id, upload_id)
    return read(uow, clip.user_id, clip.id)


def sign(signer: UploadSigner, clip: Clip) -> SignedRequest:
    """The one request that sends a clip of at most limits.SINGLE_UPLOAD_BYTES."""
    return signer.sign_put(key_of(clip), clip.content_type, clip.size_bytes)


def sign_parts(
    signer: UploadSigner, clip: Clip, numbers: Sequence[int] | None = None
) -> Sequence[tuple[Part, SignedRequest]]:
    """The requests that send these parts of a clip, or all of them.

    Raises:
        InvalidInput: code `unknown_parts`.
    """
    parts = {part.number: part for part in _parts(clip)}
    wanted = list(parts) if numbers is None else sorted(set(numbers))
    unknown = [number for number in wanted if number not in parts]
    if unknown:
        raise InvalidInput(
            f"This upload has the parts 1 to {len(parts)}.", code="unknown_parts", parts=unknown, last=len(parts)
        )
    return [(parts[n], signer.sign_part(key_of(clip), clip.upload_id or "", n, parts[n].size_bytes)) for n in wanted]


def complete(signer: UploadSigner, store: ObjectStore, clip: Clip, parts: Sequence[UploadPart]) -> None:
    """Join the parts of an upload into the clip's object; from there on S3's event carries the work.

    Done twice it is done once: a second call finds the object, or a clip that was read already.

    Raises:
        InvalidInput: code `wrong_parts`; each part must be named once, with the ETag S3 answered.
        NotFound: code `upload_gone`; nothing was sent for a week.
    """
    if clip.state is not UploadState.EXPECTED:
        return
    if [part.number for part in parts] != [part.number for part in _parts(clip)]:
        raise InvalidInput("Name every part once, in order.", code="wrong_parts", expected=len(_parts(clip)))
    try:
        signer.complete_multipart(key_of(clip), clip.upload_id or "", parts)
    except NotFound:
        if store.head(key_of(clip)) is None:
            raise


def delete(uow: UnitOfWork, user_id: UUID, clip_id: UUID) -> Clip:
    """Delete a clip; returns what it was. Its objects are removed by `sweep` once no running generation reads them.

    Raises: NotFound (`unknown_clip`).
    """
    project_id = read(uow, user_id, clip_id).project_id
    uow.library.project(user_id, project_id, lock=True)  # else a group being changed might take it back in
    clip = read(uow, user_id, clip_id)
    uow.library.delete_clip(user_id, clip_id)
    return clip


def abandon(signer: UploadSigner, clip: Clip) -> None:
    """Free what was sent of a deleted clip in parts. If the bucket does not answer, its lifecycle does it in a week."""
    if clip.upload_id is None or clip.state is not UploadState.EXPECTED:
        return
    try:
        signer.abort_multipart(key_of(clip), clip.upload_id)
    except StorageUnavailable as error:
        logger.warning("parts left to the lifecycle", extra={"clip_id": str(clip.id), "reason": error.message})


def _parts(clip: Clip) -> Sequence[Part]:
    return list(parts_of(clip.size_bytes, clip.part_bytes or clip.size_bytes))
