"""The WebSocket contract over real connections."""

import asyncio
import json
from pathlib import Path

import httpx2
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from local.gateway.sockets import MESSAGE_BYTES
from tests.local.conftest import KEYS
from tests.local.waiting import json_lines, wait_until

pytestmark = pytest.mark.anyio


class Signing(httpx2.Auth):
    """As an SDK signs a request to `@connections`."""

    def auth_flow(self, request):
        made = AWSRequest(request.method, str(request.url), {"Host": request.headers["host"]}, request.content)
        SigV4Auth(Credentials("record", KEYS.secret), "execute-api", "us-east-1").add_auth(made)
        request.headers.update(dict(made.headers))
        yield request


SIGNED = Signing()


@pytest.fixture
def notes(tmp_path):
    """What the socket function was told, in order."""

    class Notes:
        path = str(tmp_path / "notes")

        def events(self):
            return json_lines(Path(self.path))

        @property
        def connection(self):
            return self.events()[0]["requestContext"]["connectionId"]

    return Notes()


@pytest.fixture
def log(tmp_path):
    """The lines of the gateway's log."""
    return lambda: (tmp_path / "log/gateway.log").read_text().splitlines()


def management(host, connection):
    return f"http://{host}/@connections/{connection}"


async def test_connect_talk_and_leave_are_told_to_the_function(gateway, notes):
    query = "ticket=good&x=1&x=2"
    async with (
        gateway(notes=notes.path) as host,
        connect(f"ws://{host}/socket?{query}", user_agent_header="Browser/1") as socket,
    ):
        await socket.send("hello")
        await socket.send(b"\x00\xff")
    connected, text, binary, left = notes.events()
    assert connected["queryStringParameters"] == {"ticket": "good", "x": "2"}
    assert connected["multiValueQueryStringParameters"] == {"ticket": ["good"], "x": ["1", "2"]}
    context = connected["requestContext"]
    assert (context["routeKey"], context["eventType"]) == ("$connect", "CONNECT")
    assert context["identity"] == {"userAgent": "Browser/1", "sourceIp": "127.0.0.1"}
    assert (text["requestContext"]["routeKey"], text["requestContext"]["eventType"]) == ("$default", "MESSAGE")
    assert (text["body"], text["isBase64Encoded"]) == ("hello", False)
    assert (binary["body"], binary["isBase64Encoded"]) == ("AP8=", True)
    assert (left["requestContext"]["routeKey"], left["requestContext"]["eventType"]) == ("$disconnect", "DISCONNECT")
    assert left["requestContext"]["disconnectStatusCode"] == 1000
    assert len({event["requestContext"]["connectionId"] for event in notes.events()}) == 1


async def test_what_the_function_answers_goes_back_to_the_client(gateway, notes):
    async with gateway(notes=notes.path) as host, connect(f"ws://{host}/socket?ticket=good") as socket:
        await socket.send("said without an answer")
        await socket.send("ping")
        assert await socket.recv() == "pong"


@pytest.mark.parametrize(("ticket", "status"), [("bad", 401), ("explode", 500)])
async def test_only_a_success_opens_the_connection(gateway, notes, log, ticket, status):
    async with gateway(notes=notes.path) as host:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{host}/socket?ticket={ticket}")
        assert refused.value.response.status_code == status
        error = json.loads(refused.value.response.body)["error"]
        assert error["http_status"] == status
        assert refused.value.response.headers["x-request-id"] == error["request_id"]
        assert refused.value.response.headers["x-content-type-options"] == "nosniff"
        async with httpx2.AsyncClient() as client:
            assert (await client.get(management(host, notes.connection), auth=SIGNED)).status_code == 410
    [asked] = notes.events()
    assert asked["requestContext"]["routeKey"] == "$connect"
    assert asked["requestContext"]["requestId"] == error["request_id"]
    assert log()[-1].endswith(f"$connect {status}  code={error['code']}  request_id={error['request_id']}")


async def test_no_socket_elsewhere(gateway, log):
    async with gateway() as host:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{host}/elsewhere?ticket=good")
    assert refused.value.response.status_code == 403
    error = json.loads(refused.value.response.body)["error"]
    assert error["code"] == "socket_refused"
    assert log()[-1].endswith(f"GET /elsewhere 403  code=socket_refused  request_id={error['request_id']}")


async def test_pushes_reach_the_client_until_it_is_gone(gateway, notes):
    async with gateway(notes=notes.path) as host, httpx2.AsyncClient(auth=SIGNED) as client:
        async with connect(f"ws://{host}/socket?ticket=good") as socket:
            url = management(host, notes.connection)
            assert (await client.post(url, content='{"n":1}')).status_code == 200
            assert await socket.recv() == '{"n":1}'
            shown = (await client.get(url)).json()
            assert shown["identity"]["sourceIp"] == "127.0.0.1"
            assert shown["connectedAt"] <= shown["lastActiveAt"]
        gone = await client.post(url, content="late")
    assert gone.status_code == 410
    assert gone.headers["x-amzn-errortype"] == "GoneException"


async def test_a_push_may_have_128_kib_and_no_more(gateway, notes):
    async with (
        gateway(notes=notes.path) as host,
        httpx2.AsyncClient(auth=SIGNED) as client,
        connect(f"ws://{host}/socket?ticket=good") as socket,
    ):
        url = management(host, notes.connection)
        assert (await client.post(url, content="x" * MESSAGE_BYTES)).status_code == 200
        assert len(await socket.recv()) == MESSAGE_BYTES
        assert (await client.post(url, content="x" * (MESSAGE_BYTES + 1))).status_code == 413


async def test_a_client_may_say_128_kib_and_no_more(gateway, notes):
    async with gateway(notes=notes.path) as host, connect(f"ws://{host}/socket?ticket=good") as socket:
        await socket.send("x" * MESSAGE_BYTES)
        await asyncio.to_thread(wait_until, lambda: len(notes.events()) == 2)
        await socket.send("x" * (MESSAGE_BYTES + 1))
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd.code == 1009
    assert [len(event.get("body", "")) for event in notes.events()] == [0, MESSAGE_BYTES, 0]


async def test_the_server_side_can_close(gateway, notes):
    async with (
        gateway(notes=notes.path) as host,
        httpx2.AsyncClient(auth=SIGNED) as client,
        connect(f"ws://{host}/socket?ticket=good") as socket,
    ):
        assert (await client.delete(management(host, notes.connection))).status_code == 204
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert (await client.delete(management(host, notes.connection))).status_code == 410


async def test_who_does_not_sign_cannot_push(gateway, notes):
    async with (
        gateway(notes=notes.path) as host,
        httpx2.AsyncClient() as client,
        connect(f"ws://{host}/socket?ticket=good") as socket,
    ):
        for headers in ({}, {"authorization": "AWS4-HMAC-SHA256 Credential=record/x"}, {"authorization": "Bearer x"}):
            refused = await client.post(management(host, notes.connection), content="x", headers=headers)
            assert refused.status_code in (400, 403)
        signed = client.build_request("POST", management(host, notes.connection), content="signed")
        next(SIGNED.auth_flow(signed))
        forged = client.build_request("POST", signed.url, content="forged", headers=signed.headers)
        assert (await client.send(forged)).status_code == 403
        assert (await client.send(signed)).status_code == 200
        assert await socket.recv() == "signed"


async def test_a_failing_function_is_told_to_the_client(gateway, notes, log):
    async with gateway(notes=notes.path) as host, connect(f"ws://{host}/socket?ticket=good") as socket:
        await socket.send("explode")
        answer = json.loads(await socket.recv())
    assert answer["message"] == "Internal server error"
    assert answer["connectionId"] == notes.connection
    opened, failed = log()[:2]
    assert opened.endswith(f"$connect 200  request_id={notes.events()[0]['requestContext']['requestId']}")
    assert failed.endswith(f"request_id={answer['requestId']}")


@pytest.mark.parametrize("limits", [{"idle_s": 0.3}, {"lifetime_s": 0.3}])
async def test_a_silent_or_old_connection_is_ended(gateway, notes, limits):
    async with gateway(notes=notes.path, **limits) as host, connect(f"ws://{host}/socket?ticket=good") as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd.code == 1001
    assert notes.events()[-1]["requestContext"]["disconnectStatusCode"] == 1001
