"""The HTTP protocol of the embedded gateway: uvicorn's, with an answer of ours to what it cannot read."""

from collections.abc import Callable
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from local.gateway.http_events import HttpReply


class HttpProtocol(H11Protocol):
    """A connection. `unreadable` is asked what to answer to what is not HTTP."""

    def __init__(self, *arguments: Any, unreadable: Callable[[], HttpReply], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._unreadable = unreadable

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - its own words are of no use to a client
        """Answer and hang up; only hang up where an answer is under way."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            reply = self._unreadable()
            told = [*reply.headers, ("content-length", str(len(reply.body))), ("connection", "close")]
            headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in told]
            events = (
                h11.Response(status_code=reply.status, headers=headers, reason=b"Bad Request"),
                h11.Data(data=reply.body),
                h11.EndOfMessage(),
            )
            for event in events:
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
