"""What is lost is found again: workers that die, facts and messages that vanish, uploads nobody heard of."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest

from functions.sweep import handler as sweep
from medley.contracts import keys, notifications
from medley.contracts.commands import AssembleOutputs, RenderSegments
from medley.contracts.facts import TaskFinished, TaskProgressed
from medley.contracts.keys import UploadKey
from medley.domain.credits import Wallet
from medley.domain.generations import GenerationState
from medley.errors import Unavailable
from medley.limits import TASK_ATTEMPTS, TASK_SILENCE_S, TASK_UNSTARTED_S, TASK_UNSTARTED_SENDS
from medley.runtime.observability import logger
from medley.services import rescue
from medley.services.upkeep import DEAD, Upkeep
from tests.flows.events import Context
from tests.flows.fakes import FakeStore
from tests.flows.world import Command, World, done, identity, task_failed


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def metrics() -> dict[str, int]:
    """What the last sweep published."""
    return {}


Sweep = Callable[..., Mapping[str, int]]
SEED_OF_TWO_THAT_SHARE_NOTHING = 8  # of the six pairs of four clips in fixed order


@pytest.fixture
def run_sweep(world: World, store: FakeStore, metrics: dict[str, int]) -> Sweep:
    """One pass of the sweep function; returns what it did, without the zeros."""
    deps = sweep.Dependencies(
        unit_of_work=world.unit_of_work,
        registry=world.registry,
        queue=world.queue,
        pusher=world.pusher,
        store=store,
        bucket="bucket",
        metrics=metrics.update,
        logger=logger("sweep"),
    )

    def run(context: Context | None = None, **event: Any) -> Mapping[str, int]:
        summary = sweep.handle(event, context or Context("sweep"), deps)  # type: ignore[arg-type]  # as much of it as is read
        return {name: count for name, count in summary.items() if count}

    return run


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


def start(world: World, command: Command) -> None:
    world.record(TaskProgressed(**identity(command), frames_done=0))


# --- tasks ------------------------------------------------------------------------------------------------


def test_nothing_to_do(world: World, run_sweep: Sweep, metrics: dict[str, int]) -> None:
    assert run_sweep() == {}
    assert {name for name in metrics if name.startswith("broken_")} == {f"broken_I{n}" for n in range(1, 19)}


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
    assert run_sweep() == {"tasks_sent_again": 1}
    (again,) = world.pending()
    assert (again.task_id, again.attempt) == (dead.task_id, 2)
    assert again.model_copy(update={"attempt": 1}) == dead
    assert run_sweep() == {}
    for fact in done(again):
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
    assert run_sweep() == {"tasks_sent_again": len(first)}
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
    with world.unit_of_work() as uow:
        (ref,) = uow.tasks.silent(DEAD, after=None, limit=10)
    world.record(TaskProgressed(**identity(command), frames_done=1))
    with world.unit_of_work() as uow:
        assert rescue.resend(uow, world.registry, ref, DEAD) is None
        uow.commit()
    assert world.sql("SELECT attempt FROM tasks WHERE id = :t", t=command.task_id)[0].attempt == 1


def test_a_task_nobody_started_waits_half_an_hour(world: World, run_sweep: Sweep) -> None:
    world.order()
    tasks = len(world.pending())
    world.age_tasks(1_790)
    assert run_sweep() == {}
    world.age_tasks(11)
    assert run_sweep() == {"tasks_sent_again": tasks}


def test_a_task_that_waits_in_a_busy_lane_is_not_given_up(world: World, run_sweep: Sweep) -> None:
    """Its message may have been lost, so it is sent again, but not for ever: most likely it merely waits."""
    ordered = world.order()
    waiting = world.pending()
    for _ in range(TASK_UNSTARTED_SENDS):
        world.age_tasks(TASK_UNSTARTED_S + 1)
        assert run_sweep() == {"tasks_sent_again": len(waiting)}
        again = {command.task_id: command for command in world.pending()}
        assert again == {command.task_id: command for command in waiting}
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
            assert run_sweep() == {"tasks_sent_again": 1}
            (command,) = world.pending()
            assert command.attempt == attempt
        start(world, command)
        world.age_tasks(TASK_SILENCE_S + 1)
        assert run_sweep() == {"tasks_sent_again": 1}
        if attempt < TASK_ATTEMPTS:
            (command,) = world.pending()
    assert world.generation(ordered.id).code == "gave_up"


def test_in_the_end_a_task_is_given_up(world: World, run_sweep: Sweep) -> None:
    """Its outputs fail with a reason that names the clip; the others are made and paid."""
    ordered = world.order(count=12)
    cursed, *others = world.pending()
    assert isinstance(cursed, RenderSegments)
    for command in others:
        for fact in done(command):
            world.record(fact)
    commands = [cursed]
    while commands:
        (command,) = commands
        assert command.attempt <= TASK_ATTEMPTS
        last = command.attempt
        start(world, command)
        world.age_tasks(91)
        assert run_sweep() == {"tasks_sent_again": 1}
        commands = [each for each in world.pending() if each.task_id == cursed.task_id]
        if not commands:
            break
    assert last == TASK_ATTEMPTS
    world.sql("UPDATE outbox SET published_at = NULL, claimed_until = NULL WHERE queue = 'assemble'")
    run_sweep()
    world.deliver()
    ended = world.generation(ordered.id)
    assert ended.state is GenerationState.PARTIAL
    assert ended.code == "gave_up"
    assert ended.message == f"Clip “{cursed.clips[0].name}” was tried several times without success."
    assert world.wallet() == Wallet(1_000 - ended.earned, 0, 1_000, ended.earned)


def test_facts_of_outputs_lost_for_good(world: World, run_sweep: Sweep) -> None:
    """TaskFinished came, some OutputMade never did: the task is sent again for just those."""
    ordered = world.order()
    for command in world.pending():
        for fact in done(command):
            world.record(fact)
    lost: list[int] = []
    for command in world.pending():
        assert isinstance(command, AssembleOutputs)
        first, *facts, last = done(command)
        lost.append(facts.pop().n)
        for fact in [first, *facts, last]:
            world.record(fact)
    assert world.generation(ordered.id).outputs_made == 5 - len(lost)
    world.age_tasks(91)
    run_sweep()
    again = world.pending()
    assert [order.n for command in again for order in command.outputs] == sorted(lost)
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
    assert run_sweep() == {"tasks_sent_again": 1}
    assert world.pending() == []
    state = world.sql("SELECT state FROM tasks WHERE id = :t", t=first.task_id)[0].state
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
    assert run_sweep() == {"tasks_sent_again": 3}
    again = world.pending()
    assert len(again) == 2
    assert world.sql("SELECT count(*) AS n FROM tasks WHERE state = 'cancelled'")[0].n == 1
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


def test_stuck_tasks_behind_some_that_cannot_be_helped(world: World) -> None:
    """Tasks of a generation whose app is gone come first by id; they are passed over."""
    helpless = world.order("helpless")
    world.pending()
    world.sql("UPDATE generations SET app = 'gone' WHERE id = :g", g=helpless.id)
    world.order("helped")
    tasks = {command.task_id for command in world.pending()}
    world.age_tasks(1_801)
    upkeep = Upkeep(
        world.unit_of_work, world.registry, world.queue, world.pusher, FakeStore(), "bucket", lambda: 60.0, page=1
    )
    assert upkeep.rescue_tasks() == len(tasks)
    assert {command.task_id for command in world.pending()} == tasks
    world.sql("UPDATE generations SET app = 'video_mixer'")


def unreadable(world: World, generation_id: UUID) -> None:
    """Leave a generation with a spec its app cannot read."""
    world.sql('UPDATE generations SET spec = \'{"count": "x"}\' WHERE id = :g', g=generation_id)


@pytest.mark.parametrize("queues_lost", [False, True])
def test_a_row_nobody_can_handle_costs_the_others_nothing(
    world: World, run_sweep: Sweep, store: FakeStore, metrics: dict[str, int], queues_lost: bool
) -> None:
    """Whatever is wrong with one person's order, the rest of the pass is everybody's."""
    unreadable(world, world.order("unreadable").id)
    world.pending()
    world.order("fine")
    tasks = {command.task_id for command in world.pending()}
    clip = world.add_clip(9, ready=False)
    store.objects.add(str(UploadKey(world.user, world.project, clip)))
    world.sql("UPDATE clips SET created_at = now() - interval '301 seconds' WHERE id = :c", c=clip)
    world.open_socket("old")
    world.sql("UPDATE sockets SET connected_at = now() - interval '3 hours'")
    world.age_tasks(1_801)
    assert run_sweep(queues_lost=queues_lost) == {
        "tasks_sent_again": len(tasks),
        "clips_rescued": 1,
        "sockets_pruned": 1,
    }
    assert {command.task_id for command in world.pending()} == tasks
    assert metrics["broken_I1"] == 0


def test_an_object_nobody_can_handle_costs_the_others_nothing(
    world: World, run_sweep: Sweep, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursed, expected, deleted, kept = (world.add_clip(n, ready=False) for n in (7, 8, 9, 10))
    store.objects |= {str(UploadKey(world.user, world.project, clip)) for clip in (cursed, expected, deleted, kept)}
    for clip in (deleted, kept):
        delete_clip(world, clip)
    world.sql("UPDATE clips SET created_at = now() - interval '301 seconds'")

    def fail_for(clip: UUID, name: str) -> None:
        usual = getattr(store, name)

        def sometimes(key: str) -> object:
            if key.endswith(str(clip)):
                raise ValueError(key)
            return usual(key)

        monkeypatch.setattr(store, name, sometimes)

    fail_for(cursed, "head")
    fail_for(kept, "delete")
    assert run_sweep() == {"clips_rescued": 1, "clips_removed": 1}
    assert store.objects == {str(UploadKey(world.user, world.project, clip)) for clip in (cursed, expected, kept)}


def test_a_step_that_fails_costs_the_others_nothing(
    world: World, run_sweep: Sweep, metrics: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of whatever kind the failure is: it is raised when all is done, for the alarm."""
    world.order()
    world.sql("UPDATE generations SET deadline = now() - interval '1 second'")
    world.open_socket("old")
    world.sql("UPDATE sockets SET connected_at = now() - interval '3 hours'")

    def fail(_: Upkeep) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(Upkeep, "end_overdue", fail)
    with pytest.raises(ZeroDivisionError):
        run_sweep()
    assert metrics["sockets_pruned"] == 1
    assert metrics["broken_I1"] == 0


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
        assert sorted(again, key=lambda c: c.task_id) == sorted(lost, key=lambda c: c.task_id)
    for command in again:
        for fact in done(command):
            world.record(fact)
    world.deliver()
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_out_of_time(world: World, run_sweep: Sweep) -> None:
    """A pass with no time left begins nothing; the next goes on."""
    world.order()
    world.sql("UPDATE generations SET deadline = now() - interval '1 second'")
    world.age_tasks(1_801)
    assert run_sweep(Context("sweep", remaining_ms=9_000)) == {}
    assert run_sweep()["generations_ended"] == 1


# --- clips ------------------------------------------------------------------------------------------------


def test_an_upload_whose_event_was_lost_is_announced_again(world: World, run_sweep: Sweep, store: FakeStore) -> None:
    clip = world.add_clip(9, ready=False)
    key = str(UploadKey(world.user, world.project, clip))
    store.objects.add(key)
    assert run_sweep() == {}
    world.sql("UPDATE clips SET created_at = now() - interval '301 seconds'")
    assert run_sweep() == {"clips_rescued": 1}
    (message,) = world.queue.take()
    assert (message.queue, message.group) == ("uploads", str(world.user))
    assert notifications.created_keys(message.body) == [key]
    assert run_sweep() == {}  # not again at once
    world.sql("UPDATE clips SET looked_at = looked_at - interval '301 seconds'")
    assert run_sweep() == {"clips_rescued": 1}


def test_an_upload_whose_message_merely_waits_is_announced_ever_less_often(
    world: World, run_sweep: Sweep, store: FakeStore
) -> None:
    """Ingest is an hour behind: each duplicate would put it further behind."""
    clip = world.add_clip(9, ready=False)
    store.objects.add(str(UploadKey(world.user, world.project, clip)))
    announced = []
    for minute in range(1, 61):
        world.sql(
            "UPDATE clips SET created_at = created_at - interval '1 min', looked_at = looked_at - interval '1 min'"
        )
        if run_sweep():
            announced.append(minute)
    assert (announced[0], len(announced)) == (5, 4)  # then after 10, 20 and 40 minutes, or one more
    world.sql("UPDATE clips SET created_at = now() - interval '6 days', looked_at = now() - interval '1 day'")
    assert run_sweep() == {"clips_rescued": 1}


def test_a_clip_that_was_never_uploaded_is_rejected_in_the_end(world: World, run_sweep: Sweep) -> None:
    clip = world.add_clip(9, ready=False)
    world.sql("UPDATE clips SET created_at = now() - interval '6 days' WHERE id = :c", c=clip)
    assert run_sweep() == {}
    world.sql("UPDATE clips SET created_at = now() - interval '8 days', looked_at = NULL WHERE id = :c", c=clip)
    assert run_sweep() == {"clips_rescued": 1}
    row = world.sql("SELECT state, code FROM clips WHERE id = :c", c=clip)[0]
    assert (row.state, row.code) == ("rejected", "never_uploaded")


def delete_clip(world: World, clip: UUID) -> None:
    with world.unit_of_work() as uow:
        assert uow.library.delete_clip(world.user, clip)
        uow.commit()
    world.sql("UPDATE clips SET deleted_at = deleted_at - interval '2 hours' WHERE id = :c", c=clip)


def test_what_owners_deleted_is_removed_unless_it_is_being_used(
    world: World, run_sweep: Sweep, store: FakeStore
) -> None:
    clip = world.clips[0]
    objects = {
        str(UploadKey(world.user, world.project, clip)),
        *(keys.derived(world.user, clip, name) for name in keys.DERIVED_NAMES),
    }
    store.objects |= objects | {"uploads/another"}
    ordered = world.order()
    delete_clip(world, clip)
    assert run_sweep() == {}
    assert store.objects > objects
    world.deliver()  # the plan was fixed when it was ordered: the deleted clip is in it
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED
    assert run_sweep() == {"clips_removed": 1}
    assert store.objects == {"uploads/another"}
    assert run_sweep() == {}


def test_a_clip_just_deleted_may_still_be_arriving(world: World, run_sweep: Sweep) -> None:
    with world.unit_of_work() as uow:
        uow.library.delete_clip(world.user, world.clips[0])
        uow.commit()
    assert run_sweep() == {}


def test_a_backlog_of_one_step_does_not_starve_the_others(
    world: World, run_sweep: Sweep, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of files were never sent and the bucket is slow: what owners deleted is removed all the same."""
    expected = [world.add_clip(n, ready=False) for n in range(70)]
    world.sql("UPDATE clips SET created_at = now() - interval '301 seconds' WHERE state = 'expected'")
    delete_clip(world, world.clips[0])
    store.objects.add(str(UploadKey(world.user, world.project, world.clips[0])))
    clock = Context("sweep")
    looks: list[str] = []

    def slow(key: str) -> None:
        clock.remaining_ms -= 1_000
        looks.append(key)

    monkeypatch.setattr(store, "head", slow)
    assert run_sweep(clock) == {"clips_removed": 1}
    assert 0 < len(looks) < 20
    assert clock.remaining_ms > 30_000
    for _ in range(9):
        clock.remaining_ms = 60_000
        run_sweep(clock)
    assert sorted(looks) == sorted(str(UploadKey(world.user, world.project, clip)) for clip in expected)


def test_what_was_announced_before_the_store_went_down_is_not_announced_again_at_once(
    world: World, run_sweep: Sweep, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [world.add_clip(n, ready=False) for n in range(2)]
    store.objects |= {str(UploadKey(world.user, world.project, clip)) for clip in clips}
    world.sql("UPDATE clips SET created_at = now() - interval '301 seconds' WHERE state = 'expected'")
    usual = store.head

    def once(key: str) -> object:
        found = usual(key)
        store.down = True
        return found

    monkeypatch.setattr(store, "head", once)
    for _ in clips:
        store.down = False
        with suppress(Unavailable):
            run_sweep()
    announced = [key for message in world.queue.take() for key in notifications.created_keys(message.body)]
    assert sorted(announced) == sorted(store.objects)


def test_a_store_that_is_down_does_not_stop_the_rest(
    world: World, run_sweep: Sweep, store: FakeStore, metrics: dict[str, int]
) -> None:
    delete_clip(world, world.clips[0])
    world.order()
    world.sql("UPDATE generations SET deadline = now() - interval '1 second'")
    store.down = True
    with pytest.raises(Unavailable):
        run_sweep()
    assert metrics["generations_ended"] == 1
    assert metrics["broken_I1"] == 0
    assert "clips_removed" not in metrics


def test_what_is_old_is_forgotten(world: World, run_sweep: Sweep) -> None:
    world.open_socket("old")
    world.order()
    world.deliver()
    kept = run_sweep()
    assert kept == {}
    world.sql("UPDATE sockets SET connected_at = now() - interval '2 hours 1 second'")
    world.sql("UPDATE idempotency SET created_at = now() - interval '8 days'")
    world.sql("UPDATE outbox SET published_at = now() - interval '25 hours'")
    world.sql("UPDATE sessions SET expires_at = now() - interval '31 days'")
    messages = world.sql("SELECT count(*) AS n FROM outbox")[0].n
    assert run_sweep() == {
        "sockets_pruned": 1,
        "sessions_pruned": 1,
        "keys_pruned": 1,
        "messages_pruned": messages,
    }
