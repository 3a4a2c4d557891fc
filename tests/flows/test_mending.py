"""What other tasks made is lost: they do it again, once, then the task that missed it; only then its outputs fail."""

import random
from collections.abc import Callable, Iterator, Sequence

import pytest

from medley.contracts.facts import Fact, TaskBlocked, TaskFinished
from medley.domain.credits import Wallet
from medley.domain.generations import GenerationState, OutputState
from tests.breadth import usual
from tests.flows.world import Command, World, done, identity, made, task_failed

MANY = {"count": 12, "clips_per_video": 3}  # several tasks that join, all needing the same


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


def blocked(command: Command) -> list[Fact]:
    """What a worker reports that can join the first output only."""
    first, *rest = command.outputs
    lost = [output.n for output in rest] or [first.n]
    joined: list[Fact] = [made(command, first)] if rest else []
    message = "A part of this video was lost."
    told = {"outputs": lost, "lost": ["segments/o/d.mp4"], "code": "segment_lost", "message": message}
    return [*joined, TaskBlocked(**identity(command), **told)]


def until(attempt: int) -> Callable[[Command], Sequence[Fact]]:
    """Workers that miss something before this attempt to join."""
    return lambda command: blocked(command) if command.joins and command.work.attempt < attempt else done(command)


def attempts(world: World, operation: str) -> set[int]:
    return {row.attempt for row in world.sql("SELECT attempt FROM tasks WHERE operation = :o", o=operation)}


def test_what_was_lost_is_made_again_and_all_outputs_are_made(world: World) -> None:
    ordered = world.order(**MANY)
    world.deliver(until(2))
    ended = world.generation(ordered.id)
    assert (ended.state, ended.work_done) == (GenerationState.SUCCEEDED, ended.work_total)
    assert world.wallet() == Wallet(1_000 - ordered.price, 0, 1_000, ordered.price)
    assert attempts(world, "assemble") == {2}
    assert attempts(world, "render") <= {1, 2, 3}
    assert 2 in attempts(world, "render")


def test_what_is_lost_again_fails_the_outputs_that_miss_it(world: World) -> None:
    ordered = world.order(**MANY)
    world.deliver(until(3))
    ended = world.generation(ordered.id)
    assert ended.state is GenerationState.PARTIAL
    assert ended.code == "segment_lost"
    assert attempts(world, "assemble") == {2}
    states = [output.state for output in world.outputs(ordered.id)]
    assert states.count(OutputState.MADE) == ended.outputs_made > 0
    assert world.wallet() == Wallet(1_000 - ended.earned, 0, 1_000, ended.earned)


@pytest.mark.parametrize("seed", usual(range(1), range(12)))
def test_the_end_does_not_depend_on_the_order_of_facts(world: World, seed: int) -> None:
    chance = random.Random(seed)

    def arrange(facts: list[Fact]) -> list[Fact]:
        twice = [*facts, *chance.sample(facts, len(facts) // 2)]
        chance.shuffle(twice)
        return twice

    ordered = world.order(**MANY)
    late: list[Fact] = []
    while commands := world.pending():
        facts = [fact for command in commands for fact in until(2)(command)]
        for fact in arrange([*facts, *chance.sample(late, min(5, len(late)))]):
            world.record(fact)
            assert world.broken() == {}
        late += facts
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED
    assert attempts(world, "assemble") == {2}


def test_what_was_said_before_does_not_count(world: World) -> None:
    """Else the task would be joined before what it misses is made again."""
    world.order(count=1, clips_per_video=2)
    first = world.pending()
    for command in first:
        for fact in done(command):
            world.record(fact)
    (joining,) = world.pending()
    for fact in blocked(joining):
        world.record(fact)
    again = world.pending()
    assert {(command.joins, command.work.attempt) for command in again} == {(False, 2)}
    for command in first:
        world.record(TaskFinished(**identity(command)))
    world.record(blocked(joining)[-1])
    assert world.pending() == []
    for command in again:
        for fact in done(command):
            world.record(fact)
    (joining,) = world.pending()
    assert joining.work.attempt == 2
    for fact in done(joining):
        world.record(fact)


def test_what_cannot_be_made_again_says_why(world: World) -> None:
    ordered = world.order(count=1, clips_per_video=2)

    def play(command: Command) -> Sequence[Fact]:
        if command.joins:
            return blocked(command)
        return done(command) if command.work.attempt == 1 else [task_failed(command, code="clip_gone")]

    world.deliver(play)
    ended = world.generation(ordered.id)
    assert (ended.state, ended.code) == (GenerationState.FAILED, "clip_gone")
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)
