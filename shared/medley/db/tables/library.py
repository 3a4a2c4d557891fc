"""Projects, clips, groups and assets."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from medley.db.tables.columns import id_column, metadata, reference, time_column


def _upkeep_indexes(table: str) -> tuple[Index, ...]:
    """What sweep asks of uploaded files each minute; each index holds those few that there is something to do for."""
    return (
        Index(f"ix_{table}_expected", "id", postgresql_where=text("state = 'expected'")),
        Index(f"ix_{table}_deleted", "id", postgresql_where=text("state = 'deleted' AND objects_removed_at IS NULL")),
        Index(
            f"ix_{table}_objects_removed",
            "objects_removed_at",
            postgresql_where=text("objects_removed_at IS NOT NULL"),
        ),
        Index(f"ix_{table}_settled", "settled_at", postgresql_where=text("settled_at IS NOT NULL")),
    )


projects = Table(
    "projects",
    metadata,
    id_column(),
    reference("user_id", "users.id"),
    Column("app", Text, nullable=False),
    Column("name", Text, nullable=False),
    time_column("created_at", now=True),
    time_column("deleted_at"),
    Index(None, "user_id"),
)

clips = Table(
    "clips",
    metadata,
    id_column(),
    reference("user_id", "users.id"),
    reference("project_id", "projects.id"),
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
    Column("code", Text),  # why it was rejected
    Column("message", Text),
    Column("position", BigInteger, nullable=False),  # order of arrival within the project
    time_column("created_at", now=True),
    time_column("settled_at"),
    time_column("deleted_at"),
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
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="expected"),
    Column("facts", JSONB),  # contracts.assets.AssetFacts
    Column("sha256", Text),
    Column("code", Text),  # why it was rejected
    Column("message", Text),
    time_column("created_at", now=True),
    time_column("settled_at"),
    time_column("deleted_at"),
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
    time_column("created_at", now=True),
    UniqueConstraint("project_id", "position", deferrable=True, initially="DEFERRED"),
)

group_clips = Table(
    "group_clips",
    metadata,
    reference("clip_id", "clips.id"),
    reference("group_id", "groups.id", ondelete="CASCADE"),
    Column("position", Integer, nullable=False),
    UniqueConstraint("clip_id"),  # a clip stands in one group at most
    UniqueConstraint("group_id", "position", deferrable=True, initially="DEFERRED"),
)
