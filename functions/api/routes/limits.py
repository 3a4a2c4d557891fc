"""/v1/limits."""

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
    "projects_per_user": "Projects one has.",
    "clips_per_project": "Clips of a project.",
    "groups_per_project": "Groups of a project.",
    "assets_per_project": "Assets of a project.",
    "upload_bytes": "Of a clip's file.",
    "single_upload_bytes": "Of a clip's file that is sent in one request; larger ones are sent in parts.",
    "parts_max": "Parts of an upload.",
    "parts_signed": "Parts one answer has requests for.",
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
    "asset_audio_duration_s": "Seconds of an audio file.",
    "asset_image_px": "Pixels of an image's longer side.",
    "outputs_per_generation": "Outputs of one order.",
    "segments_per_output": "Clips of one output, with all that divides them.",
    "output_duration_s": "Seconds of one output.",
    "plan_pieces": "Outputs times pieces of each, of one order.",
    "open_generations_per_user": "Generations that run at a time.",
    "orders_per_hour": "Orders in an hour.",
    "output_days": "Days a finished output is kept.",
    "output_days_max": "Days a finished output is kept where its owner wants it.",
    "previewed_videos": "Videos of a plan that are seen before it is ordered.",
    "previews_per_day": "Rendered previews of a project in a day.",
    "preview_days": "Days a rendered preview is kept.",
    "presets_per_user": "Presets one has.",
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
VALUES: Final[dict[str, int]] = {name: getattr(limits, name.upper()) for name in SHOWN}
_fields: dict[str, Any] = {name: (int, Field(description=text)) for name, text in SHOWN.items()}


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
