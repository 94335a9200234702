"""Alembic's environment: runs migrations on the connection that `upgrade` and `regenerate` pass in."""

from typing import Any, Literal

from alembic import context

from engine.store import base, models
from engine.store.migrations import OPTIONS


def _render(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our own column types by their name, so that a revision stands for both databases."""
    if kind == "type" and isinstance(item, base.Instant | base.Json):
        autogen.imports.add("from engine.store import base")
        return f"base.{type(item).__name__}()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=models.load(),
    render_item=_render,
    transactional_ddl=True,
    **OPTIONS,
)
with context.begin_transaction():
    context.run_migrations()
