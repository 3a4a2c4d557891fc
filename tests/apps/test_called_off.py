"""A worker learns soon that nobody waits for its task, and then it neither works nor speaks."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from medley.apps.video_mixer.execution.attempts import require_time
from medley.contracts import keys, plans
from medley.contracts.work import Work
from medley.domain.generations import Plan, PlannedTask
from medley.errors import Unavailable
from medley.ports.cloud import Message
from medley.ports.worker import Operation, WorkerContext
from medley.runtime import called_off, tasks
from medley.runtime.called_off import CalledOff
from medley.runtime.observability import logger
from tests.flows.events import sqs_event
from tests.flows.fakes import FakeQueue, FakeStore

OWNER, GENERATION = UUID(int=1), UUID(int=2)
LEFT_S = 300.0


class Payload(BaseModel):
    """Nothing."""


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def work(store: FakeStore) -> Work:
    """A task of a stored plan."""
    task = PlannedTask(0, "make", "render", "A task", 1, (1,), {}, makes=())
    written = plans.write(Plan(1, 1, (), (task,)))
    (place,) = written.places
    store.write(written.content, keys.plan(OWNER, written.digest), "application/gzip")
    return Work(
        app="toy",
        operation="make",
        lane="render",
        owner_id=OWNER,
        generation_id=GENERATION,
        task_id=UUID(int=3),
        deadline=datetime(2100, 1, 1, tzinfo=UTC),
        plan=written.digest,
        start=place.start,
        length=place.length,
    )


def run(work: Work, store: FakeStore, do: Callable[[WorkerContext], None], folder: Path) -> list[Message]:
    """Give a worker the message; it is acknowledged. Returns what the worker said."""
    queue = FakeQueue()
    operation = Operation(Payload, lambda _job, context: do(context))
    deps = tasks.Dependencies(store, queue, None, lambda _app, _name: operation, folder, 1, logger("worker"))
    context: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: LEFT_S * 1000)
    answer = tasks.process(sqs_event(work.model_dump_json(), queue="render"), context, deps)
    assert answer == {"batchItemFailures": []}
    return queue.sent


def end(store: FakeStore) -> None:
    store.objects.add(keys.ended(OWNER, GENERATION))


def never(_: WorkerContext) -> None:
    raise AssertionError("nobody waits for it")


def test_a_command_of_an_ended_generation_is_acknowledged_unworked(
    work: Work, store: FakeStore, tmp_path: Path
) -> None:
    end(store)
    assert run(work, store, never, tmp_path) == []


def test_so_is_one_past_its_deadline(work: Work, store: FakeStore, tmp_path: Path) -> None:
    late = work.model_copy(update={"deadline": datetime.now(UTC) - timedelta(seconds=1)})
    assert run(late, store, never, tmp_path) == []


def test_no_further_piece_is_begun(work: Work, store: FakeStore, tmp_path: Path) -> None:
    """Ordered and cancelled: what it costs us is the piece that was begun."""
    made: list[int] = []

    def pieces(context: WorkerContext) -> None:
        for piece in range(5):
            require_time(context)
            made.append(piece)
            end(store)

    assert run(work, store, pieces, tmp_path) == []
    assert made == [0]


def test_within_a_piece_its_time_is_over_at_once(
    work: Work, store: FakeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(called_off.CalledOff.__init__, "__kwdefaults__", {"look_s": 0.01})

    def piece(context: WorkerContext) -> None:
        assert context.remaining_s() == LEFT_S
        end(store)
        gives_up_at = time.monotonic() + 30
        while context.remaining_s() > 0:
            assert time.monotonic() < gives_up_at
            time.sleep(0.01)
        raise Unavailable("FFmpeg was stopped.", code="out_of_time")

    assert run(work, store, piece, tmp_path) == []


def test_a_store_that_does_not_answer_calls_nothing_off(
    work: Work, store: FakeStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.down = True
    with CalledOff(work, store) as watch, caplog.at_level(logging.WARNING):
        assert not watch.look()
        store.down = False
        assert not watch.look()
        end(store)
        assert watch.look()
        store.down = True
        assert watch.look()  # it stays known
    assert "not known whether this is wanted" in caplog.text
