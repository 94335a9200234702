"""migrations of many running instances: plans, and what came of each instance

Revision 0024; after 0023.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

PLAN_STATES = "'DRAFT','CHECKING','CHECKED','APPLYING','STOPPED','APPLIED','UNDOING','UNDONE'"


def upgrade() -> None:
    """Two tables; neither changes what an instance is."""
    _plans()
    _items()


def _plans() -> None:
    op.create_table(
        "migration_plan",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("target_id", base.Key, nullable=False),
        sa.Column("deployment_id", base.Key, nullable=False),
        sa.Column("cohort", base.Json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("options", base.Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("inverse_of", base.Key, nullable=True),
        sa.Column("planned_by", sa.Text(), nullable=False),
        sa.Column("planned_at", base.Instant(), nullable=False),
        sa.Column("checked_at", base.Instant(), nullable=True),
        sa.Column("with_risks", sa.Boolean(), nullable=False),
        sa.Column("applied_by", sa.Text(), nullable=True),
        sa.Column("applied_at", base.Instant(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("ended_at", base.Instant(), nullable=True),
        sa.CheckConstraint(f"state IN ({PLAN_STATES})", name=op.f("ck_migration_plan_state")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_migration_plan_{column}"))
            for column, target in (
                ("target_id", "definition.id"),
                ("deployment_id", "deployment.id"),
                ("inverse_of", "migration_plan.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration_plan")),
    )


def _items() -> None:
    op.create_table(
        "migration_item",
        sa.Column("plan_id", base.Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("instance_id", base.Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("findings", base.Json(), nullable=False),
        sa.Column("outcome", base.Json(), nullable=False),
        sa.Column("former", base.Json(), nullable=True),
        sa.Column("moved_revision", sa.Integer(), nullable=True),
        sa.Column("at", base.Instant(), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('UNKNOWN','CAN','RISK','CANNOT')", name=op.f("ck_migration_item_verdict")
        ),
        sa.CheckConstraint(
            "state IN ('PLANNED','MOVED','SKIPPED','RETURNED','REMAINS')",
            name=op.f("ck_migration_item_state"),
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["migration_plan.id"], name=op.f("fk_migration_item_plan_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_migration_item_instance_id")),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_migration_item")),
    )
    op.create_index("ix_migration_item_instance", "migration_item", ["instance_id"])
    op.create_index("ix_migration_item_todo", "migration_item", ["plan_id", "state", "verdict", "number"])


def downgrade() -> None:
    """Not provided."""
    raise NotImplementedError
