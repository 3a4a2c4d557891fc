"""Middleware around the app: the size of bodies, the headers of every answer, and the last resort."""

import logging
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from functions.api.error_catalogue import TOO_LARGE
from functions.api.errors import error_response, internal
from functions.api.request_context import request_id
from medley.limits import REQUEST_BODY_BYTES

SECURITY_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
logger = logging.getLogger("medley.api")


class EdgeMiddleware:
    """ASGI middleware; the gateway hands over a request's body whole, so its size is known before it is parsed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers["x-request-id"] = request_id(scope)
            await send(message)

        await self._answer(scope, await receive(), receive, send_with_headers)

    async def _answer(self, scope: Scope, first: Message, receive: Receive, send: Send) -> None:
        if len(first.get("body", b"")) > REQUEST_BODY_BYTES:
            await error_response(Request(scope), TOO_LARGE)(scope, receive, send)
            return
        unread: list[Message] = [first]

        async def receive_again() -> Message:
            return unread.pop() if unread else await receive()

        try:
            await self._app(scope, receive_again, send)
        except Exception:  # the outermost edge: nothing above us would give this answer its shape
            logger.exception("unforeseen")
            await internal(Request(scope))(scope, receive, send)
