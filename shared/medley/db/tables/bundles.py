"""Bundles and their volumes: archives of outputs that somebody asked for, and where their making stands."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from medley.db.tables.columns import Numbers, id_column, metadata, reference, time_column

bundles = Table(
    "bundles",
    metadata,
    id_column(),
    reference("user_id", "users.id"),
    reference("generation_id", "generations.id"),
    Column("project_name", Text, nullable=False),  # as it was, so that all volumes name their files alike
    Column("naming", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="making"),
    Column("seq", BigInteger, nullable=False, server_default="1"),  # rises by one with each committed change
    Column("code", Text),  # why it failed
    Column("message", Text),
    time_column("created_at", now=True),
    Column("deadline", DateTime(timezone=True), nullable=False),
    time_column("ended_at"),
    time_column("objects_removed_at"),  # when sweep had taken its archives out of the bucket
    CheckConstraint("state IN ('making', 'ready', 'failed', 'deleted')", name="state"),
    CheckConstraint("(state = 'making') = (ended_at IS NULL)", name="i19_ended_is_dated"),
    CheckConstraint("(state = 'failed') <= (code IS NOT NULL)", name="i19_failed_has_code"),
    Index(None, "user_id", "id"),
    Index(None, "generation_id"),
    Index("ix_bundles_making", "id", postgresql_where=text("state = 'making'")),
    Index("ix_bundles_removable", "id", postgresql_where=text("ended_at IS NOT NULL AND objects_removed_at IS NULL")),
    Index("ix_bundles_removed", "ended_at", postgresql_where=text("objects_removed_at IS NOT NULL")),
)

bundle_volumes = Table(
    "bundle_volumes",
    metadata,
    Column("bundle_id", Uuid, ForeignKey("bundles.id", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("outputs", Numbers, nullable=False),
    Column("bytes_total", BigInteger, nullable=False),
    Column("bytes_done", BigInteger, nullable=False, server_default="0"),  # of its outputs
    Column("state", Text, nullable=False, server_default="sent"),
    Column("attempt", Integer, nullable=False, server_default="1"),
    Column("faults", Integer, nullable=False, server_default="0"),
    Column("outages", Integer, nullable=False, server_default="0"),
    Column("redelivered_unstarted", Integer, nullable=False, server_default="0"),
    time_column("sent_at", now=True),  # when the newest command goes out, or went
    time_column("heartbeat_at"),  # last sign of life since then
    time_column("settled_at"),
    Column("upload_id", Text),  # of the upload under way
    Column("size_bytes", BigInteger),  # of the archive
    Column("missing", JSONB, nullable=False, server_default="[]"),  # domain.bundles.MissingFile
    CheckConstraint("state IN ('sent', 'finished', 'failed', 'cancelled')", name="state"),
    CheckConstraint("(state = 'sent') = (settled_at IS NULL)", name="i19_settled_is_dated"),
    CheckConstraint("(state = 'finished') = (size_bytes IS NOT NULL)", name="i19_finished_has_size"),
    CheckConstraint("bytes_done BETWEEN 0 AND bytes_total", name="i19_progress"),
    CheckConstraint("n > 0 AND attempt > 0", name="numbers"),
    Index("ix_bundle_volumes_sent", "sent_at", postgresql_where=text("state = 'sent'")),
)
