"""Every error a route below /v1 may answer with, as it would be raised: what the OpenAPI document shows.

A test holds each answer of the API against this: the sentence, whatever its numbers, and the names in `metadata`.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from functions.api.compressed_response import ANSWER_BYTES
from functions.api.schemas.library import CLIP_ID
from functions.api.schemas.quotes import BINDING_EXAMPLE
from medley import limits
from medley.apps.spec_faults import Fault
from medley.domain.credits import not_enough
from medley.domain.naming import FIELDS
from medley.domain.wording import CORE
from medley.errors import (
    AppUnavailable,
    Broken,
    Conflict,
    DatabaseUnavailable,
    Forbidden,
    InvalidInput,
    MedleyError,
    NotFound,
    NotSignedIn,
    Rejected,
    StorageUnavailable,
    TooLarge,
    TooManyRequests,
)
from medley.services.accounts import too_many_requests
from medley.services.downloads import output_expired, output_gone
from medley.services.generations import plan_expired, unknown_output
from medley.services.presets import too_large as preset_too_large
from medley.services.projects import not_restorable
from medley.services.quota import storage_full

_TYPE: Final = "text/plain"
_FIELD: Final = {"field": "body.name", "code": "missing", "message": "Field required"}
_COUNT: Final = Fault("count", CORE.say("less_than_equal", le=limits.OUTPUTS_PER_GENERATION)).as_json()

INTERNAL: Final = Broken("Something went wrong on our side.", code="internal")
INVALID_JSON: Final = Rejected("The body is not JSON.", code="invalid_json")
TOO_LARGE: Final = TooLarge(CORE.say("too_large", about="", what="body"), limit=limits.REQUEST_BODY_BYTES)
ANSWER_TOO_LARGE: Final = InvalidInput(
    "This is more than one answer can hold: ask for fewer videos at a time, with cursor and limit.",
    code="answer_too_large",
    limit=ANSWER_BYTES,
)
NOT_JSON: Final = Rejected(
    "Send the body as application/json.", code="unsupported_media_type", accepted=["application/json"]
)

_EXAMPLES: Final[tuple[MedleyError, ...]] = (
    INTERNAL,
    INVALID_JSON,
    TOO_LARGE,
    NOT_JSON,
    # requests
    InvalidInput("Some fields are not valid.", fields=[_FIELD]),
    InvalidInput("This cursor is none of ours; begin without one.", code="invalid_cursor"),
    InvalidInput(CORE.say("invalid_name", what="file", reason="empty", limit=limits.FILE_NAME_CHARACTERS)),
    Rejected("Send an Idempotency-Key header.", code="idempotency_key_required"),
    InvalidInput("This Idempotency-Key was used for another request.", code="idempotency_key_reused"),
    InvalidInput(
        f"An Idempotency-Key has 1 to {limits.IDEMPOTENCY_KEY_CHARACTERS} printable characters.",
        code="invalid_idempotency_key",
        limit=limits.IDEMPOTENCY_KEY_CHARACTERS,
    ),
    Conflict("A request with this Idempotency-Key is still running.", code="in_progress", retry_after_s=1),
    # accounts
    InvalidInput("This link does not work, or not any more. Ask for a new one.", code="invalid_link"),
    InvalidInput("The password is wrong.", code="wrong_password"),
    InvalidInput(
        CORE.say(
            "weak_password",
            reason="too_short",
            least=limits.PASSWORD_CHARACTERS_MIN,
            limit=limits.PASSWORD_CHARACTERS_MAX,
        )
    ),
    NotSignedIn("Sign in first."),
    NotSignedIn("Sign in again.", code="session_ended"),
    NotSignedIn("The token is not valid, or not any more.", code="invalid_token"),
    NotSignedIn("The email address or the password is wrong.", code="wrong_credentials"),
    TooManyRequests("Too many attempts. Try again in 42 seconds.", code="too_many_attempts", retry_after_s=42),
    Forbidden("Pages of another site may not do this.", code="foreign_origin", origin="https://elsewhere.example.com"),
    Forbidden("This is for administrators.", code="role_required", role="admin"),
    Forbidden("Give your password again first.", code="password_required"),
    TooManyRequests(
        f"At most {limits.EXPORTS_PER_DAY} exports a day.", code="too_many_exports", limit=limits.EXPORTS_PER_DAY
    ),
    too_many_requests(limits.REQUESTS_PER_MINUTE["quote"], 42),
    NotFound("There is no such session.", code="unknown_session"),
    NotFound("There is no such user.", code="unknown_user"),
    Conflict("Nobody changes their own role.", code="own_role"),
    Conflict("Nobody disables their own account.", code="own_account"),
    # projects, clips, assets
    InvalidInput("There is no app 'x'.", code="unknown_app", app="x", apps=["example_app"]),
    Conflict("Delete a project first.", code="too_many_projects", limit=limits.PROJECTS_PER_USER),
    Conflict("This project has all the groups it can have.", code="too_many_groups", limit=limits.GROUPS_PER_PROJECT),
    Conflict("This project has all the clips it can have.", code="too_many_clips", limit=limits.CLIPS_PER_PROJECT),
    Conflict("This project has all the assets it can have.", code="too_many_assets", limit=limits.ASSETS_PER_PROJECT),
    storage_full(limits.STORED_BYTES - 1000, 1001),
    not_restorable([UUID(CLIP_ID)]),
    Conflict("This project has a group of that name.", code="group_name_taken"),
    Conflict("This group was changed meanwhile; read it again, then change it.", code="group_changed", version=4),
    NotFound("There is no such project.", code="unknown_project"),
    NotFound("There is no such group.", code="unknown_group"),
    NotFound("There is no such clip.", code="unknown_clip"),
    NotFound("There is no such asset.", code="unknown_asset"),
    InvalidInput("A clip is named twice.", code="duplicate_clips"),
    InvalidInput("Some clips are not in this project.", code="unknown_clips", clip_ids=[CLIP_ID]),
    InvalidInput("The file is empty.", code="empty_file"),
    TooLarge(
        f"A clip has at most {limits.UPLOAD_BYTES} bytes.",
        code="file_too_large",
        limit=limits.UPLOAD_BYTES,
        size=limits.UPLOAD_BYTES + 1,
    ),
    InvalidInput("Only video files can be uploaded.", code="not_video", content_type=_TYPE),
    InvalidInput("Only audio files can be uploaded.", code="not_audio", content_type=_TYPE),
    InvalidInput("Only PNG, JPEG and WebP images can be uploaded.", code="not_image", content_type=_TYPE),
    Conflict("This clip is sent in one request.", code="not_multipart"),
    Conflict("This file has been uploaded.", code="already_uploaded", state="ready"),
    InvalidInput("This upload has the parts 1 to 9.", code="unknown_parts", parts=[10], last=9),
    InvalidInput("Name every part once, in order.", code="wrong_parts", expected=9),
    NotFound("The parts of this upload are not stored any more; start over.", code="upload_gone"),
    # generations
    InvalidInput("The settings are not valid.", code="invalid_spec", fields=[_COUNT]),
    InvalidInput("The project has no clip that is ready to mix.", code="no_clips"),
    InvalidInput(
        "5 clips per video were asked for, but only 3 different clips are ready.",
        code="too_few_clips",
        where="project",
        requested=5,
        available=3,
    ),
    InvalidInput(
        CORE.say("too_many_outputs", unit="outputs", requested=40, possible=18, binding=BINDING_EXAMPLE, more=""),
        constraint="fixed_order",
    ),
    not_enough(24, 10),
    Conflict(
        f"At most {limits.OPEN_GENERATIONS_PER_USER} generations run at a time; wait for one to end.",
        code="too_many_open_generations",
        limit=limits.OPEN_GENERATIONS_PER_USER,
    ),
    InvalidInput(CORE.say("plan_too_large", pieces=181_500, limit=limits.PLAN_PIECES)),
    Conflict("The project changed while it was read; order again.", code="library_changed"),
    TooManyRequests(
        f"At most {limits.ORDERS_PER_HOUR} orders an hour; the next in 42 seconds.",
        code="too_many_orders",
        limit=limits.ORDERS_PER_HOUR,
        retry_after_s=42,
    ),
    NotFound("There is no such generation.", code="unknown_generation"),
    Conflict("This generation is not planned yet.", code="not_planned", state="running"),
    plan_expired(),
    NotFound("Example app has no such report.", code="no_such_report", app="Example app"),
    ANSWER_TOO_LARGE,
    unknown_output(),
    NotFound("Example app shows no preview.", code="no_preview", app="Example app"),
    Conflict("This generation has ended.", code="already_ended"),
    Conflict("This output is not there.", code="not_made", state="planned"),
    output_expired(),
    output_gone(),
    Conflict("This output is there.", code="not_gone"),
    Conflict("This generation has not ended yet.", code="still_running"),
    Conflict("There is nothing of this generation to make again.", code="nothing_to_retry"),
    Conflict(
        "This was ordered again already; retry that order.",
        code="already_retried",
        generation_id="01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e06",
    ),
    NotFound("Example app cannot go on from an order.", code="no_more", app="Example app"),
    InvalidInput(
        "These outputs are kept for 60 days already; that can only be made longer.", code="kept_longer", days=60
    ),
    Conflict("A preview is not kept longer.", code="is_preview"),
    TooManyRequests(
        f"At most {limits.PREVIEWS_PER_DAY} previews of a project are made a day; the next in 42 seconds.",
        code="too_many_previews",
        limit=limits.PREVIEWS_PER_DAY,
        retry_after_s=42,
    ),
    # presets
    NotFound("There is no such preset.", code="unknown_preset"),
    Conflict("There is a preset of this name for this app already.", code="preset_name_taken"),
    Conflict("Delete a preset first.", code="too_many_presets", limit=limits.PRESETS_PER_USER),
    preset_too_large(limits.PRESET_BYTES + 1),
    # bundles
    NotFound("There is no such bundle.", code="unknown_bundle"),
    InvalidInput(
        CORE.say("invalid_naming", reason="unknown_field", field="x", limit=limits.NAMING_CHARACTERS, fields=FIELDS)
    ),
    Conflict(
        "Some of these videos cannot be downloaded: they are not made, or not kept any more.",
        code="outputs_not_there",
        outputs=[7],
    ),
    Conflict("This generation has no video that can be downloaded.", code="nothing_made"),
    Conflict(
        f"At most {limits.BUNDLES_MAKING_PER_USER} bundles are made at a time; wait for one to end, or delete one.",
        code="too_many_bundles",
        limit=limits.BUNDLES_MAKING_PER_USER,
    ),
    # what is down
    DatabaseUnavailable("The database does not answer."),
    DatabaseUnavailable("The database has another schema than the code.", code="schema_behind"),
    StorageUnavailable("The bucket does not answer."),
    AppUnavailable(CORE.say("app_unavailable", more="")),
)
CATALOGUE: Final[Mapping[str, MedleyError]] = {error.code: error for error in _EXAMPLES}

ELSEWHERE: Final[Mapping[str, str]] = {  # codes that no route gives, and where a client meets them
    "unknown_route": "any address there is nothing at (404)",
    "direct_request": "the API's own address, where people meet it at the site's: any path but `/healthz` (403)",
    "method_not_allowed": "any address, for a method it does not know (405)",
    "malformed_request": "the gateway on one machine: what was sent is not HTTP (400)",
    "headers_too_large": "the gateway on one machine: more than 10,240 bytes of address and headers (431)",
    "unavailable": "the gateway on one machine: an answer took more than 29 seconds (503)",
    "self_test_failed": "the gateway on one machine: `/readyz`, while a function cannot do its work (503)",
    "socket_refused": "the gateway on one machine: a WebSocket at an address that has none (403)",
    "refused": "the gateway on one machine: any other refusal of a WebSocket",
}
