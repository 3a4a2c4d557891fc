"""Runtime API of Lambda, version 2018-06-01: how a function's process fetches events and gives results.

AWS's own client (`awslambdaric`) talks to it. Each process has a server on a port of its own, so a process can
neither see nor answer another's events; the client's address setting has no room for a path.
"""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

import h11

from local.compute.invocation import RESPONSE_BYTES, FunctionFailed, Invocation

_PREFIX = "/2018-06-01/runtime"
_HEADER_BYTES = 2 * 1024**2  # the client puts a stack trace of up to 1 MiB into a header
_CHUNK_BYTES = 256 * 1024
_ERROR_BYTES = 256 * 1024  # of an error report; a stack trace fits


class Listener(Protocol):
    """Whoever runs the process."""

    def process_ready(self) -> None:
        """The process waits for an event: it has initialised, or finished the one before."""
        ...

    def process_gone(self) -> None:
        """The process went away while it waited for an event."""
        ...

    def process_answered(self, request_id: str, payload: bytes) -> None: ...

    def process_failed(self, request_id: str | None, failure: FunctionFailed) -> None:
        """The handler raised; `request_id` is None if the process could not even initialise."""
        ...


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    body: bytes  # cut off after RESPONSE_BYTES + 1


@dataclass(frozen=True)
class _Reply:
    status: HTTPStatus
    body: bytes = b'{"status": "OK"}'
    headers: tuple[tuple[str, str], ...] = ()


class RuntimeApi:
    """The server one function process talks to."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._next: asyncio.Future[Invocation] | None = None

    async def start(self) -> str:
        """Listen on a free port of this machine; returns host:port, as AWS_LAMBDA_RUNTIME_API takes it."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    def hand_over(self, invocation: Invocation) -> None:
        """Give the waiting process its next event. It must be waiting: `process_ready` was called."""
        if self._next is None or self._next.done():
            raise RuntimeError("The process is not waiting for an event.")
        self._next.set_result(invocation)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client killed between two bytes is not this server's error; its process's end is reported elsewhere.
        with contextlib.suppress(ConnectionError, h11.RemoteProtocolError), contextlib.closing(writer):
            await self._converse(reader, writer)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEADER_BYTES)
        while (request := await _read(connection, reader, writer)) is not None:
            reply = await self._answer(request, reader)
            headers = [*reply.headers, ("Content-Type", "application/json"), ("Content-Length", str(len(reply.body)))]
            response = h11.Response(status_code=reply.status, headers=headers, reason=reply.status.phrase)
            events: list[h11.Event] = [response, h11.Data(data=reply.body), h11.EndOfMessage()]
            # One write: header and body in two packets would cost a delayed acknowledgement, 40 ms, on each call.
            writer.write(b"".join(connection.send(event) or b"" for event in events))
            await writer.drain()
            if connection.our_state is h11.MUST_CLOSE:
                return
            connection.start_next_cycle()

    async def _answer(self, request: _Request, reader: asyncio.StreamReader) -> _Reply:
        route = request.path.removeprefix(_PREFIX).strip("/").split("/")
        match (request.method, route):
            case ("GET", ["invocation", "next"]):
                return await self._give_next(reader)
            case ("POST", ["invocation", request_id, "response"]):
                if len(request.body) > RESPONSE_BYTES:
                    self._listener.process_failed(request_id, _response_too_large())
                    return _Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b'{"errorType": "RequestEntityTooLarge"}')
                self._listener.process_answered(request_id, request.body)
                return _Reply(HTTPStatus.ACCEPTED)
            case ("POST", ["invocation", request_id, "error"]):
                self._listener.process_failed(request_id, _failure(request.body))
                return _Reply(HTTPStatus.ACCEPTED)
            case ("POST", ["init", "error"]):
                self._listener.process_failed(None, _failure(request.body))
                return _Reply(HTTPStatus.ACCEPTED)
        return _Reply(HTTPStatus.NOT_FOUND, b'{"errorType": "NotFound"}')

    async def _give_next(self, reader: asyncio.StreamReader) -> _Reply:
        self._next = asyncio.get_running_loop().create_future()
        self._listener.process_ready()
        end = asyncio.ensure_future(reader.read(1))  # the client says nothing more: only the connection's end comes
        try:
            await asyncio.wait((self._next, end), return_when=asyncio.FIRST_COMPLETED)
        finally:
            end.cancel()
            await asyncio.wait((end,))  # until then the stream counts as being read
        if not self._next.done():
            self._listener.process_gone()
            raise ConnectionResetError
        invocation = self._next.result()
        return _Reply(
            HTTPStatus.OK,
            invocation.payload,
            (
                ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
                ("Lambda-Runtime-Deadline-Ms", str(invocation.deadline_ms)),
                ("Lambda-Runtime-Invoked-Function-Arn", invocation.arn),
                ("Lambda-Runtime-Trace-Id", f"Root={_trace_root(invocation)};Sampled=0"),
            ),
        )


async def _read(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> _Request | None:
    """The next request, or None when the client is done."""
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            connection.receive_data(await reader.read(_CHUNK_BYTES))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data[: RESPONSE_BYTES + 1 - len(body)]
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return _Request(head.method.decode(), head.target.decode(), bytes(body))
        else:  # ConnectionClosed
            return None


def _failure(body: bytes) -> FunctionFailed:
    """What the client's error report says; its shape is awslambdaric's."""
    try:
        report = json.loads(body[:_ERROR_BYTES])
        return FunctionFailed(report.get("errorType") or "Unknown", report.get("errorMessage") or "")
    except (ValueError, AttributeError):
        return FunctionFailed("Unknown", body[:_ERROR_BYTES].decode(errors="replace"))


def _response_too_large() -> FunctionFailed:
    message = f"Response payload size exceeded maximum allowed payload size ({RESPONSE_BYTES} bytes)."
    return FunctionFailed("Function.ResponseSizeTooLarge", message)


def _trace_root(invocation: Invocation) -> str:
    """An X-Ray trace id made of the request id: the same call can be found by either."""
    digits = invocation.request_id.replace("-", "")
    return f"1-{invocation.deadline_ms // 1000:08x}-{digits[:24]}"
