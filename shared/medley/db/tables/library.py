"""Projects, clips, groups and assets."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from medley.db.tables.columns import id_column, metadata, reference, time_column


def _upkeep_indexes(table: str) -> tuple[Index, ...]:
    """What sweep asks of uploaded files each minute, each of those few that there is something to do for; and what a
    user's files come to."""
    return (
        Index(f"ix_{table}_expected", "id", postgresql_where=text("state = 'expected'")),
        Index(f"ix_{table}_deleted", "id", postgresql_where=text("state = 'deleted' AND objects_removed_at IS NULL")),
        Index(
            f"ix_{table}_objects_removed",
            "objects_removed_at",
            postgresql_where=text("objects_removed_at IS NOT NULL"),
        ),
        Index(f"ix_{table}_settled", "settled_at", postgresql_where=text("settled_at IS NOT NULL")),
        Index(
            f"ix_{table}_stored",
            "user_id",
            postgresql_include=["size_bytes", "state", "restorable_until"],
            postgresql_where=text("state <> 'deleted' OR objects_removed_at IS NULL"),
        ),
        Index(f"ix_{table}_source_id", "source_id", postgresql_where=text("source_id IS NOT NULL")),
    )


def _source_columns() -> tuple[Column[Any], ...]:
    """Of a row that was duplicated with its project: whose objects it shows. They go when no row shows them."""
    return Column("source_id", Uuid), Column("source_project_id", Uuid)


projects = Table(
    "projects",
    metadata,
    id_column(),
    reference("user_id", "users.id"),
    Column("app", Text, nullable=False),
    Column("name", Text, nullable=False),
    time_column("created_at", now=True),
    time_column("archived_at"),
    time_column("deleted_at"),
    time_column("restorable_until"),  # of a deleted one
    Index(None, "user_id"),
)

clips = Table(
    "clips",
    metadata,
    id_column(),
    reference("user_id", "users.id"),
    reference("project_id", "projects.id"),
    *_source_columns(),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="expected"),
    Column("upload_id", Text),  # of a multipart upload
    Column("part_bytes", BigInteger),  # fixed when the upload was requested, so that a resume cuts alike
    Column("facts", JSONB),  # contracts.media.ClipFacts
    Column("sha256", Text),
    Column("poster_key", Text),
    Column("filmstrip_key", Text),
    Column("waveform_key", Text),
    Column("proxy_key", Text),
    Column("code", Text),  # why it was rejected
    Column("message", Text),
    Column("parameters", JSONB(none_as_null=True)),  # of the message
    Column("position", BigInteger, nullable=False),  # order of arrival within the project
    time_column("created_at", now=True),
    time_column("settled_at"),
    time_column("deleted_at"),
    time_column("restorable_until"),  # of a deleted one; its objects are kept so long
    Column("faults", Integer, nullable=False, server_default="0"),  # times ingest did not survive it
    time_column("looked_at"),  # when sweep last looked whether an expected clip's object had come
    time_column("objects_removed_at"),  # when sweep had taken a deleted clip's objects out of the bucket
    CheckConstraint("state IN ('expected', 'ready', 'rejected', 'deleted')", name="state"),
    CheckConstraint("(state = 'ready') <= (facts IS NOT NULL)", name="i13_ready_has_facts"),
    CheckConstraint("(state = 'rejected') <= (code IS NOT NULL)", name="i13_rejected_has_code"),
    CheckConstraint("size_bytes > 0", name="size"),
    UniqueConstraint("project_id", "position"),
    Index(None, "user_id"),
    Index(None, "project_id", "sha256"),  # to find clips of the same content
    *_upkeep_indexes("clips"),
)

assets = Table(
    "assets",
    metadata,
    id_column(),
    reference("user_id", "users.id"),
    reference("project_id", "projects.id"),
    *_source_columns(),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="expected"),
    Column("facts", JSONB),  # contracts.assets.AssetFacts
    Column("sha256", Text),
    Column("code", Text),  # why it was rejected
    Column("message", Text),
    Column("parameters", JSONB(none_as_null=True)),  # of the message
    time_column("created_at", now=True),
    time_column("settled_at"),
    time_column("deleted_at"),
    time_column("restorable_until"),  # of a deleted one; its objects are kept so long
    Column("faults", Integer, nullable=False, server_default="0"),  # times ingest did not survive it
    time_column("looked_at"),  # when sweep last looked whether an expected asset's object had come
    time_column("objects_removed_at"),  # when sweep had taken a deleted asset's object out of the bucket
    CheckConstraint("kind IN ('audio', 'image')", name="kind"),
    CheckConstraint("state IN ('expected', 'ready', 'rejected', 'deleted')", name="state"),
    CheckConstraint("(state = 'ready') <= (facts IS NOT NULL)", name="i13_ready_has_facts"),
    CheckConstraint("(state = 'rejected') <= (code IS NOT NULL)", name="i13_rejected_has_code"),
    CheckConstraint("(state = 'ready') <= (facts ->> 'kind' = kind)", name="i18_kind"),
    CheckConstraint("size_bytes > 0", name="size"),
    Index(None, "project_id", "id"),
    Index(None, "user_id"),
    *_upkeep_indexes("assets"),
)

groups = Table(
    "groups",
    metadata,
    id_column(),
    reference("project_id", "projects.id"),
    Column("name", Text, nullable=False),
    Column("color", Text),
    Column("position", Integer, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),  # counts changes of name, colour and clips
    time_column("created_at", now=True),
    UniqueConstraint("project_id", "position", deferrable=True, initially="DEFERRED"),
)

group_clips = Table(
    "group_clips",
    metadata,
    reference("clip_id", "clips.id", ondelete="CASCADE"),
    reference("group_id", "groups.id", ondelete="CASCADE"),
    Column("position", Integer, nullable=False),
    UniqueConstraint("clip_id"),  # a clip stands in one group at most
    UniqueConstraint("group_id", "position", deferrable=True, initially="DEFERRED"),
)
