"""what colleagues say about changes of the rules

Revision 0026; after 0024.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One append-only table."""
    op.create_table(
        "rule_comment",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("change_id", base.Key, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", base.Json(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["rule_change.id"], name=op.f("fk_rule_comment_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_comment")),
    )
    op.create_index("ix_rule_comment_change_id", "rule_comment", ["change_id", "id"])
    for statement in triggers.append_only(op.get_bind().dialect.name, triggers.DISCUSSED):
        op.execute(statement)
