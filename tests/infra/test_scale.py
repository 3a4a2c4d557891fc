"""The topology's numbers in simulated time: fast, cheap and fair enough (`bench/scale.py` has all of it)."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.infra.conftest import ROOT


@pytest.fixture(scope="module")
def scale() -> Iterator[Any]:
    """The benchmark, whose folder is not a package."""
    sys.path.insert(0, str(ROOT / "bench"))
    import scale as module

    yield module
    sys.path.remove(str(ROOT / "bench"))


def test_a_thousand_videos_are_fast_and_cheap(scale: Any) -> None:
    seen = scale.run(scale.AS_IT_IS, scale.one_person(1_000))
    assert (seen.outputs, seen.unfinished) == (1_000, 0)
    assert seen.last_s < scale.GOAL_S
    assert seen.dollars < scale.GOAL_DOLLARS


def test_one_video_beside_a_thousand_takes_less_than_twice_its_time(scale: Any) -> None:
    alone, beside = scale.beside(scale.AS_IT_IS, 1_000)
    assert beside < scale.GOAL_WAIT * alone


def test_the_numbers_of_today_are_better_than_those_before(scale: Any) -> None:
    rush = scale.people(200, 5)
    before, today = (scale.run(replace(each, grown=True), rush) for each in (scale.BEFORE, scale.AS_IT_IS))
    assert before.busiest.startswith("render")
    assert today.p95_s < 0.7 * before.p95_s


def test_nothing_is_lost_and_limits_are_kept(scale: Any) -> None:
    world = replace(scale.AS_IT_IS, account=10).world()
    orders = [scale.Order(world, person, 20, 4) for person in range(5)]
    for order in orders:
        order.place(order.group)
    seen = 0
    while world.env.peek() != float("inf"):
        world.env.step()
        seen = max(seen, world.account.running)
    assert seen == 10
    assert all(order.made == 20 and order.last >= order.first > 0 for order in orders)
    assert all(not source.queue and source.most <= source.limit for source in world.sources.values())
    assert world.account.running == 0


def test_a_group_that_has_much_in_work_lets_others_go_first(scale: Any) -> None:
    from scale_cloud import FairQueue, Message
    from scale_units import Rules

    def first(rules: Any) -> int:
        queue = FairQueue(rules)
        for _ in range(100):
            queue.put(Message(1, 1.0, lambda: None))
        for _ in range(40):
            queue.get()
        queue.put(Message(2, 1.0, lambda: None))
        return int(queue.get().group)

    assert first(Rules()) == 2
    assert first(replace(Rules(), noisy_at=10**9)) == 1
