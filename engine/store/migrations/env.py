"""Alembic's environment: runs migrations on the connection that `upgrade` passes in."""

from alembic import context

from engine.store import models
from engine.store.migrations import OPTIONS

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=models.load(),
    transactional_ddl=True,
    **OPTIONS,
)
with context.begin_transaction():
    context.run_migrations()
