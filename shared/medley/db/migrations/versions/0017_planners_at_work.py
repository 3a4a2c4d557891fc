"""Since when a planner is at work on an order, so that others who are told of it leave it alone

Adds only: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('generations', sa.Column('plan_begun_at', sa.DateTime(timezone=True), nullable=True))
