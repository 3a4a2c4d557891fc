"""The world of the flow tests."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from functions.sweep import handler as sweep
from medley.db.unit_of_work import SqlUnitOfWork
from medley.runtime.observability import logger
from tests.flows.events import Context
from tests.flows.fakes import FakeStore
from tests.flows.world import World

Sweep = Callable[..., Mapping[str, int]]


@pytest.fixture
def world(unit_of_work: Callable[[], SqlUnitOfWork]) -> World:
    """A user with 1,000 credits and a project of four ready clips."""
    return World.of(unit_of_work)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def metrics() -> Counter[str]:
    """What sweeps published, added up."""
    return Counter()


@pytest.fixture
def run_sweep(world: World, store: FakeStore, metrics: Counter[str]) -> Sweep:
    """One pass of the sweep function, then what it missed is heard; returns what it did, without the zeros and without
    what it merely looked at."""
    deps = sweep.Dependencies(
        unit_of_work=world.unit_of_work,
        queue=world.queue,
        pusher=world.pusher,
        store=store,
        bucket="bucket",
        metrics=metrics.update,
        logger=logger("sweep"),
    )

    def run(context: Context | None = None, **event: Any) -> Mapping[str, int]:
        summary = sweep.handle(event, context or Context("sweep"), deps)  # type: ignore[arg-type]  # as much of it as is read
        world.hear()
        return {name: count for name, count in summary.items() if count and not name.endswith("looked_at")}

    return run
