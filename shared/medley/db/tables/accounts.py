"""Users, their devices, their sessions on them, and their open sockets."""

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Index, Integer, Table, Text, UniqueConstraint, func
from sqlalchemy import text as sql

from medley.db.tables.columns import id_column, metadata, reference, time_column

users = Table(
    "users",
    metadata,
    id_column(),
    Column("email", Text, nullable=False, unique=True),  # normalised: NFKC, lower case
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False, server_default="user"),
    time_column("created_at", now=True),
    time_column("disabled_at"),
    Column("language", Text, nullable=False, server_default="en"),
    Column("theme", Text, nullable=False, server_default="system"),
    Column("mail_on_end", Boolean, nullable=False, server_default=sql("false")),  # of each generation
    time_column("email_verified_at"),
    time_column("deleted_at"),  # then the row says no more than that somebody was here: the books name them
    time_column("objects_removed_at"),  # from the bucket, of one who was deleted
    CheckConstraint("role IN ('user', 'admin', 'super_admin')", name="role"),
    CheckConstraint("language IN ('en', 'id', 'zh')", name="language"),
    CheckConstraint("theme IN ('system', 'light', 'dark')", name="theme"),
)
Index("ix_users_deleted", users.c.id, postgresql_where=sql("deleted_at IS NOT NULL AND objects_removed_at IS NULL"))

devices = Table(  # a browser, or a program, of one user: known again by its cookie
    "devices",
    metadata,
    id_column(),
    reference("user_id", "users.id"),
    Column("cookie_hash", Text, nullable=False),  # SHA-256; of a session older than devices `session <its id>`
    Column(
        "trusted", Boolean, nullable=False, server_default=sql("true")
    ),  # strangers' failures are not held against it
    time_column("first_seen_at", now=True),
    time_column("last_seen_at", now=True),
    UniqueConstraint("cookie_hash", "user_id"),
    Index(None, "user_id"),
    Index(None, "last_seen_at"),
)

sessions = Table(
    "sessions",
    metadata,
    id_column(),  # the `sid` claim
    reference("user_id", "users.id"),
    Column("refresh_hash", Text, nullable=False, unique=True),  # SHA-256 of the current refresh token
    Column("previous_hash", Text, unique=True),  # of the one just rotated; presenting it late revokes the session
    Column("user_agent", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("network", Text, nullable=False, server_default=""),  # of the address, as limits count it
    time_column("created_at", now=True),
    time_column("rotated_at", now=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    time_column("revoked_at"),
    reference("device_id", "devices.id", nullable=True),  # null of one that code older than devices began
    Column("country", Text, nullable=False, server_default=""),  # of the address, if a proxy of ours said so
    time_column("last_seen_at", now=True),
    time_column("authenticated_at", now=True),  # when the password was last given
    Index(None, "user_id", "network"),
    Index(None, "device_id"),
)
ended_at = func.least(sessions.c.expires_at, sessions.c.revoked_at)  # when a session ended or will end
Index("ix_sessions_ended_at", ended_at)

sign_in_failures = Table(  # attempts to sign in or up: each counts, and one to sign in that succeeds is taken back
    "sign_in_failures",
    metadata,
    # what is counted, a colon, whose or from where; see domain.accounts and services
    Column("subject", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    time_column("window_start", now=True),
    Index(None, "window_start"),
)

sockets = Table(
    "sockets",
    metadata,
    Column("connection_id", Text, primary_key=True),
    reference("user_id", "users.id"),
    reference("session_id", "sessions.id"),
    time_column("connected_at", now=True),
    Index(None, "user_id"),
    Index(None, "session_id"),
    Index(None, "connected_at"),
)

used_tickets = Table(  # each opens one socket
    "used_tickets",
    metadata,
    Column("digest", Text, primary_key=True),  # SHA-256
    Column("connection_id", Text, nullable=False),  # which it opened
    time_column("used_at", now=True),
    Index(None, "used_at"),
)
