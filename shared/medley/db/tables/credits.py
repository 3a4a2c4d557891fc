"""Credits: double entry, one row per operation."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Index, Table, Text, Uuid, text

from medley.db.tables.columns import metadata, reference, time_column

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
    reference("user_id", "users.id"),
    Column("amount", BigInteger, nullable=False),
    Column("captured", BigInteger, nullable=False, server_default="0"),
    Column("state", Text, nullable=False, server_default="held"),
    time_column("created_at", now=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("amount >= 0", name="amount"),
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
    reference("hold_id", "holds.id", nullable=True),
    Column("balance", BigInteger, nullable=False),  # available after this entry
    Column("reason", Text, nullable=False, server_default=""),
    time_column("created_at", now=True),
    CheckConstraint("d_available + d_reserved + d_spent + d_external + d_expired + d_owed = 0", name="i1_zero_sum"),
    CheckConstraint("seq > 0", name="i5_seq"),
    CheckConstraint("balance >= 0", name="i5_balance"),
    CheckConstraint(
        "kind IN ('purchase', 'bonus', 'subscription', 'reserve', 'capture', 'release', 'expire', 'refund', 'adjust')",
        name="kind",
    ),
    CheckConstraint("(kind IN ('reserve', 'capture', 'release', 'expire')) = (hold_id IS NOT NULL)", name="hold"),
    Index(None, "created_at"),
    Index(
        "uq_entries_i4_one_resolution",
        "hold_id",
        unique=True,
        postgresql_where=text("kind IN ('capture', 'release', 'expire')"),
    ),
)
