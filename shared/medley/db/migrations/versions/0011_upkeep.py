"""Indexes for what the schedules ask, what sweep remembers between two passes, and roles for the functions

The roles may read and change rows and nothing else, and differ in how long a statement may take: the values are
limits.REQUEST_STATEMENT_S and limits.JOB_STATEMENT_S. At AWS they sign in by IAM; elsewhere somebody gives them a
password. Adds only: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'looks',
        sa.Column('subject', sa.Text(), primary_key=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('after', sa.Uuid()),
        sa.PrimaryKeyConstraint('subject', name='pk_looks'),
    )
    op.add_column('generations', sa.Column('tasks_removed_at', sa.DateTime(timezone=True)))
    op.create_index('ix_generations_finished', 'generations', ['finished_at'], postgresql_where=sa.text('finished_at IS NOT NULL'))
    op.create_index(
        'ix_generations_with_tasks',
        'generations',
        ['finished_at'],
        postgresql_where=sa.text('finished_at IS NOT NULL AND tasks_removed_at IS NULL'),
    )
    op.create_index('ix_entries_created_at', 'entries', ['created_at'])
    op.create_index('ix_sockets_session_id', 'sockets', ['session_id'])
    op.create_index('ix_sockets_connected_at', 'sockets', ['connected_at'])
    op.create_index('ix_sign_in_failures_window_start', 'sign_in_failures', ['window_start'])
    op.create_index('ix_sessions_ended_at', 'sessions', [sa.text('least(expires_at, revoked_at)')])
    for table in ('clips', 'assets'):
        for name, column, where in (
            ('expected', 'id', "state = 'expected'"),
            ('deleted', 'id', "state = 'deleted' AND objects_removed_at IS NULL"),
            ('objects_removed', 'objects_removed_at', 'objects_removed_at IS NOT NULL'),
            ('settled', 'settled_at', 'settled_at IS NOT NULL'),
        ):
            op.create_index(f'ix_{table}_{name}', table, [column], postgresql_where=sa.text(where))
    for role, seconds in (('medley_api', 10), ('medley_jobs', 20)):
        op.execute(f"""
            DO $$ BEGIN
                BEGIN
                    CREATE ROLE {role} LOGIN;
                EXCEPTION WHEN duplicate_object OR unique_violation THEN  -- by another database of this server
                    NULL;
                END;
                IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN
                    GRANT rds_iam TO {role};
                END IF;
                EXECUTE format('ALTER ROLE {role} IN DATABASE %I SET statement_timeout = %L', current_database(), '{seconds}s');
                GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
                ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
                REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role};
            END $$
        """)
