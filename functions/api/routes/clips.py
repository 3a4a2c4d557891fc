"""/v1/projects/{id}/clips and /v1/clips."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from functions.api.dependencies import Caller, Dependencies, Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.schemas.base import Page, PageLimit, QueryCount, next_cursor
from functions.api.schemas.library import ClipView
from functions.api.schemas.uploads import (
    ExpectedClipView,
    MultipartUploadView,
    NewClip,
    PartRequestView,
    RequestView,
    SentParts,
    SignedPartsView,
    SingleUploadView,
    WantedParts,
)
from medley.domain.projects import Clip, Upload
from medley.limits import PAGE_ITEMS
from medley.ports.cloud import UploadPart
from medley.services import downloads, projects, uploads

router = APIRouter(prefix="/v1", tags=["Clips"])


@router.post(
    "/projects/{project_id}/clips",
    status_code=201,
    summary="Ask to upload a clip",
    responses=error_responses(
        "unknown_project",
        "too_many_clips",
        "invalid_name",
        "not_video",
        "empty_file",
        "file_too_large",
        "storage_unavailable",
        body=True,
    ),
)
def request_clip(project_id: UUID, body: NewClip, caller: SignedIn, deps: Deps) -> ExpectedClipView:
    """The answer holds the request(s) that send the file straight to the bucket. A clip is `ready`, or `rejected`
    with a reason, some moments after its file arrived; the WebSocket says when."""
    upload = Upload.of(body.name, body.content_type, body.size_bytes)
    with caller.transaction() as uow:
        clip = uploads.request(uow, deps.ids, caller.user_id, project_id, upload)
        uow.commit()
    if clip.part_bytes is None:
        single = SingleUploadView(request=RequestView.of(uploads.sign(deps.bucket, clip)))
        return ExpectedClipView(clip=_view(deps, clip), upload=single)
    clip = _with_multipart(clip, caller, deps)
    parts = PartRequestView.of(uploads.sign_parts(deps.bucket, clip))
    multipart = MultipartUploadView(part_bytes=clip.part_bytes or clip.size_bytes, parts=parts)
    return ExpectedClipView(clip=_view(deps, clip), upload=multipart)


@router.post(
    "/clips/{clip_id}/parts",
    summary="Get fresh requests for parts",
    responses=error_responses(
        "unknown_clip",
        "not_multipart",
        "already_uploaded",
        "upload_gone",
        "unknown_parts",
        "storage_unavailable",
        body=True,
    ),
)
def sign_parts(clip_id: UUID, body: WantedParts, caller: SignedIn, deps: Deps) -> SignedPartsView:
    """To go on with an upload whose links have expired. The parts are cut as they were the first time."""
    with caller.transaction() as uow:
        clip = uploads.read_multipart(uow, caller.user_id, clip_id)
    uploads.require_open(deps.bucket, clip)
    clip = _with_multipart(clip, caller, deps)
    parts = PartRequestView.of(uploads.sign_parts(deps.bucket, clip, body.numbers))
    return SignedPartsView(part_bytes=clip.part_bytes or clip.size_bytes, parts=parts)


@router.post(
    "/clips/{clip_id}/complete",
    summary="Join the parts of an upload",
    responses=error_responses(
        "unknown_clip",
        "not_multipart",
        "wrong_parts",
        "upload_gone",
        "storage_unavailable",
        body=True,
    ),
)
def complete_clip(clip_id: UUID, body: SentParts, caller: SignedIn, deps: Deps) -> ClipView:
    """Only for uploads in parts; a single request needs no second word. Saying it twice is fine."""
    with caller.transaction() as uow:
        clip = uploads.read_multipart(uow, caller.user_id, clip_id)
    uploads.complete(deps.bucket, deps.bucket, clip, [UploadPart(part.number, part.etag) for part in body.parts])
    return _view(deps, clip)


@router.get(
    "/projects/{project_id}/clips",
    summary="List clips, in order of arrival",
    responses=error_responses("unknown_project"),
)
def list_clips(
    project_id: UUID,
    caller: SignedIn,
    deps: Deps,
    cursor: Annotated[QueryCount | None, Query()] = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[ClipView]:
    with caller.transaction() as uow:
        found = projects.clips(uow, caller.user_id, project_id, after=cursor, limit=limit)
    return Page(items=[_view(deps, clip) for clip in found], next=next_cursor(found, limit, lambda clip: clip.position))


@router.get("/clips/{clip_id}", summary="Read a clip", responses=error_responses("unknown_clip"))
def read_clip(clip_id: UUID, caller: SignedIn, deps: Deps) -> ClipView:
    with caller.transaction() as uow:
        clip = uploads.read(uow, caller.user_id, clip_id)
    return _view(deps, clip)


@router.delete("/clips/{clip_id}", status_code=204, summary="Delete a clip", responses=error_responses("unknown_clip"))
def delete_clip(clip_id: UUID, caller: SignedIn, deps: Deps) -> None:
    """A running generation that uses it goes on; an upload under way is broken off."""
    with caller.transaction() as uow:
        clip = uploads.delete(uow, caller.user_id, clip_id)
        uow.commit()
    uploads.abandon(deps.bucket, clip)


def _with_multipart(clip: Clip, caller: Caller, deps: Dependencies) -> Clip:
    """The clip with its multipart upload begun; no transaction is open while the bucket is asked."""
    if clip.upload_id is not None:
        return clip
    upload_id = deps.bucket.start_multipart(uploads.key_of(clip), clip.content_type)
    with caller.transaction() as uow:
        clip = uploads.note_multipart(uow, clip, upload_id)
        uow.commit()
    return clip


def _view(deps: Dependencies, clip: Clip) -> ClipView:
    return ClipView.of(clip, downloads.clip_pictures(deps.bucket, clip))
