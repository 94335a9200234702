"""cases of a year among a million, and all open tasks by priority or company: pages out of one index

Revision 0035; after 0034.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BY_KEY, BY_END = "ix_instance_business_key", "ix_instance_ended"
PATTERN = {"business_key": "text_pattern_ops"}
OPEN = sa.text("state = 'CREATED'")


def upgrade() -> None:
    """Two indexes hold what else lists sort and filter by; nothing in them changes more often than before.

    Two more have the open tasks alone, in orders that a list of all of them offers.
    """
    op.drop_index(BY_KEY, table_name="instance")
    op.create_index(
        BY_KEY,
        "instance",
        ["business_key", "started_at", "id", "ended_at", "definition_id", "status", "city"],
        unique=False,
        postgresql_ops=PATTERN,
    )
    op.drop_index(BY_END, table_name="instance")
    op.create_index(BY_END, "instance", ["ended_at", "id", "started_at"], unique=False)
    for column in ("priority", "company"):
        op.create_index(
            f"ix_user_task_{column}",
            "user_task",
            [column, "id"],
            unique=False,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )


def downgrade() -> None:
    """As narrow as they were, and no others."""
    for column in ("company", "priority"):
        op.drop_index(f"ix_user_task_{column}", table_name="user_task")
    op.drop_index(BY_END, table_name="instance")
    op.create_index(BY_END, "instance", ["ended_at", "id"], unique=False)
    op.drop_index(BY_KEY, table_name="instance")
    op.create_index(BY_KEY, "instance", ["business_key"], unique=False, postgresql_ops=PATTERN)
