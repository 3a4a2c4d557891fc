"""Run by Alembic for each command; the connection comes from `medley.db.migrations.upgrade`."""

from alembic import context

from medley.db.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
