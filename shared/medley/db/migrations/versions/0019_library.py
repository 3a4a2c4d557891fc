"""Library: archived and restorable things, proxies of clips, versions of groups, groups of orders

Adds only: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('projects', sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True))
    for table in ('projects', 'clips', 'assets'):
        op.add_column(table, sa.Column('restorable_until', sa.DateTime(timezone=True), nullable=True))
    for table in ('clips', 'assets'):
        op.create_index(
            op.f(f'ix_{table}_stored'),
            table,
            ['user_id'],
            postgresql_include=['size_bytes', 'state', 'restorable_until'],
            postgresql_where=sa.text("state <> 'deleted' OR objects_removed_at IS NULL"),
        )
    for table in ('clips', 'assets'):
        op.add_column(table, sa.Column('source_id', sa.Uuid(), nullable=True))
        op.add_column(table, sa.Column('source_project_id', sa.Uuid(), nullable=True))
        op.create_index(
            op.f(f'ix_{table}_source_id'), table, ['source_id'], postgresql_where=sa.text('source_id IS NOT NULL')
        )
    op.add_column('clips', sa.Column('proxy_key', sa.Text(), nullable=True))
    op.add_column('groups', sa.Column('version', sa.Integer(), server_default='1', nullable=False))
    op.add_column('generations', sa.Column('group_ids', sa.ARRAY(sa.Uuid()), server_default='{}', nullable=False))
