"""Ending a generation early, at every point of its life."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from medley.contracts import keys
from medley.contracts.facts import Fact
from medley.domain.credits import Wallet
from medley.domain.generations import FINAL, Generation, GenerationState, OutputState
from medley.errors import Conflict
from medley.services import after_commit, ended, generations, outbox
from tests.flows.conftest import Sweep
from tests.flows.fakes import FakeStore
from tests.flows.world import World, done


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


def cancel(world: World, generation: Generation) -> Generation:
    with world.unit_of_work() as uow:
        cancelled, follows = generations.cancel(uow, world.user, generation.id)
        uow.commit()
    ended.tell_workers([follows], world.store)
    after_commit.perform(follows, world.unit_of_work, world.queue, world.pusher)
    return cancelled


@pytest.mark.parametrize("after", range(0, 40, 3))
def test_at_each_point(world: World, after: int) -> None:
    """Cancelled after so many facts: what is made is paid, the rest goes back, later facts change nothing."""
    ordered = world.order()
    recorded = 0
    late: list[Fact] = []
    while commands := world.pending():
        for fact in [fact for command in commands for fact in done(command)]:
            if recorded < after:
                world.record(fact)
                recorded += 1
            else:
                late.append(fact)
        if late:
            break
    late += [fact for command in world.pending() for fact in done(command)]  # sent already
    before = world.generation(ordered.id)
    if before.state in FINAL:
        with pytest.raises(Conflict) as caught:
            cancel(world, ordered)
        assert caught.value.code == "already_ended"
        return
    cancelled = cancel(world, ordered)
    assert cancelled.state is GenerationState.CANCELLED
    assert cancelled.seq == before.seq + 1
    assert cancelled.outputs_made == before.outputs_made
    assert world.wallet() == Wallet(1_000 - cancelled.earned, 0, 1_000, cancelled.earned)
    states = [output.state for output in world.outputs(ordered.id)]
    assert states.count(OutputState.MADE) == cancelled.outputs_made
    assert states.count(OutputState.CANCELLED) == 5 - cancelled.outputs_made

    stored = world.end_state(ordered.id)
    for fact in late:
        world.record(fact)
    assert world.end_state(ordered.id) == stored
    assert world.generation(ordered.id) == cancelled
    assert world.pending() == []


def test_twice_is_refused(world: World) -> None:
    ordered = world.order()
    cancel(world, ordered)
    with pytest.raises(Conflict) as caught:
        cancel(world, ordered)
    assert caught.value.code == "already_ended"
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)


def test_the_owner_hears_of_it(world: World) -> None:
    world.open_socket("c")
    ordered = world.order()
    world.pusher.told.clear()
    cancel(world, ordered)
    assert [push.type for _, push in world.pusher.told] == ["generation_changed", "wallet_changed"]


def test_a_race_with_the_last_facts_has_one_winner(world: World) -> None:
    """Whoever locks the generation first decides; what was made by then is paid, and nothing else."""
    endings = set()
    for n in range(6):
        ordered = world.order(f"k{n}")
        for command in world.pending():
            for fact in done(command):
                world.record(fact)
        facts = [fact for command in world.pending() for fact in done(command)]
        with ThreadPoolExecutor(5) as pool:
            recorded = [pool.submit(world.record, fact) for fact in facts]
            ended = pool.submit(cancel, world, ordered)
            refused = isinstance(ended.exception(), Conflict)
            assert [future.exception() for future in recorded] == [None] * len(facts)
        final = world.generation(ordered.id)
        assert refused == (final.state is GenerationState.SUCCEEDED)
        assert refused or ended.result() == final
        endings.add(final.state)
    assert endings <= {GenerationState.CANCELLED, GenerationState.SUCCEEDED}
    assert world.wallet().reserved == 0


def test_workers_are_told_of_the_end_and_what_waits_is_not_sent(world: World) -> None:
    ordered = world.order(send=False)
    cancel(world, ordered)
    world.plan()
    outbox.drain(world.unit_of_work, world.queue)
    world.plan()
    assert world.pending() == []
    assert keys.ended(world.user, ordered.id) in world.store.contents


def test_a_store_that_is_down_does_not_keep_an_order_alive(world: World) -> None:
    ordered = world.order()
    world.store.down = True
    assert cancel(world, ordered).state is GenerationState.CANCELLED
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)


def test_workers_are_told_of_the_end_once_the_store_is_back(world: World, run_sweep: Sweep, store: FakeStore) -> None:
    """The sign could not be written when the order was cancelled: what waits in the lanes is not worked in vain."""
    cancelled, made = world.order("cancelled"), world.order("made")
    for command in world.commands():
        if command.work.generation_id == made.id:
            for fact in done(command):
                world.record(fact)
    world.store.down = True
    cancel(world, cancelled)
    assert run_sweep()["ends_told_again"] == 1
    assert set(store.contents) == {keys.ended(world.user, cancelled.id)}
    assert "ends_told_again" not in run_sweep()


def test_an_output_in_the_making_again_is_waited_for(world: World, run_sweep: Sweep, store: FakeStore) -> None:
    ordered = world.order()
    for fact in [fact for command in world.pending() for fact in done(command)]:
        world.record(fact)
    for fact in [fact for command in world.pending()[:2] for fact in done(command)]:
        world.record(fact)
    cancel(world, ordered)
    with world.unit_of_work() as uow:
        made = next(each.n for each in world.outputs(ordered.id) if each.state is OutputState.MADE)
        generations.note_gone(uow, ordered.id, [made], gone=True)
        uow.commit()
    assert "ends_told_again" not in run_sweep()
    assert not store.contents


def test_workers_are_told_of_nothing_where_all_was_made(world: World) -> None:
    ordered = world.order()
    ends = [follows.ended for command in world.commands() for follows in map(world.record, done(command))]
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED
    assert set(ends) == {None}
