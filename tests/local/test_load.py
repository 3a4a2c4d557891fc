"""The benchmark of many people misses a push that does not come, and stays signed in and connected however long it
takes (`bench/load.py` has all of it)."""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from local.gateway.sockets import IDLE_S

BENCH = str(Path(__file__).parents[2] / "bench")


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The benchmark, whose folder is not a package."""
    sys.path.insert(0, BENCH)
    import load as module

    monkeypatch.setattr(module, "PATIENCE_S", 0.01)
    yield module
    sys.path.remove(BENCH)


class Socket:
    """Says this, then nothing."""

    send: Callable[[str], Any]

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)

    def __aiter__(self) -> "Socket":
        return self

    async def __anext__(self) -> str:
        if not self.texts:
            await asyncio.Event().wait()
        return self.texts.pop(0)


@pytest.mark.parametrize(
    ("texts", "pushed", "errors"),
    [
        (['{"type": "generation_changed", "generation_id": "g", "state": "succeeded"}'], 1, {}),
        (['{"type": "generation_changed", "generation_id": "g", "state": "running"}'], 0, {"end that no push told": 1}),
        (['{"type": "generation_changed", "generation_id": "h", "state": "failed"}'], 0, {"end that no push told": 1}),
    ],
)
def test_an_end_has_to_be_pushed(load: Any, texts: list[str], pushed: int, errors: dict[str, int]) -> None:
    tally = load.Tally()
    people = load.People(None, [], tally)

    async def ended(*_: object, **__: object) -> dict[str, Any]:
        return {"generation": {"state": "succeeded"}}

    people.call = ended

    async def follow() -> str:
        ear = load.Ear(Socket(*texts))
        state: str = await people._end_of(None, ear, "g", time.monotonic() + 60)
        await ear.close()
        return state

    assert asyncio.run(follow()) == "succeeded"
    assert (tally.ends_pushed, dict(tally.errors)) == (pushed, errors)


def somebody(load: Any) -> Any:
    """A person whose access token is about to end."""
    return load.Person(uuid4(), "old", "cookie-1", "project", ends_at=time.monotonic() - 1)


def test_whoever_stays_longer_than_a_token_lasts_gets_the_next(load: Any) -> None:
    """With the cookie of their own, once, and keeps the cookie that comes with it."""
    asked = list[httpx2.Request]()

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        if request.url.path != "/v1/auth/refresh":
            return httpx2.Response(200, json={"items": []})
        cookies = [("set-cookie", f"medley_{name}_8000=cookie-2; Path=/; HttpOnly") for name in ("device", "refresh")]
        return httpx2.Response(200, json={"access_token": "new"}, headers=cookies)

    async def read() -> Any:
        async with httpx2.AsyncClient(base_url="http://here:8000", transport=httpx2.MockTransport(answer)) as http:
            person = somebody(load)
            people = load.People(http, [person], load.Tally())
            await asyncio.gather(*(people.call(person, "GET", "/wallet", kind="read") for _ in range(3)))
        return person, people.tally

    person, tally = asyncio.run(read())
    first, *others = asked
    assert (first.url.path, first.headers["cookie"]) == ("/v1/auth/refresh", "medley_refresh_8000=cookie-1")
    assert [each.headers["authorization"] for each in others] == ["Bearer new"] * 3
    assert person.refresh == "cookie-2"
    assert not tally.errors


def test_a_session_that_cannot_go_on_is_an_error(load: Any) -> None:
    async def read() -> Any:
        transport = httpx2.MockTransport(lambda _: httpx2.Response(401, json={"code": "session_ended"}))
        async with httpx2.AsyncClient(base_url="http://here:8000", transport=transport) as http:
            people = load.People(http, [], load.Tally())
            assert await people.call(somebody(load), "GET", "/wallet", kind="read") is None
        return people.tally

    tally = asyncio.run(read())
    assert dict(tally.errors) == {"GET HTTPStatusError": 1}
    assert tally.p95("read") == float("inf"), "nobody was answered"


def test_a_socket_says_something_before_it_is_cut_off(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    people = sys.modules["load_people"]
    assert people.PING_S < IDLE_S
    monkeypatch.setattr(people, "PING_S", 0)
    said = asyncio.Queue[str]()

    async def listen() -> str:
        person, socket = somebody(load), Socket()
        socket.send = said.put
        person.listen(socket)
        pinging = asyncio.create_task(person.ping())
        first = await said.get()
        pinging.cancel()
        await person.ear.close()
        return first

    assert json.loads(asyncio.run(listen())) == {"type": "ping"}
