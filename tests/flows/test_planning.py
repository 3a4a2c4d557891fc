"""Planning: once, outside any transaction, whatever dies; what cannot be planned gives its credits back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from functions.plan import handler as plan
from medley.apps.registry import Library, Registry
from medley.contracts.work import PlanGeneration
from medley.db.tables import outputs
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.credits import Wallet
from medley.domain.generations import GenerationState, Plan
from medley.domain.projects import ClipGroup
from medley.errors import StorageUnavailable
from medley.limits import PLAN_ATTEMPTS, PLAN_PIECES, PLAN_SILENCE_S
from medley.runtime.observability import logger
from medley.services import generations, ordering, outbox
from medley.services.planning import QUEUE
from tests.flows.conftest import Sweep
from tests.flows.events import Context, sqs_event
from tests.flows.world import World, done


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


class Odd:
    """The mixer, but that its plan is what a test says."""

    def __init__(self, world: World, planned: Callable[[Plan], Plan]) -> None:
        self._app = world.registry.get("video_mixer")
        self._planned = planned

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)

    def plan(self, spec: Any, library: Library, seed: int) -> Plan:
        return self._planned(self._app.plan(spec, library, seed))


def odd(world: World, planned: Callable[[Plan], Plan]) -> Registry:
    app: Any = Odd(world, planned)
    return Registry({"video_mixer": app})


def orders(world: World) -> list[str]:
    return [message.body for message in world.queue.take(QUEUE)]


def run(world: World, *bodies: str) -> list[str]:
    """Hand orders to the function; returns the places of those that failed."""
    deps = plan.Dependencies(world.planner, world.queue, world.pusher, None, None, logger("plan"))
    context: Any = Context("plan")
    answer = plan.handle(sqs_event(*bodies, queue=QUEUE), context, deps)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def ordered(world: World) -> tuple[Any, list[str]]:
    """An order whose planner was told and has not begun."""
    generation = world.order(send=False)
    world.sql("UPDATE outbox SET claimed_until = NULL")
    outbox.drain(world.unit_of_work, world.queue)
    return generation, orders(world)


def test_an_order_is_planned_once_however_often_it_is_delivered(world: World) -> None:
    generation, bodies = ordered(world)
    assert world.generation(generation.id).work_total == 0
    assert run(world, *bodies, *bodies) == []
    first = world.sql(
        "SELECT count(*) AS n, min(plan) AS plan FROM generations g JOIN tasks t ON t.generation_id = g.id"
    )
    assert run(world, *bodies) == []
    assert first == world.sql(
        "SELECT count(*) AS n, min(plan) AS plan FROM generations g JOIN tasks t ON t.generation_id = g.id"
    )
    assert len(world.store.contents) == 1
    world.deliver()
    assert world.generation(generation.id).state is GenerationState.SUCCEEDED


def test_two_planners_at_once_leave_one_plan(world: World) -> None:
    """The first takes so long that it counts as dead: both begin before either has stored its rows."""
    generation, (body,) = ordered(world)

    def planned_by_another(found: Plan) -> Plan:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(world, "registry", whole)
            world.age_tasks(PLAN_SILENCE_S + 1)
            assert run(world, body) == []
        return found

    whole = world.registry
    world.registry = odd(world, planned_by_another)
    assert run(world, body) == []
    assert world.sql("SELECT count(*) AS n FROM outputs")[0].n == 5
    world.deliver()
    assert world.generation(generation.id).state is GenerationState.SUCCEEDED


def test_an_order_is_not_given_up_while_a_planner_is_at_work(world: World, run_sweep: Sweep) -> None:
    """Nobody planned for a while, so more were told of it than may try; then all of them begin at once."""
    generation, bodies = ordered(world)
    for _ in range(PLAN_ATTEMPTS + 1):
        world.age_tasks(PLAN_SILENCE_S + 1)
        run_sweep()
    bodies += orders(world)
    others = iter(bodies[1:])

    def with_the_others(found: Plan) -> Plan:
        for body in others:
            assert run(world, body) == ["0"]  # it comes again
        return found

    world.registry = odd(world, with_the_others)
    assert run(world, bodies[0]) == []
    assert len(bodies) > PLAN_ATTEMPTS + 1
    world.deliver()
    assert world.generation(generation.id).state is GenerationState.SUCCEEDED


def test_planners_that_die_without_a_word_are_followed_by_others_and_in_the_end_none(
    world: World, run_sweep: Sweep
) -> None:
    def killed(_: Plan) -> Plan:
        raise SystemExit

    generation, bodies = ordered(world)
    world.registry = odd(world, killed)
    for _ in range(PLAN_ATTEMPTS):
        with pytest.raises(SystemExit):
            run(world, *bodies)
        assert run(world, *bodies) == ["0"]  # delivered again so soon, it may be at work still
        world.age_tasks(PLAN_SILENCE_S + 1)
        assert run_sweep() == {"orders_sent_again": 1}
        bodies = orders(world)
    assert run(world, *bodies) == []
    assert world.generation(generation.id).code == "planning_failed"


def test_a_planner_that_was_never_told_is_told_by_sweep(world: World, run_sweep: Sweep) -> None:
    generation, _lost = ordered(world)
    assert run_sweep() == {}
    world.age_tasks(PLAN_SILENCE_S + 1)
    assert run_sweep() == {"orders_sent_again": 1}
    assert run_sweep() == {}
    world.plan()
    world.deliver()
    assert world.generation(generation.id).state is GenerationState.SUCCEEDED


def test_queues_that_lost_everything_are_told_of_what_is_to_be_planned(world: World, run_sweep: Sweep) -> None:
    generation, _lost = ordered(world)
    assert run_sweep(queues_lost=True)["orders_sent_again"] == 1
    world.plan()
    assert world.generation(generation.id).planned_at is not None


def test_a_store_that_is_down_costs_no_attempt(world: World) -> None:
    generation, (body,) = ordered(world)
    world.store.down = True
    for _ in range(PLAN_ATTEMPTS + 2):
        assert run(world, body) == ["0"]
        with pytest.raises(StorageUnavailable):
            world.planner.plan(PlanGeneration.model_validate_json(body))
    world.store.down = False
    assert run(world, body) == []
    world.deliver()
    assert world.generation(generation.id).state is GenerationState.SUCCEEDED


def test_an_order_no_planner_survives_is_given_up(world: World) -> None:
    def dies(_: Plan) -> Plan:
        raise MemoryError

    generation, (body,) = ordered(world)
    world.registry = odd(world, dies)
    for _ in range(PLAN_ATTEMPTS):
        assert run(world, body) == ["0"]
        assert world.generation(generation.id).state is GenerationState.RUNNING
    assert run(world, body) == []
    ended = world.generation(generation.id)
    assert (ended.state, ended.code, ended.outputs_failed) == (GenerationState.FAILED, "planning_failed", 5)
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)


def test_a_plan_that_breaks_its_quote_is_not_run(world: World) -> None:
    def dearer(found: Plan) -> Plan:
        return replace(found, outputs=tuple(replace(output, price=output.price + 1) for output in found.outputs))

    generation, (body,) = ordered(world)
    world.registry = odd(world, dearer)
    for _ in range(PLAN_ATTEMPTS):
        assert run(world, body) == ["0"]
    assert run(world, body) == []
    assert world.generation(generation.id).code == "planning_failed"


def test_clips_deleted_after_the_order_are_in_its_plan(world: World) -> None:
    generation, bodies = ordered(world)
    with world.unit_of_work() as uow:
        uow.library.delete_clips(world.user, [world.clips[0]])
        uow.commit()
    assert run(world, *bodies) == []
    world.deliver()
    assert world.generation(generation.id).state is GenerationState.SUCCEEDED
    used = {shot["clip"] for recipe in world.recipes(generation.id).values() for shot in recipe["shots"]}
    assert str(world.clips[0]) in used


def test_groups_changed_after_the_order_are_planned_as_they_stood(world: World) -> None:
    with world.unit_of_work() as uow:
        hooks, bodies_ = uuid4(), uuid4()
        uow.library.add_group(ClipGroup(hooks, world.project, "hook", 0, clip_ids=tuple(world.clips[:2])))
        uow.library.add_group(ClipGroup(bodies_, world.project, "body", 1, clip_ids=tuple(world.clips[2:])))
        uow.commit()
    generation = world.order(send=False, mode="groups", clips_per_video=None, count=4)
    with world.unit_of_work() as uow:
        uow.library.delete_group(hooks)
        uow.commit()
    world.sql("UPDATE outbox SET claimed_until = NULL")
    outbox.drain(world.unit_of_work, world.queue)
    world.plan()
    firsts = {recipe["shots"][0]["clip"] for recipe in world.recipes(generation.id).values()}
    assert firsts == {str(clip) for clip in world.clips[:2]}


def shown(world: World, generation: UUID) -> list[tuple[Any, ...]]:
    """The videos of a generation, by number."""
    recipes = (recipe for _, recipe in sorted(world.recipes(generation).items()))
    return [tuple((shot["clip"], shot["start"]) for shot in recipe["shots"]) for recipe in recipes]


def older(world: World, generation: UUID) -> None:
    """A generation becomes one that an older planner made of seed 7, which chose otherwise."""
    change = "UPDATE generations SET seed = 7, planner_version = planner_version - 1 WHERE id = :g RETURNING id"
    world.sql(change, g=generation)


def in_rows(world: World, generation: UUID) -> None:
    """A generation becomes one of the oldest, whose recipes lie in the rows."""
    with world.unit_of_work() as uow:
        for n, recipe in world.recipes(generation).items():
            these = outputs.update().where(outputs.c.generation_id == generation, outputs.c.n == n)
            uow.connection.execute(these.values(recipe=recipe))
        uow.commit()
    world.sql("UPDATE generations SET plan = NULL WHERE id = :g RETURNING id", g=generation)


@pytest.mark.parametrize("rows", [False, True])
def test_more_of_what_an_older_planner_chose_repeats_nothing(world: World, rows: bool) -> None:
    old = world.order("old", count=6, seed=8).id
    first = shown(world, old)
    older(world, old)
    if rows:
        in_rows(world, old)
    more = world.order("more", count=6, skip=6).id
    assert len({*first, *shown(world, more)}) == 12  # which are all there are


def test_only_what_is_skipped_of_an_older_order_is_left_out(world: World) -> None:
    """The third and fourth video of another planner are not among the first two, so they may come."""
    old = world.order("old", count=4, seed=8).id
    first = shown(world, old)
    older(world, old)
    more = shown(world, world.order("more", count=10, skip=2).id)
    assert len(set(more)) == 10
    assert not {*first[:2]} & {*more}
    assert {*first[2:]} <= {*more}


@pytest.mark.parametrize("rows", [False, True])
def test_more_of_what_is_not_kept_any_more_is_not_guessed(world: World, rows: bool) -> None:
    old = world.order("old", count=6, seed=8).id
    older(world, old)
    if rows:
        world.sql("UPDATE generations SET plan = NULL WHERE id = :g RETURNING id", g=old)
    world.store.contents.clear()
    held = world.wallet()
    more = world.order("more", count=2, skip=6)
    ended = world.generation(more.id)
    assert (ended.state, ended.code) == (GenerationState.FAILED, "plan_expired")
    assert world.wallet() == held
    assert world.order("anew", count=2).work_total > 0  # from the first on


def test_an_order_cancelled_before_it_is_planned_costs_nothing(world: World) -> None:
    generation, bodies = ordered(world)
    with world.unit_of_work() as uow:
        cancelled, _ = generations.cancel(uow, world.user, generation.id)
        uow.commit()
    assert cancelled.state is GenerationState.CANCELLED
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)
    assert run(world, *bodies) == []
    assert world.outputs(generation.id) == []
    assert world.pending() == []


def test_an_order_whose_time_is_up_before_it_is_planned_gives_its_credits_back(world: World, run_sweep: Sweep) -> None:
    generation, bodies = ordered(world)
    world.sql("UPDATE generations SET deadline = now() - interval '1 second'")
    assert run_sweep() == {"generations_ended": 1}
    ended = world.generation(generation.id)
    assert (ended.state, ended.code, ended.outputs_failed) == (GenerationState.FAILED, "deadline", 5)
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)
    assert run(world, *bodies) == []


def test_rows_are_thin_whatever_the_order(unit_of_work: Callable[[], SqlUnitOfWork]) -> None:
    """At most 1 kB an output, 0.5 kB a task, 0.5 kB a promise: what they are made of lies in the plan's object."""
    world = World.of(unit_of_work, clips=12, available=10_000)
    world.order(count=400, clips_per_video=10, speeds=["1", "5/4"], looks=["none", "mirror"], transition="dissolve")
    for table, most in (("outputs", 1_000), ("tasks", 500), ("outbox", 500)):
        (row,) = world.sql(f"SELECT max(pg_column_size(t.*)) AS bytes, count(*) AS n FROM {table} t")  # noqa: S608
        assert 0 < row.bytes <= most, (table, row.bytes)
    assert max(len(message.body) for message in world.queue.sent) <= 700
    assert sum(map(len, world.store.contents.values())) < 400 * 10 * 200


def test_an_order_at_the_limit_runs_through(unit_of_work: Callable[[], SqlUnitOfWork]) -> None:
    """A thousand videos of 121 pieces: planned, each command sent and read as a worker reads it, each fact recorded."""
    world = World.of(unit_of_work, clips=121, available=10_000)
    spec = {"count": 1_000, "resolution": 480, "seed": 7}
    pieces = ordering.quote(world.transaction, world.registry, world.user, world.project, spec).pieces
    assert 1_000 * 121 <= pieces <= PLAN_PIECES
    generation = world.order(**spec, clips_per_video=None)
    joined = []
    for command in world.commands():
        operation = world.registry.operation(command.work.app, command.work.operation)
        operation.payload.model_validate(command.content.payload)
        joined += [len(output.recipe["pieces"]) for output in command.outputs]
        for fact in done(command):
            world.record(fact)
    assert joined == [121] * 1_000
    assert world.generation(generation.id).state is GenerationState.SUCCEEDED
    assert world.broken() == {}
