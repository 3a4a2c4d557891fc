"""The world of the flow tests."""

from collections.abc import Callable

import pytest

from medley.db.unit_of_work import SqlUnitOfWork
from tests.flows.world import World


@pytest.fixture
def world(unit_of_work: Callable[[], SqlUnitOfWork]) -> World:
    """A user with 1,000 credits and a project of four ready clips."""
    return World.of(unit_of_work)
