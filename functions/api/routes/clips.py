"""/v1/projects/{id}/clips and /v1/clips."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from functions.api.dependencies import Caller, Dependencies, Deps, SignedIn
from functions.api.errors import error_responses
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import Flag, NumberCursor, OutputCursor, Page, PageLimit, next_cursor
from functions.api.schemas.groups import ClipsToDelete, SomeClips
from functions.api.schemas.library import ClipView, Forever
from functions.api.schemas.uploads import (
    ArrivedPartsView,
    ArrivedPartView,
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
from medley.limits import PAGE_ITEMS, PARTS_SIGNED
from medley.ports.cloud import UploadPart
from medley.services import clips, downloads, uploads

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Clips"])


@router.post(
    "/projects/{project_id}/clips",
    status_code=201,
    summary="Ask to upload a clip",
    responses=error_responses(
        "unknown_project",
        "too_many_clips",
        "storage_full",
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
        clip = clips.request(uow, deps.ids, caller.user_id, project_id, upload)
        uow.commit()
    return _expected(clip, caller, deps)


@router.post(
    "/clips/{clip_id}/upload",
    summary="Get a fresh upload",
    responses=error_responses("unknown_clip", "already_uploaded", "storage_unavailable"),
)
def renew_clip_upload(clip_id: UUID, caller: SignedIn, deps: Deps) -> ExpectedClipView:
    """For a file whose links have expired, or whose parts are not stored any more: it is sent to the same clip. Which
    parts need not be sent again, `GET /v1/clips/{id}/parts` says."""
    with caller.transaction() as uow:
        clip = clips.read(uow, caller.user_id, clip_id)
    uploads.require_absent(deps.bucket, clip)
    return _expected(clip, caller, deps)


@router.get(
    "/clips/{clip_id}/parts",
    summary="List the parts that arrived",
    responses=error_responses(
        "unknown_clip", "not_multipart", "already_uploaded", "upload_gone", "invalid_cursor", "storage_unavailable"
    ),
)
def list_parts(
    clip_id: UUID,
    caller: SignedIn,
    deps: Deps,
    cursor: OutputCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> ArrivedPartsView:
    """What to go on with after a page was loaded anew: send the others, then `complete` with the ETags of all."""
    with caller.transaction() as uow:
        clip = clips.read(uow, caller.user_id, clip_id)
    uploads.require_multipart(clip)
    uploads.require_expected(clip)
    found = uploads.arrived(deps.bucket, clip, after=cursor or 0, limit=limit)
    return ArrivedPartsView(
        items=[ArrivedPartView.of(part) for part in found],
        next=next_cursor(found, limit, lambda part: part.number),
        part_bytes=clip.part_bytes or clip.size_bytes,
        parts_total=uploads.count_parts(clip),
    )


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
    """To go on with an upload. The parts are cut as they were the first time."""
    with caller.transaction() as uow:
        clip = clips.read(uow, caller.user_id, clip_id)
    uploads.require_multipart(clip)
    uploads.require_open(deps.bucket, clip)
    clip = uploads.begin(caller.transaction, deps.bucket, clip)
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
        clip = clips.read(uow, caller.user_id, clip_id)
    uploads.require_multipart(clip)
    uploads.complete(deps.bucket, clip, [UploadPart(part.number, part.etag) for part in body.parts])
    return _view(deps, clip)


@router.get(
    "/projects/{project_id}/clips",
    summary="List clips, in order of arrival",
    responses=error_responses("unknown_project", "invalid_cursor"),
)
def list_clips(
    *,
    project_id: UUID,
    caller: SignedIn,
    deps: Deps,
    deleted: Annotated[Flag, Query(description="Instead those that were deleted and can be restored.")] = False,
    cursor: NumberCursor = None,
    limit: Annotated[PageLimit, Query()] = PAGE_ITEMS,
) -> Page[ClipView]:
    with caller.transaction() as uow:
        found = clips.of_project(uow, caller.user_id, project_id, deleted=deleted, after=cursor, limit=limit)
    return Page(items=[_view(deps, clip) for clip in found], next=next_cursor(found, limit, lambda clip: clip.position))


@router.post(
    "/projects/{project_id}/clips/delete",
    status_code=204,
    summary="Delete several clips",
    responses=error_responses("unknown_project", "unknown_clips", "duplicate_clips", body=True),
)
def delete_clips(project_id: UUID, body: ClipsToDelete, caller: SignedIn) -> None:
    """All of them or none."""
    with caller.transaction() as uow:
        clips.delete_several(uow, caller.user_id, project_id, body.clip_ids, forever=body.forever)
        uow.commit()


@router.post(
    "/projects/{project_id}/clips/restore",
    status_code=204,
    summary="Restore deleted clips",
    responses=error_responses("unknown_project", "not_restorable", "too_many_clips", body=True),
)
def restore_clips(project_id: UUID, body: SomeClips, caller: SignedIn) -> None:
    """All of them or none, each until its `restorable_until`. They stand in no group then."""
    with caller.transaction() as uow:
        clips.restore(uow, caller.user_id, project_id, body.clip_ids)
        uow.commit()


@router.get("/clips/{clip_id}", summary="Read a clip", responses=error_responses("unknown_clip"))
def read_clip(clip_id: UUID, caller: SignedIn, deps: Deps) -> ClipView:
    with caller.transaction() as uow:
        clip = clips.read(uow, caller.user_id, clip_id)
    return _view(deps, clip)


@router.delete("/clips/{clip_id}", status_code=204, summary="Delete a clip", responses=error_responses("unknown_clip"))
def delete_clip(clip_id: UUID, caller: SignedIn, deps: Deps, forever: Forever = False) -> None:
    """A running generation that uses it goes on; an upload under way is broken off."""
    with caller.transaction() as uow:
        clip = clips.delete(uow, caller.user_id, clip_id, forever=forever)
        uow.commit()
    uploads.abandon(deps.bucket, clip)


def _expected(clip: Clip, caller: Caller, deps: Dependencies) -> ExpectedClipView:
    """The clip and how to send it, all over if nothing of it is stored."""
    if clip.part_bytes is None:
        single = SingleUploadView(request=RequestView.of(uploads.sign(deps.bucket, clip)))
        return ExpectedClipView(clip=_view(deps, clip), upload=single)
    clip = uploads.begin(caller.transaction, deps.bucket, clip, over=True)
    total = uploads.count_parts(clip)
    first = uploads.sign_parts(deps.bucket, clip, range(1, min(total, PARTS_SIGNED) + 1))
    multipart = MultipartUploadView(
        part_bytes=clip.part_bytes or clip.size_bytes, parts_total=total, parts=PartRequestView.of(first)
    )
    return ExpectedClipView(clip=_view(deps, clip), upload=multipart)


def _view(deps: Dependencies, clip: Clip) -> ClipView:
    return ClipView.of(clip, downloads.clip_pictures(deps.bucket, clip))
