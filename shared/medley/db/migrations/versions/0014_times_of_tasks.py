"""What a task's last sign of life, its worker's last word and its repeated sends are called

Renames columns, so no code before it works with the schema after it: it comes before the first deployment.
"""

from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column('tasks', 'unstarted', new_column_name='redelivered_unstarted')
    op.alter_column('tasks', 'seen_at', new_column_name='heartbeat_at')
    op.alter_column('tasks', 'closed_at', new_column_name='reported_at')
