"""Sockets, the embedded WebSocket API: `$connect`, `$default`, `$disconnect`, and `@connections` to push.

Kept of API Gateway's contract: `$connect` is asked before the handshake is answered, and any answer but 2xx refuses
it; a connection cannot be pushed to before that; a message may have 128 KB; a connection ends after ten silent
minutes or two hours; `$default` has a route response, so the `body` a function answers with goes back to the client;
`@connections` answers 410 for one that is gone and refuses requests that are not signed.
"""

import asyncio
import base64
import json
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from local import signatures
from local.compute.functions import Function
from local.compute.invocation import FunctionFailed
from local.gateway.http_events import API_ID, HttpReply, Scope, common_log_time, domain_name, joined_headers
from local.gateway.refusals import refusal, told
from local.logs import Logs
from local.signatures import Keys, Refused

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MANAGEMENT_PATH = "/@connections/"
MESSAGE_BYTES = 128 * 1024
IDLE_S = 600.0
LIFETIME_S = 7200.0
_GOING_AWAY = 1001  # close code, RFC 6455: API Gateway ends idle and old connections with it
_NORMAL = 1000


@dataclass
class Connection:
    """One open WebSocket."""

    id: str
    scope: Scope
    send: Send
    connected_at: datetime
    last_active_at: datetime

    @property
    def source_ip(self) -> str:
        return str(self.scope["client"][0])

    @property
    def user_agent(self) -> str:
        return joined_headers(self.scope).get("user-agent", "")


class SocketApi:
    """All connections of one cloud. `function` is asked about each and told what clients say; `keys` push."""

    def __init__(
        self, function: Function, logs: Logs, keys: Keys, *, idle_s: float = IDLE_S, lifetime_s: float = LIFETIME_S
    ) -> None:
        self._function = function
        self._logs = logs
        self._keys = keys
        self._idle = timedelta(seconds=idle_s)
        self._lifetime = timedelta(seconds=lifetime_s)
        self._open: dict[str, Connection] = {}

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, from the handshake to its end."""
        now = datetime.now(UTC)
        identifier = base64.urlsafe_b64encode(secrets.token_bytes(11)).decode()
        connection = Connection(identifier, scope, send, now, now)
        await receive()  # websocket.connect
        event = connect_event(connection, "$connect", "CONNECT")
        status, request_id = await self._ask_to_connect(event), event["requestContext"]["requestId"]
        if not _is_success(status):
            await self.refuse(send, "$connect", status, request_id)
            return
        self._logs.say("gateway", f"$connect {status}  request_id={request_id}")
        await send({"type": "websocket.accept"})
        self._open[connection.id] = connection
        code = _GOING_AWAY
        try:
            code = await self._converse(connection, receive)
        finally:
            self._open.pop(connection.id, None)
            event = connect_event(connection, "$disconnect", "DISCONNECT")
            event["requestContext"] |= {"disconnectStatusCode": code, "disconnectReason": ""}
            await self._invoke(event)

    async def manage(self, scope: Scope, body: bytes) -> HttpReply:
        """A request to `@connections/{id}`: POST pushes, GET describes, DELETE closes."""
        asked = signatures.Request(
            scope["method"],
            scope["raw_path"].decode("latin-1"),
            scope["query_string"].decode("latin-1"),
            joined_headers(scope),
        )
        try:
            signatures.check(asked, self._keys, service="execute-api", now=datetime.now(UTC), body=body)
        except Refused as error:
            return _error(error.status, f"{error.code}Exception", error.message)
        connection = self._open.get(scope["path"].removeprefix(MANAGEMENT_PATH))
        if connection is None:
            return _error(410, "GoneException", "The connection is gone.")
        match scope["method"]:
            case "POST":
                return await self._push(connection, body)
            case "GET":
                return HttpReply(200, (("content-type", "application/json"),), json.dumps(_shown(connection)).encode())
            case "DELETE":
                self._open.pop(connection.id)
                await _close(connection, _NORMAL)
                return HttpReply(204, (), b"")
        return _error(403, "ForbiddenException", "Forbidden")

    async def _push(self, connection: Connection, body: bytes) -> HttpReply:
        if len(body) > MESSAGE_BYTES:
            return _error(413, "PayloadTooLargeException", "Message too long")
        content: dict[str, Any]
        try:
            content = {"text": body.decode()}
        except UnicodeDecodeError:
            content = {"bytes": body}
        try:
            await connection.send({"type": "websocket.send", **content})
        except (RuntimeError, OSError):  # it closed in this very moment
            return _error(410, "GoneException", "The connection is gone.")
        connection.last_active_at = datetime.now(UTC)
        return HttpReply(200, (), b"")

    async def _converse(self, connection: Connection, receive: Receive) -> int:
        """Pass on what the client says until either side ends it; returns the close code."""
        while True:
            try:
                async with asyncio.timeout(self._left_s(connection)):
                    message = await receive()
            except TimeoutError:
                if self._left_s(connection) > 0:  # a push came in between
                    continue
                await _close(connection, _GOING_AWAY)
                return _GOING_AWAY
            if message["type"] == "websocket.disconnect":
                return int(message.get("code") or _NORMAL)
            connection.last_active_at = datetime.now(UTC)
            event = message_event(connection, message.get("text"), message.get("bytes"))
            reply = await self._invoke(event)
            if reply is None:
                request_id = event["requestContext"]["requestId"]
                answer = {"message": "Internal server error", "connectionId": connection.id, "requestId": request_id}
                await connection.send({"type": "websocket.send", "text": json.dumps(answer)})
            elif isinstance(reply, dict) and isinstance(reply.get("body"), str):
                await connection.send({"type": "websocket.send", "text": reply["body"]})

    def _left_s(self, connection: Connection) -> float:
        ends_at = min(connection.last_active_at + self._idle, connection.connected_at + self._lifetime)
        return (ends_at - datetime.now(UTC)).total_seconds()

    async def _ask_to_connect(self, event: dict[str, Any]) -> int:
        """The status the function answers a `$connect` with; 500 if it fails to answer."""
        reply = await self._invoke(event)
        try:
            return int(reply["statusCode"]) if reply is not None else 500
        except (TypeError, KeyError, ValueError):
            return 500

    async def _invoke(self, event: dict[str, Any]) -> Any:
        """The function's answer, or None if it failed (which is logged); an answer of None becomes {}."""
        try:
            reply = await self._function.invoke(event)
        except FunctionFailed as failure:
            about = event["requestContext"]
            line = f"{about['routeKey']} failed: {failure}  request_id={about['requestId']}"
            self._logs.say("gateway", line, "ERROR")
            return None
        return {} if reply is None else reply

    async def refuse(self, send: Send, asked: str, status: int, request_id: str) -> None:
        """Answer a handshake with a refusal; `asked` is what its line in the log calls it."""
        reply = refusal(status, request_id)
        self._logs.say("gateway", f"{asked} {status}  {told(reply, request_id)}")
        headers = [(name.encode(), value.encode()) for name, value in reply.headers]
        await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": reply.body})


def connect_event(connection: Connection, route: str, event_type: str) -> dict[str, Any]:
    """The event of a `$connect`; one of a `$disconnect` has the same parts but no query."""
    headers = joined_headers(connection.scope)
    event: dict[str, Any] = {
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "requestContext": _context(connection, route, event_type),
        "isBase64Encoded": False,
    }
    pairs = parse_qsl(connection.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if event_type == "CONNECT" and pairs:
        event["queryStringParameters"] = dict(pairs)
        event["multiValueQueryStringParameters"] = {
            name: [value for other, value in pairs if other == name] for name, _ in pairs
        }
    return event


def message_event(connection: Connection, text: str | None, binary: bytes | None) -> dict[str, Any]:
    """The event of something a client said."""
    context = _context(connection, "$default", "MESSAGE") | {"messageId": secrets.token_urlsafe(11)}
    body = text if text is not None else base64.b64encode(binary or b"").decode()
    return {"requestContext": context, "body": body, "isBase64Encoded": text is None}


def _context(connection: Connection, route: str, event_type: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    request_id = secrets.token_urlsafe(11)
    return {
        "routeKey": route,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestTime": common_log_time(now),
        "messageDirection": "IN",
        "stage": API_ID,
        "connectedAt": int(connection.connected_at.timestamp() * 1000),
        "requestTimeEpoch": int(now.timestamp() * 1000),
        "identity": {"userAgent": connection.user_agent, "sourceIp": connection.source_ip},
        "requestId": request_id,
        "domainName": domain_name(connection.scope),
        "connectionId": connection.id,
        "apiId": API_ID,
    }


def _shown(connection: Connection) -> dict[str, Any]:
    return {
        "connectedAt": connection.connected_at.isoformat(),
        "identity": {"sourceIp": connection.source_ip, "userAgent": connection.user_agent},
        "lastActiveAt": connection.last_active_at.isoformat(),
    }


def _is_success(status: int) -> bool:
    return status // 100 == HTTPStatus.OK // 100


async def _close(connection: Connection, code: int) -> None:
    try:
        await connection.send({"type": "websocket.close", "code": code})
    except (RuntimeError, OSError):
        return  # the client was first


def _error(status: int, kind: str, message: str) -> HttpReply:
    headers = (("content-type", "application/json"), ("x-amzn-errortype", kind))
    return HttpReply(status, headers, json.dumps({"message": message}).encode())
