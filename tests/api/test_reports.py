"""Manifests and distinctness over HTTP: what the database knows of a generation, to its owner alone."""

import base64
import csv
import gzip
import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.pool import QueuePool

from functions.api import compressed_response
from functions.api.dependencies import Dependencies
from functions.api.handler import handle
from functions.api.schemas.reports import DistinctnessView, ManifestView
from medley.contracts.engine import Canvas, Encoding, Segment
from medley.contracts.facts import TaskFact, TaskFinished
from medley.services import manifests
from tests.api.conftest import Studio, Workers
from tests.api.gateway import CONTEXT, Browser, http_event
from tests.flows.world import Command, done, identity


def told(command: Command) -> Iterator[TaskFact]:
    """What a worker says; each segment shows a picture of its own."""
    for fact in done(command):
        yield (
            fact.model_copy(update={"detail": {"prints": prints(command)}}) if isinstance(fact, TaskFinished) else fact
        )


def prints(command: Command) -> dict[str, list[str]]:
    payload = command.content.payload
    if command.joins:
        return {}
    canvas, encoding = Canvas.model_validate(payload["canvas"]), Encoding.model_validate(payload["encoding"])
    segments = [Segment.model_validate(segment) for segment in payload["segments"]]
    digests = [segment.digest(canvas, encoding) for segment in segments]
    return {digest: [digest, "", digest] for digest in digests}


@pytest.fixture
def path(studio: Studio, workers: Workers) -> str:
    """Of a generation of six videos: two of three clips each, in all orders."""
    ordered = studio.order(count=6, clips_per_video=2, title="-{n}").json
    workers.work(told)
    return f"/v1/generations/{ordered['id']}"


def test_the_manifest_says_what_is_in_each_video(studio: Studio, path: str) -> None:
    reply = studio.browser.get(f"{path}/manifest")
    assert reply.status == 200
    told = reply.json
    ManifestView.model_validate(told, strict=False)
    assert told["generation_id"] == path.rsplit("/", 1)[1]
    assert (told["seed"], told["spec"]["clips_per_video"]) == (7, 2)
    assert told["versions"]["engine"] >= 2
    assert [clip["name"] for clip in told["clips"]] == ["a.mp4", "b.mp4", "c.mp4"]
    listed = studio.browser.get(f"{path}/outputs").json["items"]
    assert [(video["n"], video["title"], video["sha256"]) for video in told["outputs"]] == [
        (video["n"], video["title"], video["sha256"]) for video in listed
    ]
    assert len({tuple(entry["name"] for entry in video["shots"]) for video in told["outputs"]}) == 6
    for video in told["outputs"]:
        assert video["file"] == f"{video['title'].removeprefix('-')}.mp4"  # like no option of a command
        assert sum(entry["frames"] for entry in video["shots"]) == video["frames"]
        for use in video["segments"]:
            assert told["prints"][use["digest"]] == [use["digest"], "", use["digest"]]


def test_the_table_is_a_file_of_the_same_facts(studio: Studio, path: str) -> None:
    reply = studio.browser.get(f"{path}/manifest.csv")
    assert (reply.status, reply.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert reply.headers["content-disposition"] == f'attachment; filename="manifest-{path.rsplit("/", 1)[1]}.csv"'
    found = list(csv.DictReader(io.StringIO(reply.text[1:], newline="")))
    assert len(found) == 12
    assert {row["title"] for row in found} == {f"'-{n}" for n in range(1, 7)}
    told = studio.browser.get(f"{path}/manifest").json
    assert [row["clip"] for row in found] == [e["name"] for video in told["outputs"] for e in video["shots"]]


def test_distinctness_compares_plan_and_pictures(studio: Studio, path: str) -> None:
    reply = studio.browser.get(f"{path}/distinctness")
    assert reply.status == 200
    found = DistinctnessView.model_validate(reply.json, strict=False)
    assert (found.videos, found.pairs) == (6, 15)
    assert (found.footage.most_percent, found.in_order.most_percent) == (100.0, 50.0)  # a-b and b-a; a-b and a-c
    assert found.openings.distinct == 6
    assert found.pictures is not None
    assert found.pictures.any_order.most_percent == 100.0
    assert found.notes


def test_before_anything_is_made_the_plan_is_told(studio: Studio, workers: Workers) -> None:
    path = f"/v1/generations/{studio.order(count=2).json['id']}"
    for report in ("manifest", "manifest.csv", "distinctness"):
        refused = studio.browser.get(f"{path}/{report}")
        assert (refused.status, refused.code) == (409, "not_planned")
    workers.plan()
    told = studio.browser.get(f"{path}/manifest").json
    assert [(video["state"], video["file"], video["sha256"]) for video in told["outputs"]] == [
        ("planned", None, None)
    ] * 2
    assert told["prints"] == {}
    found = studio.browser.get(f"{path}/distinctness").json
    assert (found["videos"], found["pictures"]) == (2, None)


def test_videos_that_will_not_be_made_are_not_compared(studio: Studio, workers: Workers) -> None:
    path = f"/v1/generations/{studio.order(count=2).json['id']}"
    workers.plan()
    studio.browser.post(f"{path}/cancel")
    found = studio.browser.get(f"{path}/distinctness").json
    assert (found["videos"], found["footage"]["pair"]) == (0, None)
    assert [video["state"] for video in studio.browser.get(f"{path}/manifest").json["outputs"]] == ["cancelled"] * 2


def test_clips_deleted_since_keep_their_names(studio: Studio, path: str) -> None:
    assert studio.browser.delete(f"/v1/clips/{studio.clip_ids[0]}").status == 204
    told = studio.browser.get(f"{path}/manifest").json
    assert [clip["name"] for clip in told["clips"]] == ["a.mp4", "b.mp4", "c.mp4"]


@pytest.mark.parametrize("report", ["manifest", "manifest.csv", "distinctness"])
def test_no_transaction_is_open_while_a_report_is_made(
    report: str, studio: Studio, path: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    usual, taken = manifests._timelines, []

    def timelines(*given: Any) -> Any:
        taken.append(pool.checkedout())
        return usual(*given)

    monkeypatch.setattr(manifests, "_timelines", timelines)
    assert studio.browser.get(f"{path}/{report}").status == 200
    assert taken == [0]


@pytest.mark.parametrize("report", ["manifest", "manifest.csv", "distinctness"])
def test_somebody_elses_generation_does_not_exist(report: str, bob: Browser, path: str, studio: Studio) -> None:
    for reply in (bob.get(f"{path}/{report}"), studio.browser.get(f"/v1/generations/{uuid4()}/{report}")):
        assert (reply.status, reply.code) == (404, "unknown_generation")


@pytest.mark.parametrize("limit", [compressed_response.ANSWER_BYTES, 3_000])
@pytest.mark.parametrize("accepted", [True, False])
def test_large_answers_are_packed_for_who_can_unpack_them_and_the_largest_always(
    *, accepted: bool, limit: int, studio: Studio, deps: Dependencies, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressed_response, "ANSWER_BYTES", limit)
    monkeypatch.setattr(compressed_response, "TEXT_BYTES", min(limit, compressed_response.TEXT_BYTES))
    monkeypatch.setattr(compressed_response, "PACKED_FROM", 100)
    sent = {"authorization": f"Bearer {studio.browser.token}"} | ({"accept-encoding": "br, gzip"} if accepted else {})
    answer: dict[str, Any] = handle(http_event("GET", f"{path}/manifest", headers=sent), CONTEXT, deps)
    packed = accepted or limit == 3_000
    assert (answer["headers"].get("content-encoding") == "gzip") == answer["isBase64Encoded"] == packed
    if packed:
        told = json.loads(gzip.decompress(base64.b64decode(answer["body"])))
        assert len(told["outputs"]) == 6


def test_a_manifest_too_large_for_one_answer_can_be_had_in_parts(
    studio: Studio, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = studio.browser.get(f"{path}/manifest").json
    monkeypatch.setattr(compressed_response, "ANSWER_BYTES", 1_000)
    refused = studio.browser.get(f"{path}/manifest")
    assert (refused.status, refused.code) == (422, "answer_too_large")
    monkeypatch.undo()
    parts = [studio.browser.get(f"{path}/manifest?cursor={after}&limit=4").json for after in (0, 4)]
    assert [len(part["outputs"]) for part in parts] == [4, 2]
    assert [output for part in parts for output in part["outputs"]] == whole["outputs"]
    assert parts[0]["prints"] | parts[1]["prints"] == whole["prints"]
    rows = studio.browser.get(f"{path}/manifest.csv?cursor=5").text.splitlines()
    assert {row.split(",")[0] for row in rows[1:]} == {"6"}
    assert studio.browser.get(f"{path}/manifest?limit=1001").status == 422


def test_what_a_task_said_of_its_segments_is_kept_once_however_often_it_says_so(
    studio: Studio, workers: Workers
) -> None:
    generation = studio.order(count=1, clips_per_video=1).json
    (command,) = workers.commands()
    finished = TaskFinished(**identity(command), detail={"prints": prints(command)})
    other = finished.model_copy(update={"detail": {}})
    for fact in (finished, finished, other):
        workers.record(fact)
    told = studio.browser.get(f"/v1/generations/{generation['id']}/manifest").json
    assert list(told["prints"]) == list(prints(command))


def test_nor_is_what_the_oldest_were_made_of(studio: Studio, path: str, engine: Engine) -> None:
    """They have no plan's object; what they were made of was in rows."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE generations SET plan = NULL"))
    for report in ("manifest", "manifest.csv", "distinctness"):
        refused = studio.browser.get(f"{path}/{report}")
        assert (refused.status, refused.code) == (409, "plan_expired")


def test_what_a_video_was_made_of_is_not_kept_for_ever(studio: Studio, deps: Dependencies, path: str) -> None:
    bucket: Any = deps.bucket
    bucket.contents.clear()
    for report in ("manifest", "manifest.csv", "distinctness"):
        refused = studio.browser.get(f"{path}/{report}")
        assert (refused.status, refused.code) == (409, "plan_expired")
