"""Many rows of one table in few statements."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that name the same columns: SQLAlchemy puts up to a thousand into a statement where it returns
    something, and sends one each where it does not."""
    if rows:
        connection.execute(insert(table).returning(*table.primary_key), list(rows)).all()
