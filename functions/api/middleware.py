"""Middleware around the app: what is refused unread, the form of every answer, and its one line in the log."""

import logging
import time
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from functions.api import compressed_response
from functions.api.dependencies import COLLABORATORS
from functions.api.error_catalogue import ANSWER_TOO_LARGE, INTERNAL, TOO_LARGE
from functions.api.errors import error_response, internal, nothing_there, past_the_proxy
from functions.api.request_context import NOTES, request_id
from medley.limits import REQUEST_BODY_BYTES
from medley.settings import CallerSettings

SECURITY_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
ANYBODYS: Final = "/healthz"  # touches nothing, and tells whether it is the proxy that does not answer
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
logger = logging.getLogger("medley.api")


class _Answer:
    """What the app sends, kept until it is whole: a function answers in one piece anyway."""

    def __init__(self) -> None:
        self.status: int = HTTPStatus.INTERNAL_SERVER_ERROR
        self.headers = MutableHeaders()
        self.body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = MutableHeaders(raw=list(message["headers"]))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


class EdgeMiddleware:
    """ASGI middleware; the gateway hands over a request's body whole, so its size is known before it is parsed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, method = time.perf_counter(), scope["method"]
        scope = {**scope, NOTES: {}, "method": "GET" if method == "HEAD" else method}
        answer = await self._answer(scope, await receive(), receive)
        answer = await self._within_limits(scope, answer, receive)
        for name, value in SECURITY_HEADERS.items():
            answer.headers.setdefault(name, value)
        answer.headers["x-request-id"] = request_id(scope)
        if answer.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            answer.headers["content-length"] = str(len(answer.body))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers.raw})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})
        _log(scope, method, answer.status, (time.perf_counter() - started) * 1000)

    async def _answer(self, scope: Scope, first: Message, receive: Receive) -> _Answer:
        """The app's answer, or ours where it need not or cannot give one."""
        answer = _Answer()
        caller: CallerSettings = scope[COLLABORATORS].caller
        if scope["path"] != ANYBODYS and not caller.admits(Headers(scope=scope)):
            await error_response(Request(scope), past_the_proxy())(scope, receive, answer.send)
            return answer
        if len(first.get("body", b"")) > REQUEST_BODY_BYTES:
            await error_response(Request(scope), TOO_LARGE)(scope, receive, answer.send)
            return answer
        if "\n" in scope["path"]:  # the framework's patterns end before a line break
            await error_response(Request(scope), nothing_there())(scope, receive, answer.send)
            return answer
        unread: list[Message] = [first]

        async def receive_again() -> Message:
            return unread.pop() if unread else await receive()

        try:
            await self._app(scope, receive_again, answer.send)
        except Exception:  # the outermost edge: nothing above us would give this answer its shape
            logger.exception("unforeseen")
            answer = _Answer()
            await internal(Request(scope))(scope, receive, answer.send)
        return answer

    async def _within_limits(self, scope: Scope, answer: _Answer, receive: Receive) -> _Answer:
        """The answer, packed where that is of use; or what says that it is more than a function can answer."""
        body = compressed_response.packed(Headers(scope=scope), answer.headers, answer.body)
        if body is not None:
            answer.body = body
            return answer
        logger.error("an answer is more than a function can give", extra={"bytes": len(answer.body)})
        short = _Answer()
        error = ANSWER_TOO_LARGE if answer.status == HTTPStatus.OK else INTERNAL
        await error_response(Request(scope), error)(scope, receive, short.send)
        return short


def _log(scope: Scope, method: str, status: int, took_ms: float) -> None:
    """One line for each answer, with nothing in it that a client wrote; the request's id is on every line."""
    line = {
        "method": method if method in METHODS else "other",
        "route": getattr(scope.get("route"), "path", "none"),
        "status": status,
        **scope[NOTES],
        "ms": round(took_ms, 1),
    }
    logger.info("answered", extra=line)
