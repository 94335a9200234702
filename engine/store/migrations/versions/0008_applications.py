"""what was submitted, judged and decided is only ever added to

The full application adds no column: declaration and self-evaluation stand in the frozen versions.

Revision 0008; after 0007.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import triggers

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("application_version", "application_event", "objection_event", "expert_sheet")


def upgrade() -> None:
    """Triggers that let rows of versions, sheets and histories only be added."""
    for statement in triggers.append_only(op.get_bind().dialect.name, TABLES):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
