"""Any app's outputs: work, price and parts; tasks that need tasks; the plan as an object

What has ended is carried over. What runs cannot be: its tasks were planned for workers there are no more. Its deadline
is now, so the next sweep ends it: videos made are kept and paid, all other credits go back.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    _generations()
    _outputs()
    _tasks()
    _outbox()


def _generations() -> None:
    op.drop_constraint('ck_generations_i14_stage', 'generations')
    op.drop_constraint('ck_generations_i11_progress', 'generations')
    op.alter_column('generations', 'frames_done', new_column_name='work_done')
    op.alter_column('generations', 'frames_total', new_column_name='work_total', server_default='0')
    op.alter_column('generations', 'planner_version', nullable=True)
    op.drop_column('generations', 'stage')
    op.drop_column('generations', 'stages')
    op.add_column('generations', sa.Column('groups', JSONB, server_default='[]', nullable=False))
    op.add_column('generations', sa.Column('price', sa.BigInteger(), nullable=True))
    op.add_column('generations', sa.Column('earned', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('generations', sa.Column('plan', sa.Text(), nullable=True))
    op.add_column('generations', sa.Column('planned_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        'generations',
        sa.Column('plan_sent_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    )
    op.add_column('generations', sa.Column('plan_attempts', sa.Integer(), server_default='0', nullable=False))
    op.execute("""
        UPDATE generations SET price = unit_price * outputs_total, earned = unit_price * outputs_made,
               planned_at = created_at, deadline = CASE state WHEN 'running' THEN least(deadline, now()) ELSE deadline END
    """)
    op.alter_column('generations', 'price', nullable=False)
    op.create_check_constraint('i11_progress', 'generations', 'work_done BETWEEN 0 AND work_total')
    op.create_check_constraint('i7_earned', 'generations', 'earned BETWEEN 0 AND price')
    op.create_index(
        'ix_generations_unplanned',
        'generations',
        ['id'],
        postgresql_where=sa.text("state = 'running' AND planned_at IS NULL"),
    )


def _outputs() -> None:
    op.drop_constraint('ck_outputs_i9_made_has_key', 'outputs')
    op.alter_column('outputs', 'frames', new_column_name='work')
    op.alter_column('outputs', 'recipe', nullable=True)
    op.add_column('outputs', sa.Column('media_type', sa.Text(), nullable=True))
    op.add_column('outputs', sa.Column('price', sa.BigInteger(), nullable=True))
    op.add_column('outputs', sa.Column('task', sa.Integer(), server_default='0', nullable=False))
    op.add_column('outputs', sa.Column('parts', JSONB, nullable=True))
    op.execute("""
        UPDATE outputs o
        SET media_type = CASE WHEN o.key LIKE '%.mov' THEN 'video/quicktime' ELSE 'video/mp4' END,
            price = g.unit_price,
            parts = CASE o.state WHEN 'made' THEN jsonb_build_array(
                jsonb_build_object(
                    'role', 'main', 'key', o.key, 'size_bytes', o.size_bytes, 'sha256', o.sha256,
                    'media_type', CASE WHEN o.key LIKE '%.mov' THEN 'video/quicktime' ELSE 'video/mp4' END,
                    'facts', jsonb_build_object('frames', o.work, 'samples', o.samples)),
                jsonb_build_object(
                    'role', 'poster', 'key', o.poster_key, 'size_bytes', 0, 'sha256', '', 'media_type', 'image/jpeg',
                    'facts', '{}'::jsonb)
            ) END
        FROM generations g WHERE g.id = o.generation_id
    """)
    for column in ('media_type', 'price'):
        op.alter_column('outputs', column, nullable=False)
    op.alter_column('outputs', 'task', server_default=None)
    for column in ('key', 'poster_key', 'size_bytes', 'samples', 'sha256'):
        op.drop_column('outputs', column)
    op.drop_column('generations', 'unit_price')
    op.create_check_constraint('i9_made_has_parts', 'outputs', "(state = 'made') = (parts IS NOT NULL)")
    op.create_check_constraint('i7_price', 'outputs', 'price > 0')


def _tasks() -> None:
    op.drop_constraint('uq_tasks_generation_id_stage_index', 'tasks')
    op.drop_constraint('ck_tasks_i11_progress', 'tasks')
    op.alter_column('tasks', 'frames', new_column_name='work')
    op.alter_column('tasks', 'frames_done', new_column_name='work_done')
    op.add_column('tasks', sa.Column('operation', sa.Text(), nullable=True))
    op.add_column('tasks', sa.Column('title', sa.Text(), server_default='', nullable=False))
    op.add_column('tasks', sa.Column('unlocks', sa.LargeBinary(), server_default='', nullable=False))
    op.add_column('tasks', sa.Column('waiting_on', sa.Integer(), server_default='0', nullable=False))
    op.add_column('tasks', sa.Column('plan_start', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('tasks', sa.Column('plan_length', sa.Integer(), server_default='0', nullable=False))
    op.add_column('tasks', sa.Column('detail', JSONB, nullable=True))
    op.add_column('tasks', sa.Column('from_attempt', sa.Integer(), server_default='1', nullable=False))
    op.drop_column('tasks', 'outputs')
    op.add_column('tasks', sa.Column('outputs', sa.LargeBinary(), server_default='', nullable=False))
    op.execute("""
        UPDATE tasks t
        SET operation = t.lane, index = n.index,
            detail = CASE WHEN t.prints IS NOT NULL THEN jsonb_build_object('prints', t.prints) END
        FROM (SELECT id, row_number() OVER (PARTITION BY generation_id ORDER BY stage, index) - 1 AS index FROM tasks) n
        WHERE n.id = t.id
    """)
    op.alter_column('tasks', 'operation', nullable=False)
    for column in ('title', 'outputs', 'unlocks', 'waiting_on', 'plan_start', 'plan_length'):
        op.alter_column('tasks', column, server_default=None)
    for column in ('stage', 'payload', 'prints'):
        op.drop_column('tasks', column)
    op.create_unique_constraint(None, 'tasks', ['generation_id', 'index'])
    op.create_check_constraint('i11_progress', 'tasks', 'work_done BETWEEN 0 AND work')
    op.create_check_constraint('i14_waiting_on', 'tasks', 'waiting_on >= 0')
    op.create_check_constraint(
        'i14_in_turn', 'tasks', "(state IN ('sent', 'finished')) <= (waiting_on = 0)"
    )


def _outbox() -> None:
    op.execute("DELETE FROM outbox WHERE published_at IS NULL AND queue IN ('render', 'assemble')")
    op.alter_column('outbox', 'body', nullable=True)
    op.add_column('outbox', sa.Column('task_id', sa.Uuid(), nullable=True))
    op.add_column('outbox', sa.Column('attempt', sa.Integer(), nullable=True))
    op.add_column('outbox', sa.Column('not_before', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        'body_or_task', 'outbox', '(body IS NULL) = (task_id IS NOT NULL AND attempt IS NOT NULL)'
    )
