"""Users, their sessions and their open sockets."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Integer, Table, Text, func

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
    CheckConstraint("role IN ('user', 'admin', 'super_admin')", name="role"),
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
    Index(None, "user_id", "network"),
)
ended_at = func.least(sessions.c.expires_at, sessions.c.revoked_at)  # when a session ended or will end
Index("ix_sessions_ended_at", ended_at)

sign_in_failures = Table(  # attempts to sign in or up: each counts, and one to sign in that succeeds is taken back
    "sign_in_failures",
    metadata,
    # `email:<email>`, `email:<email> ip:<network>` or `ip:<network>`; of signing up, `sign-up ip:<network>`
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
