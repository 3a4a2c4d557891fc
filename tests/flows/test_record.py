"""The record function: batches of facts as SQS gives them, and what becomes of each."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.pool import NullPool

from functions.record import handler as record
from medley.contracts.facts import ClipRefused, Fact
from medley.contracts.pushes import ClipChanged, WalletChanged
from medley.db.engine import make_engine
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.generations import GenerationState
from medley.limits import SOCKETS_PER_USER
from medley.runtime.observability import logger
from medley.services import after_commit
from medley.services.after_commit import AfterCommit
from tests.flows.events import Context, sqs_event
from tests.flows.world import World, clip_accepted, done, length, made

Run = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def all_invariants_hold(world: World) -> Iterator[None]:
    yield
    assert world.broken() == {}


@dataclass
class Postponed:
    """What was sent anew: how often it was before, after how many seconds it is shown."""

    sent: list[tuple[str, int, int]] = field(default_factory=list)

    def __call__(self, _arn: str, body: str, _group: str | None, *, delay_s: int, postponed: int) -> None:
        self.sent.append((body, postponed, delay_s))


@pytest.fixture
def delays() -> list[int]:
    """For how many seconds failed messages were handed back."""
    return []


@pytest.fixture
def deps(world: World, delays: list[int]) -> record.Dependencies:
    return record.Dependencies(
        unit_of_work=world.unit_of_work,
        queue=world.queue,
        pusher=world.pusher,
        store=world.store,
        hand_back=lambda _arn, _receipt, delay_s: delays.append(delay_s),
        postpone=Postponed(),
        logger=logger("record"),
    )


def run(deps: record.Dependencies, *messages: Fact | str) -> list[str]:
    """Hand a batch to the function; returns the ids of the messages that failed: their places."""
    bodies = [message if isinstance(message, str) else message.model_dump_json() for message in messages]
    context: Any = Context("record")
    answer = record.handle(sqs_event(*bodies), context, deps)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_whole_generation_in_batches(world: World, deps: record.Dependencies) -> None:
    ordered = world.order()
    while commands := world.pending():
        assert run(deps, *(fact for command in commands for fact in done(command))) == []
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_only_what_failed_comes_again(world: World, deps: record.Dependencies, delays: list[int]) -> None:
    ordered = world.order()
    for command in world.pending():
        assert run(deps, *done(command)) == []
    first, second, *_ = [command for command in world.pending() if command.joins]
    good = made(first, first.outputs[0])
    wrong = made(second, second.outputs[0], length(second.outputs[0]) + 1)
    failed = run(deps, "no JSON", wrong, good, '{"type": "of the future"}', good)
    assert failed == ["0", "1", "3"]
    assert delays == [2, 2, 2]
    assert world.generation(ordered.id).outputs_made == 1


def test_no_database_is_tried_again_later_and_burns_no_receives(world: World, deps: record.Dependencies) -> None:
    world.order()
    facts = [fact.model_dump_json() for fact in done(world.pending()[0])]
    nowhere = make_engine("postgresql://postgres@127.0.0.1:1/none", poolclass=NullPool)
    postponed = Postponed()
    down = replace(deps, unit_of_work=lambda: SqlUnitOfWork(nowhere), postpone=postponed)
    assert run(down, *facts) == []
    assert postponed.sent == [(fact, 1, 5) for fact in facts]
    assert run(deps, *facts) == []


def test_a_batch_gives_back_untouched_what_it_has_no_time_for(world: World, deps: record.Dependencies) -> None:
    """The first is recorded however late it is; the rest would be killed with it."""
    ordered = world.order()
    facts = [fact.model_dump_json() for fact in reversed(done(world.pending()[0]))]
    context: Any = Context("record", remaining_ms=1_000)
    postponed = Postponed()
    answer = record.handle(sqs_event(*facts), context, replace(deps, postpone=postponed))
    assert answer == {"batchItemFailures": []}
    assert postponed.sent == [(fact, 0, 0) for fact in facts[1:]]
    assert world.generation(ordered.id).work_done > 0


def test_of_several_pushes_about_one_thing_a_batch_sends_the_newest(world: World, deps: record.Dependencies) -> None:
    world.open_socket("c")
    ordered = world.order()
    commands = world.pending()
    world.pusher.told.clear()
    assert run(deps, *(fact for command in commands for fact in done(command))) == []
    seq = world.generation(ordered.id).seq
    assert [(push.type, getattr(push, "seq", None)) for _, push in world.pusher.told] == [("generation_changed", seq)]
    world.pusher.told.clear()
    assert run(deps, *(fact for command in world.pending() for fact in done(command))) == []
    assert sorted(push.type for _, push in world.pusher.told) == ["generation_changed", "wallet_changed"]


def test_a_round_of_pushes_ends_in_time(world: World, deps: record.Dependencies) -> None:
    """Where the browsers' gateway hangs, a push takes seconds; what is not told in time is not told."""
    connections = [f"c{n}" for n in range(SOCKETS_PER_USER)]
    for connection in connections:
        world.open_socket(connection)
    world.pusher.takes_s = 0.05
    with world.unit_of_work() as uow:
        follows = AfterCommit.on(uow, world.user, WalletChanged(available=1, reserved=0))
    began = time.monotonic()
    after_commit.push([follows], world.unit_of_work, world.pusher, budget_s=0.12)
    assert time.monotonic() - began < 0.5
    assert 1 <= len(world.pusher.told) <= 3


def test_no_queue_is_no_reason_to_record_again(world: World, deps: record.Dependencies) -> None:
    """The facts are committed; the commands that follow wait in the outbox."""
    ordered = world.order()
    commands = world.pending()
    world.queue.down = True
    assert run(deps, *(fact for command in commands for fact in done(command))) == []
    assert world.sql("SELECT count(*) AS n FROM tasks WHERE operation = 'assemble' AND state = 'sent'")[0].n > 0
    assert world.sql("SELECT count(*) AS n FROM outbox WHERE published_at IS NULL")[0].n > 0
    world.queue.down = False
    world.sql("UPDATE outbox SET claimed_until = now() - interval '1 second'")
    world.order("another")  # whoever drains next sends them too
    world.deliver()
    assert world.generation(ordered.id).state is GenerationState.SUCCEEDED


def test_clips(world: World, deps: record.Dependencies) -> None:
    """Accepted or refused once; a second or contrary fact changes nothing."""
    world.open_socket("c")
    good, bad, gone = (world.add_clip(n, ready=False) for n in (7, 8, 9))
    with world.unit_of_work() as uow:
        uow.library.delete_clips(world.user, [gone])
        uow.commit()
    accepted = clip_accepted(world.user, good, 7)
    refused = ClipRefused(owner_id=world.user, clip_id=bad, code="no_video", message="It has no video.")
    contrary = [
        clip_accepted(world.user, bad, 7),
        refused.model_copy(update={"clip_id": good}),
        clip_accepted(world.user, gone, 7),
        clip_accepted(world.user, uuid4(), 7),
        clip_accepted(uuid4(), good, 7),
    ]
    assert run(deps, accepted, refused, *contrary, accepted, refused) == []
    rows = world.sql("SELECT id, state, code FROM clips WHERE id IN (:a, :b, :c)", a=good, b=bad, c=gone)
    assert {row.id: (row.state, row.code) for row in rows} == {
        good: ("ready", None),
        bad: ("rejected", "no_video"),
        gone: ("deleted", None),
    }
    assert [push for _, push in world.pusher.told] == [
        ClipChanged(project_id=world.project, clip_id=good, state="ready"),
        ClipChanged(project_id=world.project, clip_id=bad, state="rejected", code="no_video"),
    ]


@pytest.mark.parametrize("name", ["poster_key", "filmstrip_key", "waveform_key", "proxy_key"])
def test_a_clip_is_not_shown_with_what_is_somebody_elses(world: World, deps: record.Dependencies, name: str) -> None:
    clip = world.add_clip(7, ready=False)
    foreign = f"derived/{uuid4()}/{uuid4()}/{name.removesuffix('_key')}.jpg"
    fact = clip_accepted(world.user, clip, 7).model_copy(update={name: foreign})
    assert run(deps, fact) == ["0"]
    assert world.sql("SELECT state FROM clips WHERE id = :c", c=clip)[0].state == "expected"
