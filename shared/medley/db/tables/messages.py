"""The outbox: what must be sent after a commit; and answers that requests were given."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from medley.db.tables.columns import metadata, time_column

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("queue", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("body", Text),  # or
    Column("task_id", Uuid),  # the task whose command it is, made when it is sent
    Column("attempt", Integer),
    Column("trace", Text),  # what it was promised in
    time_column("created_at", now=True),
    time_column("not_before"),  # it is not shown earlier: the queue keeps it back
    time_column("claimed_until"),  # a sender has it until then; no transaction stays open while it sends
    time_column("published_at"),
    CheckConstraint("(body IS NULL) = (task_id IS NOT NULL AND attempt IS NOT NULL)", name="body_or_task"),
    Index("ix_outbox_unpublished", "id", postgresql_where=text("published_at IS NULL")),
    Index("ix_outbox_published", "published_at", postgresql_where=text("published_at IS NOT NULL")),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("user_id", Uuid, ForeignKey("users.id"), primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),  # SHA-256 of the request
    Column("body", JSONB),  # the answer; null only inside the transaction of the first request
    time_column("created_at", now=True),
    Index(None, "created_at"),
)
