"""What an order would make, seen before anything is paid, is what it makes."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from medley import limits
from tests.api.conftest import Studio, Workers
from tests.api.gateway import Browser, Reply
from tests.flows.world import done


def preview(studio: Studio, first: int | None = None, **spec: Any) -> Reply:
    query = "" if first is None else f"?first={first}"
    return studio.browser.post(f"/v1/projects/{studio.project_id}/plan{query}", {"spec": spec})


SPEC: dict[str, Any] = {"count": 6, "clips_per_video": 2, "resolution": 480}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"seed": 5, "title": "{n} of {count}", "caption": "{n}/{count}", "transition": "dissolve"},
        {"speeds": ["1", "5/4"], "looks": ["none", "mirror"], "trim": "spread", "window_s": 1},
        {"skip": 2, "seed": 3, "count": 4},
        {"duration_s": 2, "share": "smart", "choose": "random"},
    ],
    ids=["plain", "texts", "variants", "more", "exact"],
)
def test_an_order_makes_what_was_shown(studio: Studio, workers: Workers, options: dict[str, Any]) -> None:
    spec = SPEC | options
    shown = preview(studio, 3, **spec)
    assert shown.status == 200, shown.text
    assert studio.browser.get("/v1/wallet").json["reserved"] == 0
    told = shown.json
    assert [video["n"] for video in told["videos"]] == [1, 2, 3]
    assert told["count"] == spec["count"]
    generation = studio.order(**(spec | {"seed": told["seed"]})).json
    workers.work()
    manifest = studio.browser.get(f"/v1/generations/{generation['id']}/manifest").json
    outputs = studio.browser.get(f"/v1/generations/{generation['id']}/outputs").json["items"]
    for video, made, output in zip(told["videos"], manifest["outputs"][:3], outputs[:3], strict=True):
        assert {name: made[name] for name in video} == video
        sizes = [(of["width"], of["height"], of["fps"]) for of in (told, output)]
        assert sizes[0] == sizes[1]


def test_without_a_seed_another_choice_is_shown_each_time(studio: Studio) -> None:
    seeds = {preview(studio, **SPEC).json["seed"] for _ in range(3)}
    assert len(seeds) == 3
    assert all(seed < 2**53 for seed in seeds)
    assert preview(studio, **SPEC, seed=4).json == preview(studio, **SPEC, seed=4).json


def test_so_many_are_shown_and_no_more(studio: Studio) -> None:
    assert len(preview(studio, **SPEC).json["videos"]) == 6
    assert len(preview(studio, limits.PREVIEWED_VIDEOS, **SPEC).json["videos"]) == 6  # the order has no more
    assert len(preview(studio, 1, **SPEC).json["videos"]) == 1
    for wrong in (0, limits.PREVIEWED_VIDEOS + 1, -1):
        assert preview(studio, wrong, **SPEC).code == "invalid_input"


def test_what_cannot_be_ordered_is_not_shown(studio: Studio, bob: Browser) -> None:
    assert preview(studio, **(SPEC | {"count": 7})).code == "too_many_outputs"
    assert preview(studio, count=0).code == "invalid_spec"
    for browser, project in ((bob, studio.project_id), (studio.browser, uuid4())):
        assert browser.post(f"/v1/projects/{project}/plan", {"spec": SPEC}).code == "unknown_project"


@pytest.mark.parametrize("skipped", [limits.PREVIEW_CHOICES // 14, limits.PREVIEW_CHOICES // 14 + 1])
def test_more_of_a_large_order_is_shown_as_far_as_it_is_known_soon(studio: Studio, skipped: int) -> None:
    """To see videos after others, all those are chosen first: of too many nobody waits for it."""
    spec = SPEC | {"speeds": ["1", "5/4", "4/5", "2"], "looks": ["none", "mirror", "warm"], "seed": 3, "skip": skipped}
    shown = preview(studio, 1, **spec)
    if skipped * 14 <= limits.PREVIEW_CHOICES:
        assert (shown.status, len(shown.json["videos"])) == (200, 1), shown.text
        return
    assert (shown.status, shown.code) == (422, "preview_too_far")
    assert shown.json["error"]["metadata"]["skipped"] == skipped
    assert render(studio, **spec).code == "preview_too_far"
    assert preview(studio, 1, **spec, choose="random").status == 200
    quoted = studio.browser.post(f"/v1/projects/{studio.project_id}/quote", {"spec": spec})
    assert quoted.status == 200


def render(studio: Studio, key: str = "k", **spec: Any) -> Reply:
    path = f"/v1/projects/{studio.project_id}/previews"
    return studio.browser.post(path, {"spec": SPEC | spec}, headers={"idempotency-key": key})


def test_the_first_video_is_made_as_a_draft_for_nothing(studio: Studio, workers: Workers) -> None:
    before = studio.browser.get("/v1/wallet").json
    reply = render(studio, resolution=1080, caption="{n} of {count}", codec="hevc", container="mov")
    assert reply.status == 201, reply.text
    told = reply.json
    assert (told["preview"], told["price"], told["outputs_total"], told["lines"]) == (True, 0, 1, [])
    commands = workers.commands()
    for command in commands:
        payload = command.content.payload
        assert (payload["canvas"]["height"], payload["encoding"]["quality"]) == (480, "draft")
        assert payload["encoding"]["codec"] == "h264"
        for segment in payload.get("segments", ()):
            assert "PREVIEW" in segment["shot"]["caption"]["text"].splitlines()
    for command in commands:
        for fact in done(command):
            workers.record(fact)
    workers.work()
    path = f"/v1/generations/{told['id']}"
    ended = studio.browser.get(path).json
    assert ended["generation"]["state"] == "succeeded"
    (video,) = ended["outputs"]
    assert (video["width"], video["height"]) == (854, 480)
    made_at, until = (datetime.fromisoformat(video[name]) for name in ("settled_at", "expires_at"))
    assert until - made_at == timedelta(days=limits.PREVIEW_DAYS)
    assert studio.browser.get(f"{path}/outputs/1/link").status == 200
    assert studio.browser.get("/v1/wallet").json == before
    assert studio.browser.get("/v1/generations").json["items"] == []
    shown = preview(studio, 1, **SPEC, seed=told["seed"]).json["videos"][0]["shots"]
    drafted = studio.browser.get(f"{path}/manifest").json["outputs"][0]["shots"]
    same = [[{key: shot[key] for key in shot if key != "caption"} for shot in each] for each in (shown, drafted)]
    assert same[0] == same[1]
    assert drafted[0]["caption"] == "1 of 6\nPREVIEW"
    assert studio.browser.send("PATCH", f"{path}/retention", {"days": 60}).code == "is_preview"
    retried = studio.browser.post(f"{path}/retry", headers={"idempotency-key": "r"})
    assert retried.code == "nothing_to_retry"
    assert studio.browser.get(f"{path}/settings?more=2").json["spec"]["skip"] == 0


def test_previews_of_a_project_are_a_few_a_day(studio: Studio, workers: Workers, engine: Engine) -> None:
    for n in range(limits.PREVIEWS_PER_DAY):
        assert preview(studio, 1, **SPEC).json["previews_left"] == limits.PREVIEWS_PER_DAY - n
        assert render(studio, f"k{n}").status == 201
    assert preview(studio, 1, **SPEC).json["previews_left"] == 0
    assert render(studio, "k0").headers["idempotent-replayed"] == "true"
    refused = render(studio, "one more")
    assert (refused.status, refused.code) == (429, "too_many_previews")
    assert int(refused.headers["retry-after"]) > 86_000
    with engine.begin() as connection:
        connection.execute(text("UPDATE generations SET created_at = created_at - interval '1 day'"))
    assert preview(studio, 1, **SPEC).json["previews_left"] == limits.PREVIEWS_PER_DAY
    assert render(studio, "the next day").status == 201
    assert studio.order(count=6).status == 201  # they are none of an order's


def test_whoever_has_no_credits_sees_a_preview(studio: Studio, workers: Workers, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM entries"))
        connection.execute(text("DELETE FROM wallets"))
    made = render(studio).json
    workers.work()
    assert studio.browser.get(f"/v1/generations/{made['id']}").json["generation"]["state"] == "succeeded"
    assert render(studio, "k").json["id"] == made["id"]
    assert render(studio, "k", seed=3).code == "idempotency_key_reused"
    assert render(studio, "other", count=7).code == "too_many_outputs"
