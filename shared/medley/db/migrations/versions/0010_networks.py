"""The network a session was begun from

An owner is known by it when strangers guess at their password from elsewhere. Adds only: the code before it goes on
working with the schema after it.
"""

from alembic import op

revision = '0010'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE sessions ADD COLUMN network text DEFAULT '' NOT NULL;
        UPDATE sessions SET network = CASE
            WHEN address NOT LIKE '%:%' OR NOT pg_input_is_valid(address, 'inet') THEN address
            ELSE network(set_masklen(address::inet, 64))::text
        END;
        CREATE INDEX ix_sessions_user_id_network ON sessions (user_id, network);
        DROP INDEX ix_sessions_user_id;
    """)
