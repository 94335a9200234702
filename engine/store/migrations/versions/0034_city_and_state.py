"""running instances of a city among a million

Revision 0034; after 0033.
"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index of city and state: of all instances of a city few run, and those are asked for most."""
    op.create_index(
        "ix_instance_city_status", "instance", ["city", "status", "started_at", "id"], unique=False
    )


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_instance_city_status", table_name="instance")
