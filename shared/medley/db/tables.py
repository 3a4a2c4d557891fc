"""Every table. Rules that must never break are constraints here, named after their number in docs/INVARIANTS.md."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _id() -> Column[Any]:
    return Column("id", Uuid, primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False, ondelete: str | None = None) -> Column[Any]:
    return Column(name, Uuid, ForeignKey(target, ondelete=ondelete), nullable=nullable)


def _time(name: str, *, now: bool = False) -> Column[Any]:
    default = func.now() if now else None
    return Column(name, DateTime(timezone=True), server_default=default, nullable=not now)


# --- accounts ---------------------------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    _id(),
    Column("email", Text, nullable=False, unique=True),  # normalised: NFKC, lower case
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False, server_default="user"),
    _time("created_at", now=True),
    _time("disabled_at"),
    CheckConstraint("role IN ('user', 'admin', 'super_admin')", name="role"),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),  # the `sid` claim
    _ref("user_id", "users.id"),
    Column("refresh_hash", Text, nullable=False, unique=True),  # SHA-256 of the current refresh token
    Column("previous_hash", Text, unique=True),  # of the one just rotated; presenting it late revokes the session
    Column("user_agent", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    _time("created_at", now=True),
    _time("rotated_at", now=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    _time("revoked_at"),
    Index(None, "user_id"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("subject", Text, primary_key=True),  # `email:<address>` or `ip:<address>`
    Column("failures", Integer, nullable=False),
    _time("window_start", now=True),
)

sockets = Table(
    "sockets",
    metadata,
    Column("connection_id", Text, primary_key=True),
    _ref("user_id", "users.id"),
    _ref("session_id", "sessions.id"),
    _time("connected_at", now=True),
    Index(None, "user_id"),
)

# --- library ----------------------------------------------------------------------------------------------

projects = Table(
    "projects",
    metadata,
    _id(),
    _ref("user_id", "users.id"),
    Column("app", Text, nullable=False),
    Column("name", Text, nullable=False),
    _time("created_at", now=True),
    _time("deleted_at"),
    Index(None, "user_id"),
)

clips = Table(
    "clips",
    metadata,
    _id(),
    _ref("user_id", "users.id"),
    _ref("project_id", "projects.id"),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="expected"),
    Column("upload_id", Text),  # of a multipart upload
    Column("part_bytes", BigInteger),  # fixed when the upload was requested, so that a resume cuts alike
    Column("facts", JSONB),  # contracts.media.ClipFacts
    Column("sha256", Text),
    Column("poster_key", Text),
    Column("code", Text),  # why it was rejected
    Column("message", Text),
    Column("position", BigInteger, nullable=False),  # order of arrival within the project
    _time("created_at", now=True),
    _time("settled_at"),
    _time("deleted_at"),
    _time("looked_at"),  # when sweep last looked whether an expected clip's object had come
    _time("objects_removed_at"),  # when sweep had taken a deleted clip's objects out of the bucket
    CheckConstraint("state IN ('expected', 'ready', 'rejected', 'deleted')", name="state"),
    CheckConstraint("(state = 'ready') <= (facts IS NOT NULL)", name="i13_ready_has_facts"),
    CheckConstraint("(state = 'rejected') <= (code IS NOT NULL)", name="i13_rejected_has_code"),
    CheckConstraint("size_bytes > 0", name="size"),
    UniqueConstraint("project_id", "position"),
    Index(None, "user_id"),
)

groups = Table(
    "groups",
    metadata,
    _id(),
    _ref("project_id", "projects.id"),
    Column("name", Text, nullable=False),
    Column("color", Text),
    Column("position", Integer, nullable=False),
    _time("created_at", now=True),
    UniqueConstraint("project_id", "position", deferrable=True, initially="DEFERRED"),
)

group_clips = Table(
    "group_clips",
    metadata,
    _ref("clip_id", "clips.id"),
    _ref("group_id", "groups.id", ondelete="CASCADE"),
    Column("position", Integer, nullable=False),
    UniqueConstraint("clip_id"),  # a clip stands in one group at most
    UniqueConstraint("group_id", "position", deferrable=True, initially="DEFERRED"),
)

# --- credits: double entry, one row per operation ---------------------------------------------------------

wallets = Table(  # a projection of `entries`, kept in the same statement that writes the entry
    "wallets",
    metadata,
    Column("user_id", Uuid, ForeignKey("users.id"), primary_key=True),
    Column("available", BigInteger, nullable=False, server_default="0"),
    Column("reserved", BigInteger, nullable=False, server_default="0"),
    Column("earned", BigInteger, nullable=False, server_default="0"),  # lifetime
    Column("spent", BigInteger, nullable=False, server_default="0"),  # lifetime
    Column("version", BigInteger, nullable=False, server_default="0"),  # the `seq` of its newest entry
    CheckConstraint("available >= 0", name="i2_available"),
    CheckConstraint("reserved >= 0", name="i2_reserved"),
)

holds = Table(
    "holds",
    metadata,
    Column("id", Uuid, primary_key=True),  # the generation's id
    _ref("user_id", "users.id"),
    Column("amount", BigInteger, nullable=False),
    Column("captured", BigInteger, nullable=False, server_default="0"),
    Column("state", Text, nullable=False, server_default="held"),
    _time("created_at", now=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("captured BETWEEN 0 AND amount", name="i4_captured"),
    CheckConstraint("state IN ('held', 'captured', 'released', 'expired')", name="state"),
    CheckConstraint("(state = 'captured') = (captured > 0)", name="i4_state"),
    Index(None, "user_id", postgresql_where=text("state = 'held'")),
)

entries = Table(  # append only
    "entries",
    metadata,
    Column("user_id", Uuid, ForeignKey("users.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),  # orders a wallet's entries, from 1, without gaps
    Column("op_key", Text, nullable=False, unique=True),  # names the effect, for ever: it cannot happen twice
    Column("kind", Text, nullable=False),
    Column("d_available", BigInteger, nullable=False, server_default="0"),
    Column("d_reserved", BigInteger, nullable=False, server_default="0"),
    Column("d_spent", BigInteger, nullable=False, server_default="0"),
    Column("d_external", BigInteger, nullable=False, server_default="0"),
    Column("d_expired", BigInteger, nullable=False, server_default="0"),  # for lots that end, none yet
    Column("d_owed", BigInteger, nullable=False, server_default="0"),  # for charge-backs, none yet
    _ref("hold_id", "holds.id", nullable=True),
    Column("balance", BigInteger, nullable=False),  # available after this entry
    Column("reason", Text, nullable=False, server_default=""),
    _time("created_at", now=True),
    CheckConstraint("d_available + d_reserved + d_spent + d_external + d_expired + d_owed = 0", name="i1_zero_sum"),
    CheckConstraint("seq > 0", name="i5_seq"),
    CheckConstraint("balance >= 0", name="i5_balance"),
    CheckConstraint(
        "kind IN ('purchase', 'bonus', 'subscription', 'reserve', 'capture', 'release', 'expire', 'refund', 'adjust')",
        name="kind",
    ),
    CheckConstraint("(kind IN ('reserve', 'capture', 'release', 'expire')) = (hold_id IS NOT NULL)", name="hold"),
    Index(
        "uq_entries_i4_one_resolution",
        "hold_id",
        unique=True,
        postgresql_where=text("kind IN ('capture', 'release', 'expire')"),
    ),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("user_id", Uuid, ForeignKey("users.id"), primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),  # SHA-256 of the request
    Column("body", JSONB),  # the answer; null only inside the transaction of the first request
    _time("created_at", now=True),
    Index(None, "created_at"),
)

# --- generations ------------------------------------------------------------------------------------------

generations = Table(
    "generations",
    metadata,
    Column("id", Uuid, ForeignKey("holds.id"), primary_key=True),
    _ref("user_id", "users.id"),
    _ref("project_id", "projects.id"),
    Column("app", Text, nullable=False),
    Column("app_version", Text, nullable=False),
    Column("planner_version", Integer, nullable=False),
    Column("spec", JSONB, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("clip_ids", ARRAY(Uuid), nullable=False),  # the clips the plan may use; sweep keeps their objects
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
    _time("created_at", now=True),
    _time("finished_at"),
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
)

outputs = Table(
    "outputs",
    metadata,
    Column("generation_id", Uuid, ForeignKey("generations.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),  # from 1
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
    _time("settled_at"),
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
    _id(),
    _ref("generation_id", "generations.id"),
    Column("stage", Integer, nullable=False),
    Column("index", Integer, nullable=False),
    Column("lane", Text, nullable=False),
    Column("frames", BigInteger, nullable=False),
    Column("frames_done", BigInteger, nullable=False, server_default="0"),
    Column("outputs", ARRAY(Integer), nullable=False),  # the n of each output that needs it
    Column("payload", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempt", Integer, nullable=False, server_default="0"),  # commands sent
    _time("sent_at"),  # when the newest command was put into the outbox
    _time("seen_at"),  # last sign of life since then
    _time("closed_at"),  # when its worker said finished or failed; its outputs' facts may still be on their way
    _time("settled_at"),
    Column("made", Integer, nullable=False, server_default="0"),
    Column("reused", Integer, nullable=False, server_default="0"),
    Column("wall_ms", BigInteger, nullable=False, server_default="0"),
    Column("cpu_ms", BigInteger, nullable=False, server_default="0"),
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

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("queue", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    _time("created_at", now=True),
    _time("claimed_until"),  # a sender has it until then; no transaction stays open while it sends
    _time("published_at"),
    Index("ix_outbox_unpublished", "id", postgresql_where=text("published_at IS NULL")),
    Index("ix_outbox_published", "published_at", postgresql_where=text("published_at IS NOT NULL")),
)
