"""The schema's history leads to the tables the code declares."""

import json
from concurrent.futures import ThreadPoolExecutor, wait
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.pool import NullPool

from local.database.postgres import Postgres
from medley.apps.video_mixer.recipe import Recipe
from medley.db import migrations
from medley.db.engine import make_engine
from medley.db.tables import metadata
from medley.domain.accounts import network_of
from medley.errors import DatabaseUnavailable

_SCHEMA = text("""
    SELECT 'column', table_name, column_name, concat_ws(' ', data_type, udt_name, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL
    SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    ORDER BY 1, 2, 3
""")


def _schema(engine: Engine) -> list[tuple[str, str, str, str]]:
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(_SCHEMA)]
    return [row for row in rows if "alembic" not in row[1] + row[2]]


def test_migrations_give_the_declared_tables(postgres: Postgres, engine: Engine) -> None:
    postgres.create_database("declared")
    declared = make_engine(postgres.url("declared"), poolclass=NullPool)
    metadata.drop_all(declared)
    metadata.create_all(declared)
    assert _schema(engine) == _schema(declared)
    assert len({row[1] for row in _schema(engine) if row[0] == "column"}) == len(metadata.tables)


def test_upgrading_twice_is_fine(postgres_url: str, engine: Engine) -> None:
    migrations.upgrade(postgres_url)
    migrations.check(engine)


def test_two_upgrades_at_once_wait_for_each_other(postgres: Postgres) -> None:
    """Longer than a statement waits for a lock."""
    postgres.create_database("waiting")
    url = postgres.url("waiting")
    migrations.upgrade(url)
    first = make_engine(url, poolclass=NullPool)
    with first.connect() as connection, ThreadPoolExecutor(1) as pool:
        connection.execute(text("ALTER DATABASE waiting SET lock_timeout = '50ms'"))
        connection.commit()
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": migrations._UPGRADE_LOCK})
        second = pool.submit(migrations.upgrade, url)
        assert wait([second], timeout=0.5).not_done
        connection.rollback()
        second.result()


def test_an_empty_or_older_database_is_behind(postgres: Postgres) -> None:
    postgres.create_database("behind")
    behind = make_engine(postgres.url("behind"), poolclass=NullPool)
    with pytest.raises(DatabaseUnavailable) as caught:
        migrations.check(behind)
    assert caught.value.code == "schema_behind"


def test_no_database_is_unavailable() -> None:
    nowhere = make_engine("postgresql://postgres@127.0.0.1:1/none", poolclass=NullPool)
    with pytest.raises(DatabaseUnavailable):
        migrations.check(nowhere)
    with pytest.raises(DatabaseUnavailable):
        migrations.upgrade("postgresql://postgres@127.0.0.1:1/none")


def test_titles_move_out_of_stored_recipes(postgres: Postgres) -> None:
    postgres.create_database("older")
    url = postgres.url("older")
    migrations.upgrade(url, "0003")
    engine = make_engine(url, poolclass=NullPool)
    recipe = {
        "title": "First",
        "shots": [],
        "transition": None,
        "pieces": [{"digest": "a" * 64, "frames": 30}],
        "sounds": [
            {"digest": None, "frames": 10, "overlap": 0, "volume": 100},
            {"digest": "b" * 64, "frames": 20, "overlap": 0, "volume": 30},
        ],
    }
    row = {"generation": uuid4(), "recipe": json.dumps(recipe)}
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # a row that belongs to no generation
        connection.execute(
            text(
                "INSERT INTO outputs (generation_id, n, frames, fingerprint, recipe, seq)"
                " VALUES (:generation, 1, 30, 'f', :recipe, 1)"
            ),
            row,
        )
    migrations.upgrade(url, "0004")
    with engine.connect() as connection:
        title, stored = connection.execute(text("SELECT title, recipe FROM outputs")).one()
    read = Recipe.model_validate(stored)
    assert title == "First"
    assert [sound.volume_percent for sound in read.sounds] == [100, 30]


def test_sessions_are_given_devices_that_nobody_trusts(postgres: Postgres) -> None:
    postgres.create_database("devices")
    url = postgres.url("devices")
    migrations.upgrade(url, "0020")
    engine = make_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        user, session = uuid4(), uuid4()
        connection.execute(
            text("INSERT INTO users (id, email, name, password_hash) VALUES (:u, 'a@x.io', 'A', '-')"), {"u": user}
        )
        connection.execute(
            text("INSERT INTO sessions (id, user_id, refresh_hash, expires_at) VALUES (:s, :u, 'x', now())"),
            {"s": session, "u": user},
        )
    migrations.upgrade(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT d.id, s.device_id, d.trusted FROM devices d, sessions s")).one()
    assert tuple(found) == (session, session, False)


def test_nobody_changes_the_audit_log(engine: Engine) -> None:
    asked = "SELECT has_table_privilege(:role, 'audit_events', :right)"
    rights = {"medley_api": {"SELECT", "INSERT"}, "medley_jobs": {"SELECT", "INSERT", "DELETE"}}
    with engine.connect() as connection:
        for role, granted in rights.items():
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                found = connection.execute(text(asked), {"role": role, "right": right}).scalar_one()
                assert found == (right in granted), (role, right)


def test_sessions_are_given_the_network_they_were_begun_from(postgres: Postgres) -> None:
    postgres.create_database("networks")
    url = postgres.url("networks")
    migrations.upgrade(url, "0006")
    engine = make_engine(url, poolclass=NullPool)
    addresses = ["192.0.2.1", "2001:db8:0:1:a::1", "2001:0DB8::1", "fe80::1", "", "no:address"]
    with engine.begin() as connection:
        user = uuid4()
        connection.execute(
            text("INSERT INTO users (id, email, name, password_hash) VALUES (:u, 'a@x.io', 'A', '-')"), {"u": user}
        )
        for address in addresses:
            connection.execute(
                text(
                    "INSERT INTO sessions (id, user_id, refresh_hash, address, expires_at)"
                    " VALUES (:id, :u, :h, :a, now())"
                ),
                {"id": uuid4(), "u": user, "h": address, "a": address},
            )
    migrations.upgrade(url)
    with engine.connect() as connection:
        found = dict(connection.execute(text("SELECT address, network FROM sessions")).all())
    assert found == {address: network_of(address, 64) for address in addresses}
