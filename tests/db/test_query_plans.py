"""Whatever a schedule asks has an index for it: no query of sweep or relay takes longer because the database is old."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text

from bench.filled_database import Size, fill
from bench.query_plans import Statement, nodes, recorded
from functions.relay import handler as relay
from functions.sweep import handler as sweep
from local.database.postgres import Postgres
from medley.db import migrations
from medley.db.engine import make_engine
from medley.db.tables import metadata
from medley.db.unit_of_work import SqlUnitOfWork
from medley.domain.retries import Dead
from medley.limits import TASK_ATTEMPTS
from medley.ports.generations import TaskRef
from medley.runtime.observability import logger
from medley.services import audit, bundle_sweep, ended, erasure, outbox, rescue, volumes
from medley.services import sweep as sweeping
from tests.flows.events import Context
from tests.flows.fakes import FakePusher, FakeQueue, FakeStore

SMALL = Size(users=500, outputs=15_000, clips=2_000, entries=5_000)
SERVICES: tuple[ModuleType, ...] = (audit, bundle_sweep, ended, outbox, rescue, sweep, sweeping, volumes)
# What an ordinary minute has nothing of: each step finds something to do.
HAPPENED = (
    "UPDATE generations SET deadline = now() - interval '1 minute'"
    " WHERE id = (SELECT id FROM generations WHERE state = 'running' ORDER BY id LIMIT 1)",
    "UPDATE generations SET planned_at = NULL, plan_sent_at = now() - interval '1 hour'"
    " WHERE id = (SELECT id FROM generations WHERE state = 'running' ORDER BY id DESC LIMIT 1)",
    "UPDATE tasks SET heartbeat_at = now() - interval '1 hour' WHERE state = 'sent'",
    "UPDATE tasks SET outputs = decode(repeat('ff', 7), 'hex') WHERE state = 'sent' AND index > 8",  # of the others all
    "UPDATE bundles SET state = 'making', ended_at = NULL, objects_removed_at = NULL, deadline = now() + interval '1 h'"
    " WHERE id IN (SELECT id FROM bundles ORDER BY id DESC LIMIT 4)",
    "UPDATE bundles SET deadline = now() - interval '1 minute'"
    " WHERE id = (SELECT id FROM bundles WHERE state = 'making' ORDER BY id LIMIT 1)",
    "UPDATE bundle_volumes SET state = 'sent', settled_at = NULL, size_bytes = NULL,"
    " heartbeat_at = now() - interval '1 hour' WHERE bundle_id IN (SELECT id FROM bundles WHERE state = 'making')",
    "UPDATE bundle_volumes SET faults = 4 WHERE bundle_id ="
    " (SELECT id FROM bundles WHERE state = 'making' ORDER BY id DESC LIMIT 1)",
    "UPDATE clips SET created_at = now() - interval '9 days' WHERE state = 'expected'",
    "UPDATE assets SET created_at = now() - interval '9 days' WHERE state = 'expected'",
    "UPDATE clips SET state = 'deleted', deleted_at = now() - interval '9 days'"
    " WHERE id = (SELECT id FROM clips WHERE state = 'ready' ORDER BY id OFFSET 400 LIMIT 1)",
    "UPDATE users SET deleted_at = now() - interval '2 days' WHERE id = (SELECT id FROM users ORDER BY id LIMIT 1)",
    "UPDATE sockets SET connected_at = now()",
)


@dataclass
class Noted:
    """A repository that notes which of its functions were called, as `bundles.sent`."""

    name: str
    behind: Any
    called: set[str]

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.behind, name)
        if not callable(found):
            return Noted("uploads", found, self.called)  # clips' and assets' are one
        self.called.add(f"{self.name}.{name}")
        return found


@dataclass
class World:
    """What the schedules work with, and what they call."""

    engine: Engine
    queue: FakeQueue = field(default_factory=FakeQueue)
    pusher: FakePusher = field(default_factory=FakePusher)
    called: set[str] = field(default_factory=set)

    def unit_of_work(self) -> Any:
        """A unit of work whose repositories note what is called."""
        names = [name for name, each in vars(SqlUnitOfWork).items() if isinstance(each, cached_property)]

        def noted(name: str) -> Any:
            return property(lambda uow: Noted(name, vars(SqlUnitOfWork)[name].func(uow), self.called))

        return type("NotedUnitOfWork", (SqlUnitOfWork,), {name: noted(name) for name in names})(self.engine)

    def one(self, query: str) -> Any:
        with self.engine.begin() as connection:
            return connection.execute(text(query)).first()

    def relay(self) -> None:
        relay.handle({}, Context(), relay.Dependencies(self.unit_of_work, self.queue, logger("relay")))  # type: ignore[arg-type]

    def sweep(self, **event: bool) -> dict[str, int]:
        parts = (self.unit_of_work, self.queue, self.pusher, FakeStore(), "bucket", lambda _: None, logger("sweep"))
        return sweep.handle(event, Context(), sweep.Dependencies(*parts))  # type: ignore[arg-type]

    def give_up(self) -> None:
        """A task whose command dies as often as it may."""
        with self.engine.begin() as connection:
            connection.execute(text("UPDATE tasks SET faults = :n WHERE state = 'sent'"), {"n": TASK_ATTEMPTS - 1})
        task = self.one("SELECT generation_id, id, attempt FROM tasks WHERE state = 'sent' ORDER BY id DESC LIMIT 1")
        with self.unit_of_work() as uow:
            rescue.happened(uow, TaskRef(task.generation_id, task.id), Dead(task.attempt))
            uow.commit()

    def erase(self) -> None:
        """Somebody deletes the account while an order runs."""
        user = self.one("SELECT user_id FROM generations WHERE state = 'running' LIMIT 1").user_id
        with self.unit_of_work() as uow:
            erasure.erase(uow, user)
            uow.commit()


@pytest.fixture(scope="module")
def filled(postgres: Postgres) -> Iterator[Engine]:
    """A small database of every kind of row, two years old."""
    postgres.create_database("filled")
    migrations.upgrade(postgres.url("filled"))
    fill(postgres.url("filled"), SMALL)
    engine = make_engine(postgres.url("filled"))
    with engine.begin() as connection:  # plans follow the statistics of the fill, however long the tests take
        for table in metadata.tables:
            connection.execute(text(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)'))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def world(filled: Engine) -> World:
    return World(filled)


@pytest.fixture(scope="module")
def scheduled(world: World) -> list[Statement]:
    """What the scheduled functions ask in an ordinary minute, in one in which everything happens, and after a loss of
    the queues; and what follows for tasks that are given up, and for accounts that are deleted."""
    with world.unit_of_work() as uow:
        assert {number: rows for number, rows in uow.invariants.broken(sample=5).items() if rows} == {}
    with recorded(world.engine) as statements:
        world.relay()
        assert world.sweep()["rounds_looked_at"] > 0
    with world.engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for statement in HAPPENED:
            assert connection.execute(text(statement)).rowcount > 0, statement
    with recorded(world.engine) as more:
        done = world.sweep()
        world.sweep(queues_lost=True)
        world.give_up()
        world.erase()
    steps = ("generations_ended", "orders_sent_again", "tasks_missed", "bundles_ended", "volumes_rescued")
    assert all(done[step] for step in (*steps, "clips_rescued", "assets_rescued", "users_erased")), done
    return list({**statements, **more}.values())


def test_every_scheduled_query_is_seen(world: World, scheduled: list[Statement]) -> None:
    """Whatever function of a repository the services of the schedules name was called, and each table asked."""
    source = "".join(inspect.getsource(module) for module in SERVICES)
    named = {f"{repository}.{name}" for repository, name in re.findall(r"uow\.(\w+)\.(\w+)\(", source)}
    named |= {f"uploads.{name}" for name in re.findall(r"uploads\(uow\)\.(\w+)\(", source)}
    assert len(named) > 50
    assert sorted(named - world.called) == []
    asked = set(re.findall(r"\w+", " ".join(statement.sql for statement in scheduled)))
    assert set(metadata.tables) - asked == set()


@pytest.fixture
def connection(filled: Engine) -> Iterator[psycopg.Connection[Any]]:
    """What is changed on it is undone."""
    url = filled.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        _forbid_scans(connection)
        yield connection
        connection.rollback()


def test_no_scheduled_query_reads_a_whole_table(
    connection: psycopg.Connection[Any], scheduled: list[Statement]
) -> None:
    assert readers(connection, scheduled) == {}


def test_a_query_without_its_index_is_found(connection: psycopg.Connection[Any], scheduled: list[Statement]) -> None:
    indexes = {"ix_clips_expected": "clips", "ix_entries_created_at": "entries", "ix_users_deleted": "users"}
    for index, table in indexes.items():
        connection.execute(f"DROP INDEX {index}")  # type: ignore[arg-type]
        found = readers(connection, scheduled)
        assert any(table in sql for sql in found), index
        connection.rollback()
        _forbid_scans(connection)


def _forbid_scans(connection: psycopg.Connection[Any]) -> None:
    """Tables this small are read whole, sorted and joined wherever that is allowed."""
    for way in ("seqscan", "bitmapscan", "mergejoin", "hashjoin"):
        connection.execute(f"SET enable_{way} = off")  # type: ignore[arg-type]


def readers(connection: psycopg.Connection[Any], statements: list[Statement]) -> dict[str, list[str]]:
    """The statements that would read a whole table, with which and how."""
    query = "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL"
    partial = {name for (name,) in connection.execute(query)}
    plans = {statement.sql: statement.explain(connection)["Plan"] for statement in statements}
    return {sql: whole for sql, plan in plans.items() if (whole := list(_whole(plan, partial)))}


def _whole(plan: dict[str, Any], partial: set[str]) -> Iterator[str]:
    """The nodes of a plan that may read all of a table, or all of an index that is as large.

    A LIMIT ends a scan early only if every row counts: one that filters goes on as long as it finds too few.
    """
    for node, limited in nodes(plan):
        kind, index = node["Node Type"], node.get("Index Name")
        ends = limited and "Filter" not in node
        if kind == "Seq Scan" and not ends:
            yield f"{kind} on {node['Relation Name']}"
        if index and index not in partial and "Index Cond" not in node and not ends:
            yield f"{kind} using {index}"
