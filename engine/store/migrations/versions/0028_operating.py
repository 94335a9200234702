"""batches of operations: one act on many instances, with what came of each

Revision 0028; after 0030.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base

revision = "0028"
down_revision = "0030"
branch_labels = None
depends_on = None

STATES = "'CHECKING','CHECKED','RUNNING','STOPPED','DONE','DROPPED'"


def upgrade() -> None:
    """Two tables; neither changes what an instance is."""
    _batches()
    _items()


def _batches() -> None:
    op.create_table(
        "operator_batch",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("arguments", base.Json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("chosen", base.Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("planned_by", sa.Text(), nullable=False),
        sa.Column("planned_at", base.Instant(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=True),
        sa.Column("started_at", base.Instant(), nullable=True),
        sa.Column("ended_at", base.Instant(), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_operator_batch_state")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_operator_batch_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_batch")),
    )


def _items() -> None:
    op.create_table(
        "operator_batch_item",
        sa.Column("batch_id", base.Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("target", base.Key, nullable=False),
        sa.Column("instance_id", base.Key, nullable=True),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("findings", base.Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", base.Json(), nullable=False),
        sa.Column("at", base.Instant(), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('UNKNOWN','CAN','WARNED','CANNOT')", name=op.f("ck_operator_batch_item_verdict")
        ),
        sa.CheckConstraint(
            "state IN ('PLANNED','SUCCEEDED','REFUSED','LEFT')", name=op.f("ck_operator_batch_item_state")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["operator_batch.id"], name=op.f("fk_operator_batch_item_batch_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_operator_batch_item")),
    )
    op.create_index(
        "ux_operator_batch_item_target", "operator_batch_item", ["batch_id", "target"], unique=True
    )
    op.create_index("ix_operator_batch_item_instance_id", "operator_batch_item", ["instance_id"])
    op.create_index(
        "ix_operator_batch_item_todo", "operator_batch_item", ["batch_id", "state", "verdict", "number"]
    )


def downgrade() -> None:
    """Not provided."""
    raise NotImplementedError
