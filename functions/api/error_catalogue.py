"""Every error a route below /v1 may answer with, as it would be raised: what the OpenAPI document shows.

A test holds each answer of the API against this: the sentence, whatever its numbers, and the names in `metadata`.
"""

from collections.abc import Mapping
from typing import Final

from functions.api import compressed_response
from functions.api.schemas.library import CLIP_ID
from functions.api.schemas.quotes import BINDING_EXAMPLE
from medley import limits
from medley.domain.credits import not_enough
from medley.errors import (
    AppUnavailable,
    Broken,
    Conflict,
    DatabaseUnavailable,
    InvalidInput,
    MedleyError,
    NotFound,
    NotSignedIn,
    Rejected,
    StorageUnavailable,
    TooLarge,
    TooManyRequests,
)
from medley.services.downloads import output_expired, output_gone

_TYPE: Final = "text/plain"
_FIELD: Final = {"field": "body.name", "code": "missing", "message": "Field required"}
_COUNT: Final = f"Input should be less than or equal to {limits.OUTPUTS_PER_GENERATION}"

INTERNAL: Final = Broken("Something went wrong on our side.", code="internal")
INVALID_JSON: Final = Rejected("The body is not JSON.", code="invalid_json")
TOO_LARGE: Final = TooLarge("The body is too large.", limit=limits.REQUEST_BODY_BYTES)

_EXAMPLES: Final[tuple[MedleyError, ...]] = (
    INTERNAL,
    INVALID_JSON,
    TOO_LARGE,
    # requests
    InvalidInput("Some fields are not valid.", fields=[_FIELD]),
    InvalidInput("The file name is empty.", code="invalid_name", reason="empty"),
    Rejected("Send an Idempotency-Key header.", code="idempotency_key_required"),
    InvalidInput("This Idempotency-Key was used for another request.", code="idempotency_key_reused"),
    InvalidInput(
        f"An Idempotency-Key has 1 to {limits.IDEMPOTENCY_KEY_CHARACTERS} printable characters.",
        code="invalid_idempotency_key",
        limit=limits.IDEMPOTENCY_KEY_CHARACTERS,
    ),
    Conflict("A request with this Idempotency-Key is still running.", code="in_progress", retry_after_s=1),
    # accounts
    Conflict("There is an account with this email address already.", code="email_taken"),
    InvalidInput(
        f"A password has at least {limits.PASSWORD_CHARACTERS_MIN} characters.",
        code="weak_password",
        reason="too_short",
    ),
    NotSignedIn("Sign in first."),
    NotSignedIn("Sign in again.", code="session_ended"),
    NotSignedIn("The token is not valid, or not any more.", code="invalid_token"),
    NotSignedIn("The email address or the password is wrong.", code="wrong_credentials"),
    TooManyRequests("Too many attempts. Try again in 42 seconds.", code="too_many_attempts", retry_after_s=42),
    # projects, clips, assets
    InvalidInput("There is no app 'x'.", code="unknown_app", apps=["example_app"]),
    Conflict("Delete a project first.", code="too_many_projects", limit=limits.PROJECTS_PER_USER),
    Conflict("This project has all the groups it can have.", code="too_many_groups", limit=limits.GROUPS_PER_PROJECT),
    Conflict("This project has all the clips it can have.", code="too_many_clips", limit=limits.CLIPS_PER_PROJECT),
    Conflict("This project has all the assets it can have.", code="too_many_assets", limit=limits.ASSETS_PER_PROJECT),
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
    Conflict("This clip has been uploaded.", code="already_uploaded", state="ready"),
    InvalidInput("This upload has the parts 1 to 9.", code="unknown_parts", parts=[10], last=9),
    InvalidInput("Name every part once, in order.", code="wrong_parts", expected=9),
    NotFound("This upload was completed, aborted or never begun.", code="upload_gone"),
    # generations
    InvalidInput("The settings are not valid.", code="invalid_spec", fields=[{"field": "count", "message": _COUNT}]),
    InvalidInput("The project has no clip that is ready to mix.", code="no_clips"),
    InvalidInput(
        "5 clips per video were asked for, but only 3 different clips are ready.",
        code="too_few_clips",
        requested=5,
        available=3,
    ),
    InvalidInput(
        f"40 different outputs were asked for, but only 18 are possible: {BINDING_EXAMPLE}.",
        code="too_many_outputs",
        requested=40,
        possible=18,
        binding=BINDING_EXAMPLE,
        constraint="fixed_order",
    ),
    not_enough(24, 10),
    Conflict(
        f"At most {limits.OPEN_GENERATIONS_PER_USER} generations run at a time; wait for one to end.",
        code="too_many_open_generations",
        limit=limits.OPEN_GENERATIONS_PER_USER,
    ),
    InvalidInput(
        f"This order comes to 181500 pieces, outputs times pieces of each; at most {limits.PLAN_PIECES} are "
        "planned at once. Order fewer at a time.",
        code="plan_too_large",
        pieces=181_500,
        limit=limits.PLAN_PIECES,
    ),
    Conflict("The project changed while it was read; order again.", code="library_changed"),
    TooManyRequests(
        f"At most {limits.ORDERS_PER_HOUR} orders an hour; the next in 42 seconds.",
        code="too_many_orders",
        limit=limits.ORDERS_PER_HOUR,
        retry_after_s=42,
    ),
    NotFound("There is no such generation.", code="unknown_generation"),
    Conflict("This generation is not planned yet.", code="not_planned", state="running"),
    Conflict("What this was made of is not kept any more.", code="plan_expired"),
    NotFound("Example app has no such report.", code="no_such_report"),
    InvalidInput(compressed_response.TOO_LARGE, code="answer_too_large", limit_bytes=compressed_response.ANSWER_BYTES),
    NotFound("There is no such output.", code="unknown_output"),
    Conflict("This generation has ended.", code="already_ended"),
    Conflict("This output is not there.", code="not_made", state="planned"),
    output_expired(),
    output_gone(),
    Conflict("This output is there.", code="not_gone"),
    Conflict("This generation has not ended yet.", code="still_running"),
    # what is down
    DatabaseUnavailable("The database does not answer."),
    DatabaseUnavailable("The database has another schema than the code.", code="schema_behind"),
    StorageUnavailable("The bucket does not answer."),
    AppUnavailable("Example app cannot be used at the moment: Lane render is missing here."),
)
CATALOGUE: Final[Mapping[str, MedleyError]] = {error.code: error for error in _EXAMPLES}
