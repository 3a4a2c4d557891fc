"""The topology's numbers in simulated time: fast, cheap and fair enough (`bench/scale.py` has all of it)."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import simpy

from infra.stages import PROD
from infra.topology import TOPOLOGY
from tests.infra.conftest import ROOT, Synthesised


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
    reserved = sum(row.reserved or 0 for row in TOPOLOGY.functions)
    world = replace(scale.AS_IT_IS, stage=replace(PROD, environments=10 + reserved)).world()
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


def test_a_database_that_is_too_small_is_what_gives_in(scale: Any) -> None:
    rush = scale.people(100, 5)
    small = replace(scale.AS_IT_IS, stage=replace(PROD, acu_min=0.5, acu_max=0.5), grown=True)
    as_it_is = scale.run(replace(scale.AS_IT_IS, grown=True), rush)
    seen = scale.run(small, rush)
    assert seen.busiest.startswith("database")
    assert seen.limited_s["database"] > 1
    assert seen.p95_s > 1.5 * as_it_is.p95_s
    assert seen.dollars > 0
    assert as_it_is.limited_s["database"] == 0


def test_a_database_grows_while_it_is_busy_and_its_time_is_paid(scale: Any) -> None:
    from scale_database import Database
    from scale_units import Rules

    env = simpy.Environment()
    rules = Rules()
    database = Database(env, rules, least=1, most=4, connections=2, grown=False)

    def load() -> Iterator[Any]:
        for _ in range(200):
            yield env.timeout(max(0.5, database.take(1.0)))
        yield env.timeout(600)
        database.take(0.0)

    for _ in range(2):
        env.process(load())
    env.run()
    assert database.most == 4, "two pieces at a time are more than one CPU does"
    assert database.units < 2, "ten quiet minutes later it is small again"
    assert database.limited_s > 10
    assert env.now < database.unit_s < 4 * env.now
    assert env.now >= 600 + 400 / (4 * rules.acu_vcpu)


def test_connections_are_no_more_than_the_database_takes(scale: Any) -> None:
    world = scale.AS_IT_IS.world()
    world.database.connections = 3  # of api, plan and record: one each
    order = scale.Order(world, 1, 50, 4)
    order.place(0)
    world.env.run(until=600)
    assert order.made == 50
    assert world.database.open == 3
    assert world.sources["facts"].most == 1


def test_whoever_the_api_turns_away_asks_again(scale: Any, synthesised: dict[str, Synthesised]) -> None:
    world = scale.AS_IT_IS.world()
    rules = world.account.rules
    world.api.limit = 1
    orders = [scale.Order(world, person, 1, 1) for person in range(10)]
    for order in orders:
        order.place(0)
    world.env.run()
    assert world.api.most == 1
    assert world.api.refused >= 9
    assert world.api.limited_s > 0
    assert all(order.made == 1 for order in orders)
    settings = synthesised["prod"].only("AWS::ApiGatewayV2::Stage", StageName="$default").properties
    throttle = settings["DefaultRouteSettings"]
    assert (throttle["ThrottlingRateLimit"], throttle["ThrottlingBurstLimit"]) == (
        rules.gateway_per_s,
        rules.gateway_burst,
    )


def test_the_page_is_what_the_script_writes(scale: Any) -> None:
    """But for the figures, which take minutes: `make scale` writes them anew. What they were simulated with is that
    of today."""
    from scale_page import is_generated

    page = (ROOT / "docs" / "SCALE.md").read_text()
    assert is_generated(page, scale.PUBLISHED)
    assert not is_generated(page.replace("## Goals", "By hand.\n\n## Goals"), scale.PUBLISHED)
    assert not is_generated(page, scale.PUBLISHED[1:])
    for said in ("`assemble` 280", "quota of 2,000 environments", "grows by 300 a minute", "| 18.9 |"):
        assert said in page
        assert not is_generated(page.replace(said, said.replace("0", "1").replace("8", "7")), scale.PUBLISHED)


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


def test_orders_of_each_minute_are_told_apart(scale: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "SUSTAINED", 40)
    cold, warm = (scale.by_minute(replace(scale.AS_IT_IS, grown=grown), 2) for grown in (False, True))
    assert len(cold) == len(warm) == 2
    assert cold[0] > cold[1], "those of the first minute waited for what had to start"
    assert max(warm) < cold[0]
    assert scale.within([scale.GOAL_S + 1, scale.GOAL_S]).endswith("from minute 2 on")
    assert scale.within([scale.GOAL_S]).endswith("from the first minute on")
