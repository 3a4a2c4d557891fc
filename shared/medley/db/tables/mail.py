"""Mail: the links that were sent, and which mails were."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Table, Text, Uuid

from medley.db.tables.columns import id_column, metadata, reference, time_column

mail_links = Table(  # each works once: used, its row is gone
    "mail_links",
    metadata,
    id_column(),
    Column("purpose", Text, nullable=False),
    Column("secret_hash", Text, nullable=False, unique=True),  # SHA-256
    reference("user_id", "users.id", nullable=True),  # null while there is no account
    Column("email", Text, nullable=False),  # where it was sent
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("purpose IN ('sign_up', 'reset', 'change_email')", name="purpose"),
    Index(None, "user_id"),
    Index(None, "email"),
    Index(None, "expires_at"),
)

mails = Table(  # so that each cause is told of once
    "mails",
    metadata,
    Column("cause", Uuid, primary_key=True),  # what the mail is about: a request, a generation
    Column("template", Text, primary_key=True),
    Column("claimed_until", DateTime(timezone=True), nullable=False),  # somebody sends it until then
    time_column("sent_at"),
    Index(None, "claimed_until"),
)
