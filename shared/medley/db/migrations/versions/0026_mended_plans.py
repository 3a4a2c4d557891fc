"""When a plan that a worker missed was made anew, and what each task of a plan is known by

Adds only: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('generations', sa.Column('plan_mended_at', sa.DateTime(timezone=True)))
    op.add_column('tasks', sa.Column('plan_crc', sa.BigInteger()))
