"""Bundles: archives of outputs, made in volumes

Adds tables only: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'bundles',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('generation_id', sa.Uuid(), nullable=False),
        sa.Column('project_name', sa.Text(), nullable=False),
        sa.Column('naming', sa.Text(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False, server_default='making'),
        sa.Column('seq', sa.BigInteger(), nullable=False, server_default='1'),
        sa.Column('code', sa.Text()),
        sa.Column('message', sa.Text()),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column('deadline', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True)),
        sa.Column('objects_removed_at', sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint('id', name='pk_bundles'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='fk_bundles_user_id'),
        sa.ForeignKeyConstraint(['generation_id'], ['generations.id'], name='fk_bundles_generation_id'),
        sa.CheckConstraint("state IN ('making', 'ready', 'failed', 'deleted')", name=op.f('ck_bundles_state')),
        sa.CheckConstraint("(state = 'making') = (ended_at IS NULL)", name=op.f('ck_bundles_i19_ended_is_dated')),
        sa.CheckConstraint("(state = 'failed') <= (code IS NOT NULL)", name=op.f('ck_bundles_i19_failed_has_code')),
    )
    op.create_index('ix_bundles_user_id_id', 'bundles', ['user_id', 'id'])
    op.create_index('ix_bundles_generation_id', 'bundles', ['generation_id'])
    for name, column, where in (
        ('making', 'id', "state = 'making'"),
        ('removable', 'id', 'ended_at IS NOT NULL AND objects_removed_at IS NULL'),
        ('removed', 'ended_at', 'objects_removed_at IS NOT NULL'),
    ):
        op.create_index(f'ix_bundles_{name}', 'bundles', [column], postgresql_where=sa.text(where))
    op.create_table(
        'bundle_volumes',
        sa.Column('bundle_id', sa.Uuid(), nullable=False),
        sa.Column('n', sa.Integer(), nullable=False),
        sa.Column('outputs', sa.LargeBinary(), nullable=False),
        sa.Column('bytes_total', sa.BigInteger(), nullable=False),
        sa.Column('bytes_done', sa.BigInteger(), nullable=False, server_default='0'),
        sa.Column('state', sa.Text(), nullable=False, server_default='sent'),
        sa.Column('attempt', sa.Integer(), nullable=False, server_default='1'),
        sa.Column('faults', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('outages', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('redelivered_unstarted', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column('heartbeat_at', sa.DateTime(timezone=True)),
        sa.Column('settled_at', sa.DateTime(timezone=True)),
        sa.Column('upload_id', sa.Text()),
        sa.Column('size_bytes', sa.BigInteger()),
        sa.Column('missing', postgresql.JSONB(), nullable=False, server_default='[]'),
        sa.PrimaryKeyConstraint('bundle_id', 'n', name='pk_bundle_volumes'),
        sa.ForeignKeyConstraint(['bundle_id'], ['bundles.id'], name='fk_bundle_volumes_bundle_id', ondelete='CASCADE'),
        sa.CheckConstraint("state IN ('sent', 'finished', 'failed', 'cancelled')", name=op.f('ck_bundle_volumes_state')),
        sa.CheckConstraint("(state = 'sent') = (settled_at IS NULL)", name=op.f('ck_bundle_volumes_i19_settled_is_dated')),
        sa.CheckConstraint("(state = 'finished') = (size_bytes IS NOT NULL)", name=op.f('ck_bundle_volumes_i19_finished_has_size')),
        sa.CheckConstraint('bytes_done BETWEEN 0 AND bytes_total', name=op.f('ck_bundle_volumes_i19_progress')),
        sa.CheckConstraint('n > 0 AND attempt > 0', name=op.f('ck_bundle_volumes_numbers')),
    )
    op.create_index('ix_bundle_volumes_sent', 'bundle_volumes', ['sent_at'], postgresql_where=sa.text("state = 'sent'"))
