"""Long outages: nothing that can be done later fails, no credit is moved wrongly, and soon after all is done.

On a simulated clock, with the real functions and services, the topology's queues and a real PostgreSQL.
"""

import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from functions.ingest import handler as ingest
from local.database.postgres import Postgres
from medley.db import migrations
from medley.db.engine import make_engine
from medley.db.tables import metadata
from medley.domain.credits import Wallet
from medley.domain.generations import GenerationState
from medley.runtime import called_off, tasks
from tests.breadth import usual
from tests.flows.simulation import CLIPS, SERVICES, SimulatedCloud, told_by

OUTAGE_S = 15 * 60
MOMENTS = (3, 33, 64)  # seconds: while clips are read, segments made, videos joined
AFTER_S = 5 * 60
ALONE_S = 150  # all that is asked for is done by then if nothing goes wrong
TELLS_THE_SIMULATED_TIME = """
    CREATE SCHEMA simulated;
    CREATE FUNCTION simulated.now() RETURNS timestamptz STABLE LANGUAGE sql AS $$
        SELECT coalesce(to_timestamp(nullif(current_setting('simulated.now', true), '')::float8), pg_catalog.now())
    $$;
    CREATE FUNCTION simulated.clock_timestamp() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT simulated.now()';
    ALTER DATABASE simulated SET search_path = simulated, pg_catalog, public;
"""


@pytest.fixture(scope="module")
def simulated_engine(postgres: Postgres) -> Iterator[Engine]:
    """A database of the newest schema whose `now()` is the simulation's."""
    postgres.create_database("simulated")
    url = postgres.url("simulated")
    first = make_engine(url)
    with first.begin() as connection:
        connection.execute(text(TELLS_THE_SIMULATED_TIME))
    first.dispose()
    migrations.upgrade(url)
    engine = make_engine(url, pool_size=20)
    yield engine
    engine.dispose()


@pytest.fixture
def cloud(simulated_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimulatedCloud:
    """A cloud in which a person uploads four clips and orders six videos of them, twice."""
    tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    with simulated_engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    found = SimulatedCloud(simulated_engine, tmp_path)
    for module in (tasks, called_off):
        monkeypatch.setattr(module, "datetime", told_by(found.clock))
    monkeypatch.setattr(ingest, "_accepted", found.accept)
    for n in range(CLIPS):
        found.clock.at(1, lambda n=n: found.upload(n))  # type: ignore[misc]
    found.clock.at(30, lambda: found.order("first", count=6))
    found.clock.at(60, lambda: found.order("second", count=6, seed=8))
    return found


def all_is_well(cloud: SimulatedCloud) -> None:
    """Every clip accepted, every video made and paid, no credit held."""
    world = cloud.world
    assert {row.state for row in world.sql("SELECT state FROM clips")} == {"ready"}
    orders = [world.generation(row.id) for row in world.sql("SELECT id FROM generations")]
    assert [order.state for order in orders] == [GenerationState.SUCCEEDED] * 2
    spent = sum(order.price for order in orders)
    assert world.wallet() == Wallet(1_000 - spent, 0, 1_000, spent)
    assert {row.state for row in world.sql("SELECT state FROM outputs")} == {"made"}
    assert world.broken() == {}
    assert cloud.lost == 0


def test_without_an_outage_nothing_is_made_twice(cloud: SimulatedCloud) -> None:
    cloud.clock.run(ALONE_S)
    all_is_well(cloud)
    assert set(cloud.made.values()) == {1}
    assert cloud.dead.total() == 0


@pytest.mark.parametrize(
    ("service", "begins_s"), usual(list(zip(SERVICES, MOMENTS, strict=True)), list(product(SERVICES, MOMENTS)))
)
def test_a_service_that_is_gone_for_a_quarter_of_an_hour(cloud: SimulatedCloud, service: str, begins_s: int) -> None:
    cloud.outage(service, begins_s + 0.5, OUTAGE_S)
    cloud.clock.run(begins_s + OUTAGE_S + AFTER_S)
    all_is_well(cloud)


@pytest.mark.parametrize("begins_s", usual([45], [3, 45]))
def test_all_services_gone_together(cloud: SimulatedCloud, begins_s: int) -> None:
    for service in SERVICES:
        cloud.outage(service, begins_s + 0.5, OUTAGE_S)
    cloud.clock.run(begins_s + OUTAGE_S + AFTER_S)
    all_is_well(cloud)


@pytest.mark.parametrize("seed", usual([1], list(range(30))))
def test_services_gone_at_any_moment_for_any_time(cloud: SimulatedCloud, seed: int) -> None:
    chance = random.Random(seed)
    ends_s = 0.0
    for service in SERVICES:
        begins_s, lasts_s = chance.uniform(0.5, 90), chance.uniform(10, OUTAGE_S)
        cloud.outage(service, begins_s, lasts_s)
        ends_s = max(ends_s, begins_s + lasts_s)
    cloud.clock.run(ends_s + AFTER_S)
    all_is_well(cloud)


@pytest.mark.parametrize("order", usual([SERVICES], [SERVICES, SERVICES[::-1]]))
def test_one_service_gone_after_the_other(cloud: SimulatedCloud, order: tuple[str, ...]) -> None:
    for place, service in enumerate(order):
        cloud.outage(service, 45.5 + place * OUTAGE_S, OUTAGE_S)
    cloud.clock.run(45 + len(order) * OUTAGE_S + AFTER_S)
    all_is_well(cloud)


@pytest.mark.parametrize("begins_s", [32, 70])
def test_while_nobody_records_no_work_is_done_twice(cloud: SimulatedCloud, begins_s: int) -> None:
    """Facts wait for ten minutes, and with them what the sweep missed."""
    cloud.pause("record", begins_s, 600)
    cloud.clock.run(begins_s + 600 + AFTER_S)
    all_is_well(cloud)
    assert set(cloud.made.values()) == {1}
    assert {row.attempt for row in cloud.world.sql("SELECT attempt FROM tasks")} == {1}
