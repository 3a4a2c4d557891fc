"""Generations, their outputs and their tasks. What a task or an output is made of lies in the plan's object."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
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

from medley.db.tables.columns import Numbers, id_column, metadata, reference, time_column

generations = Table(
    "generations",
    metadata,
    Column("id", Uuid, ForeignKey("holds.id"), primary_key=True),
    reference("user_id", "users.id"),
    reference("project_id", "projects.id"),
    Column("app", Text, nullable=False),
    Column("app_version", Text, nullable=False),
    Column("planner_version", Integer),  # of the plan, once there is one
    Column("engine_version", Integer),  # of the app's engine; unknown of the oldest
    Column("spec", JSONB, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("clip_ids", ARRAY(Uuid), nullable=False),  # the clips the plan may use; sweep keeps their objects
    Column("asset_ids", ARRAY(Uuid), nullable=False, server_default="{}"),  # and the assets
    Column("groups", JSONB, nullable=False, server_default="[]"),  # as they stood: [name, [clip id, ...]]
    Column("group_ids", ARRAY(Uuid), nullable=False, server_default="{}"),  # theirs, in the same order
    reference("retry_of", "generations.id", nullable=True),  # whose outputs that were not made these are
    Column("preview", Boolean, nullable=False, server_default=text("false")),  # the first video alone, a free draft
    Column("price_lines", JSONB, nullable=False),
    Column("price", BigInteger, nullable=False),  # held
    Column("earned", BigInteger, nullable=False, server_default="0"),  # of its made outputs
    Column("state", Text, nullable=False, server_default="running"),
    Column("plan", Text),  # the plan object's digest
    time_column("planned_at"),
    time_column("plan_sent_at", now=True),  # when the planner was last told
    Column("plan_attempts", Integer, nullable=False, server_default="0"),  # times a planner began
    time_column("plan_begun_at"),  # when the one at work began; none is, or it said that it failed, where there is none
    time_column("plan_mended_at"),  # when a planner last found its plan's object whole, or made it anew
    Column("work_done", BigInteger, nullable=False, server_default="0"),  # sum over its tasks
    Column("work_total", BigInteger, nullable=False, server_default="0"),
    Column("outputs_made", Integer, nullable=False, server_default="0"),
    Column("outputs_failed", Integer, nullable=False, server_default="0"),
    Column("outputs_total", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False, server_default="1"),  # rises by one with each committed change
    Column("code", Text),  # why its first failed output failed, once it ended
    Column("message", Text),
    Column("parameters", JSONB(none_as_null=True)),  # of the message
    Column("deadline", DateTime(timezone=True), nullable=False),
    time_column("created_at", now=True),
    time_column("started_at"),  # first sign of a worker's life
    time_column("finished_at"),
    time_column("tasks_removed_at"),  # when sweep had deleted its tasks and emptied its recipes
    CheckConstraint("state IN ('running', 'succeeded', 'partial', 'failed', 'cancelled')", name="state"),
    CheckConstraint("(state = 'running') = (finished_at IS NULL)", name="i8_final_is_dated"),
    CheckConstraint("(state = 'succeeded') <= (outputs_made = outputs_total)", name="i8_succeeded"),
    CheckConstraint("(state = 'failed') <= (outputs_made = 0)", name="i8_failed"),
    CheckConstraint("work_done BETWEEN 0 AND work_total", name="i11_progress"),
    CheckConstraint("outputs_made >= 0 AND outputs_failed >= 0", name="i12_counts"),
    CheckConstraint("outputs_made + outputs_failed <= outputs_total", name="i12_total"),
    CheckConstraint("earned BETWEEN 0 AND price", name="i7_earned"),
    Index(None, "project_id", "id"),
    Index(None, "user_id", "created_at"),  # how many were ordered lately
    Index(None, "user_id", "id"),  # all of somebody's, newest first
    Index("ix_generations_previews", "project_id", "created_at", postgresql_where=text("preview")),
    Index("uq_generations_retry_of", "retry_of", unique=True, postgresql_where=text("retry_of IS NOT NULL")),
    Index("ix_generations_running_user", "user_id", postgresql_where=text("state = 'running'")),
    Index("ix_generations_running_deadline", "deadline", postgresql_where=text("state = 'running'")),
    Index("ix_generations_finished", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
    Index(
        "ix_generations_with_tasks",
        "finished_at",
        postgresql_where=text("finished_at IS NOT NULL AND tasks_removed_at IS NULL"),
    ),
    Index("ix_generations_unplanned", "id", postgresql_where=text("state = 'running' AND planned_at IS NULL")),
)

outputs = Table(
    "outputs",
    metadata,
    Column("generation_id", Uuid, ForeignKey("generations.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("title", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("work", BigInteger, nullable=False),  # its size, in the app's unit
    Column("price", BigInteger, nullable=False),
    Column("task", Integer, nullable=False),  # index of the task that makes it
    Column("fingerprint", Text, nullable=False),
    Column("recipe", JSONB),  # of the oldest alone; all others' lie in the plan's object
    Column("state", Text, nullable=False, server_default="planned"),
    Column("parts", JSONB),  # its objects, the main one first
    Column("code", Text),
    Column("message", Text),
    Column("parameters", JSONB(none_as_null=True)),  # of the message
    Column("seq", BigInteger, nullable=False, server_default="1"),  # of the generation when it last changed
    time_column("settled_at"),
    time_column("gone_at"),  # when its main object was found missing
    Column("kept_days", Integer, nullable=False, server_default="30"),  # from settled_at on
    time_column("removed_at"),  # when sweep took it to be deleted
    CheckConstraint("state IN ('planned', 'made', 'failed', 'cancelled')", name="state"),
    CheckConstraint("(state = 'made') = (parts IS NOT NULL)", name="i9_made_has_parts"),
    CheckConstraint("(state = 'failed') = (code IS NOT NULL)", name="i9_failed_has_code"),
    CheckConstraint("(state = 'planned') = (settled_at IS NULL)", name="i9_settled_is_dated"),
    CheckConstraint("n > 0", name="i10_n"),
    CheckConstraint("price >= 0", name="i7_price"),
    UniqueConstraint("generation_id", "fingerprint", name="uq_outputs_i10_distinct"),
    Index(
        "ix_outputs_kept_until",
        text("((settled_at AT TIME ZONE 'UTC') + make_interval(days => kept_days))"),
        postgresql_where=text("state = 'made' AND removed_at IS NULL"),
    ),
)

tasks = Table(
    "tasks",
    metadata,
    id_column(),
    reference("generation_id", "generations.id"),
    Column("index", Integer, nullable=False),
    Column("operation", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("title", Text, nullable=False),  # what it works on, for a person
    Column("work", BigInteger, nullable=False),
    Column("work_done", BigInteger, nullable=False, server_default="0"),
    Column("outputs", Numbers, nullable=False),  # the n of each output that cannot be made without it
    Column("unlocks", Numbers, nullable=False),  # the index of each task that needs it
    Column("waiting_on", Integer, nullable=False),  # tasks it needs that have not ended
    Column("plan_start", BigInteger, nullable=False),  # where its payload lies in the plan's object, in bytes
    Column("plan_length", Integer, nullable=False),
    Column("plan_crc", BigInteger),  # the CRC-32 of those bytes
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempt", Integer, nullable=False, server_default="0"),  # of workers, the one under way included
    Column("faults", Integer, nullable=False, server_default="0"),  # attempts in a row that failed without getting on
    Column("outages", Integer, nullable=False, server_default="0"),  # attempts in a row that an outage stopped
    Column("from_attempt", Integer, nullable=False, server_default="1"),  # what earlier ones report is of no use
    Column("redelivered_unstarted", Integer, nullable=False, server_default="0"),  # times sent again and not begun
    time_column("sent_at"),  # when the newest command goes out, or went
    time_column("heartbeat_at"),  # last sign of life since then, by the worker's clock
    time_column("reported_at"),  # when its worker said finished or failed; its outputs' facts may still be on their way
    time_column("settled_at"),
    Column("made", Integer, nullable=False, server_default="0"),
    Column("reused", Integer, nullable=False, server_default="0"),
    Column("wall_ms", BigInteger, nullable=False, server_default="0"),
    Column("cpu_ms", BigInteger, nullable=False, server_default="0"),
    Column("detail", JSONB),  # what the app wants to know later of what it made
    Column("code", Text),
    Column("message", Text),
    CheckConstraint("state IN ('waiting', 'sent', 'finished', 'failed', 'cancelled')", name="state"),
    CheckConstraint("(state = 'failed') <= (code IS NOT NULL)", name="i9_failed_has_code"),
    CheckConstraint("(state IN ('waiting', 'sent')) = (settled_at IS NULL)", name="i9_settled_is_dated"),
    CheckConstraint("(state = 'sent') <= (attempt > 0 AND sent_at IS NOT NULL)", name="i15_sent"),
    CheckConstraint("work_done BETWEEN 0 AND work", name="i11_progress"),
    CheckConstraint("waiting_on >= 0", name="i14_waiting_on"),
    CheckConstraint("(state IN ('sent', 'finished')) <= (waiting_on = 0)", name="i14_in_turn"),
    UniqueConstraint("generation_id", "index"),
    Index("ix_tasks_sent", "id", postgresql_where=text("state = 'sent'")),
)
