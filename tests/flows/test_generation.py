"""A generation from order to end: what is made is paid, what fails is given back, whatever order the facts come in."""

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from uuid import uuid4

import pytest

from medley.contracts.facts import Fact, OutputMade, TaskFailed, TaskFinished, TaskProgressed
from medley.contracts.pushes import GenerationChanged, WalletChanged
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.credits import Wallet
from medley.domain.generations import GenerationState, OutputState
from medley.errors import InvariantBroken
from medley.services import generations, progress
from medley.services.progress import Place
from tests.breadth import usual
from tests.flows.world import Command, World, done, identity, length, made, output_failed, task_failed

Play = Callable[[Command], Sequence[Fact]]
Arrange = Callable[[list[Fact]], list[Fact]]


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


def test_all_outputs_are_made_and_paid(world: World) -> None:
    ordered = world.order()
    assert world.wallet() == Wallet(1_000 - ordered.price, ordered.price, 1_000, 0)
    world.deliver()
    ended = world.generation(ordered.id)
    assert ended.state is GenerationState.SUCCEEDED
    assert ended.work_done == ended.work_total
    assert [output.state for output in world.outputs(ordered.id)] == [OutputState.MADE] * 5
    assert world.wallet() == Wallet(1_000 - ordered.price, 0, 1_000, ordered.price)
    assert world.queue.sent == []


# --- what workers may report ------------------------------------------------------------------------------


def first_clip_fails(command: Command) -> Sequence[Fact]:
    if not command.joins and command.clip == "clip 0.mp4":
        return [task_failed(command)]
    return done(command)


def every_clip_fails(command: Command) -> Sequence[Fact]:
    assert not command.joins
    return [task_failed(command)]


def odd_outputs_fail(command: Command) -> Sequence[Fact]:
    if command.joins:
        first, *rest = done(command)
        last = rest.pop()
        return [first, *(output_failed(command, fact.n) if fact.n % 2 else fact for fact in rest), last]
    return done(command)


def nothing_is_assembled(command: Command) -> Sequence[Fact]:
    return [task_failed(command)] if command.joins else done(command)


def each_output_fails(command: Command) -> Sequence[Fact]:
    if command.joins:
        first, *_, last = done(command)
        return [first, *(output_failed(command, output.n) for output in command.outputs), last]
    return done(command)


PLAYS: dict[Play, GenerationState] = {
    done: GenerationState.SUCCEEDED,
    first_clip_fails: GenerationState.PARTIAL,
    every_clip_fails: GenerationState.FAILED,
    odd_outputs_fail: GenerationState.PARTIAL,
    nothing_is_assembled: GenerationState.FAILED,
    each_output_fails: GenerationState.FAILED,
}

# --- how facts may arrive ---------------------------------------------------------------------------------


def twice(facts: list[Fact]) -> list[Fact]:
    return [fact for fact in facts for _ in range(2)]


def reverse(facts: list[Fact]) -> list[Fact]:
    return facts[::-1]


def reverse_twice(facts: list[Fact]) -> list[Fact]:
    return twice(reverse(facts))


def again_at_the_end(facts: list[Fact]) -> list[Fact]:
    return facts + reverse(facts)


def shuffled(seed: int) -> Arrange:
    def arrange(facts: list[Fact]) -> list[Fact]:
        mixed = twice(facts)
        random.Random(seed).shuffle(mixed)
        return mixed

    return arrange


TOLD = [play for play in PLAYS if play is not every_clip_fails]
ARRANGED = [twice, reverse_twice, again_at_the_end, shuffled(1), shuffled(2)]


@pytest.mark.parametrize(
    ("play", "arrange"), usual(list(zip(TOLD, ARRANGED, strict=True)), list(product(TOLD, ARRANGED)))
)
def test_the_end_does_not_depend_on_the_order_of_facts(
    unit_of_work: Callable[[], SqlUnitOfWork], world: World, play: Play, arrange: Arrange
) -> None:
    plain = world.order(count=8)
    world.deliver(play)
    other = World.of(unit_of_work)
    ordered = other.order(count=8)
    facts = other.deliver(play, arrange)
    expected = world.end_state(plain.id)
    assert other.end_state(ordered.id) == expected
    assert other.generation(ordered.id).state is PLAYS[play]

    seq = other.generation(ordered.id).seq
    for fact in reverse(facts):  # all of it again, long after
        other.record(fact)
    assert other.end_state(ordered.id) == expected
    assert other.generation(ordered.id).seq == seq


@pytest.mark.parametrize("arrange", [list, reverse_twice, shuffled(1)])
def test_an_output_with_many_reasons_to_fail_fails_for_one_of_them(world: World, arrange: Arrange) -> None:
    """All clips fail. Which reason stands depends on which came first; what is owed does not."""
    ordered = world.order(count=8)
    world.deliver(every_clip_fails, arrange)
    ended = world.generation(ordered.id)
    assert (ended.state, ended.outputs_failed, ended.code) == (GenerationState.FAILED, 8, "bad_clip")
    recipes = world.recipes(ordered.id)
    for output in world.outputs(ordered.id):
        clips = {shot["clip"] for shot in recipes[output.n]["shots"]}
        names = [f"clip {n}.mp4" for n, clip in enumerate(world.clips) if str(clip) in clips]
        assert output.message in {f"Clip “{name}” failed" for name in names}
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)
    assert world.queue.sent == []


def test_a_failed_clip_fails_only_what_uses_it(world: World) -> None:
    ordered = world.order(count=12)
    world.deliver(first_clip_fails)
    ended = world.generation(ordered.id)
    first = str(world.clips[0])
    recipes = world.recipes(ordered.id).items()
    using = {n for n, recipe in recipes if first in {shot["clip"] for shot in recipe["shots"]}}
    failed = {output.n: output for output in world.outputs(ordered.id) if output.state is OutputState.FAILED}
    assert set(failed) == using
    assert 0 < len(using) < 12
    reason = ("bad_clip", "Clip “clip 0.mp4” failed")
    assert {(output.code, output.message) for output in failed.values()} == {reason}
    assert (ended.code, ended.message) == reason
    assert (ended.outputs_made, ended.outputs_failed) == (12 - len(using), len(using))
    assert world.wallet() == Wallet(1_000 - ended.earned, 0, 1_000, 2 * ended.outputs_made)


def test_outputs_that_failed_are_not_in_later_commands(world: World) -> None:
    ordered = world.order(count=12)
    rendered = world.pending()
    for command in sorted(rendered, key=lambda command: command.clip):  # the first clip's first
        for fact in first_clip_fails(command):
            world.record(fact)
    later = [command for command in world.pending() if command.joins]
    planned = [output.n for output in world.outputs(ordered.id) if output.state is OutputState.PLANNED]
    assert sorted(output.n for command in later for output in command.outputs) == planned


def test_a_task_without_wanted_outputs_is_never_sent(world: World) -> None:
    ordered = world.order(count=3, first_clip=str(world.clips[0]))
    for command in world.pending():
        assert not command.joins
        play = [task_failed(command)] if command.clip == "clip 0.mp4" else done(command)
        for fact in play:
            world.record(fact)
    assert world.generation(ordered.id).state is GenerationState.FAILED
    assert world.pending() == []
    assert {row.state for row in world.sql("SELECT state FROM tasks WHERE operation = 'assemble'")} == {"cancelled"}


def test_what_waited_is_sent_once(world: World) -> None:
    """Every render fact comes twice: each assemble command is sent once."""
    world.order()
    facts = [fact for command in world.pending() for fact in done(command)]
    for fact in twice(facts):
        world.record(fact)
    tasks = [command.work.task_id for command in world.pending()]
    assert len(tasks) == len(set(tasks)) > 0


def test_a_task_whose_end_overtook_its_outputs_is_over_with_the_last_of_them(world: World) -> None:
    ordered = world.order(count=8)
    for command in world.pending():
        for fact in done(command):
            world.record(fact)
    command = world.pending()[0]

    def state() -> tuple[str, bool]:
        row = world.sql("SELECT state, work_done = work AS whole FROM tasks WHERE id = :t", t=command.work.task_id)[0]
        return row.state, row.whole

    facts = reverse(list(done(command)))
    for fact in facts[:-2]:
        world.record(fact)
        assert state() == ("sent", False)
    world.record(facts[-2])
    assert state() == ("finished", True)
    assert world.generation(ordered.id).state is GenerationState.RUNNING


def test_progress_never_goes_back_or_past_the_end(world: World) -> None:
    ordered = world.order()
    command = world.pending()[0]
    seen = []
    for frames in (10, 5, 30, 29, 10_000_000, 0):
        world.record(TaskProgressed(**identity(command), work_done=frames))
        seen.append(world.generation(ordered.id).work_done)
    weight = world.sql("SELECT work FROM tasks WHERE id = :t", t=command.work.task_id)[0].work
    assert seen == [10, 10, 30, 30, weight, weight]


def test_seq_rises_by_one_with_each_change_and_pushes_say_so(world: World) -> None:
    world.open_socket("c1")
    ordered = world.order()
    world.deliver(arrange=twice)
    told = [push for _, push in world.pusher.told if isinstance(push, GenerationChanged)]
    assert [push.seq for push in told] == list(range(1, 1 + len(told)))
    assert (told[-1].state, told[-1].seq) == ("succeeded", world.generation(ordered.id).seq)
    assert [push.work_done for push in told] == sorted(push.work_done for push in told)
    assert [push for _, push in world.pusher.told if isinstance(push, WalletChanged)] == [
        WalletChanged(available=1_000 - ordered.price, reserved=ordered.price),
        WalletChanged(available=1_000 - ordered.price, reserved=0),
    ]


def test_a_connection_that_is_gone_is_forgotten(world: World) -> None:
    world.open_socket("gone")
    world.open_socket("here")
    world.pusher.gone.add("gone")
    world.order()
    assert [row.connection_id for row in world.sql("SELECT connection_id FROM sockets")] == ["here"]
    assert {connection for connection, _ in world.pusher.told} == {"here"}


def test_after_seq_gives_only_what_changed_since(world: World) -> None:
    ordered = world.order()
    for command in world.pending():
        for fact in done(command):
            world.record(fact)
    first, *_ = (fact for command in world.pending() for fact in done(command) if isinstance(fact, OutputMade))
    with world.unit_of_work() as uow:
        before = generations.read(uow, world.user, ordered.id)
        everything, _ = progress.changes(uow, before, Place.after(0), 100)
    world.record(first)
    with world.unit_of_work() as uow:
        after = generations.read(uow, world.user, ordered.id)
        changed, _ = progress.changes(uow, after, Place.after(before.seq), 100)
        nothing, _ = progress.changes(uow, after, Place.after(after.seq), 100)
    assert len(everything) == 5
    assert [output.n for output in changed] == [first.n]
    assert after.seq == before.seq + 1
    assert nothing == []


def test_facts_of_strangers_and_of_nothing_are_ignored(world: World) -> None:
    ordered = world.order()
    command = world.pending()[0]
    before = world.end_state(ordered.id)
    for change in ({"owner_id": uuid4()}, {"generation_id": uuid4()}, {"task_id": uuid4()}):
        world.record(TaskFinished(**identity(command) | change))
        world.record(TaskFailed(**identity(command) | change, code="x", message="x"))
        world.record(TaskProgressed(**identity(command) | change, work_done=1))
    assert world.end_state(ordered.id) == before
    assert world.generation(ordered.id).seq == ordered.seq


def test_a_fact_against_the_plan_is_refused_and_changes_nothing(world: World) -> None:
    ordered = world.order()
    for command in world.pending():
        for fact in done(command):
            world.record(fact)
    command = world.pending()[0]
    assert command.joins
    output = command.outputs[0]
    before = world.end_state(ordered.id)
    good = made(command, output)
    main, poster = good.parts
    elsewhere = main.model_copy(update={"key": main.key.replace(f"/{output.n}.", f"/{output.n}0.")})
    for wrong in (
        made(command, output, length(output) + 1),
        good.model_copy(update={"parts": (elsewhere, poster)}),
        good.model_copy(update={"parts": (poster, main)}),
        good.model_copy(update={"parts": (main, main)}),
    ):
        with pytest.raises(InvariantBroken):
            world.record(wrong)
        assert world.end_state(ordered.id) == before
    world.record(good)
    assert world.generation(ordered.id).outputs_made == 1


def test_facts_from_many_recorders_at_once(world: World) -> None:
    """As many threads as the facts queue has consumers, each fact twice: the same end as one after the other."""
    ordered = world.order(count=8)
    while commands := world.pending():
        facts = twice([fact for command in commands for fact in done(command)])
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(world.record, facts))
    ended = world.generation(ordered.id)
    assert (ended.state, ended.work_done) == (GenerationState.SUCCEEDED, ended.work_total)
    assert world.wallet().spent == ended.price
