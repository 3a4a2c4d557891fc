"""Refusals of the gateway's own: what a client gets where no function answered, in the shape of the API's errors.

At AWS an HTTP API says `{"message": ...}` there, and none of it can be shaped; status and cause are the same.
"""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from local.gateway.http_events import HttpReply

SECURITY_HEADERS: Final = {  # the API's own, which a test compares
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
RETRY_AFTER_S: Final = 2
_SAID: Final = {  # code and sentence by status
    400: ("malformed_request", "What was sent is not HTTP."),
    401: ("not_signed_in", "The socket's ticket is not good: ask for another."),
    403: ("socket_refused", "There is no socket at this address."),
    413: ("too_large", "The request, or its answer, is too large."),
    431: ("headers_too_large", "The request's address and headers are too long."),
    500: ("internal", "Something went wrong on our side."),
    503: ("unavailable", "The answer took too long. Try again."),
}


def refusal(
    status: int, request_id: str, *, code: str | None = None, message: str | None = None, **metadata: Any
) -> HttpReply:
    """The answer of this status; `code` and `message` where they are not the usual ones of it."""
    usual = _SAID.get(status, ("refused", HTTPStatus(status).phrase))
    said = code or usual[0]
    error = {
        "code": said,
        "message": message or usual[1],
        "http_status": status,
        "metadata": metadata,
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "request_id": request_id,
    }
    headers = {**SECURITY_HEADERS, "content-type": "application/json", "x-request-id": request_id}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = str(RETRY_AFTER_S)
    return HttpReply(status, tuple(headers.items()), json.dumps({"error": error}).encode(), said)


def told(reply: HttpReply, request_id: str) -> str:
    """What the line of an answer ends with: the code, if it is a refusal of the gateway's own, and the request's id."""
    return f"code={reply.code}  request_id={request_id}" if reply.code else f"request_id={request_id}"
