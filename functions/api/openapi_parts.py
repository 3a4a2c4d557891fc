"""Parts of the OpenAPI document that are said once: headers, security schemes, the form of an error's example."""

from typing import Any, Final

from functions.api.errors import example_body, status_of
from medley.errors import MedleyError
from medley.limits import ACCESS_TOKEN_S, DEVICE_KEPT_S, REFRESH_TOKEN_S, SOCKET_S

Json = dict[str, Any]


def _header(description: str, example: str, **schema: Any) -> Json:
    return {"description": description, "schema": {"type": "string", **schema}, "example": example}


HEADERS: Final[Json] = {
    "x-request-id": _header("The request's id; name it when you ask about it.", "JKJaXmPLvHcESHA="),
    "retry-after": _header("Seconds after which to try again.", "2", pattern="^[0-9]+$"),
    "www-authenticate": _header("What is missing.", "Bearer"),
    "etag": _header("Send it back as `If-None-Match`; weak where the answer is packed.", '"5-840-0-100-489100"'),
    "set-cookie": _header(
        "For this host alone and for no script: `__Host-medley_refresh`, the refresh token, emptied by signing out; "
        "with it, where somebody signs in, `__Host-medley_device`, by which the device is known for "
        f"{DEVICE_KEPT_S // 86_400} days.",
        f"__Host-medley_refresh=...; Path=/; Max-Age={REFRESH_TOKEN_S}; HttpOnly; Secure; SameSite=Strict",
    ),
}
SECURITY_SCHEMES: Final[Json] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": f"The `access_token` of sign-up, sign-in or refresh; it is good for {ACCESS_TOKEN_S} seconds.",
    },
    "refresh_cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-medley_refresh",
        "description": "The refresh token, as `Set-Cookie` gave it. On plain http, as on one machine, its name is "
        "`medley_refresh_<port>`.",
    },
    "device_cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-medley_device",
        "description": "What a device is known by that was signed in to before, as `Set-Cookie` gave it: what "
        "strangers try is not held against it. Never required; signing out leaves it. On plain http, as on one "
        "machine, its name is `medley_device_<port>`.",
    },
}
IF_NONE_MATCH: Final[Json] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of an answer you have: 304 if it is still so.",
    "schema": {"type": "string", "maxLength": 1_000},
}
SOCKET_DESCRIPTION: Final = (
    "Get a ticket from `POST /v1/socket-tickets`, open `<url>?ticket=<ticket>` with it, once and from a page of the "
    "same origin, and hints come as JSON text, one "
    "object each. A hint may be lost or stand for several changes, so it only says when to look: read what it is about "
    "by its id. `seq` rises by one with each change of a generation; after a gap, read it again. Send "
    '`{"type": "ping"}` every few minutes: the answer is `{"type": "pong"}`, and it keeps the connection open. After '
    f"{SOCKET_S // 3600} hours every connection is cut; open another with a new ticket, and read once what is shown. "
    "A socket that is refused closes without a reason: get a new ticket, and wait longer each time. One that hears "
    "`socket_closing` is closed for good: its session has ended, or newer ones of the same person took its place; then "
    "ask from time to time."
)


def headers_of(status: str, *, tagged: bool, sets_cookie: bool) -> list[str]:
    """The names of the headers an answer of this status may have besides."""
    names = []
    if status in ("409", "429", "503"):
        names.append("retry-after")
    if status == "401":
        names.append("www-authenticate")
    if tagged and status in ("200", "304"):
        names.append("etag")
    if sets_cookie:
        names.append("set-cookie")
    return names


def example_of(error: MedleyError) -> Json:
    """An error as it is answered."""
    return {"summary": error.message, "value": example_body(error, status_of(error))}
