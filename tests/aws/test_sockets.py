"""SocketPusher against a server that answers as API Gateway does."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from medley.aws.sockets import SocketPusher
from medley.contracts.pushes import WalletChanged

PUSH = WalletChanged(available=90, reserved=10)


class Gateway(ThreadingHTTPServer):
    """@connections: the connection's id is the status to answer with."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[bytes] = []


class Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(int(self.path.removeprefix("/live/@connections/")))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def pusher(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> SocketPusher:
    monkeypatch.setenv("SOCKET_MANAGEMENT_URL", f"http://127.0.0.1:{gateway.server_port}/live")
    return SocketPusher.from_environment()


def test_a_push_is_one_json_message(pusher: SocketPusher, gateway: Gateway) -> None:
    assert pusher.push("200", PUSH) is True
    assert [json.loads(body) for body in gateway.bodies] == [
        {"type": "wallet_changed", "available": 90, "reserved": 10}
    ]


def test_a_connection_that_is_gone(pusher: SocketPusher) -> None:
    assert pusher.push("410", PUSH) is False


@pytest.mark.parametrize("status", ["403", "429", "500"])
def test_any_other_failure_says_nothing_about_the_connection_and_is_not_repeated(
    pusher: SocketPusher, gateway: Gateway, status: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert pusher.push(status, PUSH) is True
    assert len(gateway.bodies) == 1
    assert "push not sent" in caplog.text


def test_a_gateway_that_does_not_answer(pusher: SocketPusher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCKET_MANAGEMENT_URL", "http://127.0.0.1:9")
    assert SocketPusher.from_environment().push("200", PUSH) is True
