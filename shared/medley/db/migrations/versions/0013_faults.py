"""What counts toward giving work up: faults of tasks and uploads; outages of tasks; orders of the last hour

Adds only: the code before it goes on working with the schema after it.
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (('tasks', 'faults'), ('tasks', 'outages'), ('clips', 'faults'), ('assets', 'faults')):
        op.add_column(table, sa.Column(column, sa.Integer(), server_default='0', nullable=False))
    op.create_index(op.f('ix_generations_user_id_created_at'), 'generations', ['user_id', 'created_at'])
