"""Whatever a schedule asks has an index for it: no query of sweep or relay takes longer because the database is old."""

import re
from collections.abc import Iterator
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
from medley.runtime.observability import logger
from tests.flows.events import Context
from tests.flows.fakes import FakePusher, FakeQueue, FakeStore

SMALL = Size(users=500, outputs=5_000, clips=1_000, entries=5_000)


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
def scheduled(filled: Engine) -> list[Statement]:
    """What one run of each scheduled function asks."""

    def unit_of_work() -> SqlUnitOfWork:
        return SqlUnitOfWork(filled)

    with unit_of_work() as uow:
        assert {number: rows for number, rows in uow.invariants.broken(sample=5).items() if rows} == {}
    queue, context = FakeQueue(), Context()
    with recorded(filled) as statements:
        relay.handle({}, context, relay.Dependencies(unit_of_work, queue, logger("relay")))  # type: ignore[arg-type]
        swept = sweep.handle(
            {},
            context,  # type: ignore[arg-type]
            sweep.Dependencies(
                unit_of_work,
                queue,
                FakePusher(),
                FakeStore(),
                "bucket",
                lambda _: None,
                logger("sweep"),
            ),
        )
    assert swept["rounds_looked_at"] > 0
    return list(statements.values())


def test_every_scheduled_query_is_seen(scheduled: list[Statement]) -> None:
    asked = " ".join(statement.sql for statement in scheduled)
    tables = set(re.findall(r"(?:FROM|UPDATE|JOIN) (\w+)", asked))
    assert tables >= {"clips", "assets", "entries", "generations", "holds", "idempotency", "outbox", "outputs"}
    assert tables >= {"sessions", "sign_in_failures", "sockets", "tasks", "users", "wallets"}


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
    for index, table in {"ix_clips_expected": "clips", "ix_entries_created_at": "entries"}.items():
        connection.execute(f"DROP INDEX {index}")  # type: ignore[arg-type]
        found = readers(connection, scheduled)
        assert any(table in sql for sql in found), index
        connection.rollback()
        _forbid_scans(connection)


def _forbid_scans(connection: psycopg.Connection[Any]) -> None:
    """Tables this small are read whole and sorted wherever that is allowed."""
    connection.execute("SET enable_seqscan = off")
    connection.execute("SET enable_bitmapscan = off")


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
