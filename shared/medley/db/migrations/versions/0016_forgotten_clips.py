"""The row of a clip that is forgotten goes also where its project was deleted with the group it stood in

Adds only: the code before it goes on working with the schema after it.
"""

from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint('fk_group_clips_clip_id', 'group_clips')
    op.create_foreign_key('fk_group_clips_clip_id', 'group_clips', 'clips', ['clip_id'], ['id'], ondelete='CASCADE')
