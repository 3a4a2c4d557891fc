"""Assets, what ingest makes of a clip besides its poster, and finding clips of the same content

Adds only: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('assets',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('project_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), server_default='expected', nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('sha256', sa.Text(), nullable=True),
    sa.Column('code', sa.Text(), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('objects_removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'ready') <= (facts ->> 'kind' = kind)", name=op.f('ck_assets_i18_kind')),
    sa.CheckConstraint("(state = 'ready') <= (facts IS NOT NULL)", name=op.f('ck_assets_i13_ready_has_facts')),
    sa.CheckConstraint("(state = 'rejected') <= (code IS NOT NULL)", name=op.f('ck_assets_i13_rejected_has_code')),
    sa.CheckConstraint("kind IN ('audio', 'image')", name=op.f('ck_assets_kind')),
    sa.CheckConstraint("state IN ('expected', 'ready', 'rejected', 'deleted')", name=op.f('ck_assets_state')),
    sa.CheckConstraint('size_bytes > 0', name=op.f('ck_assets_size')),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_assets_project_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_assets_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assets'))
    )
    op.create_index(op.f('ix_assets_project_id_id'), 'assets', ['project_id', 'id'], unique=False)
    op.create_index(op.f('ix_assets_user_id'), 'assets', ['user_id'], unique=False)
    op.add_column('clips', sa.Column('filmstrip_key', sa.Text(), nullable=True))
    op.add_column('clips', sa.Column('waveform_key', sa.Text(), nullable=True))
    op.create_index(op.f('ix_clips_project_id_sha256'), 'clips', ['project_id', 'sha256'], unique=False)
    op.add_column('generations', sa.Column('asset_ids', sa.ARRAY(sa.Uuid()), server_default='{}', nullable=False))
