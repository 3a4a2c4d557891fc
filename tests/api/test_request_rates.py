"""How often one person may ask for what takes long to compute: so often that no form meets it, and no more."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text

from medley import limits
from tests.api.conftest import Studio, Workers
from tests.api.gateway import Browser, Reply, openapi
from tests.api.test_statements import counted

SPEC = {"count": 2, "clips_per_video": 2, "resolution": 480, "seed": 7}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """So many are let through."""
    for operation in limits.REQUESTS_PER_MINUTE:
        monkeypatch.setitem(limits.REQUESTS_PER_MINUTE, operation, 3)  # type: ignore[arg-type]  # it is a dict
    return 3


@pytest.fixture
def asking(studio: Studio, workers: Workers) -> dict[str, tuple[str, str, Any]]:
    """Method, path and body of each operation that is counted, by name."""
    generation = studio.order(**SPEC).json["id"]
    workers.work()
    paths = {
        operation["operationId"]: (method.upper(), path)
        for path, item in openapi()["paths"].items()
        for method, operation in item.items()
    }
    ids = {"project_id": studio.project_id, "generation_id": generation}
    bodies = {"quote": {"spec": SPEC}, "preview_plan": {"spec": SPEC}, "create_bundle": {}}
    return {
        name: (paths[name][0], paths[name][1].format(**ids), bodies.get(name)) for name in limits.REQUESTS_PER_MINUTE
    }


def ask(browser: Browser, asked: tuple[str, str, Any], key: str = "k") -> Reply:
    method, path, body = asked
    return browser.send(method, path, body, headers={"idempotency-key": key})


def test_each_is_limited_by_itself_for_each_person(
    few: int, studio: Studio, bob: Browser, engine: Engine, asking: dict[str, tuple[str, str, Any]]
) -> None:
    for asked in asking.values():
        assert [ask(studio.browser, asked).status // 100 for _ in range(few)] == [2] * few, asked
        refused = ask(studio.browser, asked)
        assert (refused.status, refused.code, refused.metadata["limit"]) == (429, "too_many_requests", few)
        assert 0 < int(refused.headers["retry-after"]) <= limits.REQUESTS_WINDOW_S
        assert ask(bob, asked).status == 404, "nobody else waits"
    with engine.begin() as connection:
        connection.execute(text("UPDATE sign_in_failures SET window_start = now() - interval '1 minute'"))
    assert all(ask(studio.browser, asked).status // 100 == 2 for asked in asking.values())


def test_those_at_once_are_counted_one_by_one(few: int, studio: Studio, asking: dict[str, Any]) -> None:
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda _: ask(studio.browser, asking["quote"]), range(6)))
    assert sorted(reply.status for reply in replies) == [200] * few + [429] * (6 - few)


def test_counting_costs_no_statement(studio: Studio, engine: Engine, asking: dict[str, Any]) -> None:
    for name, asked in asking.items():
        with counted(engine) as sent:
            assert ask(studio.browser, asked, name).status // 100 == 2
        about = [each for each in sent if "sign_in_failures" in each or "JOIN sessions" in each]
        assert len(about) == 1, (name, about)


def test_an_ended_session_is_told_first(few: int, studio: Studio, asking: dict[str, Any]) -> None:
    token = studio.browser.token
    studio.browser.post("/v1/auth/sign-out")
    studio.browser.token = token
    for _ in range(few + 1):
        assert ask(studio.browser, asking["quote"]).code == "session_ended"
