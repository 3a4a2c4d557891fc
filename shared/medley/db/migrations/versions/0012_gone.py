"""Since when an output's file is known to be lost

Adds only: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('outputs', sa.Column('gone_at', sa.DateTime(timezone=True), nullable=True))
