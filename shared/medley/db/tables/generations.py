"""Generations, their outputs and their tasks."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from medley.db.tables.columns import id_column, metadata, reference, time_column

generations = Table(
    "generations",
    metadata,
    Column("id", Uuid, ForeignKey("holds.id"), primary_key=True),
    reference("user_id", "users.id"),
    reference("project_id", "projects.id"),
    Column("app", Text, nullable=False),
    Column("app_version", Text, nullable=False),
    Column("planner_version", Integer, nullable=False),
    Column("engine_version", Integer),  # contracts.media.ENGINE_VERSION; unknown of the oldest
    Column("spec", JSONB, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("clip_ids", ARRAY(Uuid), nullable=False),  # the clips the plan may use; sweep keeps their objects
    Column("asset_ids", ARRAY(Uuid), nullable=False, server_default="{}"),  # and the assets
    Column("price_lines", JSONB, nullable=False),
    Column("unit_price", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="running"),
    Column("stage", Integer, nullable=False, server_default="0"),
    Column("stages", Integer, nullable=False),
    Column("frames_done", BigInteger, nullable=False, server_default="0"),  # sum over its tasks
    Column("frames_total", BigInteger, nullable=False),
    Column("outputs_made", Integer, nullable=False, server_default="0"),
    Column("outputs_failed", Integer, nullable=False, server_default="0"),
    Column("outputs_total", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False, server_default="1"),  # rises by one with each committed change
    Column("code", Text),  # why its first failed output failed, once it ended
    Column("message", Text),
    Column("deadline", DateTime(timezone=True), nullable=False),
    time_column("created_at", now=True),
    time_column("finished_at"),
    time_column("tasks_removed_at"),  # when sweep had deleted its tasks and emptied its recipes
    CheckConstraint("state IN ('running', 'succeeded', 'partial', 'failed', 'cancelled')", name="state"),
    CheckConstraint("(state = 'running') = (finished_at IS NULL)", name="i8_final_is_dated"),
    CheckConstraint("(state = 'succeeded') <= (outputs_made = outputs_total)", name="i8_succeeded"),
    CheckConstraint("(state = 'failed') <= (outputs_made = 0)", name="i8_failed"),
    CheckConstraint("stage BETWEEN 0 AND stages - 1", name="i14_stage"),
    CheckConstraint("frames_done BETWEEN 0 AND frames_total", name="i11_progress"),
    CheckConstraint("outputs_made >= 0 AND outputs_failed >= 0", name="i12_counts"),
    CheckConstraint("outputs_made + outputs_failed <= outputs_total", name="i12_total"),
    Index(None, "project_id", "id"),
    Index("ix_generations_running_user", "user_id", postgresql_where=text("state = 'running'")),
    Index("ix_generations_running_deadline", "deadline", postgresql_where=text("state = 'running'")),
    Index("ix_generations_finished", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
    Index(
        "ix_generations_with_tasks",
        "finished_at",
        postgresql_where=text("finished_at IS NOT NULL AND tasks_removed_at IS NULL"),
    ),
)

outputs = Table(
    "outputs",
    metadata,
    Column("generation_id", Uuid, ForeignKey("generations.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("title", Text, nullable=False),
    Column("frames", BigInteger, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("recipe", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="planned"),
    Column("key", Text),
    Column("poster_key", Text),
    Column("size_bytes", BigInteger),
    Column("samples", BigInteger),
    Column("sha256", Text),
    Column("code", Text),
    Column("message", Text),
    Column("seq", BigInteger, nullable=False, server_default="1"),  # of the generation when it last changed
    time_column("settled_at"),
    CheckConstraint("state IN ('planned', 'made', 'failed', 'cancelled')", name="state"),
    CheckConstraint("(state = 'made') = (key IS NOT NULL)", name="i9_made_has_key"),
    CheckConstraint("(state = 'failed') = (code IS NOT NULL)", name="i9_failed_has_code"),
    CheckConstraint("(state = 'planned') = (settled_at IS NULL)", name="i9_settled_is_dated"),
    CheckConstraint("n > 0", name="i10_n"),
    UniqueConstraint("generation_id", "fingerprint", name="uq_outputs_i10_distinct"),
)

tasks = Table(
    "tasks",
    metadata,
    id_column(),
    reference("generation_id", "generations.id"),
    Column("stage", Integer, nullable=False),
    Column("index", Integer, nullable=False),
    Column("lane", Text, nullable=False),
    Column("frames", BigInteger, nullable=False),
    Column("frames_done", BigInteger, nullable=False, server_default="0"),
    Column("outputs", ARRAY(Integer), nullable=False),  # the n of each output that needs it
    Column("payload", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempt", Integer, nullable=False, server_default="0"),  # of workers, the one under way included
    Column("unstarted", Integer, nullable=False, server_default="0"),  # times it was sent again and no worker had begun
    time_column("sent_at"),  # when the newest command was put into the outbox
    time_column("seen_at"),  # last sign of life since then
    time_column("closed_at"),  # when its worker said finished or failed; its outputs' facts may still be on their way
    time_column("settled_at"),
    Column("made", Integer, nullable=False, server_default="0"),
    Column("reused", Integer, nullable=False, server_default="0"),
    Column("wall_ms", BigInteger, nullable=False, server_default="0"),
    Column("cpu_ms", BigInteger, nullable=False, server_default="0"),
    Column("prints", JSONB),  # of its segments: digest -> a PDQ hash for each second
    Column("code", Text),
    Column("message", Text),
    CheckConstraint("state IN ('waiting', 'sent', 'finished', 'failed', 'cancelled')", name="state"),
    CheckConstraint("(state = 'failed') <= (code IS NOT NULL)", name="i9_failed_has_code"),
    CheckConstraint("(state IN ('waiting', 'sent')) = (settled_at IS NULL)", name="i9_settled_is_dated"),
    CheckConstraint("(state = 'sent') <= (attempt > 0 AND sent_at IS NOT NULL)", name="i15_sent"),
    CheckConstraint("frames_done BETWEEN 0 AND frames", name="i11_progress"),
    UniqueConstraint("generation_id", "stage", "index"),
    Index("ix_tasks_sent", "id", postgresql_where=text("state = 'sent'")),
)
