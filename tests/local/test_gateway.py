"""The gateway over real HTTP: what a client gets, and what API Gateway says where the function says nothing."""

import httpx2
import pytest

from local.gateway import application as limits

pytestmark = pytest.mark.anyio


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
    assert (response.status_code, response.json()) == (500, {"message": "Internal Server Error"})


async def test_a_function_that_takes_too_long_is_unavailable(gateway):
    async with gateway(integration_s=0.5) as host, httpx2.AsyncClient(base_url=f"http://{host}") as client:
        response = await client.get("/?do=nap")
    assert (response.status_code, response.json()) == (503, {"message": "Service Unavailable"})


async def test_a_body_over_a_limit_is_refused(gateway):
    text = {"content-type": "text/plain"}
    async with gateway() as host, httpx2.AsyncClient(base_url=f"http://{host}", timeout=30) as client:
        for size in (limits.BODY_BYTES + 1, limits.BODY_BYTES):  # the second is over Lambda's limit
            response = await client.post("/", content=b"x" * size, headers=text)
            assert (response.status_code, response.json()) == (413, {"message": "Request Entity Too Large"})
        assert (await client.post("/?do=empty", content=b"x" * 6_000_000, headers=text)).status_code == 204


async def test_headers_over_the_limit_are_refused(gateway):
    async with gateway() as host, httpx2.AsyncClient(base_url=f"http://{host}") as client:
        response = await client.get("/", headers={"x-long": "x" * limits.HEADER_BYTES})
        just_fits = await client.get("/?do=empty", headers={"x-long": "x" * (limits.HEADER_BYTES - 500)})
    assert response.status_code == 431
    assert just_fits.status_code == 204
