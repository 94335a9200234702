"""anchors of the audit trail, its searches, and histories that the database keeps as they are

Revision 0030; after 0032.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0030"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One append-only table, three indexes, triggers on the head and on the histories of the registers."""
    op.create_table(
        "audit_anchor",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sequence", base.Key, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_audit_anchor")),
    )
    op.create_index("ix_audit_action", "audit", ["action", "sequence"])
    op.create_index("ix_audit_business_key", "audit", ["business_key", "sequence"])
    op.create_index("ix_audit_at", "audit", ["at"])
    dialect = op.get_bind().dialect.name
    for statement in triggers.head_kept(dialect):
        op.execute(statement)
    for statement in triggers.append_only(dialect, (*triggers.ANCHORED, *triggers.PASSED)):
        op.execute(statement)
