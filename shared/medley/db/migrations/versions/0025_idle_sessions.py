"""No session of a function is kept while it does nothing

A database that has connections never sleeps, and an environment that Lambda has frozen keeps its own for hours. The value
is limits.IDLE_S. Adds only: the code before it goes on working with the schema after it.
"""

from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for role in ('medley_api', 'medley_jobs'):
        op.execute(f"""
            DO $$ BEGIN
                EXECUTE format('ALTER ROLE {role} IN DATABASE %I SET idle_session_timeout = %L', current_database(), '240s');
            END $$
        """)
