"""All of a user's generations, how far they are, and links to many outputs at once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from medley import limits
from medley.contracts.facts import TaskFact
from tests.api.conftest import FakeClock, OfflineBucket, Studio, Workers
from tests.api.gateway import Browser
from tests.flows.world import Command, done, task_failed


def said_at(at: datetime) -> Callable[[Command], Iterator[TaskFact]]:
    """A worker that tells the time."""
    return lambda command: (fact.model_copy(update={"at": at}) for fact in done(command))


def listed(browser: Browser, query: str = "") -> list[dict[str, Any]]:
    reply = browser.get(f"/v1/generations{query}")
    assert reply.status == 200, reply.text
    return list(reply.json["items"])


def test_generations_of_all_projects_are_found_also_of_deleted_ones(studio: Studio, workers: Workers) -> None:
    paid = studio.order("a", count=2).json
    workers.work()
    assert studio.browser.delete(f"/v1/projects/{studio.project_id}").status == 204
    (found,) = listed(studio.browser)
    assert (found["id"], found["state"], found["outputs_made"]) == (paid["id"], "succeeded", 2)
    assert (found["project_name"], found["project_deleted"]) == ("Spring", True)
    links = studio.browser.post(f"/v1/generations/{found['id']}/links", {}).json
    assert [link["n"] for link in links["items"]] == [1, 2]


def test_generations_are_listed_with_pictures_of_their_first_videos(
    studio: Studio, workers: Workers, engine: Engine
) -> None:
    paid = studio.order("a", count=limits.LISTED_PICTURES + 1).json
    assert listed(studio.browser)[0]["poster_urls"] == []
    workers.work()
    outputs = studio.browser.get(f"/v1/generations/{paid['id']}/outputs").json["items"]
    posters = [output["poster_url"] for output in outputs]
    assert listed(studio.browser)[0]["poster_urls"] == posters[: limits.LISTED_PICTURES]
    with engine.begin() as connection:
        connection.execute(text("UPDATE outputs SET gone_at = now() WHERE n = 1"))
        connection.execute(text("UPDATE outputs SET removed_at = now() WHERE n = 2"))
    assert listed(studio.browser)[0]["poster_urls"] == posters[2:]


def test_the_list_is_of_what_is_asked_for(studio: Studio, bob: Browser, workers: Workers, engine: Engine) -> None:
    first, second = studio.order("a", count=1).json, studio.order("b", count=1, seed=8).json
    workers.work()
    studio.browser.post(f"/v1/generations/{studio.order('c', count=1, seed=9).json['id']}/cancel")
    ids = [generation["id"] for generation in listed(studio.browser)]
    assert ids[1:] == [second["id"], first["id"]]
    for query, wanted in {
        "?state=succeeded": ids[1:],
        "?state=cancelled": ids[:1],
        "?state=cancelled&state=succeeded": ids,
        "?state=running": [],
        f"?project_id={studio.project_id}": ids,
        f"?project_id={uuid4()}": [],
        "?app=video_mixer": ids,
        "?app=other": [],
    }.items():
        assert [generation["id"] for generation in listed(studio.browser, query)] == wanted, query
    with engine.begin() as connection:
        age = text("UPDATE generations SET created_at = created_at - interval '1 day' WHERE id = :id")
        connection.execute(age, {"id": UUID(first["id"])})
    yesterday = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [generation["id"] for generation in listed(studio.browser, f"?since={yesterday}")] == ids[:2]
    page = studio.browser.get("/v1/generations?limit=2").json
    rest = studio.browser.get(f"/v1/generations?limit=2&cursor={page['next']}").json
    assert [generation["id"] for generation in page["items"] + rest["items"]] == ids
    assert rest["next"] is None
    assert listed(bob) == []


@pytest.mark.parametrize(
    "query",
    ["state=done", "project_id=x", "since=1700000000", "since=2026-11-20", "since=2026-11-20T09:40:00", "limit=0"],
)
def test_a_list_of_nonsense_is_refused(ada: Browser, query: str) -> None:
    assert ada.get(f"/v1/generations?{query}").code == "invalid_input"


def test_how_far_it_is_and_when_it_may_be_done(studio: Studio, workers: Workers, clock: FakeClock) -> None:
    path = f"/v1/generations/{studio.order(count=4).json['id']}"
    other = studio.order("later", count=1, seed=9).json["id"]
    told = studio.browser.get(path).json
    assert (told["queued_before"], told["generation"]["started_at"], told["generation"]["eta"]) == (0, None, None)
    assert studio.browser.get(f"/v1/generations/{other}").json["queued_before"] == 1  # an order to be planned
    commands = workers.commands()
    mine = [command for command in commands if str(command.work.generation_id) in path]
    waiting = studio.browser.get(f"/v1/generations/{other}").json
    assert waiting["queued_before"] == len(mine) == 3
    assert {output["progress"] for output in studio.browser.get(path).json["outputs"]} == {0}
    began = datetime.now(UTC)
    tag = studio.browser.get(path).headers["etag"]
    for fact in said_at(began)(mine[0]):
        workers.record(fact)
    told = studio.browser.get(path, headers={"if-none-match": tag}).json
    assert told["queued_before"] is None
    assert abs(datetime.fromisoformat(told["generation"]["started_at"]) - began) < timedelta(seconds=5)
    outputs = studio.browser.get(f"{path}/outputs").json["items"]
    shares = [output["progress"] for output in outputs]
    assert all(0 <= share < 1 for share in shares)
    assert max(shares) > 0
    clock.advance(60)
    first = studio.browser.get(path).json["generation"]
    now, done_share = clock.now(), first["work_done"] / first["work_total"]
    left_s = 60 * (1 - done_share) / done_share
    earliest, latest = (datetime.fromisoformat(first["eta"][name]) for name in ("earliest", "latest"))
    assert now < earliest < now + timedelta(seconds=left_s) < latest < now + timedelta(seconds=2.2 * left_s)
    workers.work()
    for command in mine[1:]:
        for fact in done(command):
            workers.record(fact)
    workers.work()
    ended = studio.browser.get(path).json
    assert (ended["generation"]["state"], ended["generation"]["eta"]) == ("succeeded", None)
    assert {output["progress"] for output in ended["outputs"]} == {1}


def test_an_output_says_what_kind_of_video_it_is(studio: Studio, workers: Workers) -> None:
    path = f"/v1/generations/{studio.order(count=1, fps='29.97', aspect='9:16').json['id']}"
    workers.plan()
    (planned,) = studio.browser.get(f"{path}/outputs").json["items"]
    assert (planned["width"], planned["height"], planned["fps"]) == (480, 854, 29.97)
    assert planned["duration_s"] == pytest.approx(planned["work"] * 1001 / 30_000)
    assert planned["file_name"] == "Video 1.mp4"
    workers.work()
    (made,) = studio.browser.get(f"{path}/outputs").json["items"]
    assert made["duration_s"] == planned["duration_s"]
    manifest = studio.browser.get(f"{path}/manifest").json
    assert manifest["outputs"][0]["duration_s"] == made["duration_s"]
    assert manifest["outputs"][0]["file"] == made["file_name"]


def test_outputs_of_one_state_are_listed(studio: Studio, workers: Workers) -> None:
    path = f"/v1/generations/{studio.order(count=3).json['id']}/outputs"
    workers.work(lambda command: done(command) if command.joins or command.clip != "a.mp4" else [task_failed(command)])
    by_state = {state: studio.browser.get(f"{path}?state={state}").json["items"] for state in ("made", "failed")}
    assert {len(found) for found in by_state.values()} == {1, 2}
    assert [output["progress"] for output in by_state["made"] + by_state["failed"]] == [1, None, None]
    assert len(studio.browser.get(f"{path}?state=made&state=failed").json["items"]) == 3
    assert studio.browser.get(f"{path}?state=lost").code == "invalid_input"


def test_links_to_many_come_in_one_request(
    studio: Studio, bob: Browser, workers: Workers, bucket: OfflineBucket, engine: Engine
) -> None:
    path = f"/v1/generations/{studio.order(count=5).json['id']}"
    workers.plan()
    assert studio.browser.post(f"{path}/links", {}).json == {"items": [], "missing": [], "next": None}
    workers.work()
    page = studio.browser.post(f"{path}/links?limit=3", {}).json
    rest = studio.browser.post(f"{path}/links?limit=3&cursor={page['next']}", {}).json
    assert [link["n"] for link in page["items"] + rest["items"]] == [1, 2, 3, 4, 5]
    assert rest["next"] is None
    one = studio.browser.get(f"{path}/outputs/2/link").json
    assert page["items"][1]["file_name"] == one["file_name"]
    assert page["items"][1]["url"].split("?")[0] == one["url"].split("?")[0]
    bucket.sizes.pop(next(key for key in bucket.sizes if key.endswith("/3.mp4")))
    assert studio.browser.get(f"{path}/outputs/3/link").code == "gone"
    with engine.begin() as connection:
        connection.execute(text("UPDATE outputs SET settled_at = settled_at - interval '31 days' WHERE n = 4"))
    asked = studio.browser.post(f"{path}/links", {"outputs": [5, 4, 3, 9, 1]}).json
    assert [link["n"] for link in asked["items"]] == [1, 5]
    assert [(each["n"], each["reason"]["code"]) for each in asked["missing"]] == [
        (3, "gone"),
        (4, "expired"),
        (9, "unknown_output"),
    ]
    assert asked["next"] is None
    assert bob.post(f"{path}/links", {}).code == "unknown_generation"


def test_links_are_asked_for_a_page_at_a_time(studio: Studio) -> None:
    path = f"/v1/generations/{studio.order(count=1).json['id']}/links"
    most = list(range(1, limits.PAGE_ITEMS + 1))
    assert studio.browser.post(path, {"outputs": most}).status == 200
    for wrong in ([*most, 101], [], [0], ["1"], [1.5], [True], [2**31]):
        assert studio.browser.post(path, {"outputs": wrong}).code == "invalid_input"
