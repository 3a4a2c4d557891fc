"""What the messages of reasons were made of, so that they can be said in any language

Adds only: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ('clips', 'assets', 'generations', 'outputs'):
        op.add_column(table, sa.Column('parameters', postgresql.JSONB(astext_type=sa.Text())))
