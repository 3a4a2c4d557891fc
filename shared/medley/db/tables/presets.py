"""Presets."""

from sqlalchemy import Column, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from medley.db.tables.columns import id_column, metadata, reference, time_column

presets = Table(
    "presets",
    metadata,
    id_column(),
    reference("user_id", "users.id"),
    Column("app", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("spec", JSONB, nullable=False),
    time_column("created_at", now=True),
    time_column("changed_at", now=True),
    UniqueConstraint("user_id", "app", "name"),
)
