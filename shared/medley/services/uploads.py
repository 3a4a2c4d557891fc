"""Sending a file, a clip or an asset, from its owner's browser to the bucket.

What ingest finds in it comes as a fact and is applied by `services.recording`. These functions talk to the bucket: no
transaction is open meanwhile.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from medley.contracts.keys import AssetKey, UploadKey
from medley.domain.assets import Asset
from medley.domain.projects import Clip, Part, parts_of
from medley.domain.uploads import UploadState
from medley.errors import Conflict, InvalidInput, NotFound, StorageUnavailable
from medley.ports.cloud import ObjectStore, SignedRequest, StoredPart, UploadPart, UploadSigner
from medley.ports.database import Transaction

logger = logging.getLogger(__name__)
Sent = Clip | Asset


class Bucket(ObjectStore, UploadSigner, Protocol):
    """The bucket, for both of its sides."""


def key_of(sent: Sent) -> str:
    """Where the file is, or will be."""
    kind = UploadKey if isinstance(sent, Clip) else AssetKey
    return str(kind(sent.user_id, sent.source_project_id or sent.project_id, sent.source_id or sent.id))


def sign(signer: UploadSigner, sent: Sent) -> SignedRequest:
    """The one request that sends a file that is not sent in parts."""
    return signer.sign_put(key_of(sent), sent.content_type, sent.size_bytes)


def require_expected(sent: Sent) -> None:
    """Raises: Conflict (code `already_uploaded`), if the file was sent and read: nothing of it is replaced."""
    if sent.state is not UploadState.EXPECTED:
        raise _already_uploaded(sent)


def require_absent(store: ObjectStore, sent: Sent) -> None:
    """Raises: Conflict (code `already_uploaded`), if the file was read, or is there and about to be."""
    require_expected(sent)
    if store.head(key_of(sent)) is not None:
        raise _already_uploaded(sent)


def _already_uploaded(sent: Sent) -> Conflict:
    return Conflict("This file has been uploaded.", code="already_uploaded", state=sent.state)


def require_multipart(clip: Clip) -> None:
    """Raises: Conflict (code `not_multipart`), if the file is sent in one request."""
    if clip.part_bytes is None:
        raise Conflict("This clip is sent in one request.", code="not_multipart")


def begin(transaction: Transaction, bucket: Bucket, clip: Clip, *, over: bool = False) -> Clip:
    """The clip with its multipart upload begun, unless it was; if another request was first, that one's stands.

    With `over`, an upload whose parts are not stored any more is begun anew: all parts are to be sent again.

    Raises:
        NotFound: code `unknown_clip`; it was deleted meanwhile.
        StorageUnavailable: the bucket does not answer.
    """
    key, before = key_of(clip), clip.upload_id
    if before is not None and (not over or _has_parts(bucket, key, before)):
        return clip
    upload_id = bucket.start_multipart(key, clip.content_type)
    with transaction() as uow:
        uow.library.set_upload(clip.id, upload_id, instead_of=before)
        found = uow.library.clip(clip.user_id, clip.id)
        uow.commit()
    if found is None or found.upload_id != upload_id:
        _abort(bucket, clip.id, key, upload_id)
    if found is None:
        raise NotFound("There is no such clip.", code="unknown_clip")
    return found


def _has_parts(signer: UploadSigner, key: str, upload_id: str) -> bool:
    try:
        signer.parts(key, upload_id, after=0, limit=1)
    except NotFound:
        return False
    return True


def require_open(signer: UploadSigner, clip: Clip) -> None:
    """See that parts can still be sent for a clip whose upload was begun, or is yet to begin.

    Raises:
        Conflict: code `already_uploaded`.
        NotFound: code `upload_gone`; it was completed a moment ago, or nothing was sent for a week.
    """
    require_expected(clip)
    arrived(signer, clip, after=0, limit=1)


def arrived(signer: UploadSigner, clip: Clip, *, after: int, limit: int) -> Sequence[StoredPart]:
    """The parts that the bucket has, by number, from the one after `after` on.

    Raises:
        NotFound: code `upload_gone`.
    """
    return [] if clip.upload_id is None else signer.parts(key_of(clip), clip.upload_id, after=after, limit=limit)


def count_parts(clip: Clip) -> int:
    """How many parts the clip is sent in."""
    return len(_parts(clip))


def sign_parts(signer: UploadSigner, clip: Clip, numbers: Iterable[int]) -> Sequence[tuple[Part, SignedRequest]]:
    """The requests that send these parts of a clip.

    Raises:
        InvalidInput: code `unknown_parts`.
    """
    parts = {part.number: part for part in _parts(clip)}
    wanted = sorted(set(numbers))
    unknown = [number for number in wanted if number not in parts]
    if unknown:
        raise InvalidInput(
            f"This upload has the parts 1 to {len(parts)}.", code="unknown_parts", parts=unknown, last=len(parts)
        )
    return [(parts[n], signer.sign_part(key_of(clip), clip.upload_id or "", n, parts[n].size_bytes)) for n in wanted]


def complete(bucket: Bucket, clip: Clip, parts: Sequence[UploadPart]) -> None:
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
        bucket.complete_multipart(key_of(clip), clip.upload_id or "", parts)
    except NotFound:
        if bucket.head(key_of(clip)) is None:
            raise


def abandon(signer: UploadSigner, clip: Clip) -> None:
    """Free what was sent of a deleted clip in parts. If the bucket does not answer, its lifecycle does it in a week."""
    if clip.upload_id is not None and clip.state is UploadState.EXPECTED:
        _abort(signer, clip.id, key_of(clip), clip.upload_id)


def _abort(signer: UploadSigner, clip_id: UUID, key: str, upload_id: str) -> None:
    try:
        signer.abort_multipart(key, upload_id)
    except StorageUnavailable as error:
        logger.warning("parts left to the lifecycle", extra={"clip_id": str(clip_id), "reason": error.message})


def _parts(clip: Clip) -> Sequence[Part]:
    return list(parts_of(clip.size_bytes, clip.part_bytes or clip.size_bytes))
