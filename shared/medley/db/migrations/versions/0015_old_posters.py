"""What is not known of posters that were made before outputs had parts

Size and SHA-256 were written as 0 and nothing; both become null. The code before it does not read null: it comes before
the first deployment.
"""

from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        UPDATE outputs SET parts = (
            SELECT jsonb_agg(CASE WHEN part ->> 'sha256' = ''
                THEN part || '{"size_bytes": null, "sha256": null}'::jsonb ELSE part END ORDER BY place)
            FROM jsonb_array_elements(parts) WITH ORDINALITY AS each(part, place)
        ) WHERE parts @> '[{"sha256": ""}]'
    """)
