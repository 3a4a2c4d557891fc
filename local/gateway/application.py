"""The embedded API Gateway: one ASGI application for HTTP, WebSocket and `@connections`.

Answers are API Gateway's where the function has none: 413 above 10 MB (or Lambda's 6 MB), 431 above 10,240 bytes
of headers, 503 after 29 s, 500 when the function failed. The function goes on after a 503, as it does on AWS. One
answer has no like on AWS: /readyz names the functions that cannot do their work.
"""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import uvicorn

from local.compute.functions import Function
from local.compute.invocation import FunctionFailed, RequestTooLarge
from local.gateway.http_events import HttpReply, MalformedReply, Scope, http_event, read_reply
from local.gateway.sockets import MANAGEMENT_PATH, MESSAGE_BYTES, SocketApi
from local.logs import Logs
from medley.errors import SelfTestFailed

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SOCKET_PATH = "/socket"
READY_PATH = "/readyz"
BODY_BYTES = 10_000_000  # of a request to an HTTP API
HEADER_BYTES = 10_240  # of a request's line and headers together
INTEGRATION_S = 29.0  # how long API Gateway waits for a function


class Gateway:
    """The ASGI application. `http` answers every HTTP request but /readyz while there are `faults`: what is wrong with
    functions that cannot do their work, by name."""

    def __init__(
        self,
        http: Function,
        sockets: SocketApi,
        logs: Logs,
        *,
        faults: Callable[[], Mapping[str, str]] = dict,
        integration_s: float = INTEGRATION_S,
    ) -> None:
        self._http = http
        self._sockets = sockets
        self._logs = logs
        self._faults = faults
        self._integration_s = integration_s
        self._running: set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if scope["path"] == SOCKET_PATH:
                await self._sockets.serve(scope, receive, send)
            else:
                await send({"type": "websocket.close"})  # before `accept` this is a 403
        elif scope["path"].startswith(MANAGEMENT_PATH):
            body = await _read_body(receive)
            await _send(send, scope, await self._sockets.manage(scope, body or b""))
        else:
            await self._serve_http(scope, receive, send)

    async def _serve_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        faults = self._faults() if scope["path"] == READY_PATH else {}
        reply = _not_ready(faults) if faults else await self._reply(scope, receive)
        await _send(send, scope, reply)
        took_ms = (time.perf_counter() - started) * 1000
        level = "WARNING" if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "INFO"
        self._logs.say("gateway", f"{scope['method']} {scope['path']} {reply.status}  {took_ms:.0f} ms", level)

    async def _reply(self, scope: Scope, receive: Receive) -> HttpReply:
        line = len(scope["method"]) + len(scope["raw_path"]) + len(scope["query_string"])
        if line + sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
            return _refusal(431, "Request Header Fields Too Large")
        body = await _read_body(receive)
        if body is None:
            return _refusal(413, "Request Entity Too Large")
        try:
            return read_reply(await self._call(http_event(scope, body, datetime.now(UTC))))
        except RequestTooLarge:
            return _refusal(413, "Request Entity Too Large")
        except TimeoutError:
            return _refusal(503, "Service Unavailable")
        except (FunctionFailed, MalformedReply) as error:
            self._logs.say("gateway", f"{self._http.row.name} failed: {error}", "ERROR")
            return _refusal(500, "Internal Server Error")

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


def _refusal(status: int, message: str) -> HttpReply:
    return HttpReply(status, (("content-type", "application/json"),), json.dumps({"message": message}).encode())


def _not_ready(faults: Mapping[str, str]) -> HttpReply:
    """In the shape of the API's own errors."""
    error = {
        "code": SelfTestFailed.default_code,
        "message": " ".join(dict.fromkeys(faults.values())),
        "http_status": 503,
        "metadata": {"functions": sorted(faults)},
        "timestamp": datetime.now(UTC).isoformat(),
        "request_id": str(uuid4()),
    }
    return HttpReply(503, (("content-type", "application/json"),), json.dumps({"error": error}).encode())


async def _send(send: Send, scope: Scope, reply: HttpReply) -> None:
    headers = list(reply.headers)
    if scope["method"] != "HEAD" and reply.status not in (204, 304):
        headers = [(name, value) for name, value in headers if name != "content-length"]
        headers.append(("content-length", str(len(reply.body))))
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    await send({"type": "http.response.body", "body": reply.body})
