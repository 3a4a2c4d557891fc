"""The gateway over real HTTP: what a client gets, and what API Gateway says where the function says nothing."""

import asyncio

import httpx2
import pytest

from functions.api.middleware import SECURITY_HEADERS
from local.gateway import application as limits
from local.gateway import refusals
from tests.local.conftest import KEYS

pytestmark = pytest.mark.anyio


def refused(response):
    """Status and code of a refusal of the gateway's own, which looks like the API's."""
    error = response.json()["error"]
    assert set(error) == {"code", "message", "http_status", "metadata", "timestamp", "request_id"}
    assert error["http_status"] == response.status_code
    assert response.headers["x-request-id"] == error["request_id"]
    assert SECURITY_HEADERS.items() <= dict(response.headers).items()
    return response.status_code, error["code"]


def log(tmp_path):
    return (tmp_path / "log/gateway.log").read_text().splitlines()


async def test_the_gateways_headers_are_those_of_the_api():
    assert refusals.SECURITY_HEADERS == SECURITY_HEADERS


async def test_the_id_of_a_request_is_in_its_event_its_refusal_and_its_line(gateway, tmp_path):
    async with gateway() as host, httpx2.AsyncClient(base_url=f"http://{host}") as client:
        event = (await client.get("/v1/things")).json()
        failed = await client.get("/?do=raise")
    first, cause, second = log(tmp_path)
    assert "GET /v1/things 200" in first
    assert first.endswith(f"request_id={event['requestContext']['requestId']}")
    assert cause.endswith(f"request_id={failed.json()['error']['request_id']}")
    assert second.endswith(f"code=internal  request_id={failed.json()['error']['request_id']}")


@pytest.mark.parametrize(
    "path",
    ["/x%0a12:00:00.000%20api%20ERROR%20forged%1b[31m", "/%0d%0aforged", "/%e2%80%ae/%c2%9b31m", "/" + 2_000 * "a"],
)
async def test_a_line_of_the_log_is_not_made_of_what_a_client_chose(gateway, tmp_path, path):
    async with gateway() as host:
        reader, writer = await asyncio.open_connection(*host.split(":"))
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        await reader.read()
        writer.close()
    (line,) = log(tmp_path)
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 350
    assert path[:100].replace("[", "%5B") in line


async def test_a_request_reaches_the_function_and_its_answer_comes_back(gateway):
    async with gateway() as host, httpx2.AsyncClient(base_url=f"http://{host}") as client:
        response = await client.patch("/v1/things?x=1&x=2", json={"name": "é"}, headers={"cookie": "a=1; b=2"})
    event = response.json()
    assert response.status_code == 200
    assert event["requestContext"]["http"]["method"] == "PATCH"
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
    assert event["queryStringParameters"] == {"x": "1,2"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["body"].replace(" ", "") == '{"name":"é"}'


async def test_status_headers_and_cookies_come_back(gateway):
    async with gateway() as host, httpx2.AsyncClient(base_url=f"http://{host}") as client:
        response = await client.get("/?do=cookies")
        binary = await client.get("/?do=binary")
        head = await client.head("/?do=cookies")
        empty = await client.get("/?do=empty")
    assert (response.status_code, response.text, response.headers["x-one"]) == (201, "made", "1")
    assert response.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2"]
    assert (binary.headers["content-type"], binary.content) == ("image/png", b"\x89PNG\r")
    assert (head.status_code, head.content) == (201, b"")
    assert (empty.status_code, empty.content) == (204, b"")


@pytest.mark.parametrize("do", ["raise", "malformed"])
async def test_a_function_that_fails_is_an_internal_server_error(gateway, do):
    async with gateway() as host, httpx2.AsyncClient(base_url=f"http://{host}") as client:
        response = await client.get(f"/?do={do}")
    assert refused(response) == (500, "internal")


async def test_a_function_that_takes_too_long_is_unavailable(gateway):
    async with gateway(integration_s=0.5) as host, httpx2.AsyncClient(base_url=f"http://{host}") as client:
        response = await client.get("/?do=nap")
    assert refused(response) == (503, "unavailable")
    assert response.headers["retry-after"] == "2"


async def test_a_body_over_a_limit_is_refused(gateway):
    text = {"content-type": "text/plain"}
    async with gateway() as host, httpx2.AsyncClient(base_url=f"http://{host}", timeout=30) as client:
        for size in (limits.BODY_BYTES + 1, limits.BODY_BYTES):  # the second is over Lambda's limit
            response = await client.post("/", content=b"x" * size, headers=text)
            assert refused(response) == (413, "too_large")
        assert (await client.post("/?do=empty", content=b"x" * 6_000_000, headers=text)).status_code == 204


async def test_headers_over_the_limit_are_refused(gateway):
    async with gateway() as host, httpx2.AsyncClient(base_url=f"http://{host}") as client:
        response = await client.get("/", headers={"x-long": "x" * limits.HEADER_BYTES})
        just_fits = await client.get("/?do=empty", headers={"x-long": "x" * (limits.HEADER_BYTES - 500)})
    assert refused(response) == (431, "headers_too_large")
    assert just_fits.status_code == 204


@pytest.mark.parametrize(
    "sent",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
     b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n"],
)  # fmt: skip
async def test_what_is_not_http_is_refused_like_anything_else(gateway, tmp_path, sent):
    async with gateway() as host:
        reader, writer = await asyncio.open_connection(*host.split(":"))
        writer.write(sent)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    response = httpx2.Response(int(status.split()[1]), headers=headers, content=body)
    assert refused(response) == (400, "malformed_request")
    assert headers["connection"] == "close"
    (line,) = log(tmp_path)
    assert line.endswith(f"code=malformed_request  request_id={headers['x-request-id']}")


async def test_a_body_that_breaks_off_into_nonsense_ends_the_connection(gateway):
    async with gateway() as host:
        reader, writer = await asyncio.open_connection(*host.split(":"))
        writer.write(b"POST /?do=empty HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n")
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"malformed_request" in answer


@pytest.fixture
async def pages(function, logs, tmp_path):
    """A client of the gateway with all pages of the embedded cloud."""
    (tmp_path / "site" / "assets").mkdir(parents=True)
    for name in ("index.html", "docs.html", "assets/app.js", "robots.txt"):
        (tmp_path / "site" / name).write_text("x" * 5_000)
    bound = limits.bind()
    async with function("http") as http, function("socket", NOTES="") as about_sockets:
        api = limits.Gateway(
            http,
            limits.SocketApi(about_sockets, logs, KEYS),
            logs,
            mailbox=limits.Mailbox(tmp_path / "mailbox", KEYS),
            site=limits.Site(tmp_path / "site", "http://localhost:8001"),
        )
        async with limits.listening(api, bound):
            address = f"http://localhost:{bound.getsockname()[1]}"
            async with httpx2.AsyncClient(base_url=address) as client:
                yield client


async def test_what_can_be_got_can_be_asked_about(pages):
    """HEAD is answered as GET, without the body."""
    developers = ("/dev/mailbox", "/dev/mailbox.json", "/dev/metrics")
    for path in (*developers, "/", "/projects/1", "/docs", "/assets/app.js", "/robots.txt", "/none.js"):
        got, head = await pages.get(path), await pages.head(path)
        assert (head.status_code, head.content) == (got.status_code, b""), path
        assert got.status_code == (404 if path == "/none.js" else 200), path
        assert dict(head.headers) | {"date": ""} == dict(got.headers) | {"date": ""}, path
