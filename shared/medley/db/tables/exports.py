"""Exports: archives of all that is kept about somebody, made when they ask."""

from sqlalchemy import BigInteger, Column, Index, Table

from medley.db.tables.columns import id_column, metadata, reference, time_column

exports = Table(
    "exports",
    metadata,
    id_column(),
    reference("user_id", "users.id"),
    time_column("created_at", now=True),
    time_column("made_at"),
    Column("size_bytes", BigInteger),
    Index(None, "user_id", "created_at"),
    Index(None, "created_at"),
)
