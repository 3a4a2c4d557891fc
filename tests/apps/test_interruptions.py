"""A worker that cannot go on says why, and whether it got further, so that what always fails is given up in time."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from cli.directory_store import DirectoryStore
from medley.contracts import keys, plans
from medley.contracts.facts import TaskFinished, TaskInterrupted, read_fact
from medley.contracts.work import Work
from medley.domain.generations import Plan, PlannedTask
from medley.domain.retries import Trouble
from medley.errors import Unavailable
from medley.limits import MESSAGE_BYTES
from medley.ports.worker import Operation, WorkerContext
from medley.runtime import tasks
from medley.runtime.observability import logger
from tests.flows.events import sqs_event
from tests.flows.fakes import FakeQueue

OWNER, GENERATION = UUID(int=1), UUID(int=2)


class Payload(BaseModel):
    pass


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "bucket")


@pytest.fixture
def attempt(store: DirectoryStore, tmp_path: Path) -> Callable[[Callable[[Work, WorkerContext], None]], Any]:
    """Has a worker do a task in some way; returns the last thing it says."""
    task = PlannedTask(0, "make", "render", "A task", 1, (1,), {}, makes=())
    written = plans.write(Plan(1, 1, (), (task,)))
    (place,) = written.places
    store.write(written.content, keys.plan(OWNER, written.digest), "application/gzip")
    work = Work(
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

    def run(do: Callable[[Work, WorkerContext], None]) -> Any:
        queue = FakeQueue()
        operation = Operation(Payload, lambda job, context: do(job.work, context))
        deps = tasks.Dependencies(store, queue, None, lambda _app, _name: operation, tmp_path, 1, logger("worker"))
        context: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)
        assert tasks.process(sqs_event(work.model_dump_json(), queue="render"), context, deps) == {
            "batchItemFailures": []
        }
        return read_fact(queue.sent[-1].body)

    return run


@pytest.mark.parametrize("stored_by", ["write", "upload"])
def test_what_was_there_before_is_no_step_further(attempt: Any, tmp_path: Path, stored_by: str) -> None:
    """Or work that stores something and then fails, each time anew, would be done again until its deadline."""
    (tmp_path / "page").write_bytes(b"one page")

    def first_page_and_no_more(_: Work, context: WorkerContext) -> None:
        if stored_by == "write":
            context.store.write(b"one page", "segments/page", "image/png")
        else:
            context.store.upload(tmp_path / "page", "segments/page", "image/png")
        raise ZeroDivisionError

    for further in (True, False, False):
        said = attempt(first_page_and_no_more)
        assert (said.trouble, said.further) == (Trouble.BROKEN, further)


def test_an_outage_after_something_new_is_a_step_further(attempt: Any) -> None:
    def stopped(_: Work, context: WorkerContext) -> None:
        context.store.write(b"x", "segments/new", "image/png")
        raise Unavailable("gone")

    said = attempt(stopped)
    assert isinstance(said, TaskInterrupted)
    assert (said.trouble, said.further) == (Trouble.OUTAGE, True)


def test_a_fact_no_queue_takes_is_a_fault_and_no_outage(attempt: Any) -> None:
    """At the limit it is sent; one past it nobody can ever send it, so waiting is for nothing."""

    def tells(characters: int) -> Callable[[Work, WorkerContext], None]:
        return lambda work, context: context.report(TaskFinished(**work.about, detail={"x": "x" * characters}))

    said = attempt(tells(1))
    around = len(said.model_dump_json()) - 1
    assert isinstance(attempt(tells(MESSAGE_BYTES - around - 9)), TaskFinished)  # a time may be some digits longer
    refused = attempt(tells(MESSAGE_BYTES))
    assert isinstance(refused, TaskInterrupted)
    assert (refused.trouble, refused.code) == (Trouble.BROKEN, "fact_too_long")
