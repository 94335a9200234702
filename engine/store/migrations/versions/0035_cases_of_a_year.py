"""cases of a year among a million: their keys in the order of the list, out of one index

Revision 0035; after 0034.
"""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BY_KEY, BY_END = "ix_instance_business_key", "ix_instance_ended"
PATTERN = {"business_key": "text_pattern_ops"}


def upgrade() -> None:
    """Two indexes hold what else lists sort and filter by; nothing in them changes more often than before."""
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


def downgrade() -> None:
    """As narrow as they were."""
    op.drop_index(BY_END, table_name="instance")
    op.create_index(BY_END, "instance", ["ended_at", "id"], unique=False)
    op.drop_index(BY_KEY, table_name="instance")
    op.create_index(BY_KEY, "instance", ["business_key"], unique=False, postgresql_ops=PATTERN)
