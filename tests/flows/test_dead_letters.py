"""Messages that failed too often: their work ends, nobody waits for it, no credit stays reserved."""

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
from medley.runtime.observability import logger
from tests.flows.events import Context, sqs_event
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
        hand_back=None,
        count_lost=lambda: lost.append("lost"),
        logger=logger("dead_letter"),
    )

    def run(*bodies: str) -> None:
        context: Any = Context(function_name="dead_letter")
        assert dead_letter.handle(sqs_event(*bodies, queue="render-dead"), context, deps) == {"batchItemFailures": []}

    return run


def test_dead_commands_end_their_work(world: World, bury: Callable[..., None]) -> None:
    ordered = world.order()
    messages = world.queue.take("render")
    bury(*(message.body for message in messages))
    ended = world.generation(ordered.id)
    assert (ended.state, ended.code) == (GenerationState.FAILED, "gave_up")
    assert world.wallet() == Wallet(1_000, 0, 1_000, 0)
    before = world.end_state(ordered.id)
    bury(*(message.body for message in messages))  # redriven, later: nothing is left to end
    assert world.end_state(ordered.id) == before


def test_a_dead_command_leaves_the_others_their_work(world: World, bury: Callable[..., None]) -> None:
    ordered = world.order(count=12)
    dead, *others = world.queue.take("render")
    for message in others:
        for fact in done(world.parse(message)):
            world.record(fact)
    bury(dead.body)
    world.deliver()
    ended = world.generation(ordered.id)
    assert ended.state is GenerationState.PARTIAL
    assert ended.earned == world.wallet().spent


def test_a_dead_assemble_command_keeps_what_it_made(world: World, bury: Callable[..., None]) -> None:
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
    ended = world.generation(ordered.id)
    assert ended.outputs_made == len(messages)
    assert ended.outputs_failed == 5 - len(messages)


def test_a_dead_upload_is_a_rejected_clip(world: World, bury: Callable[..., None]) -> None:
    clip = world.add_clip(9, ready=False)
    event = notifications.object_created("bucket", str(UploadKey(world.user, world.project, clip)))
    bury(event, event)
    row = world.sql("SELECT state, code FROM clips WHERE id = :c", c=clip)[0]
    assert (row.state, row.code) == ("rejected", "ingest_gave_up")
    world.record(clip_accepted(world.user, clip, 9))
    assert world.sql("SELECT state FROM clips WHERE id = :c", c=clip)[0].state == "rejected"


def test_what_nobody_can_act_on_is_counted(world: World, bury: Callable[..., None], lost: list[str]) -> None:
    command = world.order(send=False)
    fact = TaskFinished(owner_id=world.user, generation_id=command.id, task_id=uuid4(), attempt=1)
    bury(fact.model_dump_json(), "not JSON", "[]", json.dumps({"Records": [{"what": 1}]}), "null")
    assert len(lost) == 5
