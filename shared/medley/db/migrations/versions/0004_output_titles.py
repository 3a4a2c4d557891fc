"""An output's title is its own, no longer part of the app's recipe; a sound's volume there is named as in commands

Rewrites what is stored: the code before it cannot read it.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('outputs', sa.Column('title', sa.Text(), nullable=True))
    op.execute("""
        UPDATE outputs SET title = recipe->>'title', recipe = recipe - 'title' || jsonb_build_object('sounds', (
            SELECT jsonb_agg(sound - 'volume' || jsonb_build_object('volume_percent', sound->'volume') ORDER BY place)
            FROM jsonb_array_elements(recipe->'sounds') WITH ORDINALITY AS sounds (sound, place)
        ))
    """)
    op.alter_column('outputs', 'title', nullable=False)
