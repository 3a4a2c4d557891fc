"""Fades of presets in seconds, as they are asked for now

A preset is used as the spec of an order, so it says what an order may say. Orders keep what was asked for.
"""

from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for end in ('in', 'out'):
        op.execute(f"""
            UPDATE presets SET spec = jsonb_set(
                spec #- '{{music,fade_{end}_ms}}',
                '{{music,fade_{end}_s}}',
                to_jsonb((spec #>> '{{music,fade_{end}_ms}}')::numeric / 1000)
            ) WHERE spec -> 'music' ? 'fade_{end}_ms'
        """)
