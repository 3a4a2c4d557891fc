"""The audit log: who did what that matters. Rows are added; no function may change one."""

from sqlalchemy import BigInteger, Column, Identity, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from medley.db.tables.columns import metadata, time_column

audit_events = Table(
    "audit_events",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    time_column("at", now=True),
    Column("action", Text, nullable=False),  # domain.audit.Action
    Column("user_id", Uuid),  # whose account it is about; no foreign key: the log outlives what it is about
    Column("actor_id", Uuid),  # who did it, if known
    Column("network", Text, nullable=False, server_default=""),  # from where, as limits count it
    Column("detail", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Index(None, "user_id", "id"),
    Index(None, "user_id", "action", "at"),
    Index(None, "at"),
)
