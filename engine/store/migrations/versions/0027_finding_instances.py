"""finding instances: where a case lies, indexes for the list of operations, the variables it is found by

Revision 0027; after 0031. What ran before is filled in by `luzhi init` afterwards (engine.inspecting.finding.keeping).
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base

revision = "0027"
down_revision = "0031"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'CREATED'")
UNRESOLVED = sa.text("resolved_at IS NULL")


def upgrade() -> None:
    """A column, a table, and indexes in the order in which lists are read."""
    op.add_column("instance", sa.Column("city", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "instance_variable",
        sa.Column("instance_id", base.Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_instance_variable_instance_id")
        ),
        sa.PrimaryKeyConstraint("instance_id", "name", name=op.f("pk_instance_variable")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_instance_variable_value", "instance_variable", ["name", "value", "instance_id"])
    _instances()
    _places()


def _instances() -> None:
    op.drop_index("ix_instance_definition_id", "instance")
    op.drop_index("ix_instance_business_key", "instance")
    op.create_index(
        "ix_instance_business_key",
        "instance",
        ["business_key"],
        postgresql_ops={"business_key": "text_pattern_ops"},
    )
    op.create_index("ix_instance_definition", "instance", ["definition_id", "started_at", "id"])
    op.create_index("ix_instance_status", "instance", ["status", "started_at", "id", "definition_id"])
    op.create_index("ix_instance_city", "instance", ["city", "started_at", "id"])
    op.create_index("ix_instance_started", "instance", ["started_at", "id"])
    op.create_index("ix_instance_ended", "instance", ["ended_at", "id"])


def _places() -> None:
    """Where tokens wait, and what is wrong."""
    for table in ("timer", "job", "message_subscription"):
        op.create_index(f"ix_{table}_element", table, ["element_id", "instance_id"])
    op.create_index(
        "ix_user_task_element",
        "user_task",
        ["element_id", "instance_id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.drop_index("ix_user_task_open", "user_task")
    op.create_index(
        "ix_user_task_open",
        "user_task",
        ["due_order", "id", "instance_id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_incident_kind",
        "incident",
        ["type", "element_id", "instance_id"],
        sqlite_where=UNRESOLVED,
        postgresql_where=UNRESOLVED,
    )
