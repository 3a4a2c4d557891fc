"""The Python client against an API that is played: tokens expire, uploads break off, sockets are not there."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest

from medley_client import ApiError, Client

Answer = tuple[int, Any]
PART = 5


class Api:
    """What the API and the bucket answer, and what they were asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.token = "t1"
        self.parts: dict[int, bytes] = {}
        self.breaks_at: int | None = None
        self.url = ""
        self.left = 3

    def answer(self, method: str, target: str, token: str, body: bytes) -> Answer:
        path, _, query = target.partition("?")
        if path.startswith("/bucket/"):
            number = int(path.rpartition("/")[2])
            if number == self.breaks_at:
                return 500, {}
            self.parts[number] = body
            return 200, {"etag": f"e{number}"}
        sent = json.loads(body) if body else None
        self.asked.append((method, target, sent))
        if path == "/v1/auth/refresh":
            self.token = "t2"
            return 200, {"access_token": "t2"}
        if token != self.token:
            return 401, {"error": {"code": "invalid_token", "message": "old", "metadata": {}}}
        return self._signed_in(method, path, query, sent)

    def _signed_in(self, method: str, path: str, query: str, sent: Any) -> Answer:
        expected = {
            "clip": {"id": "c"},
            "upload": {"kind": "multipart", "part_bytes": PART, "parts": self._parts([1, 2])},
        }
        routes: dict[tuple[str, str], Callable[[], Answer]] = {
            ("POST", "/v1/projects/p/clips"): lambda: (201, expected),
            ("POST", "/v1/clips/c/upload"): lambda: (200, expected),
            ("GET", "/v1/clips/c/parts"): lambda: (200, self._arrived(query)),
            ("POST", "/v1/clips/c/parts"): lambda: (200, {"parts": self._parts(sent["numbers"])}),
            ("POST", "/v1/clips/c/complete"): lambda: (200, {"id": "c"}),
            ("POST", "/v1/socket-tickets"): lambda: (200, {"ticket": "x", "url": "ws://127.0.0.1:9/live"}),
            ("GET", "/v1/generations/g"): self._generation,
            ("GET", "/v1/me"): lambda: (200, {"id": "u"}),
        }
        return routes.get((method, path), lambda: (404, {"error": {"code": "unknown", "message": path}}))()

    def _parts(self, numbers: list[int]) -> list[Any]:
        return [
            {"number": n, "request": {"method": "PUT", "url": f"{self.url}/bucket/{n}", "headers": {}}} for n in numbers
        ]

    def _arrived(self, query: str) -> Any:
        """Pages of one."""
        after = int(query.removeprefix("cursor=") or 0)
        items = [{"number": n, "etag": f"e{n}"} for n in sorted(self.parts) if n > after][:1]
        return {"items": items, "next": str(items[0]["number"]) if items else None}

    def _generation(self) -> Answer:
        self.left -= 1
        state = "running" if self.left else "succeeded"
        return 200, {"generation": {"id": "g", "seq": 9 - self.left, "state": state}, "outputs": [], "next": None}


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            status, answer = api.answer(self.command, self.path, token, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            if "etag" in answer:
                self.send_header("etag", answer["etag"])
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - the standard library's names

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield api
        server.shutdown()


@pytest.fixture
def client(api: Api) -> Iterator[Client]:
    with Client(api.url) as client:
        client._remember({"access_token": "t1"})
        yield client


def test_a_token_that_expired_is_renewed_once_and_the_request_sent_again(api: Api, client: Client) -> None:
    api.token = "another"
    assert client.call("GET", "/me") == {"id": "u"}
    assert [path for _, path, _ in api.asked] == ["/v1/me", "/v1/auth/refresh", "/v1/me"]
    assert client.call("GET", "/me") == {"id": "u"}
    assert len(api.asked) == 4


def test_what_the_api_refuses_is_raised_with_its_code(client: Client) -> None:
    with pytest.raises(ApiError) as refused:
        client.call("GET", "/nothing")
    assert (refused.value.status, refused.value.code) == (404, "unknown")


def test_an_upload_goes_on_where_it_broke_off(api: Api, client: Client, tmp_path: Path) -> None:
    content = bytes(range(97, 97 + 23))
    (tmp_path / "a.mp4").write_bytes(content)
    api.breaks_at = 4
    with pytest.raises(httpx2.HTTPError):
        client.upload("p", tmp_path / "a.mp4")
    assert set(api.parts) == {1, 2, 3}
    kept = dict(api.parts)
    api.breaks_at = None
    api.asked.clear()
    client.resume("c", tmp_path / "a.mp4")
    assert b"".join(api.parts[number] for number in sorted(api.parts)) == content
    assert {number: api.parts[number] for number in kept} == kept
    signed = [sent for method, path, sent in api.asked if (method, path) == ("POST", "/v1/clips/c/parts")]
    assert signed == [{"numbers": [4, 5]}]
    assert api.asked[-1][2] == {"parts": [{"number": n, "etag": f"e{n}"} for n in range(1, 6)]}


def test_without_a_socket_it_is_watched_by_polling(api: Api, client: Client) -> None:
    seen = [answer["generation"]["state"] for answer in client.watch("g", poll_s=0.01)]
    assert seen == ["running", "running", "succeeded"]
