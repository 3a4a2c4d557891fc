"""Captured releases, read: what each kept and said. See README.md."""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from local.database.postgres import Postgres
from medley.db import migrations
from medley.db.engine import make_engine
from tests.flows.fakes import FakeStore

FOLDERS = {path.name.removeprefix("revision_"): path for path in sorted(Path(__file__).parent.glob("revision_*"))}
REVISIONS = list(FOLDERS)
_ABOUT = {"revision", "at", "orders", "password"}


@cache
def kept(revision: str) -> dict[str, Any]:
    """`rows.json` of a release."""
    return _read(revision, "rows")


@cache
def messages(revision: str) -> dict[str, dict[str, Any]]:
    """`messages.json` of a release: by queue, by kind."""
    return _read(revision, "messages")


@cache
def tokens(revision: str) -> dict[str, Any]:
    """`tokens.json` of a release."""
    return _read(revision, "tokens")


def store(revision: str) -> FakeStore:
    """A store with the plans of a release, `plans.json`, if it had any; the media themselves are not captured."""
    if not (FOLDERS[revision] / "plans.json").exists():
        return FakeStore()
    plans = {key: base64.b64decode(content) for key, content in _read(revision, "plans").items()}
    return FakeStore(contents=plans, objects=set(plans))


def fill(connection: Connection, revision: str) -> None:
    """Put a release's rows into an empty database of its revision, as if they had been captured this moment: what is
    older than it may be kept would be gone."""
    found = kept(revision)
    for table, rows in found.items():
        if table in _ABOUT or not rows:
            continue
        columns = ", ".join(f'"{name}"' for name in rows[0])
        given = f'SELECT {columns} FROM jsonb_populate_recordset(NULL::"{table}", CAST(:rows AS jsonb))'  # noqa: S608 - our own
        statement = text(f'INSERT INTO "{table}" ({columns}) OVERRIDING SYSTEM VALUE {given}')
        connection.execute(statement, {"rows": json.dumps(rows)})
    counted = text("""
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND (is_identity = 'YES' OR column_default LIKE 'nextval(%')
    """)
    for table, column in connection.execute(counted).all():  # else they begin again with ids that are taken
        last = f'SELECT setval(pg_get_serial_sequence(\'"{table}"\', \'{column}\'), max("{column}")) FROM "{table}"'  # noqa: S608
        connection.execute(text(last))
    times = text("""
        SELECT table_name, array_agg(column_name::text) FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type = 'timestamp with time zone' GROUP BY table_name
    """)
    for table, columns in connection.execute(times).all():
        moved = ", ".join(f'"{column}" = "{column}" + (now() - CAST(:at AS timestamptz))' for column in columns)
        connection.execute(text(f'UPDATE "{table}" SET {moved}'), {"at": found["at"]})  # noqa: S608 - our own names


def upgraded(postgres: Postgres, name: str, revision: str) -> Engine:
    """A new database with the rows of a release, brought to the newest revision."""
    postgres.create_database(name)
    url = postgres.url(name)
    migrations.upgrade(url, revision)
    engine = make_engine(url, pool_size=20, max_overflow=100)
    with engine.begin() as connection:
        fill(connection, revision)
    migrations.upgrade(url)
    return engine


def _read(revision: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDERS[revision] / f"{name}.json").read_text())
    return found
