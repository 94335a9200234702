"""drafts: who wrote which key last; those of withdrawn tasks stay readable for their writer

Revision 0003; after 0002.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The pages that wrote a draft's keys, and a trigger that keeps drafts of withdrawn tasks."""
    op.add_column("draft", sa.Column("writers", base.Json(), nullable=True))
    for statement in triggers.task_ended_again(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
