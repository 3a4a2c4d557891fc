"""A lost output is made again from its plan; its generation and its owner's credits stay as they are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from medley.contracts import keys
from medley.contracts.facts import Fact, OutputMade
from medley.contracts.pushes import GenerationChanged
from medley.domain.generations import Generation
from medley.errors import Conflict
from medley.ports.cloud import StoredObject
from medley.runtime.system import SystemClock
from medley.services import after_commit, restoring
from medley.services.downloads import Bucket
from tests.damages import DAMAGES, Damage
from tests.flows.test_lost_plans import key_of, spoil
from tests.flows.test_mending import blocked
from tests.flows.world import Command, World, done


@dataclass
class Shelf:
    """A bucket with these objects, by key with their sizes."""

    sizes: dict[str, int] = field(default_factory=dict)

    def head(self, key: str) -> StoredObject | None:
        return StoredObject(key, self.sizes[key], "etag", SystemClock().now()) if key in self.sizes else None

    def delete(self, key: str) -> None:
        self.sizes.pop(key, None)


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def ended(world: World, shelf: Shelf) -> Generation:
    """A generation whose outputs are all there."""
    ordered = world.order(count=4)
    shelve(shelf, world.deliver())
    return world.generation(ordered.id)


def shelve(shelf: Shelf, facts: Sequence[Fact]) -> None:
    for fact in facts:
        if isinstance(fact, OutputMade):
            shelf.sizes |= {part.key: part.size_bytes for part in fact.parts}


def lose(world: World, shelf: Shelf, generation: Generation, n: int) -> None:
    (output,) = (output for output in world.outputs(generation.id) if output.n == n)
    del shelf.sizes[output.parts[0].key]


def restore(world: World, shelf: Shelf, generation: Generation, n: int) -> None:
    bucket: Any = cast(Bucket, shelf)
    _, follows = restoring.restore(
        world.transaction,
        bucket,
        SystemClock(),
        user_id=world.user,
        generation_id=generation.id,
        n=n,
        tell=lambda told: after_commit.perform(told, world.unit_of_work, world.queue, world.pusher),
    )
    after_commit.perform(follows, world.unit_of_work, world.queue, world.pusher)
    world.plan()


def gone(world: World, generation: Generation) -> list[int]:
    return [output.n for output in world.outputs(generation.id) if output.gone_at is not None]


def stays(world: World, generation: Generation) -> dict[str, Any]:
    """What restoring must not change."""
    now = replace(world.generation(generation.id), seq=0)
    return {"generation": now, "wallet": world.wallet(), **world.end_state(generation.id)}


def test_of_segments_that_are_there_it_is_joined_again(world: World, shelf: Shelf, ended: Generation) -> None:
    before = stays(world, ended)
    lose(world, shelf, ended, 2)
    restore(world, shelf, ended, 2)
    assert gone(world, ended) == [2]
    (joining,) = world.pending()
    assert (joining.joins, [output.n for output in joining.outputs]) == (True, [2])
    for fact in done(joining):
        world.record(fact)
    assert world.pending() == []
    assert gone(world, ended) == []
    assert stays(world, ended) == before


def test_who_follows_the_generation_is_told_of_what_is_lost_and_of_what_is_there_again(
    world: World, shelf: Shelf, ended: Generation
) -> None:
    """By `seq`, as of any other change: nobody asks again for what did not move."""
    world.open_socket("browser")
    seen = world.generation(ended.id).seq

    def changed() -> list[tuple[int, bool]]:
        nonlocal seen
        with world.unit_of_work() as uow:
            found = uow.generations.changed(ended.id, seq=seen, n=99, limit=100)
        seen = world.generation(ended.id).seq
        assert [push.seq for _, push in world.pusher.told if isinstance(push, GenerationChanged)][-1:] == [seen]
        return [(output.n, output.gone_at is not None) for output in found]

    lose(world, shelf, ended, 2)
    restore(world, shelf, ended, 2)
    assert changed() == [(2, True)]
    world.queue.take()
    restore(world, shelf, ended, 2)  # known already: nothing moves
    assert changed() == []
    for command in world.pending():
        for fact in done(command):
            world.record(fact)
    assert changed() == [(2, False)]


def test_the_sign_that_nobody_waits_is_taken_back(world: World, shelf: Shelf, ended: Generation) -> None:
    """It was cancelled, or some of it failed, and its workers were told to stop; now someone waits again."""
    sign = keys.ended(world.user, ended.id)
    shelf.sizes[sign] = 0
    lose(world, shelf, ended, 2)
    restore(world, shelf, ended, 2)
    assert sign not in shelf.sizes


def test_of_segments_that_are_lost_they_are_made_first(world: World, shelf: Shelf, ended: Generation) -> None:
    before = stays(world, ended)
    lose(world, shelf, ended, 2)
    restore(world, shelf, ended, 2)
    there: set[str] = set()

    def play(command: Command) -> Sequence[Fact]:
        if command.joins:
            return done(command) if len(there) == 2 else blocked(command)
        assert command.work.attempt > 1  # nothing is taken on trust
        there.add(command.clip)
        return done(command)

    world.work(play)
    assert gone(world, ended) == []
    assert stays(world, ended) == before


@pytest.mark.parametrize("damage", DAMAGES)
def test_of_a_plan_that_is_lost_that_is_made_anew_first(
    world: World, shelf: Shelf, ended: Generation, damage: Damage, tmp_path: Path
) -> None:
    """As often as somebody asks, so however often it is lost."""
    before = stays(world, ended)
    for _ in range(2):
        plan = spoil(world, ended, damage, tmp_path)
        lose(world, shelf, ended, 2)
        restore(world, shelf, ended, 2)
        shelve(shelf, world.deliver())
        assert gone(world, ended) == []
        assert world.store.contents[key_of(world, ended)] == plan
    assert stays(world, ended) == before


def test_of_a_plan_that_cannot_be_made_again_it_stays_gone(
    world: World, shelf: Shelf, ended: Generation, tmp_path: Path
) -> None:
    before = stays(world, ended)
    plan = spoil(world, ended, DAMAGES[0], tmp_path)
    world.sql("UPDATE clips SET name = name || '.renamed'")
    lose(world, shelf, ended, 2)
    restore(world, shelf, ended, 2)
    assert (world.pending(), gone(world, ended)) == ([], [2])
    world.store.contents[key_of(world, ended)] = plan  # somebody finds it
    restore(world, shelf, ended, 2)
    world.work()
    assert gone(world, ended) == []
    assert stays(world, ended) == before


def test_what_cannot_be_made_again_stays_gone_and_ends(world: World, shelf: Shelf, ended: Generation) -> None:
    before = stays(world, ended)
    lose(world, shelf, ended, 2)
    restore(world, shelf, ended, 2)
    world.work(lambda command: blocked(command) if command.joins else done(command))
    assert gone(world, ended) == [2]
    restore(world, shelf, ended, 2)
    world.work(lambda command: [])  # its messages are lost
    restore(world, shelf, ended, 2)
    world.work()
    assert gone(world, ended) == []
    assert stays(world, ended) == before


def refused(code: str, act: Callable[[], None]) -> None:
    with pytest.raises(Conflict) as raised:
        act()
    assert raised.value.code == code


def test_what_is_not_restored(world: World, shelf: Shelf, ended: Generation) -> None:
    refused("not_gone", lambda: restore(world, shelf, ended, 2))
    running = world.order("another", count=3)
    refused("not_made", lambda: restore(world, shelf, running, 1))
    while not any(output.parts for output in world.outputs(running.id)):
        command, *rest = world.pending()
        for fact in done(command)[:2]:
            world.record(fact)
        for command in rest:
            for fact in done(command):
                world.record(fact)
    n = next(output.n for output in world.outputs(running.id) if output.parts)
    if world.generation(running.id).outputs_planned:
        refused("still_running", lambda: restore(world, shelf, running, n))
    world.sql("UPDATE outputs SET settled_at = settled_at - interval '40 days' WHERE generation_id = :g", g=ended.id)
    refused("expired", lambda: restore(world, shelf, ended, 2))
