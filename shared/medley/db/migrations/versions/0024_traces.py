"""What each promised message belongs to

Adds only: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('outbox', sa.Column('trace', sa.Text()))
