"""Statements as they are sent, and how PostgreSQL would find their rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, event

_KINDS: Final = ("SELECT", "WITH", "UPDATE", "DELETE")  # INSERT finds nothing


@dataclass(frozen=True)
class Statement:
    """SQL with psycopg's placeholders, and what stood for them when it was sent first."""

    sql: str
    values: Any

    def explain(self, connection: psycopg.Connection[Any], *options: str) -> dict[str, Any]:
        """The plan as PostgreSQL's JSON. With `ANALYZE` among the options it is carried out; the caller undoes it."""
        with psycopg.ClientCursor(connection) as cursor:
            cursor.execute(f"EXPLAIN ({', '.join([*options, 'FORMAT JSON'])}) {self.sql}", self.values)  # type: ignore[arg-type]
            row = cursor.fetchone()
        found: dict[str, Any] = (row or ["[]"])[0][0]
        return found


@contextmanager
def recorded(engine: Engine) -> Iterator[dict[str, Statement]]:
    """Collect the statements an engine sends within the block, each once, by their text."""
    found: dict[str, Statement] = {}

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        if sql.lstrip().startswith(_KINDS):
            found.setdefault(sql, Statement(sql, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def nodes(plan: dict[str, Any], *, limited: bool = False) -> Iterator[tuple[dict[str, Any], bool]]:
    """A plan's nodes from the top down, each with whether a LIMIT above it ends it early."""
    yield plan, limited
    limited = (limited and plan["Node Type"] not in {"Sort", "Aggregate", "Hash"}) or plan["Node Type"] == "Limit"
    for below in plan.get("Plans", ()):
        yield from nodes(below, limited=limited)
