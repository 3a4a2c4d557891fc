"""Dead letters are events about one attempt: its work is tried again, and given up only time after time."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from functions.dead_letter import handler as dead_letter
from medley.contracts import notifications
from medley.contracts.facts import TaskFinished
from medley.contracts.keys import UploadKey
from medley.domain.credits import Wallet
from medley.domain.generations import GenerationState
from medley.limits import TASK_ATTEMPTS
from medley.ports.cloud import Message
from medley.runtime.observability import logger
from medley.services import outbox
from medley.services.upkeep import Upkeep
from tests.flows.conftest import Sweep
from tests.flows.events import Context, sqs_event
from tests.flows.fakes import FakeStore
from tests.flows.world import World, clip_accepted, done, made


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


@pytest.fixture
def lost() -> list[str]:
    """One item for each dead message nobody can act on."""
    return []


@pytest.fixture
def bury(world: World, lost: list[str]) -> Callable[..., None]:
    """Hand dead messages to the function; it acknowledges them all."""
    deps = dead_letter.Dependencies(
        unit_of_work=world.unit_of_work,
        queue=world.queue,
        pusher=world.pusher,
        store=world.store,
        hand_back=None,
        count_lost=lambda: lost.append("lost"),
        logger=logger("dead_letter"),
    )

    def run(*bodies: str) -> None:
        context: Any = Context(function_name="dead_letter")
        assert dead_letter.handle(sqs_event(*bodies, queue="render-dead"), context, deps) == {"batchItemFailures": []}

    return run


def later(world: World) -> list[Message]:
    """What is in the lanes when what waits has waited."""
    world.age_tasks(1_000)
    outbox.drain(world.unit_of_work, world.queue)
    return world.queue.take("render", "assemble")


def test_a_dead_command_is_sent_again_and_in_the_end_given_up(world: World, bury: Callable[..., None]) -> None:
    """It was received three times and nobody lived to acknowledge it; that is one fault of the task."""
    ordered = world.order()
    messages = world.queue.take("render")
    for attempt in range(2, TASK_ATTEMPTS + 1):
        bury(*(message.body for message in messages))
        assert world.queue.take("render") == []  # not at once
        messages = later(world)
        assert {world.parse(message).work.attempt for message in messages} == {attempt}
    bury(*(message.body for message in messages))
    ended = world.generation(ordered.id)
    assert (ended.state, ended.code) == (GenerationState.FAILED, "gave_up")
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)
    before = world.end_state(ordered.id)
    bury(*(message.body for message in messages))  # redriven, later: nothing is left to end
    assert world.end_state(ordered.id) == before


def test_the_dead_letter_of_an_old_attempt_says_nothing_of_the_new(world: World, bury: Callable[..., None]) -> None:
    """Attempt 1 fell silent and attempt 2 is alive; then attempt 1's message dies."""
    ordered = world.order()
    old = world.queue.take("render")
    for message in old:
        world.record(done(world.parse(message))[0])
    world.age_tasks(91)
    Upkeep(world.unit_of_work, world.queue, world.pusher, world.store, "bucket", lambda: 60.0).miss_tasks()
    world.hear()
    new = world.pending()
    for command in new:
        world.record(done(command)[0])
    before = world.end_state(ordered.id)
    bury(*(message.body for message in old))
    assert world.end_state(ordered.id) == before
    assert later(world) == []
    for command in new:
        for fact in done(command):
            world.record(fact)
    world.deliver()
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_a_dead_assemble_command_makes_what_is_missing(world: World, bury: Callable[..., None]) -> None:
    ordered = world.order()
    for command in world.pending():
        for fact in done(command):
            world.record(fact)
    messages = world.queue.take("assemble")
    for message in messages:
        command = world.parse(message)
        assert command.joins
        world.record(made(command, command.outputs[0]))
    bury(*(message.body for message in messages))
    assert world.generation(ordered.id).outputs_failed == 0
    for message in later(world):
        for fact in done(world.parse(message)):
            world.record(fact)
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_a_dead_upload_is_looked_for_again_and_in_the_end_rejected(
    world: World, bury: Callable[..., None], run_sweep: Sweep, store: FakeStore
) -> None:
    clip = world.add_clip(9, ready=False)
    key = str(UploadKey(world.user, world.project, clip))
    store.objects.add(key)
    world.sql("UPDATE clips SET created_at = now() - interval '1 day' WHERE id = :c", c=clip)
    event = notifications.object_created("bucket", key)
    for _ in range(TASK_ATTEMPTS - 1):
        bury(event)
        assert world.sql("SELECT state FROM clips WHERE id = :c", c=clip)[0].state == "expected"
        assert run_sweep() == {"clips_rescued": 1}
        (again,) = world.queue.take("uploads")
        assert list(notifications.created_keys(again.body)) == [key]
    bury(event)
    row = world.sql("SELECT state, code FROM clips WHERE id = :c", c=clip)[0]
    assert (row.state, row.code) == ("rejected", "ingest_gave_up")
    world.record(clip_accepted(world.user, clip, 9))
    assert world.sql("SELECT state FROM clips WHERE id = :c", c=clip)[0].state == "rejected"


def test_the_dead_letter_of_a_clip_that_was_accepted_changes_nothing(world: World, bury: Callable[..., None]) -> None:
    bury(notifications.object_created("bucket", str(UploadKey(world.user, world.project, world.clips[0]))))
    row = world.sql("SELECT state, faults FROM clips WHERE id = :c", c=world.clips[0])[0]
    assert (row.state, row.faults) == ("ready", 0)


def test_what_nobody_can_act_on_is_counted(world: World, bury: Callable[..., None], lost: list[str]) -> None:
    command = world.order(send=False)
    fact = TaskFinished(owner_id=world.user, generation_id=command.id, task_id=uuid4(), attempt=1)
    bury(fact.model_dump_json(), "not JSON", "[]", json.dumps({"Records": [{"what": 1}]}), "null")
    assert len(lost) == 5
