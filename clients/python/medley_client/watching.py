"""Watching: pushes of the WebSocket say when to look, a slow poll is the net, and where there is no socket the poll is
all there is."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import quote

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

from medley_client.transport import Json, Transport


class Ears(Protocol):
    def wait(self, about: str, timeout_s: float) -> None:
        """Return when there is a push about this id, or after so many seconds."""
        ...


class Clock:
    """Ears that hear nothing: the time passes."""

    def wait(self, about: str, timeout_s: float) -> None:  # noqa: ARG002 - it hears of nothing
        time.sleep(timeout_s)


class Socket:
    """Ears at an open socket; once it is closed, those of a clock."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._closed = False

    def wait(self, about: str, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while not self._closed and (left := deadline - time.monotonic()) > 0:
            try:
                push: Json = json.loads(self._connection.recv(timeout=left))
            except TimeoutError:
                return
            except ConnectionClosed:
                self._closed = True
            else:
                if about in push.values():
                    return
        time.sleep(max(0.0, deadline - time.monotonic()))


@contextmanager
def listening(transport: Transport) -> Iterator[Ears]:
    """Ears for as long as the block runs: a socket's, or a clock's where none can be opened."""
    ticket = transport.json("POST", "/v1/socket-tickets")
    try:
        connection = connect(f"{ticket['url']}?ticket={quote(ticket['ticket'])}")
    except (OSError, WebSocketException):
        yield Clock()
        return
    with connection:
        yield Socket(connection)
