"""A person of the last release, after the upgrade: they sign in and find everything through the API."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from functions.api.dependencies import Dependencies
from local.database.postgres import Postgres
from medley.contracts import keys
from tests.api.conftest import OfflineBucket
from tests.api.gateway import Browser
from tests.golden import releases

FINISHED_FRAMES = 42


@pytest.fixture(scope="module", params=releases.REVISIONS)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def _upgraded(postgres: Postgres, release: str) -> Iterator[Engine]:
    engine = releases.upgraded(postgres, f"api_{release}", release)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(_upgraded: Engine) -> Engine:
    """In place of an empty database."""
    return _upgraded


@pytest.fixture
def golden(deps: Dependencies, bucket: OfflineBucket, release: str) -> Browser:
    bucket.contents.update(releases.store(release).contents)
    browser = Browser(deps)
    found = releases.kept(release)
    body = {"email": "golden@example.com", "password": found["password"]}
    reply = browser.post("/v1/auth/sign-in", body)
    assert reply.status == 200
    browser.token = reply.json["access_token"]
    return browser


@pytest.fixture
def orders(release: str) -> dict[str, str]:
    return dict(releases.kept(release)["orders"])


def test_projects_clips_and_assets(golden: Browser) -> None:
    projects = {each["name"]: each["id"] for each in golden.get("/v1/projects").json["items"]}
    assert set(projects) == {"Summer", "Lost"}
    path = f"/v1/projects/{projects['Summer']}"
    clips = golden.get(f"{path}/clips").json["items"]
    assert [clip["state"] for clip in clips] == ["ready", "ready", "ready", "rejected", "expected"]
    assert clips[0]["facts"]
    assert "poster.jpg" in clips[0]["poster_url"]
    assert [asset["state"] for asset in golden.get(f"{path}/assets").json["items"]] == ["ready", "ready", "rejected"]
    quote = golden.post(f"{path}/quote", {"spec": {"count": 1, "resolution": 480}})
    assert (quote.status, quote.json["price"]) == (200, 2)


def test_generations_and_their_videos(golden: Browser, bucket: OfflineBucket, orders: dict[str, str]) -> None:
    for name, number in orders.items():
        told = golden.get(f"/v1/generations/{number}")
        assert told.status == 200, name
        outputs = golden.get(f"/v1/generations/{number}/outputs").json["items"]
        total = told.json["generation"]["outputs_total"]
        assert len(outputs) == total or name == "cancelled", name  # which may be before it was planned
    path = f"/v1/generations/{orders['finished']}"
    owner = UUID(golden.get("/v1/me").json["id"])
    video = golden.get(f"{path}/outputs").json["items"][0]
    bucket.sizes[keys.output(owner, UUID(orders["finished"]), 1)] = video["size_bytes"]
    link = golden.get(f"{path}/outputs/1/link")
    assert link.status == 200, link.text
    assert link.json["file_name"] == "Video 1.mp4"
    manifest: dict[str, Any] = golden.get(f"{path}/manifest").json
    assert [video["frames"] for video in manifest["outputs"]] == [FINISHED_FRAMES] * 2
    assert golden.get(f"{path}/distinctness").status == 200


def test_the_wallet_and_its_entries(golden: Browser) -> None:
    wallet = golden.get("/v1/wallet").json
    assert wallet["available"] + wallet["reserved"] + wallet["spent"] == 60
    entries = golden.get("/v1/wallet/entries").json["items"]
    assert sum(entry["d_available"] for entry in entries) == wallet["available"]


def test_an_order_sent_again_is_answered_as_it_was(golden: Browser, orders: dict[str, str]) -> None:
    [project] = [each for each in golden.get("/v1/projects").json["items"] if each["name"] == "Summer"]
    path = f"/v1/projects/{project['id']}/generations"
    spec = {"clips_per_video": 2, "resolution": 480, "quality": "draft", "seed": 9, "fps": 24}
    again = golden.post(
        path, {"spec": spec | {"count": 2, "looks": ["mirror"]}}, headers={"idempotency-key": "cancelled"}
    )
    assert (again.status, again.json["id"]) == (201, orders["cancelled"])
    dear = spec | {"count": 6, "seed": 13, "resolution": 1080, "fps": 60, "clips_per_video": 3}
    refused = golden.post(path, {"spec": dear}, headers={"idempotency-key": "too dear"})
    assert (refused.status, refused.code) == (402, "not_enough_credits")


def test_the_settings_of_an_order_can_be_asked_for_again(golden: Browser, orders: dict[str, str]) -> None:
    for name in ("finished", "in part", "cancelled"):
        settings = golden.get(f"/v1/generations/{orders[name]}/settings")
        assert settings.status == 200, settings.text
        quote = golden.post(f"/v1/projects/{settings.json['project_id']}/quote", {"spec": settings.json["spec"]})
        assert quote.status == 200, quote.text
