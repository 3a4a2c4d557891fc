"""An S3 of one bucket that holds everything and keeps nothing: for benchmarks of what streams more than a disk holds.

Every key is an object of BLOCK, repeated without end; what is stored is counted and forgotten, but for its tail.
"""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

BLOCK: Final = random.Random(7).randbytes(4 * 1024**2)  # noqa: S311 - of a benchmark
KEPT: Final = 8  # parts, of which the last are asked for


class Sink(BaseHTTPRequestHandler):
    """As much of S3 as a streamed archive needs. Ranges begin at whole blocks and are no longer than one."""

    protocol_version = "HTTP/1.1"
    stored = 0  # bytes, of all parts
    parts: Final[dict[int, bytes]] = {}  # the last few by number

    def do_GET(self) -> None:
        if self.path == "/stored":
            self._say(200, str(Sink.stored).encode() + b"\n" + b"".join(Sink.parts[n] for n in sorted(Sink.parts)[-2:]))
            return
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("range", ""))
        if found is None or "/outputs/" not in self.path:
            self._say(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        self._say(206, BLOCK[: int(found[2]) - int(found[1]) + 1])

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        Sink.stored += len(content)
        number = int(parse_qs(urlsplit(self.path).query)["partNumber"][0])
        Sink.parts[number] = content
        Sink.parts.pop(number - KEPT, None)
        self._say(200, b"", ETag='"part"')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        kind = "InitiateMultipartUpload" if self.path.endswith("?uploads") else "CompleteMultipartUpload"
        self._say(200, f"<{kind}Result><UploadId>u</UploadId><ETag>e</ETag></{kind}Result>".encode())

    def do_DELETE(self) -> None:
        self._say(204, b"")

    def log_message(self, *_: Any) -> None:
        pass

    def _say(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _serve(port: Connection) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Sink) as server:
        port.send(server.server_address[1])
        server.serve_forever()


@contextmanager
def sink() -> Iterator[str]:
    """Its URL, while it runs as a process of its own."""
    here, there = Pipe()
    process = Process(target=_serve, args=(there,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()
