"""The memory of sweep, from one pass to the next."""

from sqlalchemy import Column, DateTime, Table, Text, Uuid

from medley.db.tables.columns import metadata

looks = Table(  # for what breaks an invariant
    "looks",
    metadata,
    Column("subject", Text, primary_key=True),  # `changes`, or a ports.invariants.Subject
    Column("at", DateTime(timezone=True), nullable=False),  # changes before this were looked at
    Column("after", Uuid),  # the last id looked at in this round; empty when the next begins with the first
)
