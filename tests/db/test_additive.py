"""A migration only adds: the code of the release before works with the schema after it, so it can be deployed again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.pool import NullPool

from local.database.postgres import Postgres
from medley.db import migrations
from medley.db.engine import make_engine

_COLUMNS = text("""
    SELECT table_name || '.' || column_name AS name, udt_name AS kind, is_nullable = 'NO' AS required,
           column_default IS NOT NULL OR is_identity = 'YES' OR is_generated = 'ALWAYS' AS given
    FROM information_schema.columns WHERE table_schema = 'public'
""")
_RULES = text("""
    SELECT r.rel::text AS on_table, r.name, r.rule, ARRAY(
        SELECT r.rel::text || '.' || attname FROM pg_attribute WHERE attrelid = r.rel AND attnum = ANY (r.of)
    ) AS columns
    FROM (
        SELECT conrelid::regclass AS rel, conname::text AS name, pg_get_constraintdef(oid) AS rule, conkey AS of
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'x')
        UNION ALL
        SELECT indrelid::regclass, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indkey::int2[]
        FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
        WHERE indisunique AND relnamespace = 'public'::regnamespace
    ) r
""")


class Column(NamedTuple):
    kind: str
    required: bool  # NOT NULL
    given: bool  # whoever says nothing is given a value


@dataclass(frozen=True)
class Schema:
    """What code may lean on, by name."""

    columns: Mapping[str, Column]
    rules: Mapping[str, tuple[str, frozenset[str]]]  # and of which columns

    @classmethod
    def of(cls, connection: Connection) -> "Schema":
        columns = {row.name: Column(row.kind, row.required, row.given) for row in connection.execute(_COLUMNS)}
        rules = {f"{row.on_table}.{row.name}": (row.rule, frozenset(row.columns)) for row in connection.execute(_RULES)}
        return cls(columns, rules)

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(name.partition(".")[0] for name in self.columns)


def narrowed(before: Schema, after: Schema) -> Iterator[str]:
    """What code that was written for `before` cannot do any more. A column that is renamed is dropped."""
    for name, column in before.columns.items():
        now = after.columns.get(name)
        if now is None:
            yield f"drops {name}"
        elif now.kind != column.kind:
            yield f"retypes {name}"
        elif (now.required and not column.required) or (now.required and column.given and not now.given):
            yield f"requires {name}"
    for name, column in after.columns.items():
        old_table = name.partition(".")[0] in before.tables
        if old_table and name not in before.columns and column.required and not column.given:
            yield f"requires {name}"
    for name, (rule, columns) in after.rules.items():
        if columns & before.columns.keys() and before.rules.get(name, ("",))[0] != rule:
            yield f"constrains {name}"


FIRST = "before the first deployment: no account had a release to go back to"
LOOSENS = "a rule that refuses less than the one it replaces"
EXCEPTIONS: Mapping[str, tuple[str, frozenset[str]]] = {
    "0004": (
        FIRST,
        frozenset(
            {
                "requires outputs.title",
            }
        ),
    ),
    "0007": (
        FIRST,
        frozenset(
            {
                "constrains outbox.ck_outbox_body_or_task",
                "constrains outputs.ck_outputs_i9_made_has_parts",
                "constrains tasks.ck_tasks_i14_in_turn",
                "constrains tasks.uq_tasks_generation_id_index",
                "drops generations.frames_done",
                "drops generations.frames_total",
                "drops generations.stage",
                "drops generations.stages",
                "drops generations.unit_price",
                "drops outputs.frames",
                "drops outputs.key",
                "drops outputs.poster_key",
                "drops outputs.samples",
                "drops outputs.sha256",
                "drops outputs.size_bytes",
                "drops tasks.frames",
                "drops tasks.frames_done",
                "drops tasks.payload",
                "drops tasks.prints",
                "drops tasks.stage",
                "requires generations.price",
                "requires outputs.media_type",
                "requires outputs.price",
                "requires outputs.task",
                "requires outputs.work",
                "requires tasks.operation",
                "requires tasks.plan_length",
                "requires tasks.plan_start",
                "requires tasks.title",
                "requires tasks.unlocks",
                "requires tasks.waiting_on",
                "requires tasks.work",
                "retypes tasks.outputs",
            }
        ),
    ),
    "0014": (
        FIRST,
        frozenset(
            {
                "drops tasks.closed_at",
                "drops tasks.seen_at",
                "drops tasks.unstarted",
            }
        ),
    ),
    "0016": (
        LOOSENS,
        frozenset(
            {
                "constrains group_clips.fk_group_clips_clip_id",
            }
        ),
    ),
    "0020": (
        LOOSENS,
        frozenset(
            {
                "constrains holds.ck_holds_amount",
                "constrains outputs.ck_outputs_i7_price",
            }
        ),
    ),
}


@pytest.fixture(scope="module")
def history(postgres: Postgres) -> dict[str, tuple[Schema, Schema]]:
    """The schema before and after each migration but the first."""
    from alembic.script import ScriptDirectory

    postgres.create_database("additive")
    url = postgres.url("additive")
    engine = make_engine(url, poolclass=NullPool)
    revisions = [each.revision for each in ScriptDirectory.from_config(migrations._config()).walk_revisions()][::-1]
    schemas = []
    for revision in revisions:
        migrations.upgrade(url, revision)
        with engine.connect() as connection:
            schemas.append(Schema.of(connection))
    return dict(zip(revisions[1:], pairwise(schemas), strict=True))


def test_migrations_only_add(history: dict[str, tuple[Schema, Schema]]) -> None:
    """Whoever has to narrow something lets a release go by in which nothing uses it, and names it above."""
    found = {revision: set(narrowed(*schemas)) for revision, schemas in history.items()}
    assert {revision: lost for revision, lost in found.items() if lost} == {
        revision: set(lost) for revision, (_, lost) in EXCEPTIONS.items()
    }


@pytest.mark.parametrize(
    ("statement", "lost"),
    [
        ("ALTER TABLE users DROP COLUMN name", {"drops users.name"}),
        ("ALTER TABLE users RENAME COLUMN name TO called", {"drops users.name", "requires users.called"}),
        ("ALTER TABLE users ALTER COLUMN disabled_at SET NOT NULL", {"requires users.disabled_at"}),
        ("ALTER TABLE users ALTER COLUMN role DROP DEFAULT", {"requires users.role"}),
        ("ALTER TABLE users ADD COLUMN shoe_size int NOT NULL", {"requires users.shoe_size"}),
        ("ALTER TABLE users ALTER COLUMN name TYPE varchar(9)", {"retypes users.name"}),
        ("ALTER TABLE users ADD CONSTRAINT short CHECK (length(name) < 9)", {"constrains users.short"}),
        ("CREATE UNIQUE INDEX one_name ON users (name)", {"constrains users.one_name"}),
        ("ALTER TABLE users ADD COLUMN shoe_size int NOT NULL DEFAULT 0 CHECK (shoe_size >= 0)", set()),
        ("CREATE TABLE shoes (size int NOT NULL CHECK (size > 0), user_id uuid REFERENCES users (id))", set()),
        ("CREATE INDEX by_name ON users (name)", set()),
    ],
)
def test_what_narrows_a_schema_is_found(engine: Engine, statement: str, lost: set[str]) -> None:
    with engine.connect() as connection:
        before = Schema.of(connection)
        connection.execute(text(statement))
        assert set(narrowed(before, Schema.of(connection))) == lost
        connection.rollback()
