"""Exports: somebody asks for all that is kept about them, and gets it."""

import hashlib
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any, cast
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, text

from functions.api.dependencies import Dependencies
from functions.export.handler import Dependencies as ExportDependencies
from functions.export.handler import handle
from medley import limits
from medley.runtime.observability import logger
from medley.services.exports import QUEUE, Exporter
from tests.api import post
from tests.api.conftest import Studio, Workers
from tests.api.gateway import PASSWORD, Browser
from tests.flows.events import Context, sqs_event
from tests.flows.fakes import FakeQueue, FakeStore


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def run(deps: Dependencies, store: FakeStore) -> Callable[[list[str]], list[str]]:
    """Give the function these messages; returns those it wants to have again."""
    again: list[str] = []

    def postpone(_arn: str, body: str, _group: str | None, *, delay_s: int, postponed: int) -> None:
        again.append(body)

    exporter = Exporter(deps.unit_of_work, store)
    collaborators = ExportDependencies(exporter, deps.queue, None, postpone, logger("export"))

    def give(bodies: list[str]) -> list[str]:
        again.clear()
        event = sqs_event(*bodies, queue="exports")
        assert handle(event, cast(Any, Context("export")), collaborators) == {"batchItemFailures": []}
        assert store.uploads == {}
        return list(again)

    return give


def taken(browser: Browser) -> list[str]:
    return [message.body for message in cast(FakeQueue, browser.deps.queue).take(QUEUE)]


def test_somebody_gets_all_that_is_kept_about_them(
    studio: Studio,
    bob: Browser,
    workers: Workers,
    store: FakeStore,
    run: Callable[[list[str]], list[str]],
) -> None:
    ada = studio.browser
    bob.project("Of Bob")
    studio.order(count=1)
    workers.work()
    wrong = ada.post("/v1/me/exports", {"password": "not it"})
    assert (wrong.status, wrong.code) == (422, "wrong_password")
    asked = ada.post("/v1/me/exports", {"password": PASSWORD})
    assert (asked.status, asked.json["url"], asked.json["size_bytes"]) == (202, None, None)
    clip = b"the bytes of a clip"
    with ada.deps.unit_of_work() as uow:
        uow.connection.execute(
            text("UPDATE clips SET size_bytes = :size, sha256 = :sha WHERE name = 'a.mp4'"),
            {"size": len(clip), "sha": hashlib.sha256(clip).hexdigest()},
        )
        uow.commit()
    store.contents[f"uploads/{ada.user['id']}/{studio.project_id}/{studio.clip_ids[0]}"] = clip
    messages = taken(ada)
    assert run(messages + messages) == []
    [(key, content)] = [(key, content) for key, content in store.contents.items() if key.startswith("exports/")]
    assert key == f"exports/{ada.user['id']}/{asked.json['id']}.zip"
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        told = {name.removesuffix(".jsonl"): archive.read(name).decode() for name in names if name.endswith(".jsonl")}
        assert archive.read(f"clips/{studio.project_id}/a.mp4") == clip
        missing = archive.read("missing.txt").decode().splitlines()
    assert sorted(line.rpartition("/")[2] for line in missing) == [
        f"{name}: it is not stored any more" for name in ("0001 Video 1.mp4", "b.mp4", "c.mp4")
    ]
    [account] = map(json.loads, told["account"].splitlines())
    assert account["email"] == "ada@example.com"
    assert [json.loads(line)["name"] for line in told["projects"].splitlines()] == ["Spring"]
    counts = {name: len(lines.splitlines()) for name, lines in told.items()}
    assert (counts["clips"], counts["generations"], counts["outputs"]) == (3, 1, 1)
    assert counts["credits"] >= 3
    everything = "".join(told.values())
    for secret in ("Of Bob", "bob@example.com", "argon2", "refresh_hash", "recipe"):
        assert secret not in everything
    [notice] = post.deliver(ada.deps)
    assert (notice.to, notice.subject) == ("ada@example.com", "Your Medley data is ready")
    [listed] = ada.get("/v1/me/exports").json["items"]
    assert listed["size_bytes"] == len(content)
    assert f"/{key}?" in listed["url"]
    assert bob.get("/v1/me/exports").json["items"] == []


def test_an_outage_of_the_store_is_waited_for(
    ada: Browser, store: FakeStore, run: Callable[[list[str]], list[str]]
) -> None:
    ada.post("/v1/me/exports", {"password": PASSWORD})
    messages = taken(ada)
    store.down = True
    assert run(messages) == messages
    store.down = False
    assert run(messages) == []
    assert [key.partition("/")[0] for key in store.contents] == ["exports"]


def test_nobody_asks_too_often(ada: Browser, engine: Engine) -> None:
    for _ in range(limits.EXPORTS_PER_DAY):
        assert ada.post("/v1/me/exports", {"password": PASSWORD}).status == 202
    refused = ada.post("/v1/me/exports", {"password": PASSWORD})
    assert (refused.status, refused.code) == (429, "too_many_exports")
    with engine.begin() as connection:
        connection.execute(text("UPDATE exports SET created_at = created_at - interval '1 day'"))
    assert ada.post("/v1/me/exports", {"password": PASSWORD}).status == 202


def test_nothing_is_made_for_who_deleted_their_account(
    ada: Browser, store: FakeStore, run: Callable[[list[str]], list[str]]
) -> None:
    ada.post("/v1/me/exports", {"password": PASSWORD})
    messages = taken(ada)
    assert ada.post("/v1/me/delete", {"password": PASSWORD}).status == 204
    assert run(messages) == []
    assert store.contents == {}


def test_what_an_export_cannot_hold_is_named_in_it(
    studio: Studio, store: FakeStore, run: Callable[[list[str]], list[str]], engine: Engine
) -> None:
    """The newest files first, as many as fit; nothing is left out without a word."""
    ada, content = studio.browser, b"twelve bytes"
    change = (
        "UPDATE clips SET size_bytes = CASE name WHEN 'b.mp4' THEN :large ELSE :size END, sha256 = :sha,"
        " settled_at = now() - CASE name WHEN 'a.mp4' THEN '1 hour' WHEN 'b.mp4' THEN '2 hours' ELSE '3 hours' END"
        "::interval"
    )
    values = {"size": len(content), "large": limits.EXPORT_BYTES, "sha": hashlib.sha256(content).hexdigest()}
    with engine.begin() as connection:
        connection.execute(text(change), values)
    for clip_id in studio.clip_ids:
        store.contents[f"uploads/{ada.user['id']}/{studio.project_id}/{clip_id}"] = content
    ada.post("/v1/me/exports", {"password": PASSWORD})
    assert run(taken(ada)) == []
    (key,) = (key for key in store.contents if key.startswith("exports/"))
    with ZipFile(BytesIO(store.contents[key])) as archive:
        assert [name for name in archive.namelist() if name.endswith(".mp4")] == [f"clips/{studio.project_id}/a.mp4"]
        told = archive.read("missing.txt").decode().splitlines()
    assert [line.partition(": ")[0].rpartition("/")[2] for line in told] == ["b.mp4", "c.mp4"]
    assert all("50 GiB" in line for line in told)


def test_videos_that_are_kept_longer_are_in_it_as_long(studio: Studio, workers: Workers, engine: Engine) -> None:
    order = studio.order(count=1).json
    workers.work()
    kept = studio.browser.send("PATCH", f"/v1/generations/{order['id']}/retention", {"days": 60})
    assert kept.status == 200
    for days, there in ((40, 1), (30, 0)):
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE outputs SET settled_at = settled_at - make_interval(days => :days)"), {"days": days}
            )
        with studio.browser.deps.unit_of_work() as uow:
            files = uow.exports.files(UUID(studio.browser.user["id"]))
        assert sum(file.kind == "videos" for file in files) == there
