"""What manifests and distinctness reports need: prints of segments, and the engine that planned

Adds only: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('tasks', sa.Column('prints', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('generations', sa.Column('engine_version', sa.Integer(), nullable=True))
