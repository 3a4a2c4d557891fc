"""Before and after an order: previews, when it was started, retries, outputs kept longer, presets

A preview is free, so holds and outputs may come to nothing. Outputs that were there are kept for 30 days, as before. Only
loosens and adds: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('generations', sa.Column('started_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f('ix_generations_user_id_id'), 'generations', ['user_id', 'id'])
    op.add_column('generations', sa.Column('retry_of', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_generations_retry_of'), 'generations', 'generations', ['retry_of'], ['id'])
    op.create_index(
        'uq_generations_retry_of', 'generations', ['retry_of'], unique=True, postgresql_where=sa.text('retry_of IS NOT NULL')
    )
    op.add_column('outputs', sa.Column('kept_days', sa.Integer(), server_default='30', nullable=False))
    op.add_column('outputs', sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        'ix_outputs_kept_until',
        'outputs',
        [sa.text("((settled_at AT TIME ZONE 'UTC') + make_interval(days => kept_days))")],
        postgresql_where=sa.text("state = 'made' AND removed_at IS NULL"),
    )
    op.create_table(
        'presets',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('app', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('spec', postgresql.JSONB(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_presets_user_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_presets')),
        sa.UniqueConstraint('user_id', 'app', 'name', name=op.f('uq_presets_user_id_app_name')),
    )
    op.add_column('generations', sa.Column('preview', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.create_index('ix_generations_previews', 'generations', ['project_id', 'created_at'], postgresql_where=sa.text('preview'))
    for table, name, rule in (('holds', 'ck_holds_amount', 'amount >= 0'), ('outputs', 'ck_outputs_i7_price', 'price >= 0')):
        op.drop_constraint(op.f(name), table, type_='check')
        op.create_check_constraint(op.f(name), table, rule)
