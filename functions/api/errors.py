"""From what was raised to the answer: the one table of statuses, the one error body, the catalogue of codes."""

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from functions.api.requests import request_id
from functions.api.schemas.base import ErrorBody
from medley import errors
from medley.errors import MedleyError

STATUS: Final[Mapping[type[MedleyError], int]] = {
    errors.InvalidInput: 422,
    errors.NotSignedIn: 401,
    errors.NotEnoughCredits: 402,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.TooManyRequests: 429,
    errors.NotMedia: 422,
    errors.Rejected: 400,
    errors.Unavailable: 503,
    errors.Broken: 500,
    MedleyError: 500,
}
RETRY_AFTER_S: Final = 2  # seconds a client waits when we do not know better
FIELDS_MAX: Final = 50  # of a body's faults that are listed
INTERNAL: Final = "internal"
logger = logging.getLogger("medley.api")

# code -> status, message, metadata: what the OpenAPI document shows; each is answered somewhere below /v1.
CATALOGUE: Final[Mapping[str, tuple[int, str, Mapping[str, Any]]]] = {
    "already_uploaded": (409, "This clip has been uploaded.", {"state": "ready"}),
    "already_ended": (409, "This generation has ended.", {}),
    "database_unavailable": (503, "The database does not answer.", {}),
    "duplicate_clips": (422, "A clip is named twice.", {}),
    "email_taken": (409, "There is an account with this email address already.", {}),
    "empty_file": (422, "The file is empty.", {}),
    "file_too_large": (413, "A clip has at most 2147483648 bytes.", {"limit": 2147483648, "size": 2147483649}),
    "idempotency_key_required": (400, "Send an Idempotency-Key header.", {}),
    "idempotency_key_reused": (422, "This Idempotency-Key came with another request before.", {}),
    "in_progress": (409, "The first request with this key is still running.", {"retry_after_s": 1}),
    INTERNAL: (500, "Something went wrong on our side.", {}),
    "invalid_idempotency_key": (422, "An Idempotency-Key has 1 to 255 printable characters.", {"limit": 255}),
    "invalid_input": (
        422,
        "Some fields are not valid.",
        {"fields": [{"field": "body.name", "code": "missing", "message": "Field required"}]},
    ),
    "invalid_json": (400, "The body is not JSON.", {}),
    "invalid_name": (422, "The file name is empty.", {"reason": "empty"}),
    "invalid_token": (401, "The token is not valid, or not any more.", {}),
    "invalid_spec": (
        422,
        "The settings are not valid.",
        {"fields": [{"field": "count", "message": "Input should be less than or equal to 1000"}]},
    ),
    "no_clips": (422, "The project has no clip that is ready to mix.", {}),
    "not_enough_credits": (
        402,
        "This costs 24 credits; you have 10.",
        {"required": 24, "available": 10, "shortfall": 14},
    ),
    "not_audio": (422, "Only audio files can be uploaded.", {"content_type": "text/plain"}),
    "not_image": (422, "Only PNG, JPEG and WebP images can be uploaded.", {"content_type": "image/gif"}),
    "not_made": (409, "This video is not there.", {"state": "planned"}),
    "not_multipart": (409, "This clip is sent in one request.", {}),
    "not_signed_in": (401, "Sign in first.", {}),
    "not_video": (422, "Only video files can be uploaded.", {"content_type": "text/plain"}),
    "schema_behind": (503, "The database has another schema than the code.", {}),
    "session_ended": (401, "Sign in again.", {}),
    "storage_unavailable": (503, "The bucket does not answer.", {}),
    "too_few_clips": (422, "There are fewer clips than each video needs.", {}),
    "too_large": (413, "The body is too large.", {"limit": 1000000}),
    "too_many_attempts": (429, "Too many attempts to sign in. Try again in 42 seconds.", {"retry_after_s": 42}),
    "too_many_assets": (409, "This project has all the assets it can have.", {"limit": 100}),
    "too_many_clips": (409, "This project has all the clips it can have.", {"limit": 200}),
    "too_many_groups": (409, "This project has all the groups it can have.", {"limit": 40}),
    "too_many_open_generations": (409, "At most 10 generations run at a time; wait for one to end.", {"limit": 10}),
    "too_many_outputs": (
        422,
        "Only 18 different videos are possible.",
        {"requested": 40, "possible": 18, "binding": "3 x 3 x 2 clips, one of each group"},
    ),
    "too_many_projects": (409, "Delete a project first.", {"limit": 500}),
    "unknown_app": (422, "There is no app 'x'.", {"apps": ["video_mixer"]}),
    "unknown_asset": (404, "There is no such asset.", {}),
    "unknown_clip": (404, "There is no such clip.", {}),
    "unknown_clips": (422, "Some clips are not in this project.", {"clip_ids": []}),
    "unknown_generation": (404, "There is no such generation.", {}),
    "unknown_group": (404, "There is no such group.", {}),
    "unknown_output": (404, "There is no such output.", {}),
    "unknown_parts": (422, "This upload has the parts 1 to 9.", {"parts": [10], "last": 9}),
    "unknown_project": (404, "There is no such project.", {}),
    "upload_gone": (404, "Nothing is left of this upload; ask for a new one.", {}),
    "weak_password": (422, "A password has at least 8 characters.", {"reason": "too_short"}),
    "wrong_credentials": (401, "The email address or the password is wrong.", {}),
    "wrong_parts": (422, "Name every part once, in order.", {"expected": 9}),
}
_ANYWHERE: Final = ("invalid_input", "too_large", "database_unavailable", INTERNAL)
_SIGNED_IN: Final = ("not_signed_in", "invalid_token", "session_ended")

Responses = dict[int | str, dict[str, Any]]


def answers(*codes: str, signed_in: bool = True, body: bool = False) -> Responses:
    """The error responses of a route, for OpenAPI: these codes and those any such route may answer."""
    every = {*codes, *_ANYWHERE, *(_SIGNED_IN if signed_in else ()), *(("invalid_json",) if body else ())}
    responses: Responses = {}
    for code in sorted(every):
        status, message, metadata = CATALOGUE[code]
        response = responses.setdefault(status, {"model": ErrorBody, "description": "", "content": {}})
        response["description"] = ", ".join(filter(None, (response["description"], f"`{code}`")))
        examples = response["content"].setdefault("application/json", {"examples": {}})["examples"]
        examples[code] = {"value": _example(code, message, status, metadata)}
    return responses


def _example(code: str, message: str, status: int, metadata: Mapping[str, Any]) -> dict[str, Any]:
    detail = {"code": code, "message": message, "http_status": status, "metadata": dict(metadata)}
    return {"error": {**detail, "timestamp": "2026-11-20T09:30:00Z", "request_id": "JKJaXmPLvHcESHA="}}


def error_response(
    request: Request, status: int, code: str, message: str, metadata: Mapping[str, Any] | None = None
) -> JSONResponse:
    """An answer with the one error body (DESIGN, rules of the house)."""
    values = dict(metadata or {})
    detail = {
        "code": code,
        "message": message,
        "http_status": status,
        "metadata": values,
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "request_id": request_id(request.scope),
    }
    headers: dict[str, str] = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = str(RETRY_AFTER_S)
    if "retry_after_s" in values:
        headers["retry-after"] = str(values["retry_after_s"])
    return JSONResponse({"error": detail}, status, headers)


def internal(request: Request) -> JSONResponse:
    """The answer to what nobody foresaw; it says nothing of what happened, the log does."""
    status, message, _ = CATALOGUE[INTERNAL]
    return error_response(request, status, INTERNAL, message)


def install(app: FastAPI) -> None:
    """Render all errors, ours and the framework's, alike."""
    app.add_exception_handler(MedleyError, _medley)  # type: ignore[arg-type]  # Starlette types the exception widely
    app.add_exception_handler(RequestValidationError, _validation)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]


def _medley(request: Request, error: MedleyError) -> JSONResponse:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    if isinstance(error, errors.Rejected):
        return error_response(request, status, error.code, error.message, error.metadata)
    if isinstance(error, errors.Unavailable):
        logger.warning("unavailable: %s", error, exc_info=error)
        return error_response(request, status, error.code, error.message, error.metadata)
    logger.error("broken: %s", error, exc_info=error)
    return internal(request)


def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
    faults: Sequence[Mapping[str, Any]] = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return error_response(request, 400, "invalid_json", "The body is not JSON.")
    fields = [
        {"field": ".".join(map(str, fault["loc"])), "code": fault["type"], "message": fault["msg"]}
        for fault in faults[:FIELDS_MAX]
    ]
    return error_response(request, 422, "invalid_input", "Some fields are not valid.", {"fields": fields})


def _http(request: Request, error: HTTPException) -> JSONResponse:
    match error.status_code:
        case 400:  # the framework's only own one: a body that is not UTF-8, too deep, or with numbers beyond reading
            return error_response(request, 400, "invalid_json", "The body is not JSON.")
        case 404:
            return error_response(request, 404, "unknown_route", "There is nothing at this address.")
        case 405:
            response = error_response(request, 405, "method_not_allowed", "This address does not know that method.")
            response.headers["allow"] = ", ".join(_methods(request.app, request.url.path))
            return response
    return error_response(request, error.status_code, "rejected", str(error.detail))


def _methods(app: FastAPI, path: str) -> list[str]:
    """What may be done at an address; the framework names the methods of one of its routes only."""
    return [
        method.upper()
        for template, item in app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
        for method in item
    ]
