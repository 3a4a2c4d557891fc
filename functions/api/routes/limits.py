"""/v1/limits."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field, create_model

from functions.api.errors import error_responses
from functions.api.etags import cacheable
from functions.api.inline_route import InlineRoute
from functions.api.schemas.base import View
from medley import limits

router = APIRouter(route_class=InlineRoute, prefix="/v1", tags=["Apps"])
SHOWN: Final = {
    "request_body_bytes": "Of a request's body.",
    "page_items": "Of one page of a list.",
    "name_characters": "Of the name of a person, project or group.",
    "file_name_characters": "Of the name of a file.",
    "email_characters": "Of an email address.",
    "password_characters_min": "Of a password, at least.",
    "password_characters_max": "Of a password.",
    "idempotency_key_characters": "Of an Idempotency-Key.",
    "idempotency_key_s": "Seconds an answer is kept under its Idempotency-Key.",
    "requests_per_minute": "Requests of one user in a minute, by operation; of others there is no such limit.",
    "sign_in_failures": "Wrong passwords in a minute before the next must wait.",
    "mail_link_s": "Seconds a link in a mail works, once.",
    "link_tries": "Links in mails that are tried from one network in a minute.",
    "mails_per_address": "Mails of one kind to one address, in the time their links work.",
    "addresses_per_user": "Mails in an hour to change to an address.",
    "sessions_per_user": "Devices one is signed in to; beyond, the one not seen longest is signed out.",
    "exports_per_day": "Exports of an account in a day.",
    "export_bytes": "Of the files in an export.",
    "export_days": "Days an export can be fetched.",
    "projects_per_user": "Projects one has.",
    "clips_per_project": "Clips of a project.",
    "groups_per_project": "Groups of a project.",
    "assets_per_project": "Assets of a project.",
    "upload_bytes": "Of a clip's file.",
    "single_upload_bytes": "Of a clip's file that is sent in one request; larger ones are sent in parts.",
    "parts_max": "Parts of an upload.",
    "parts_signed": "Parts one answer has requests for.",
    "upload_expected_s": "Seconds an upload may take before its clip or asset is rejected.",
    "stored_bytes": "Of all clips and assets of a user, with those that can be restored.",
    "restore_s": "Seconds a deleted project, clip or asset can be restored.",
    "link_window_s": "Seconds in which a link to the same object is the same.",
    "upload_url_s": "Seconds the links of an upload are good for.",
    "download_url_s": "Seconds a link to an output or a picture is good for.",
    "asset_audio_bytes": "Of an audio file.",
    "asset_image_bytes": "Of an image file.",
    "clip_duration_s": "Seconds of a clip.",
    "clip_fps": "Frames per second of a clip.",
    "clip_width_px": "Pixels of a clip's longer side.",
    "clip_pixels": "Pixels of one picture of a clip.",
    "clip_aspect": "A clip's longer side over its shorter.",
    "clip_frames_min": "Pictures of a clip, at least.",
    "clip_streams": "Streams in a clip's file.",
    "asset_audio_duration_s": "Seconds of an audio file.",
    "asset_image_px": "Pixels of an image's longer side.",
    "asset_image_pixels": "Pixels of an image.",
    "outputs_per_generation": "Outputs of one order.",
    "clips_per_output": "Clips of one output.",
    "segments_per_output": "Pieces of one output: its clips, with all that divides them.",
    "output_duration_s": "Seconds of one output.",
    "caption_characters": "Of a caption.",
    "plan_pieces": "Outputs times pieces of each, of one order.",
    "open_generations_per_user": "Generations that run at a time.",
    "orders_per_hour": "Orders in an hour.",
    "output_days": "Days a finished output is kept.",
    "output_days_max": "Days a finished output is kept where its owner wants it.",
    "previewed_videos": "Videos of a plan that are seen before it is ordered.",
    "previews_per_day": "Rendered previews of a project in a day.",
    "preview_days": "Days a rendered preview is kept.",
    "presets_per_user": "Presets one has.",
    "preset_bytes": "Of a preset's settings, as JSON.",
    "plan_days": "Days it is known what an output was made of.",
    "generation_deadline_s": "Seconds until a generation that has not ended is ended.",
    "bundle_volume_bytes": "Of videos in one archive of a bundle.",
    "bundles_making_per_user": "Bundles that are made at a time.",
    "bundles_kept_per_user": "Bundles one has.",
    "bundle_days": "Days a finished bundle is kept.",
    "naming_characters": "Of the template that names the files of a bundle.",
    "sockets_per_user": "WebSockets that are told of changes: the newest.",
    "socket_ticket_s": "Seconds to open a WebSocket with a ticket.",
    "socket_s": "Seconds after which a WebSocket is cut.",
    "access_token_s": "Seconds an access token is good for.",
    "refresh_token_s": "Seconds a refresh token is good for, unless it is used.",
}
VALUES: Final[dict[str, Any]] = {name: getattr(limits, name.upper()) for name in SHOWN}
_fields: dict[str, Any] = {
    name: (dict[str, int] if isinstance(VALUES[name], Mapping) else int, Field(description=text))
    for name, text in SHOWN.items()
}


class _Limits(View):
    """What is possible, at most: the numbers a page needs before it asks."""

    model_config = ConfigDict(json_schema_extra={"examples": [dict(VALUES)]})


LimitsView: type[View] = create_model("LimitsView", __base__=_Limits, __doc__=_Limits.__doc__, **_fields)


@router.get(
    "/limits",
    summary="Read the limits",
    response_model=LimitsView,
    responses={304: {"description": "Nothing changed."}, **error_responses(signed_in=False)},
)
def read_limits(request: Request) -> Response:
    """The same for everybody; it changes with a release at most."""
    return cacheable(request, LimitsView(**VALUES).model_dump_json().encode(), "application/json")
