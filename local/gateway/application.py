"""The embedded API Gateway: one ASGI application for HTTP, WebSocket and `@connections`.

The status is API Gateway's where the function has no answer: 400 where what was sent is not HTTP, 413 above 10 MB
(or Lambda's 6 MB), 431 above 10,240 bytes of headers, 503 after 29 s, 500 when it failed; `local.gateway.refusals`
has the bodies. The function goes on after a 503, as it does on AWS. One answer has no like on AWS: /readyz names the
functions that cannot do their work.

Each request has an id, in its answer, in the function's event and in the one line it gets in the log.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote
from uuid import uuid4

import uvicorn

from local.compute.functions import Function
from local.compute.invocation import FunctionFailed, RequestTooLarge
from local.gateway.http_events import (
    HttpReply,
    MalformedReply,
    Scope,
    http_event,
    joined_headers,
    read_reply,
    trace_root,
)
from local.gateway.http_protocol import HttpProtocol
from local.gateway.mailbox import Mailbox
from local.gateway.metrics_page import MetricsPage
from local.gateway.refusals import refusal, told
from local.gateway.site import Site
from local.gateway.sockets import MANAGEMENT_PATH, MESSAGE_BYTES, SocketApi
from local.logs import Logs
from medley import tracing
from medley.errors import SelfTestFailed

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SOCKET_PATH = "/socket"
READY_PATH = "/readyz"
BODY_BYTES = 10_000_000  # of a request to an HTTP API
HEADER_BYTES = 10_240  # of a request's line and headers together
SHOWN_CHARACTERS = 200  # of a path, in the log
SHOWN_METHOD_CHARACTERS = 16
_SENT_AS_IT_IS = "/%:@!$&'()*+,;=~"
INTEGRATION_S = 29.0  # how long API Gateway waits for a function


class Gateway:
    """The ASGI application. The `mailbox` takes the mails of its functions, and shows them; the `site` is the web app;
    what the functions count is at /dev/metrics.
    `http` answers every other HTTP request, but /readyz while there are `faults`: what is wrong with functions that
    cannot do their work, by name."""

    def __init__(
        self,
        http: Function,
        sockets: SocketApi,
        logs: Logs,
        *,
        mailbox: Mailbox | None = None,
        site: Site | None = None,
        faults: Callable[[], Mapping[str, str]] = dict,
        integration_s: float = INTEGRATION_S,
    ) -> None:
        self._http = http
        self._sockets = sockets
        self._logs = logs
        self._mailbox = mailbox
        self._metrics = MetricsPage(logs.board)
        self._site = site
        self._faults = faults
        self._integration_s = integration_s
        self._running: set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if scope["path"] == SOCKET_PATH:
                await self._sockets.serve(scope, receive, send)
            else:
                await self._sockets.refuse(send, _shown({**scope, "method": "GET"}), 403, str(uuid4()))
        elif scope["path"].startswith(MANAGEMENT_PATH):
            body = await _read_body(receive)
            await _send(send, scope, await self._sockets.manage(scope, body or b""))
        elif self._mailbox is not None and self._mailbox.serves(scope["path"]):
            body = await _read_body(receive)
            await _send(send, scope, self._mailbox.answer(scope, body or b""))
        elif self._metrics.serves(scope["path"]):
            await _send(send, scope, self._metrics.answer(scope))
        elif self._site is not None and self._site.serves(scope):
            await _send(send, scope, self._site.answer(scope))
        else:
            await self._serve_http(scope, receive, send)

    def unreadable(self) -> HttpReply:
        """The answer to what cannot be read as a request."""
        request_id = str(uuid4())
        reply = refusal(400, request_id)
        self._logs.say("gateway", f"what is not HTTP 400  {told(reply, request_id)}")
        return reply

    async def _serve_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, at = time.perf_counter(), datetime.now(UTC)
        request_id = str(uuid4())
        faults = self._faults() if scope["path"] == READY_PATH else {}
        reply = _not_ready(faults, request_id) if faults else await self._reply(scope, receive, request_id, at)
        await _send(send, scope, reply)
        took_ms = (time.perf_counter() - started) * 1000
        level = "WARNING" if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "INFO"
        line = f"{_shown(scope)} {reply.status}  {took_ms:.0f} ms  {told(reply, request_id)}"
        headers = {**joined_headers(scope), tracing.GATEWAY: trace_root(request_id, at)}
        self._logs.say("gateway", line, level, tracing.trace_id(tracing.of_request(headers)))

    async def _reply(self, scope: Scope, receive: Receive, request_id: str, at: datetime) -> HttpReply:
        line = len(scope["method"]) + len(scope["raw_path"]) + len(scope["query_string"])
        if line + sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
            return refusal(431, request_id)
        body = await _read_body(receive)
        if body is None:
            return refusal(413, request_id)
        try:
            return read_reply(await self._call(http_event(scope, body, at, request_id)))
        except RequestTooLarge:
            return refusal(413, request_id)
        except TimeoutError:
            return refusal(503, request_id)
        except (FunctionFailed, MalformedReply) as error:
            self._logs.say("gateway", f"{self._http.row.name} failed: {error}  request_id={request_id}", "ERROR")
            return refusal(500, request_id)

    async def _call(self, event: Any) -> Any:
        call = asyncio.get_running_loop().create_task(self._http.invoke(event))
        self._running.add(call)
        call.add_done_callback(self._finished)
        return await asyncio.wait_for(asyncio.shield(call), self._integration_s)

    def _finished(self, call: asyncio.Task[Any]) -> None:
        self._running.discard(call)
        if not call.cancelled():
            call.exception()  # seen: whoever waited was told, and a call nobody waits for any more is in the log


def bind(port: int | None = None) -> socket.socket:
    """A socket that only this machine reaches, on a free port unless one is given. Raises: OSError."""
    # The protocol is named, since asyncio sets TCP_NODELAY only then; without it each answer would take 40 ms longer.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port or 0))
        bound.listen(128)
    except OSError:
        bound.close()
        raise
    return bound


@asynccontextmanager
async def listening(gateway: Gateway, bound: socket.socket) -> AsyncIterator[None]:
    """Serve on a socket that is bound already; connections are closed at the end."""
    config = uvicorn.Config(
        gateway,
        lifespan="off",
        log_config=None,  # logging is its process's own affair
        access_log=False,
        server_header=False,
        http=cast(Any, partial(HttpProtocol, unreadable=gateway.unreadable)),  # made as the class it is of
        ws="websockets-sansio",
        ws_max_size=MESSAGE_BYTES,
        ws_ping_interval=None,  # API Gateway does not ping: a silent client is cut off, and must be here too
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.get_running_loop().create_task(server.serve(sockets=[bound]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


async def _read_body(receive: Receive) -> bytes | None:
    """The whole request body, or None if it is over the limit."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _not_ready(faults: Mapping[str, str], request_id: str) -> HttpReply:
    message = " ".join(dict.fromkeys(faults.values()))
    return refusal(503, request_id, code=SelfTestFailed.default_code, message=message, functions=sorted(faults))


def _shown(scope: Scope) -> str:
    """Method and path for the log: as they were sent, percent-encoded, and cut: a stranger chose them."""
    path = quote(scope["raw_path"], safe=_SENT_AS_IT_IS)
    cut = path if len(path) <= SHOWN_CHARACTERS else f"{path[:SHOWN_CHARACTERS]}..."
    return f"{scope['method'][:SHOWN_METHOD_CHARACTERS]} {cut}"


async def _send(send: Send, scope: Scope, reply: HttpReply) -> None:
    headers = list(reply.headers)
    told_of = scope["method"] == "HEAD" and any(name == "content-length" for name, _ in headers)
    if not told_of and reply.status not in (204, 304):
        headers = [(name, value) for name, value in headers if name != "content-length"]
        headers.append(("content-length", str(len(reply.body))))
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    await send({"type": "http.response.body", "body": reply.body})
