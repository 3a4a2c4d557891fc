"""From what was raised to the answer: the one table of statuses, the one error body."""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from functions.api.error_catalogue import CATALOGUE, INTERNAL, INVALID_JSON, NOT_JSON
from functions.api.request_context import note, request_id
from functions.api.schemas.base import ErrorBody
from medley import errors
from medley.contracts import faults
from medley.errors import Forbidden, InvalidInput, MedleyError, NotFound, Rejected
from medley.limits import MESSAGE_CHARACTERS, VALUES_MAX
from medley.sentences import as_json

STATUS: Final[Mapping[type[MedleyError], int]] = {
    errors.InvalidInput: 422,
    errors.NotSignedIn: 401,
    errors.NotEnoughCredits: 402,
    errors.Forbidden: 403,
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
STATUS_OF_CODE: Final = {"method_not_allowed": 405, "unsupported_media_type": 415}  # which are HTTP's alone
RETRY_AFTER_S: Final = 2  # seconds a client waits when we do not know better
BUSY: Final = errors.Unavailable("Something Medley needs does not answer.")
logger = logging.getLogger("medley.api")

_ANYWHERE: Final = ("invalid_input", "too_large", "database_unavailable", "internal")
_BODY: Final = ("invalid_json", "unsupported_media_type")
_SIGNED_IN: Final = ("not_signed_in", "invalid_token", "session_ended")

Responses = dict[int | str, dict[str, Any]]


def error_responses(*codes: str, signed_in: bool = True, body: bool = False) -> Responses:
    """The error responses of a route, for OpenAPI: these codes and those any such route may answer."""
    every = {*codes, *_ANYWHERE, *(_SIGNED_IN if signed_in else ()), *(_BODY if body else ())}
    responses: Responses = {}
    for code in sorted(every):
        error = CATALOGUE[code]
        status = status_of(error)
        response = responses.setdefault(status, {"model": ErrorBody, "description": "", "content": {}})
        response["description"] = ", ".join(filter(None, (response["description"], f"`{code}`")))
        examples = response["content"].setdefault("application/json", {"examples": {}})["examples"]
        examples[code] = {"value": example_body(error, status)}
    return responses


def status_of(error: MedleyError) -> int:
    """The HTTP status of an error's kind."""
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def example_body(error: MedleyError, status: int) -> dict[str, Any]:
    """An error as it might be answered, for the documentation."""
    return _body(error, status, "2026-11-20T09:30:00Z", "JKJaXmPLvHcESHA=")


def _body(error: MedleyError, status: int, timestamp: str, request_id: str) -> dict[str, Any]:
    """The one error body (DESIGN, rules of the house)."""
    detail = {"code": error.code, "message": error.message, "http_status": status, "metadata": as_json(error.metadata)}
    return {"error": {**detail, "timestamp": timestamp, "request_id": request_id}}


def error_response(request: Request, error: MedleyError) -> JSONResponse:
    """The answer to an error. Its code goes into the request's line in the log."""
    status = status_of(error)
    headers: dict[str, str] = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = str(RETRY_AFTER_S)
    if "retry_after_s" in error.metadata:
        headers["retry-after"] = str(error.metadata["retry_after_s"])
    note(request.scope, code=error.code)
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return JSONResponse(_bounded(_body(error, status, now, request_id(request.scope))), status, headers)


def _bounded(value: Any) -> Any:
    """JSON values, cut to what an error may hold: whatever a client sent, little of it is sent back."""
    match value:
        case str():
            return faults.cut(value, MESSAGE_CHARACTERS)
        case Mapping():
            return {name: _bounded(each) for name, each in value.items()}
        case list() | tuple():
            return [_bounded(each) for each in value[:VALUES_MAX]]
    return value


def internal(request: Request) -> JSONResponse:
    """The answer to what nobody foresaw; it says nothing of what happened, the log does."""
    return error_response(request, INTERNAL)


def install(app: FastAPI) -> None:
    """Render all errors, ours and the framework's, alike."""
    app.add_exception_handler(MedleyError, _medley)  # type: ignore[arg-type]  # Starlette types the exception widely
    app.add_exception_handler(RequestValidationError, _validation)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]


def _medley(request: Request, error: MedleyError) -> JSONResponse:
    if isinstance(error, errors.Rejected):
        return error_response(request, error)
    if isinstance(error, errors.Unavailable):
        logger.warning("unavailable: %s", error, exc_info=error)
        return error_response(request, CATALOGUE.get(error.code, BUSY))  # it says nothing of what we are made of
    logger.error("broken: %s", error, exc_info=error)
    return internal(request)


def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
    found = error.errors()
    if any(fault["type"] == "json_invalid" for fault in found):
        return error_response(request, INVALID_JSON)
    if isinstance(error.body, bytes) and error.body:  # what is said to be JSON would have been read
        return error_response(request, NOT_JSON)
    return error_response(request, InvalidInput("Some fields are not valid.", fields=faults.told(found)))


def _http(request: Request, error: HTTPException) -> JSONResponse:
    match error.status_code:
        case 400:  # the framework's only own one: a body that is not UTF-8, too deep, or with numbers beyond reading
            return error_response(request, INVALID_JSON)
        case 404:
            return error_response(request, nothing_there())
        case 405:
            unknown = Rejected("This address does not know that method.", code="method_not_allowed")
            response = error_response(request, unknown)
            response.headers["allow"] = ", ".join(_methods(request.app, request.url.path))
            return response
    logger.error("an unforeseen refusal of the framework", extra={"status": error.status_code})
    return internal(request)


def nothing_there() -> NotFound:
    """What is answered where there is no route."""
    return NotFound("There is nothing at this address.", code="unknown_route")


def past_the_proxy() -> Forbidden:
    """What is answered to whoever did not come through the proxy before the API."""
    return Forbidden("Ask at the address of the site.", code="direct_request")


def _methods(app: FastAPI, path: str) -> list[str]:
    """What may be done at an address; the framework names the methods of one of its routes only."""
    named = [
        method.upper()
        for template, item in app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
        for method in item
    ] or ["GET"]  # of the documents, which are not among what they document
    return [*named, *(["HEAD"] if "GET" in named else [])]
