"""/v1/bundles: asked for, watched, listed, fetched, deleted; nobody else's."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import pytest

from functions.api.dependencies import Dependencies
from medley import limits
from medley.domain.bundles import MissingFile
from medley.services import volumes
from tests.api.conftest import FakeClock, Studio, Workers
from tests.api.gateway import Browser, Reply


@pytest.fixture
def generation(studio: Studio, workers: Workers) -> str:
    """Three finished videos."""
    generation = str(studio.order().json["id"])
    workers.work()
    return generation


def ask(browser: Browser, generation: str, key: str | None = "b-1", **body: Any) -> Reply:
    headers = {} if key is None else {"idempotency-key": key}
    return browser.post(f"/v1/generations/{generation}/bundles", body, headers=headers)


def make(deps: Dependencies, bundle_id: str, *missing: MissingFile) -> None:
    """What the maker of its one archive notes in the end."""
    id_ = UUID(bundle_id)
    with deps.unit_of_work() as uow:
        assert uow.bundles.begin(id_, 1, 1, quiet_s=30) is not None
        uow.bundles.lock(id_)
        assert uow.bundles.finish(id_, 1, 1, size_bytes=5_000, missing=missing)
        bundle = uow.bundles.lock(id_)
        assert bundle is not None
        volumes.end_if_over(uow, bundle)
        uow.commit()


def test_a_bundle_is_asked_for_watched_and_fetched(
    ada: Browser, generation: str, deps: Dependencies, clock: FakeClock
) -> None:
    asked = ask(ada, generation, naming="{project} {n}")
    assert asked.status == 202
    told = asked.json
    assert (told["state"], told["seq"], told["naming"]) == ("making", 1, "{project} {n}")
    (volume,) = told["volumes"]
    assert (volume["outputs"], volume["url"], volume["size_bytes"]) == ([1, 2, 3], None, None)
    assert told["bytes_total"] == sum(1000 + n for n in (1, 2, 3))
    make(deps, told["id"], MissingFile(2, "Spring 2.mp4", "gone"))
    ready = ada.get(f"/v1/bundles/{told['id']}").json
    assert (ready["state"], ready["bytes_done"], ready["reason"]) == ("ready", ready["bytes_total"], None)
    assert ready["missing"] == [{"n": 2, "file": "Spring 2.mp4", "code": "gone"}]
    url = urlsplit(ready["volumes"][0]["url"])
    assert url.path.endswith(f"/bundles/{ada.user['id']}/{told['id']}.zip")
    query = parse_qs(url.query)
    assert "Spring.zip" in unquote(query["response-content-disposition"][0])
    assert query["response-content-type"] == ["application/zip"]
    clock.advance(timedelta(days=limits.BUNDLE_DAYS, hours=1).total_seconds())  # the database has a clock of its own
    ada.token = None
    assert ada.sign_in("ada@example.com").status == 200
    assert ada.get(f"/v1/bundles/{told['id']}").json["volumes"][0]["url"] is None


def test_sent_again_it_is_the_same_bundle(ada: Browser, generation: str) -> None:
    first, second = (ask(ada, generation, outputs=[1]) for _ in range(2))
    assert (first.json["id"], "idempotent-replayed" in first.headers) == (second.json["id"], False)
    assert second.headers["idempotent-replayed"] == "true"
    assert ask(ada, generation, outputs=[2]).code == "idempotency_key_reused"
    assert ask(ada, generation, None).code == "idempotency_key_required"
    assert ask(ada, generation, "\x01").code == "invalid_idempotency_key"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"outputs": []}, 422, "invalid_input"),
        ({"outputs": [0]}, 422, "invalid_input"),
        ({"outputs": ["1"]}, 422, "invalid_input"),
        ({"outputs": [limits.OUTPUTS_PER_GENERATION + 1]}, 422, "invalid_input"),
        ({"outputs": [4]}, 409, "outputs_not_there"),
        ({"naming": "{x}"}, 422, "invalid_naming"),
        ({"naming": "x" * (limits.NAMING_CHARACTERS + 1)}, 422, "invalid_input"),
        ({"name": "x"}, 422, "invalid_input"),
    ],
)
def test_what_makes_no_sense_is_refused(
    ada: Browser, generation: str, body: dict[str, Any], status: int, code: str
) -> None:
    reply = ask(ada, generation, **body)
    assert (reply.status, reply.code) == (status, code)


def test_bundles_are_listed_newest_first(ada: Browser, generation: str) -> None:
    ids = [ask(ada, generation, f"b-{n}", outputs=[1]).json["id"] for n in range(3)]
    page = ada.get("/v1/bundles?limit=2").json
    assert [item["id"] for item in page["items"]] == [ids[2], ids[1]]
    rest = ada.get(f"/v1/bundles?limit=2&cursor={page['next']}").json
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([ids[0]], None)
    assert len(ada.get(f"/v1/bundles?generation_id={generation}").json["items"]) == 3
    assert ada.get(f"/v1/bundles?generation_id={ids[0]}").json["items"] == []
    assert ask(ada, generation, "b-4").code == "too_many_bundles"
    assert ada.delete(f"/v1/bundles/{ids[1]}").status == 204
    assert [item["id"] for item in ada.get("/v1/bundles").json["items"]] == [ids[2], ids[0]]
    assert ask(ada, generation, "b-1", outputs=[1]).code == "unknown_bundle"  # its key was used, and it is deleted


def test_a_bundle_is_nobody_elses(ada: Browser, bob: Browser, generation: str) -> None:
    bundle = ask(ada, generation).json["id"]
    assert ask(bob, generation).code == "unknown_generation"
    assert bob.get(f"/v1/bundles/{bundle}").code == "unknown_bundle"
    assert bob.delete(f"/v1/bundles/{bundle}").code == "unknown_bundle"
    assert bob.get("/v1/bundles").json["items"] == []


def test_videos_that_are_not_made_cannot_be_bundled(studio: Studio) -> None:
    generation = studio.order().json["id"]
    assert ask(studio.browser, generation).code == "nothing_made"
