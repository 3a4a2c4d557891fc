"""What is lost is found again: workers that die, facts and messages that vanish."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from medley.contracts.facts import Fact, TaskFinished, TaskMissed, TaskProgressed, read_fact
from medley.contracts.keys import UploadKey
from medley.domain.credits import Wallet
from medley.domain.generations import FINAL, GenerationState
from medley.domain.retries import Trouble
from medley.limits import RETRY_S_MAX, TASK_ATTEMPTS, TASK_SILENCE_S, TASK_UNSTARTED_S, TASK_UNSTARTED_SENDS
from medley.services import outbox
from medley.services.sweep import Sweeper
from tests.flows.conftest import Sweep
from tests.flows.fakes import FakeStore
from tests.flows.world import Command, World, done, identity, interrupted, task_failed

SEED_OF_TWO_THAT_SHARE_NOTHING = 1  # of the six pairs of four clips in fixed order


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


def start(world: World, command: Command) -> None:
    world.record(TaskProgressed(**identity(command), work_done=0))


def test_nothing_to_do(world: World, run_sweep: Sweep, metrics: Counter[str]) -> None:
    assert run_sweep() == {}
    told = {name: value for name, value in metrics.items() if name.startswith("broken_")}
    assert told == dict.fromkeys((*(f"broken_I{n}" for n in range(1, 20)), "broken_invariants"), 0)


def test_a_worker_that_died_is_replaced(world: World, run_sweep: Sweep) -> None:
    ordered = world.order()
    dead, *others = world.pending()
    start(world, dead)
    for command in others:
        for fact in done(command):
            world.record(fact)
    world.age_tasks(60)
    assert run_sweep() == {}
    world.age_tasks(31)
    assert run_sweep() == {"tasks_missed": 1}
    commands = world.pending()
    (again,) = (command for command in commands if not command.joins)
    assert (again.work.task_id, again.work.attempt) == (dead.work.task_id, 2)
    assert again.work.model_copy(update={"attempt": 1}) == dead.work
    assert run_sweep() == {}
    for command in commands:
        for fact in done(command):
            world.record(fact)
    world.deliver()
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_a_worker_that_only_seemed_dead_does_no_harm(world: World, run_sweep: Sweep) -> None:
    """Both attempts report everything."""
    ordered = world.order()
    first = world.pending()
    for command in first:
        start(world, command)
    world.age_tasks(91)
    assert run_sweep() == {"tasks_missed": len(first)}
    for command in first + world.pending():
        for fact in done(command):
            world.record(fact)
    world.deliver()
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED
    assert world.wallet().spent == ordered.price


def test_a_worker_that_speaks_up_at_the_last_moment_is_left_alone(world: World) -> None:
    """Between sweep's look and its lock."""
    world.order()
    command = world.pending()[0]
    start(world, command)
    world.age_tasks(91)
    sweeper(world).miss_tasks()
    world.record(TaskProgressed(**identity(command), work_done=1))
    world.hear()
    assert world.sql("SELECT attempt FROM tasks WHERE id = :t", t=command.work.task_id)[0].attempt == 1


def test_a_sign_of_life_counts_when_it_was_given(world: World) -> None:
    """What a worker said long ago and is read only now is no sign of life; what it said then of then is."""
    world.order()
    command, other = world.pending()[:2]
    for each, ago_s in ((command, 100), (other, 5)):
        said_at = datetime.now(UTC) - timedelta(seconds=ago_s)
        world.record(TaskProgressed(**identity(each), work_done=1, at=said_at))
    assert sweeper(world).miss_tasks() == 1
    world.hear()
    (again,) = world.pending()
    assert (again.work.task_id, again.work.attempt) == (command.work.task_id, 2)


def test_an_old_attempt_is_no_sign_of_life_of_the_new(world: World, run_sweep: Sweep) -> None:
    """Its facts come late. What it made counts; that it lived says nothing of the attempt that waits for a worker."""
    world.order()
    first = world.pending()[0]
    start(world, first)
    world.age_tasks(91)
    run_sweep()
    world.record(TaskProgressed(**identity(first), work_done=1))
    world.age_tasks(91)
    assert run_sweep() == {}
    row = world.sql("SELECT attempt, heartbeat_at, faults FROM tasks WHERE id = :t", t=first.work.task_id)[0]
    assert (row.attempt, row.heartbeat_at, row.faults) == (2, None, 1)


def test_who_records_may_be_away_for_long(world: World) -> None:
    """Facts wait, and so does what the sweep missed, behind them: no task is sent twice."""
    ordered = world.order()
    commands = world.pending()
    waiting: list[Fact] = []
    for minute in range(11):
        told_at = datetime.now(UTC)
        waiting += [TaskProgressed(**identity(each), work_done=minute, at=told_at) for each in commands]
        if minute == 0:
            for fact in waiting:
                world.record(fact)
        world.age_tasks(60)
        waiting = [fact.model_copy(update={"at": fact.at - timedelta(minutes=1)}) for fact in waiting if fact.at]
        sweeper(world).miss_tasks()
        waiting += [read_fact(message.body) for message in world.queue.take("facts")]
    assert any(isinstance(fact, TaskMissed) for fact in waiting)
    for fact in waiting:
        world.record(fact)
    assert world.pending() == []
    for command in commands:
        for fact in done(command):
            world.record(fact)
    world.deliver()
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED
    assert {row.attempt for row in world.sql("SELECT attempt FROM tasks")} == {1}


def sweeper(world: World, *, page: int = 200) -> Sweeper:
    return Sweeper(world.unit_of_work, world.queue, world.pusher, FakeStore(), "bucket", lambda: 60.0, page=page)


def test_a_task_nobody_started_waits_half_an_hour(world: World, run_sweep: Sweep) -> None:
    world.order()
    tasks = len(world.pending())
    world.age_tasks(1_790)
    assert run_sweep() == {}
    world.age_tasks(11)
    assert run_sweep() == {"tasks_missed": tasks}


def test_a_task_that_waits_in_a_busy_lane_is_not_given_up(world: World, run_sweep: Sweep) -> None:
    """Its message may have been lost, so it is sent again, but not for ever: most likely it merely waits."""
    ordered = world.order()
    waiting = world.pending()
    for _ in range(TASK_UNSTARTED_SENDS):
        world.age_tasks(TASK_UNSTARTED_S + 1)
        assert run_sweep() == {"tasks_missed": len(waiting)}
        again = {command.work.task_id: command for command in world.pending()}
        assert again == {command.work.task_id: command for command in waiting}
    for _ in range(TASK_ATTEMPTS):
        world.age_tasks(TASK_UNSTARTED_S + 1)
        assert run_sweep() == {}
    assert world.broken() == {}
    for command in waiting:  # at last a worker has time
        for fact in done(command):
            world.record(fact)
    world.deliver()
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_waiting_does_not_count_toward_giving_up(world: World, run_sweep: Sweep) -> None:
    """Between any two workers that die, the task waits in vain as often as it may."""
    ordered = world.order(count=1, clips_per_video=1)
    (command,) = world.pending()
    for attempt in range(1, TASK_ATTEMPTS + 1):
        for _ in range(TASK_UNSTARTED_SENDS):
            world.age_tasks(TASK_UNSTARTED_S + 1)
            assert run_sweep() == {"tasks_missed": 1}
            (command,) = world.pending()
            assert command.work.attempt == attempt
        start(world, command)
        world.age_tasks(TASK_SILENCE_S + 1)
        assert run_sweep() == {"tasks_missed": 1}
        if attempt < TASK_ATTEMPTS:
            (command,) = world.pending()
    assert world.generation(ordered.id).code == "gave_up"


def test_in_the_end_a_task_is_given_up(world: World, run_sweep: Sweep) -> None:
    """Its outputs fail with a reason that names the clip; the others are made and paid."""
    ordered = world.order(count=12)
    cursed, *others = world.pending()
    assert not cursed.joins
    for command in others:
        for fact in done(command):
            world.record(fact)
    commands = [cursed]
    while commands:
        (command,) = commands
        assert command.work.attempt <= TASK_ATTEMPTS
        last = command.work.attempt
        start(world, command)
        world.age_tasks(91)
        assert run_sweep() == {"tasks_missed": 1}
        commands = [each for each in world.pending() if each.work.task_id == cursed.work.task_id]
        if not commands:
            break
    assert last == TASK_ATTEMPTS
    world.sql("UPDATE outbox SET published_at = NULL, claimed_until = NULL WHERE queue = 'assemble'")
    run_sweep()
    world.deliver()
    ended = world.generation(ordered.id)
    assert ended.state is GenerationState.PARTIAL
    assert ended.code == "gave_up"
    assert ended.message == f"Clip “{cursed.clip}” was tried several times without success."
    assert world.wallet() == Wallet(1_000 - ended.earned, 0, 1_000, ended.earned)


def test_facts_of_outputs_lost_for_good(world: World, run_sweep: Sweep) -> None:
    """TaskFinished came, some OutputMade never did: the task is sent again for just those."""
    ordered = world.order()
    for command in world.pending():
        for fact in done(command):
            world.record(fact)
    lost: list[int] = []
    for command in world.pending():
        assert command.joins
        first, *facts, last = done(command)
        lost.append(facts.pop().n)
        for fact in [first, *facts, last]:
            world.record(fact)
    assert world.generation(ordered.id).outputs_made == 5 - len(lost)
    world.age_tasks(91)
    run_sweep()
    again = world.pending()
    assert sorted(output.n for command in again for output in command.outputs) == sorted(lost)
    for command in again:
        for fact in done(command):
            world.record(fact)
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_a_task_sent_again_can_still_fail(world: World, run_sweep: Sweep) -> None:
    """Its first attempt reported an end without all outputs; the second one's end counts too."""
    ordered = world.order()
    for command in world.pending():
        for fact in done(command):
            world.record(fact)
    for command in world.pending():
        world.record(TaskFinished(**identity(command)))
    world.age_tasks(91)
    run_sweep()
    for command in world.pending():
        world.record(task_failed(command, code="disk_full"))
    ended = world.generation(ordered.id)
    assert (ended.state, ended.code) == (GenerationState.FAILED, "disk_full")


def test_the_fact_of_a_task_s_end_lost_for_good(world: World, run_sweep: Sweep) -> None:
    """All outputs of one task came, its TaskFinished never did: nothing is sent again."""
    ordered = world.order(count=12)
    for command in world.pending():
        for fact in done(command):
            world.record(fact)
    first, *others = world.pending()
    for fact in done(first)[:-1]:
        world.record(fact)
    world.age_tasks(91)
    assert run_sweep() == {"tasks_missed": 1}
    assert world.pending() == []
    state = world.sql("SELECT state FROM tasks WHERE id = :t", t=first.work.task_id)[0].state
    assert state == "finished"
    for command in others:
        for fact in done(command):
            world.record(fact)
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_a_task_nobody_waits_for_is_dropped(world: World, run_sweep: Sweep) -> None:
    """Two videos share no clip. When a clip of one fails, the work on its other clip is of no use."""
    ordered = world.order(count=2, order="fixed", seed=SEED_OF_TWO_THAT_SHARE_NOTHING)
    failing, *others = world.pending()
    for command in (failing, *others):
        start(world, command)
    world.record(task_failed(failing))
    assert world.generation(ordered.id).outputs_failed == 1
    world.age_tasks(91)
    assert run_sweep() == {"tasks_missed": 3}
    again = world.pending()
    assert len(again) == 2
    cancelled = world.sql("SELECT operation FROM tasks WHERE state = 'cancelled' ORDER BY index")
    assert [row.operation for row in cancelled] == ["render", "assemble"]  # and what needed it alone
    for command in again:
        for fact in done(command):
            world.record(fact)
    world.deliver()
    assert world.generation(ordered.id).state is GenerationState.PARTIAL


def test_an_overdue_generation_ends_with_what_it_has(world: World, run_sweep: Sweep) -> None:
    ordered = world.order(count=8)
    for command in world.pending():
        for fact in done(command):
            world.record(fact)
    for command in world.pending()[:2]:
        for fact in done(command):
            world.record(fact)
    world.sql("UPDATE generations SET deadline = now() - interval '1 second'")
    assert run_sweep() == {"generations_ended": 1}
    ended = world.generation(ordered.id)
    assert (ended.state, ended.code) == (GenerationState.PARTIAL, "deadline")
    assert ended.outputs_made + ended.outputs_failed == 8
    assert world.wallet() == Wallet(1_000 - ended.earned, 0, 1_000, ended.earned)
    assert run_sweep() == {}


def test_an_overdue_generation_without_outputs_expires_its_hold(world: World, run_sweep: Sweep) -> None:
    ordered = world.order()
    world.sql("UPDATE generations SET deadline = now() - interval '1 second'")
    assert run_sweep() == {"generations_ended": 1}
    assert world.generation(ordered.id).state is GenerationState.FAILED
    assert world.sql("SELECT kind FROM entries ORDER BY seq DESC LIMIT 1")[0].kind == "expire"
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)


@pytest.mark.parametrize("further", [True, False])
def test_an_outage_is_waited_out_however_long(world: World, run_sweep: Sweep, further: bool) -> None:
    """A worker says that it cannot go on; the task is sent again, later and later, and nothing counts against it."""
    ordered = world.order(count=1, clips_per_video=1)
    (command,) = world.pending()
    for attempt in range(1, 3 * TASK_ATTEMPTS):
        assert command.work.attempt == attempt
        start(world, command)
        stopped = interrupted(command, Trouble.OUTAGE, further=further)
        world.record(stopped)
        world.record(stopped)  # facts come twice
        assert world.pending() == []
        world.age_tasks(5 if further else RETRY_S_MAX)
        (command,) = world.pending()  # though nothing else is sent, and relay does not come
    world.record(interrupted(command, Trouble.OUTAGE).model_copy(update={"attempt": 3}))  # a late one, of long ago
    world.age_tasks(RETRY_S_MAX)
    outbox.drain(world.unit_of_work, world.queue)
    assert world.pending() == []
    for fact in done(command):
        world.record(fact)
    world.deliver()
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_a_fault_of_ours_is_given_up_and_an_outage_between_changes_nothing(world: World) -> None:
    ordered = world.order(count=1, clips_per_video=1)
    (command,) = world.pending()
    waited: list[int] = []
    for trouble in (*(Trouble.BROKEN, Trouble.OUTAGE) * (TASK_ATTEMPTS - 1), Trouble.BROKEN):
        start(world, command)
        world.record(interrupted(command, trouble))
        if world.generation(ordered.id).state in FINAL:
            break
        row = world.sql("SELECT extract(epoch FROM not_before - now()) AS s FROM outbox ORDER BY id DESC LIMIT 1")[0]
        waited.append(round(row.s / 5) * 5)
        world.age_tasks(1_000)
        (command,) = world.pending()
    assert waited == [30, 5, 60, 5, 120, 5, 240, 5]
    ended = world.generation(ordered.id)
    assert (ended.state, ended.code) == (GenerationState.FAILED, "gave_up")
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)


def test_queues_that_lost_everything(world: World, run_sweep: Sweep, store: FakeStore) -> None:
    """All sent tasks and all uploads go out again, and it does not count as an attempt."""
    ordered = world.order()
    clip = world.add_clip(9, ready=False)
    store.objects.add(str(UploadKey(world.user, world.project, clip)))
    lost = world.pending()
    for _ in range(TASK_ATTEMPTS + 1):
        assert run_sweep(queues_lost=True) == {"tasks_sent_again": len(lost), "clips_rescued": 1}
        assert len(world.queue.take("uploads")) == 1
        again = world.pending()
        assert sorted(again, key=lambda c: c.work.task_id) == sorted(lost, key=lambda c: c.work.task_id)
    for command in again:
        for fact in done(command):
            world.record(fact)
    world.deliver()
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED
