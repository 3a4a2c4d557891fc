"""A plan whose object is lost or damaged is made anew, byte for byte, once; only then its generation fails for it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from medley.contracts import keys, plans
from medley.contracts.facts import TaskInterrupted
from medley.contracts.work import PlanGeneration, Work
from medley.domain.credits import Wallet
from medley.domain.generations import Generation, GenerationState
from medley.domain.retries import Trouble
from medley.errors import NotFound, PlanDamaged
from medley.limits import PLAN_ATTEMPTS, PLAN_SILENCE_S
from medley.ports.cloud import Message
from medley.runtime.system import TimeOrderedIds
from medley.services import after_commit, mending, retrying
from medley.services.planning import QUEUE
from tests.damages import DAMAGES, Damage, lose
from tests.flows.world import LANES, Command, World, done, task_failed

Play = Callable[[Command], Any]


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


@pytest.fixture
def ordered(world: World) -> Generation:
    """A generation that is planned, whose first commands are in their queues."""
    return world.order(count=12, clips_per_video=3)


def key_of(world: World, generation: Generation) -> str:
    digest = world.generation(generation.id).plan
    assert digest is not None
    return keys.plan(world.user, digest)


def spoil(world: World, generation: Generation, damage: Damage, folder: Path) -> bytes:
    """Damage a stored plan; returns what it was."""
    plan, other = folder / "plan", folder / "other"
    key = key_of(world, generation)
    before = world.store.contents.pop(key)
    plan.write_bytes(before)
    other.write_bytes(next(iter(world.store.contents.values()), before[::-1]))
    damage(plan, other)
    if plan.exists():
        world.store.contents[key] = plan.read_bytes()
    return before


def missed(work: Work) -> TaskInterrupted:
    """What a worker says that does not find its task."""
    return TaskInterrupted(**work.about, code=plans.GONE, trouble=Trouble.OUTAGE)


def act(world: World, message: Message, play: Play = done) -> None:
    """A worker reads its task in the plan and does it, or says that it does not find it."""
    try:
        facts = play(world.parse(message))
    except (NotFound, PlanDamaged):
        facts = [missed(Work.model_validate_json(message.body))]
    for fact in facts:
        world.record(fact)


def go_on(world: World, *, planning: bool = True, rounds: int = 40, play: Play = done) -> None:
    """Workers and planners do what there is to do, a minute passes, and so on until there is nothing."""
    for _ in range(rounds):
        for message in world.queue.take(*LANES):
            act(world, message, play)
        if planning:
            world.plan()
        world.age_tasks(60)
        if not world.queue.sent:
            return


@pytest.mark.parametrize("damage", DAMAGES)
def test_it_is_made_anew_and_all_outputs_are_made(
    world: World, ordered: Generation, tmp_path: Path, damage: Damage
) -> None:
    other = world.order("other", count=12, clips_per_video=3, seed=8)
    before = spoil(world, ordered, damage, tmp_path)
    go_on(world)
    assert world.store.contents[key_of(world, ordered)] == before
    assert {world.generation(each.id).state for each in (ordered, other)} == {GenerationState.SUCCEEDED}
    assert world.wallet().spent == ordered.price + other.price
    assert {row.faults for row in world.sql("SELECT faults FROM tasks")} == {0}  # nobody's fault


@pytest.mark.parametrize("damage", DAMAGES)
def test_it_is_made_anew_also_for_those_that_join(
    world: World, ordered: Generation, tmp_path: Path, damage: Damage
) -> None:
    """Bytes that were damaged among what is read already are of no interest to anybody."""
    for message in world.queue.take(*LANES):
        act(world, message)
    spoil(world, ordered, damage, tmp_path)
    go_on(world)
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_lost_again_it_fails_what_misses_it(world: World, ordered: Generation, tmp_path: Path) -> None:
    first, *others = world.queue.take(*LANES)
    spoil(world, ordered, lose, tmp_path)
    act(world, first)
    world.plan()
    for message in others:  # they were sent before it was made anew, so it counts as one loss
        world.record(missed(Work.model_validate_json(message.body)))
    world.plan()
    spoil(world, ordered, lose, tmp_path)
    world.age_tasks(60)
    go_on(world)
    ended = world.generation(ordered.id)
    assert (ended.state, ended.code) == (GenerationState.FAILED, "plan_gone")
    assert world.store.contents == {}
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)


def test_made_anew_it_is_another_if_what_it_was_made_from_has_changed(
    world: World, ordered: Generation, tmp_path: Path
) -> None:
    """Then nothing is made of it: the tasks that are done belong to the first."""
    world.sql("UPDATE clips SET name = 'renamed.mp4'")
    spoil(world, ordered, lose, tmp_path)
    go_on(world)
    ended = world.generation(ordered.id)
    assert (ended.state, ended.code, ended.outputs_failed) == (GenerationState.FAILED, "plan_differs", 12)
    assert ended.message is not None
    assert "has changed" in ended.message
    assert world.store.contents == {}
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)
    assert world.queue.sent == []


def test_what_was_made_before_is_kept_and_paid(world: World, ordered: Generation, tmp_path: Path) -> None:
    for message in world.queue.take(*LANES):
        act(world, message)
    first, *others = world.queue.take(*LANES)
    act(world, first)
    some = world.generation(ordered.id)
    assert 0 < some.outputs_made < 12
    world.sql("UPDATE clips SET name = 'renamed.mp4'")
    spoil(world, ordered, lose, tmp_path)
    for message in others:
        act(world, message)
    go_on(world)
    ended = world.generation(ordered.id)
    assert (ended.state, ended.code) == (GenerationState.PARTIAL, "plan_differs")
    assert (ended.outputs_made, world.wallet().spent) == (some.outputs_made, some.earned)


def test_it_is_waited_for_however_long_nobody_plans(world: World, ordered: Generation, tmp_path: Path) -> None:
    before = spoil(world, ordered, lose, tmp_path)
    go_on(world, planning=False, rounds=60)
    assert world.generation(ordered.id).state is GenerationState.RUNNING
    go_on(world)
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED
    assert world.store.contents == {key_of(world, ordered): before}


def test_an_order_that_no_planner_survives_ends(
    world: World, ordered: Generation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> bytes:
        raise SystemExit

    spoil(world, ordered, lose, tmp_path)
    act(world, world.queue.take(*LANES)[0])
    (message,) = world.queue.take(QUEUE)
    command = PlanGeneration.model_validate_json(message.body)
    monkeypatch.setattr("medley.services.planning.plans.write", killed)
    for _ in range(PLAN_ATTEMPTS):
        with pytest.raises(SystemExit):
            mending.carry_out(world.planner, command)
        world.age_tasks(PLAN_SILENCE_S + 1)
    mending.carry_out(world.planner, command)
    ended = world.generation(ordered.id)
    assert (ended.state, ended.code) == (GenerationState.FAILED, "plan_gone")


def test_of_an_attempt_that_is_over_it_says_nothing(world: World, ordered: Generation) -> None:
    works = [Work.model_validate_json(message.body) for message in world.queue.sent if message.queue in LANES]
    go_on(world, rounds=1)
    before = world.end_state(ordered.id)
    for work in works:
        world.record(missed(work))
    assert world.end_state(ordered.id) == before
    assert world.queue.take(QUEUE) == []
    go_on(world)
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_a_planner_that_is_told_twice_mends_once(world: World, ordered: Generation, tmp_path: Path) -> None:
    spoil(world, ordered, lose, tmp_path)
    act(world, world.queue.take(*LANES)[0])
    (message,) = world.queue.take(QUEUE)
    command = PlanGeneration.model_validate_json(message.body)
    mending.carry_out(world.planner, command)
    spoil(world, ordered, lose, tmp_path)
    mending.carry_out(world.planner, command)
    assert world.store.contents == {}


def retried(world: World, generation: Generation, key: str) -> Generation:
    found = retrying.retry(
        world.transaction, TimeOrderedIds(), user_id=world.user, generation_id=generation.id, key=key
    )
    after_commit.perform(found.effects, world.unit_of_work, world.queue, world.pusher)
    world.plan()
    return world.generation(found.unwrap().id)


def test_a_retry_is_made_from_its_old_plan_made_anew(world: World, ordered: Generation, tmp_path: Path) -> None:
    def play(command: Command) -> Any:
        return [task_failed(command)] if 1 in command.work.outputs else done(command)

    go_on(world, play=play)
    assert world.generation(ordered.id).state is GenerationState.PARTIAL
    before = spoil(world, ordered, lose, tmp_path)
    again = retried(world, ordered, "again")
    assert world.store.contents[key_of(world, ordered)] == before
    for generation in (again, ordered):  # of the retry the plan is made anew as well, and of both of them
        spoil(world, generation, lose, tmp_path)
    go_on(world)
    assert world.generation(again.id).state is GenerationState.SUCCEEDED
    assert world.store.contents[key_of(world, ordered)] == before
