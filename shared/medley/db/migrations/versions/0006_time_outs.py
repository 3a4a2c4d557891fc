"""No session waits for a lock, or sits in a transaction doing nothing, without end

The database tells its sessions when they connect: sent by the client, RDS Proxy would refuse them (as options) or pin
the session (as SET). The values are limits.LOCK_S and limits.IDLE_TRANSACTION_S. Adds only: the code before it goes on
working with the schema after it.
"""

from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET lock_timeout = %L', current_database(), '8s');
            EXECUTE format(
                'ALTER DATABASE %I SET idle_in_transaction_session_timeout = %L', current_database(), '60s'
            );
        END $$
    """)
