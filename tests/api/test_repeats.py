"""What can be done with a generation once more: retried, ordered more of, ordered again; and kept longer."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from medley import limits
from medley.contracts.facts import Fact
from medley.db.unit_of_work import SqlUnitOfWork
from tests.api.conftest import OfflineBucket, Studio, Workers
from tests.api.gateway import Browser, Reply
from tests.flows.world import Command, done, task_failed
from tests.waiters import wait_until_waiting


def without_a(command: Command) -> Sequence[Fact]:
    """Workers that cannot read the first clip."""
    return done(command) if command.joins or command.clip != "a.mp4" else [task_failed(command)]


def retry(studio: Studio, generation_id: str, key: str = "again") -> Reply:
    return studio.browser.post(f"/v1/generations/{generation_id}/retry", headers={"idempotency-key": key})


def shots(studio: Studio, generation_id: str, state: str | None = None) -> list[Any]:
    told = studio.browser.get(f"/v1/generations/{generation_id}/manifest").json
    return [(v["title"], v["shots"]) for v in told["outputs"] if state in {None, v["state"]}]


def test_what_failed_is_ordered_again_by_itself(studio: Studio, workers: Workers) -> None:
    old = studio.order(count=6, title="V{n}").json
    workers.work(without_a)
    failed = shots(studio, old["id"], "failed")
    assert len(failed) == 4
    before = studio.browser.get("/v1/wallet").json
    reply = retry(studio, old["id"])
    assert reply.status == 201, reply.text
    new = reply.json
    assert (new["retry_of"], new["outputs_total"], new["price"]) == (old["id"], 4, old["price"] * 4 // 6)
    assert sum(line["price"] for line in new["lines"]) == new["price"]
    assert studio.browser.get("/v1/wallet").json["available"] == before["available"] - new["price"]
    workers.work()
    assert studio.browser.get(f"/v1/generations/{new['id']}").json["generation"]["state"] == "succeeded"
    assert shots(studio, new["id"], "made") == failed
    assert studio.browser.get("/v1/wallet").json["spent"] == before["spent"] + new["price"]
    assert (
        studio.browser.post(f"/v1/generations/{new['id']}/links", {}).json["items"][0]["file_name"]
        == f"{failed[0][0]}.mp4"
    )


def test_a_retry_sent_twice_is_placed_once(studio: Studio, workers: Workers) -> None:
    old = studio.order(count=6).json["id"]
    workers.work(without_a)
    first, again = retry(studio, old), retry(studio, old)
    assert (again.status, again.json["id"]) == (201, first.json["id"])
    assert again.headers["idempotent-replayed"] == "true"
    other = retry(studio, old, "other key")
    assert (other.status, other.code, other.metadata) == (409, "already_retried", {"generation_id": first.json["id"]})
    workers.work(without_a)  # it fails again: its own retry is next
    next_ = retry(studio, first.json["id"], "third key")
    assert (next_.status, next_.json["retry_of"]) == (201, first.json["id"])
    assert retry(studio, first.json["id"], "again").code == "idempotency_key_reused"


def test_of_two_retries_at_once_one_is_placed(
    studio: Studio, workers: Workers, unit_of_work: Callable[[], SqlUnitOfWork], engine: Engine
) -> None:
    """Two pages have keys of their own. Neither goes on before both have begun: the wallet is locked meanwhile."""
    old = studio.order(count=6).json["id"]
    workers.work(without_a)
    with ThreadPoolExecutor(2) as pool, unit_of_work() as wallet:
        wallet.connection.execute(text("SELECT FROM wallets FOR UPDATE"))
        placed = [pool.submit(retry, studio, old, key) for key in ("one", "other")]
        wait_until_waiting(engine, len(placed))
        wallet.connection.rollback()
        replies = sorted((each.result() for each in placed), key=lambda reply: reply.status)
    assert [(reply.status, reply.code) for reply in replies[1:]] == [(409, "already_retried")]
    assert replies[0].json["retry_of"] == old


def test_what_was_cancelled_can_be_made_after_all(studio: Studio, workers: Workers) -> None:
    old = studio.order(count=6).json["id"]
    workers.plan()
    studio.browser.post(f"/v1/generations/{old}/cancel")
    workers.queue.take()
    new = retry(studio, old).json
    assert new["outputs_total"] == 6
    workers.work()
    assert shots(studio, new["id"], "made") == shots(studio, old, "cancelled")


def test_only_what_ended_without_all_of_it_can_be_retried(
    studio: Studio, bob: Browser, workers: Workers, bucket: OfflineBucket
) -> None:
    old = studio.order(count=2).json["id"]
    assert retry(studio, old).code == "still_running"
    workers.work()
    assert retry(studio, old).code == "nothing_to_retry"
    assert retry(studio, str(uuid4())).code == "unknown_generation"
    assert bob.post(f"/v1/generations/{old}/retry", headers={"idempotency-key": "k"}).code == "unknown_generation"
    assert studio.browser.post(f"/v1/generations/{old}/retry").code == "idempotency_key_required"
    for key in ("", "x" * 256):
        assert retry(studio, old, key).code == "invalid_idempotency_key"


def test_a_retry_without_its_plan_ends_with_its_credits_back(
    studio: Studio, workers: Workers, bucket: OfflineBucket, engine: Engine
) -> None:
    old = studio.order(count=6).json["id"]
    workers.work(without_a)
    available = studio.browser.get("/v1/wallet").json["available"]
    new = retry(studio, old).json["id"]
    bucket.contents = {key: content for key, content in bucket.contents.items() if not key.startswith("plans/")}
    with engine.begin() as connection:  # its days are over: only what is lost before is made anew
        connection.execute(text("UPDATE generations SET tasks_removed_at = now() WHERE id = :g"), {"g": old})
    workers.plan()
    ended = studio.browser.get(f"/v1/generations/{new}").json["generation"]
    assert (ended["state"], ended["reason"]["code"]) == ("failed", "plan_expired")
    assert studio.browser.get("/v1/wallet").json["available"] == available
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM tasks"))
    other = studio.order("other", count=1, seed=3).json["id"]
    studio.browser.post(f"/v1/generations/{other}/cancel")
    assert retry(studio, other, "k").code == "nothing_to_retry"  # it was never planned


def test_a_retry_one_cannot_pay_is_refused(studio: Studio, workers: Workers) -> None:
    old = studio.order(count=6, resolution=2160, quality="high").json
    workers.work(without_a)
    left = studio.browser.get("/v1/wallet").json["available"]
    price = studio.order("all of it", count=1).json["price"]
    for n in range(left // price - 1):
        if n % 8 == 7:
            workers.work()
        studio.order(f"k{n}", count=1, seed=n)
    refused = retry(studio, old["id"])
    assert (refused.status, refused.code) == (402, "not_enough_credits")


def test_more_of_an_order_repeats_nothing(studio: Studio, workers: Workers) -> None:
    first = studio.order("a", count=2, seed=None).json
    path = f"/v1/generations/{first['id']}/settings"
    told = studio.browser.get(f"{path}?more=2").json
    assert (told["project_id"], told["app"]) == (studio.project_id, "video_mixer")
    assert (told["spec"]["seed"], told["spec"]["skip"], told["spec"]["count"]) == (first["seed"], 2, 2)
    second = studio.order("b", **told["spec"]).json
    third = studio.order("c", **studio.browser.get(f"{path}?more=2").json["spec"]).json
    assert third["spec"]["skip"] == 4
    workers.work()
    made = [str(video) for each in (first, second, third) for _, video in shots(studio, each["id"])]
    assert len(made) == len(set(made)) == 6
    more = studio.browser.get(f"{path}?more=1").json["spec"]
    assert studio.order("d", **more).code == "too_many_outputs"
    for wrong in (0, limits.OUTPUTS_PER_GENERATION + 1, "x"):
        assert studio.browser.get(f"{path}?more={wrong}").code == "invalid_input"


def test_a_retry_is_nothing_that_was_ordered_more(studio: Studio, workers: Workers) -> None:
    first = studio.order("a", count=3).json
    workers.work(without_a)
    retry(studio, first["id"])
    told = studio.browser.get(f"/v1/generations/{first['id']}/settings?more=2").json
    assert told["spec"]["skip"] == 3


def test_the_same_settings_make_another_choice(studio: Studio, bob: Browser) -> None:
    first = studio.order("a", count=2, skip=2, looks=["mono"]).json
    path = f"/v1/generations/{first['id']}/settings"
    spec = studio.browser.get(path).json["spec"]
    assert spec == first["spec"] | {"seed": None, "skip": 0}
    second = studio.order("b", **spec)
    assert second.status == 201
    assert second.json["seed"] != first["seed"]
    assert bob.get(path).code == "unknown_generation"


def test_outputs_are_kept_longer_within_limits(studio: Studio, bob: Browser, workers: Workers, engine: Engine) -> None:
    generation = studio.order(count=2).json
    path = f"/v1/generations/{generation['id']}"
    kept = f"{path}/retention"
    empty = {"days": None, "days_max": 90, "outputs_kept": 0, "outputs_deleted": 0}
    assert studio.browser.get(kept).json == empty | {"first_expires_at": None, "last_expires_at": None}
    assert studio.browser.send("PATCH", kept, {"days": 40}).code == "not_planned"
    workers.work()
    before = studio.browser.get(path)
    told = studio.browser.get(kept).json
    assert (told["days"], told["outputs_kept"]) == (limits.OUTPUT_DAYS, 2)
    for days in (limits.OUTPUT_DAYS + 10, limits.OUTPUT_DAYS_MAX):
        told = studio.browser.send("PATCH", kept, {"days": days}).json
        assert told == studio.browser.get(kept).json
        assert told["days"] == days
        changed = studio.browser.get(path, headers={"if-none-match": before.headers["etag"]})
        assert changed.status == 200
        for output in changed.json["outputs"]:
            made_at, until = (datetime.fromisoformat(output[name]) for name in ("settled_at", "expires_at"))
            assert until - made_at == timedelta(days=days)
        news = studio.browser.get(f"{path}?after_seq={before.json['generation']['seq']}").json
        assert [output["n"] for output in news["outputs"]] == [1, 2]
        before = changed
    shorter = studio.browser.send("PATCH", kept, {"days": 60})
    assert (shorter.status, shorter.code, shorter.metadata) == (422, "kept_longer", {"days": 90})
    for wrong in (limits.OUTPUT_DAYS_MAX + 1, limits.OUTPUT_DAYS - 1, "60", True, None):
        assert studio.browser.send("PATCH", kept, {"days": wrong}).code == "invalid_input"
    assert bob.send("PATCH", kept, {"days": 60}).code == bob.get(kept).code == "unknown_generation"
    with engine.begin() as connection:
        connection.execute(text("UPDATE outputs SET settled_at = settled_at - interval '31 days'"))
    assert studio.browser.get(f"{path}/outputs/1/link").status == 200
    with engine.begin() as connection:
        connection.execute(text("UPDATE outputs SET removed_at = now()"))
    assert studio.browser.send("PATCH", kept, {"days": 90}).code == "expired"
    assert studio.browser.get(f"{path}/outputs/1/link").code == "expired"
    assert studio.browser.get(kept).json["outputs_deleted"] == 2


def test_nothing_is_kept_longer_where_all_that_was_made_is_deleted(
    studio: Studio, workers: Workers, engine: Engine
) -> None:
    """What failed is no video, though it has a row."""
    path = f"/v1/generations/{studio.order(count=6).json['id']}"
    workers.work(without_a)
    with engine.begin() as connection:
        removed = connection.execute(text("UPDATE outputs SET removed_at = now() WHERE state = 'made'")).rowcount
    assert 0 < removed < 6
    assert studio.browser.get(f"{path}/retention").json["days"] is None
    assert studio.browser.send("PATCH", f"{path}/retention", {"days": 60}).code == "expired"


@pytest.mark.parametrize("days", [40, 90])
def test_outputs_still_to_be_made_are_kept_as_long(studio: Studio, workers: Workers, days: int) -> None:
    path = f"/v1/generations/{studio.order(count=2).json['id']}"
    workers.plan()
    assert studio.browser.send("PATCH", f"{path}/retention", {"days": days}).json["days"] == days
    workers.work()
    (output, _) = studio.browser.get(path).json["outputs"]
    made_at, until = (datetime.fromisoformat(output[name]) for name in ("settled_at", "expires_at"))
    assert until - made_at == timedelta(days=days)
