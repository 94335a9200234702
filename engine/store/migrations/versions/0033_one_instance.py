"""the page of one instance: its incidents of any time, the messages it sent and received

Revision 0033; after 0028.
"""

from alembic import op

revision = "0033"
down_revision = "0028"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_incident_instance", "incident", ["instance_id", "id"]),
    ("ix_message_origin", "message", ["origin_id", "id"]),
    ("ix_message_correlation_instance", "message_correlation", ["instance_id", "message_id"]),
)


def upgrade() -> None:
    """An index for each of the three."""
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)


def downgrade() -> None:
    """Without them."""
    for name, table, _columns in reversed(INDEXES):
        op.drop_index(name, table_name=table)
