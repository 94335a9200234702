# ruff: noqa
"""${message}

Revision ${up_revision}; after ${down_revision or "nothing"}.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
from engine.store import triggers

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, then the triggers that guard them."""
    ${upgrades if upgrades else "pass"}
    for statement in triggers.statements(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is nothing before the first revision; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
