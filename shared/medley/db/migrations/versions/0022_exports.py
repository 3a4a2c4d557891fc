"""Exports: what somebody asked to have of all that is kept about them

Adds only: the code before it goes on working with the schema after it.
"""

from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE exports (
            id uuid CONSTRAINT pk_exports PRIMARY KEY,
            user_id uuid NOT NULL CONSTRAINT fk_exports_user_id REFERENCES users (id),
            created_at timestamptz DEFAULT now() NOT NULL,
            made_at timestamptz,
            size_bytes bigint
        );
        CREATE INDEX ix_exports_user_id_created_at ON exports (user_id, created_at);
        CREATE INDEX ix_exports_created_at ON exports (created_at);
    """)
