"""Quotes, orders, progress, links: the API's side of them. What happens in between is tested in tests/flows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from bench.query_plans import recorded
from medley import limits
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.credits import EntryKind
from medley.services import wallet
from tests.api.conftest import FakeClock, OfflineBucket, Studio, Workers
from tests.api.gateway import Browser
from tests.flows.fakes import FakeQueue


def test_a_quote_says_what_is_possible_and_what_it_costs(studio: Studio) -> None:
    path = f"/v1/projects/{studio.project_id}/quote"
    quote = studio.browser.post(path, {"spec": {"count": 5, "clips_per_video": 2, "resolution": 480}})
    assert quote.status == 200
    assert (quote.json["count"], quote.json["capacity"]) == (5, "6")
    assert quote.json["price"] == sum(line["price"] for line in quote.json["lines"]) == 10
    more = studio.browser.post(path, {"spec": {"count": 7, "clips_per_video": 2}})
    assert (more.status, more.json["capacity"]) == (200, "6")
    assert studio.browser.get("/v1/wallet").json["reserved"] == 0


def test_an_order_holds_its_price_and_has_it_planned(studio: Studio, queue: FakeQueue, workers: Workers) -> None:
    reply = studio.order(count=3)
    assert reply.status == 201
    assert "idempotent-replayed" not in reply.headers
    generation = reply.json
    assert (generation["state"], generation["outputs_total"], generation["seq"]) == ("running", 3, 1)
    assert [message.queue for message in queue.sent] == ["plans"]
    balance = studio.browser.get("/v1/wallet").json
    assert (balance["available"], balance["reserved"]) == (100 - generation["price"], generation["price"])
    (entry, _) = studio.browser.get("/v1/wallet/entries").json["items"]
    assert (entry["kind"], entry["generation_id"]) == ("reserve", generation["id"])
    assert entry["d_available"] == -generation["price"] == -entry["d_reserved"]
    (listed,) = studio.browser.get(f"/v1/projects/{studio.project_id}/generations").json["items"]
    assert listed == generation
    assert not generation["planned"]
    workers.plan()
    planned = studio.browser.get(f"/v1/generations/{generation['id']}").json
    assert planned["generation"]["planned"]
    assert planned["generation"]["work_total"] > 0
    assert {message.queue for message in queue.sent} == {"render"}


def test_an_order_sent_twice_is_placed_once(studio: Studio, queue: FakeQueue) -> None:
    first, again = studio.order("k"), studio.order("k")
    assert (again.status, again.json) == (first.status, first.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert len(queue.sent) == 1
    other = studio.order("k", count=2)
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert studio.order("another").json["id"] != first.json["id"]


def test_the_same_order_many_times_at_once_is_placed_once(studio: Studio) -> None:
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: studio.order("k"), range(8)))
    placed = [reply for reply in replies if reply.status == 201]
    assert placed
    assert len({reply.json["id"] for reply in placed}) == 1
    assert {reply.code for reply in replies if reply.status != 201} <= {"in_progress"}
    assert studio.browser.get("/v1/wallet").json["reserved"] == placed[0].json["price"]


def test_an_order_needs_a_key_of_its_own(studio: Studio, bob: Browser) -> None:
    missing = studio.order(None)
    assert (missing.status, missing.code) == (400, "idempotency_key_required")
    for key in ("", "x" * (limits.IDEMPOTENCY_KEY_CHARACTERS + 1), "a\x00b", "a\nb"):
        assert studio.order(key).code == "invalid_idempotency_key"
    assert studio.order("x" * limits.IDEMPOTENCY_KEY_CHARACTERS).status == 201


def test_too_few_credits_are_told_exactly(
    studio: Studio, unit_of_work: Callable[[], SqlUnitOfWork], queue: FakeQueue
) -> None:
    dear = {"count": 6, "clips_per_video": 3, "quality": "high", "resolution": 2160}
    price = studio.order("first", **dear).json["price"]
    queue.sent.clear()
    refused = studio.order("k", **dear)
    assert (refused.status, refused.code) == (402, "not_enough_credits")
    assert refused.metadata == {"required": price, "available": 100 - price, "shortfall": 2 * price - 100}
    with unit_of_work() as uow:
        wallet.grant(uow, "top-up", UUID(studio.browser.user["id"]), price, kind=EntryKind.PURCHASE, reason="Top-up")
        uow.commit()
    again = studio.order("k", **dear)
    assert (again.status, again.metadata) == (402, refused.metadata)
    assert queue.sent == []
    assert studio.order("new", **dear).status == 201


def test_more_than_is_possible_is_refused_with_the_number_possible(studio: Studio) -> None:
    reply = studio.order(count=7)
    assert (reply.status, reply.code) == (422, "too_many_outputs")
    assert reply.metadata["possible"] == 6
    assert reply.metadata["binding"]
    assert studio.order(count=6).status == 201  # the key was not used up


@pytest.mark.parametrize(
    "spec",
    [
        {"count": 0},
        {"count": limits.OUTPUTS_PER_GENERATION + 1},
        {"count": -1},
        {"count": 10**30},
        {"count": 1.5},
        {"count": "many"},
        {"unknown": 1},
        {"user_id": "x"},
        {"price": 0},
        {"seed": -1},
        {"seed": 2**64},
        {"title": "a\u0000b"},
        {"title": "{n.__class__}"},
        {"first_clip": "not-an-id"},
        {"count": float("nan")},
        {"count": float("inf")},
        {"title": "\ud800"},
        {"\ud800": 1},
        {"a": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]},
        {"count": None},
    ],
)
def test_a_spec_that_makes_no_sense_is_refused(studio: Studio, spec: dict[str, object]) -> None:
    for path, headers in (("quote", {}), ("generations", {"idempotency-key": "k"})):
        reply = studio.browser.post(f"/v1/projects/{studio.project_id}/{path}", {"spec": spec}, headers=headers)
        assert reply.status == 422, reply.text
        assert reply.code in {"invalid_spec", "invalid_input"}
        assert reply.metadata["fields"]


@pytest.mark.parametrize(
    ("spec", "field", "code"),
    [
        ({"count": True}, "count", "int_type"),
        ({"count": "1_0"}, "count", "int_type"),
        ({"count": " 3 "}, "count", "int_type"),
        ({"seed": "7"}, "seed", "int_type"),
        ({"vary_opening": "off"}, "vary_opening", "bool_type"),
        ({"full_check": "yes"}, "full_check", "bool_type"),
        ({"full_check": 1}, "full_check", "bool_type"),
        ({"duration_s": "9"}, "duration_s", "number_type"),
        ({"duration_s": True}, "duration_s", "number_type"),
        ({"trim": "head", "window_s": "1"}, "window_s", "number_type"),
        ({"speeds": [1.25]}, "speeds.0", "string_type"),
        ({"speeds": ["7"]}, "speeds.0", "speed_out_of_range"),
        ({"looks": ["sepia"]}, "looks.0", "literal_error"),
        ({"skip": 3}, "seed", "skip_without_seed"),
        ({"trim": "head"}, "window_s", "window_missing"),
        ({"share": "smart"}, "share", "no_effect"),
        ({"codec": "av1", "container": "mov"}, "container", "mov_av1"),
        ({"title": "{user}"}, "title", "unknown_word"),
        ({"music": {}}, "music.asset", "missing"),
    ],
    ids=str,
)
def test_a_fault_of_a_spec_has_its_field_its_code_and_a_sentence(
    studio: Studio, spec: dict[str, object], field: str, code: str
) -> None:
    reply = studio.browser.post(f"/v1/projects/{studio.project_id}/quote", {"spec": spec})
    assert (reply.status, reply.code) == (422, "invalid_spec")
    (fault,) = reply.metadata["fields"]  # and nothing that only follows from it
    assert (fault["field"], fault["code"]) == (field, code)
    assert fault["message"]
    assert not any(word in fault["message"] for word in ("Value error", "Tuple", "Input should", "validation"))


def test_to_json_three_point_zero_is_a_whole_number(studio: Studio) -> None:
    reply = studio.browser.post(f"/v1/projects/{studio.project_id}/quote", {"spec": {"count": 3.0, "duration_s": 2.0}})
    assert (reply.status, reply.json["count"]) == (200, 3)


def test_a_spec_that_was_answered_can_be_sent_again(studio: Studio) -> None:
    spec = {"duration_s": 1.5, "speeds": ["1", "5/4"], "clips_per_video": 2, "trim": "head", "window_s": 1.001}
    ordered = studio.order(count=1, **spec)
    assert ordered.status == 201, ordered.text
    again = studio.browser.post(f"/v1/projects/{studio.project_id}/quote", {"spec": ordered.json["spec"]})
    assert (again.status, ordered.json["spec"]["duration_s"]) == (200, 1.5)


def test_an_empty_project_has_nothing_to_mix(ada: Browser) -> None:
    reply = ada.post(f"/v1/projects/{ada.project()}/quote", {"spec": {}})
    assert (reply.status, reply.code) == (422, "no_clips")


def test_progress_is_what_changed_since_and_nothing_twice(studio: Studio, workers: Workers) -> None:
    ordered = studio.order(count=3).json
    path = f"/v1/generations/{ordered['id']}"
    assert studio.browser.get(path).json == {"generation": ordered, "outputs": [], "queued_before": 0, "next": None}
    workers.plan()
    first = studio.browser.get(path)
    generation = first.json["generation"]
    assert [output["state"] for output in first.json["outputs"]] == ["planned"] * 3
    unchanged = studio.browser.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (unchanged.status, unchanged.text) == (304, "")
    workers.work()
    moved = studio.browser.get(
        f"{path}?after_seq={generation['seq']}", headers={"if-none-match": first.headers["etag"]}
    )
    assert moved.status == 200
    final = moved.json["generation"]
    assert (final["state"], final["outputs_made"], final["work_done"]) == ("succeeded", 3, final["work_total"])
    assert [(output["n"], output["state"]) for output in moved.json["outputs"]] == [(n, "made") for n in (1, 2, 3)]
    assert studio.browser.get(f"{path}?after_seq={final['seq']}").json["outputs"] == []
    assert studio.browser.get("/v1/wallet").json["spent"] == final["price"] == final["charged"]


def test_changes_come_in_pages_and_none_is_missed_that_happens_meanwhile(studio: Studio, workers: Workers) -> None:
    path = f"/v1/generations/{studio.order(count=5, clips_per_video=2).json['id']}"
    workers.plan()
    first = studio.browser.get(f"{path}?limit=2").json
    assert [output["n"] for output in first["outputs"]] == [1, 2]
    workers.work()
    seen, cursor = list(first["outputs"]), first["next"]
    while cursor is not None:
        page = studio.browser.get(f"{path}?limit=2&cursor={cursor}").json
        seen, cursor = seen + page["outputs"], page["next"]
    assert {output["n"]: output["state"] for output in seen} == dict.fromkeys(range(1, 6), "made")
    assert [output["seq"] for output in seen] == sorted(output["seq"] for output in seen)
    assert studio.browser.get(f"{path}?after_seq={page['generation']['seq']}").json["outputs"] == []
    for cursor in ("7", "-1-2", "1e3-1", f"{2**64}-1", "1-9999999999", "x"):
        assert studio.browser.get(f"{path}?cursor={cursor}").code == "invalid_cursor"


def test_who_has_the_answer_reads_no_outputs_until_its_links_change(
    studio: Studio, clock: FakeClock, engine: Engine
) -> None:
    path = f"/v1/generations/{studio.order(count=3).json['id']}"
    clock.advance(2 * limits.LINK_WINDOW_S - clock.now().timestamp() % limits.LINK_WINDOW_S - 5)
    studio.browser.sign_in("ada@example.com")
    tag = studio.browser.get(path).headers["etag"]
    clock.advance(4)
    with recorded(engine) as statements:
        for known in (tag, f'"other", W/{tag}', "*"):
            assert studio.browser.get(path, headers={"if-none-match": known}).status == 304
    assert not [sql for sql in statements if "FROM outputs" in sql]
    for unknown in (f'"x{tag[1:]}', f'{tag[:-1]}x"', "", tag.strip('"')):
        assert studio.browser.get(path, headers={"if-none-match": unknown}).status == 200
    clock.advance(1)
    assert studio.browser.get(path, headers={"if-none-match": tag}).status == 200


def test_outputs_are_listed_in_pages_and_linked_under_their_titles(studio: Studio, workers: Workers) -> None:
    title = 'Übung "{n}"; filename=evil.exe'
    generation = studio.order(count=3, title=title).json["id"]
    workers.plan()
    waiting = studio.browser.get(f"/v1/generations/{generation}/outputs/1/link")
    assert studio.browser.get(f"/v1/generations/{generation}/outputs?limit=1").json["items"][0]["expires_at"] is None
    assert (waiting.status, waiting.code) == (409, "not_made")
    workers.work()
    page = studio.browser.get(f"/v1/generations/{generation}/outputs?limit=2").json
    assert [output["title"] for output in page["items"]] == [title.format(n=1), title.format(n=2)]
    rest = studio.browser.get(f"/v1/generations/{generation}/outputs?limit=2&cursor={page['next']}").json
    assert ([output["n"] for output in rest["items"]], rest["next"]) == ([3], None)
    assert all(output["poster_url"] and output["size_bytes"] for output in page["items"])
    made_at, expires_at = (datetime.fromisoformat(page["items"][0][name]) for name in ("settled_at", "expires_at"))
    assert expires_at - made_at == timedelta(days=limits.OUTPUT_DAYS)
    link = studio.browser.get(f"/v1/generations/{generation}/outputs/2/link")
    assert link.status == 200
    assert link.json["file_name"] == "Übung -2-; filename=evil.exe.mp4"
    url = urlsplit(link.json["url"])
    assert url.path == f"/media/outputs/{studio.browser.user['id']}/{generation}/2.mp4"
    (disposition,) = parse_qs(url.query)["response-content-disposition"]
    assert disposition.startswith("attachment; filename=\"Ubung -2-; filename=evil.exe.mp4\"; filename*=UTF-8''")
    for n in ("0", "4", str(2**31 - 1)):
        assert studio.browser.get(f"/v1/generations/{generation}/outputs/{n}/link").code == "unknown_output"
    for n in ("-1", "1e0", "x", "1.0", str(2**31), str(2**63), "9" * 5000):
        assert studio.browser.get(f"/v1/generations/{generation}/outputs/{n}/link").code == "invalid_input"


def test_a_video_past_its_days_is_said_to_be_deleted(studio: Studio, workers: Workers, engine: Engine) -> None:
    """A link would lead to the bucket's own page of an object that is not there."""
    path = f"/v1/generations/{studio.order(count=2).json['id']}/outputs"
    workers.work()
    age = text("UPDATE outputs SET settled_at = settled_at - make_interval(days => :days, secs => :secs) WHERE n = :n")
    with engine.begin() as connection:
        connection.execute(age, {"days": limits.OUTPUT_DAYS, "secs": 60, "n": 1})
        connection.execute(age, {"days": limits.OUTPUT_DAYS, "secs": -60, "n": 2})
    gone = studio.browser.get(f"{path}/1/link")
    assert (gone.status, gone.code) == (409, "expired")
    assert studio.browser.get(f"{path}/2/link").status == 200
    assert [output["poster_url"] is None for output in studio.browser.get(path).json["items"]] == [True, False]


@pytest.mark.parametrize("size", [None, 0, 7], ids=["lost", "emptied", "cut"])
def test_a_video_whose_file_is_lost_is_said_to_be_gone(
    studio: Studio, workers: Workers, bucket: OfflineBucket, size: int | None
) -> None:
    of = f"/v1/generations/{studio.order(count=2).json['id']}"
    path = f"{of}/outputs"
    workers.work()
    seen = studio.browser.get(of)
    (key,) = [key for key in bucket.sizes if key.endswith("/1.mp4")]
    whole = bucket.sizes.pop(key)
    if size is not None:
        bucket.sizes[key] = size
    for _ in range(2):
        answer = studio.browser.get(f"{path}/1/link")
        assert (answer.status, answer.code) == (409, "gone")
    assert studio.browser.get(f"{path}/2/link").status == 200
    assert [output["gone_at"] is None for output in studio.browser.get(path).json["items"]] == [False, True]
    news = studio.browser.get(
        f"{of}?after_seq={seen.json['generation']['seq']}", headers={"if-none-match": seen.headers["etag"]}
    )
    assert [output["n"] for output in news.json["outputs"]] == [1]
    assert studio.browser.get(of, headers={"if-none-match": seen.headers["etag"]}).status == 200
    bucket.sizes[key] = whole  # somebody put it back
    assert studio.browser.get(f"{path}/1/link").status == 200
    assert [output["gone_at"] for output in studio.browser.get(path).json["items"]] == [None, None]
    again = studio.browser.get(f"{of}?after_seq={news.json['generation']['seq']}").json["outputs"]
    assert [(output["n"], output["gone_at"]) for output in again] == [(1, None)]


def test_cancelling_gives_the_credits_back_at_once(studio: Studio) -> None:
    generation = studio.order(count=3).json
    path = f"/v1/generations/{generation['id']}/cancel"
    reply = studio.browser.post(path)
    assert (reply.status, reply.json["state"]) == (200, "cancelled")
    assert studio.browser.get("/v1/wallet").json == {"available": 100, "reserved": 0, "earned": 100, "spent": 0}
    again = studio.browser.post(path)
    assert (again.status, again.code) == (409, "already_ended")


def test_the_number_of_open_generations_is_limited(studio: Studio, unit_of_work: Callable[[], SqlUnitOfWork]) -> None:
    with unit_of_work() as uow:
        wallet.grant(uow, "top-up", UUID(studio.browser.user["id"]), 10_000, kind=EntryKind.PURCHASE, reason="Top-up")
        uow.commit()
    replies = [studio.order(f"k{n}", count=1) for n in range(limits.OPEN_GENERATIONS_PER_USER + 1)]
    assert {reply.status for reply in replies[:-1]} == {201}
    assert (replies[-1].status, replies[-1].code) == (409, "too_many_open_generations")


def test_generations_and_entries_come_in_pages_newest_first(studio: Studio) -> None:
    ids = [studio.order(f"k{n}", count=1).json["id"] for n in range(3)]
    path = f"/v1/projects/{studio.project_id}/generations?limit=2"
    page = studio.browser.get(path).json
    rest = studio.browser.get(f"{path}&cursor={page['next']}").json
    assert [g["id"] for g in page["items"] + rest["items"]] == ids[::-1]
    page = studio.browser.get("/v1/wallet/entries?limit=3").json
    rest = studio.browser.get(f"/v1/wallet/entries?limit=3&cursor={page['next']}").json
    assert [entry["seq"] for entry in page["items"] + rest["items"]] == [4, 3, 2, 1]
    assert rest["next"] is None


def test_a_generation_outlives_its_project(studio: Studio, workers: Workers) -> None:
    generation = studio.order(count=2).json["id"]
    assert studio.browser.delete(f"/v1/projects/{studio.project_id}").status == 204
    workers.work()
    assert studio.browser.get(f"/v1/generations/{generation}").json["generation"]["state"] == "succeeded"
    assert studio.browser.get(f"/v1/generations/{generation}/outputs/1/link").status == 200


def test_somebody_elses_generation_does_not_exist(studio: Studio, bob: Browser, workers: Workers) -> None:
    generation = studio.order(count=2).json["id"]
    workers.work()
    for reply in (
        bob.get(f"/v1/generations/{generation}"),
        bob.post(f"/v1/generations/{generation}/cancel"),
        bob.get(f"/v1/generations/{generation}/outputs"),
        bob.get(f"/v1/generations/{generation}/outputs/1/link"),
        studio.browser.get(f"/v1/generations/{uuid4()}"),
    ):
        assert (reply.status, reply.code) == (404, "unknown_generation")
    assert bob.get("/v1/wallet/entries").json["items"][0]["kind"] == "bonus"


def test_keys_of_two_people_are_two_keys(studio: Studio, bob: Browser) -> None:
    studio.order("k")
    reply = bob.post(f"/v1/projects/{bob.project()}/generations", {"spec": {}}, headers={"idempotency-key": "k"})
    assert reply.code == "no_clips"  # not a replay of the other's
