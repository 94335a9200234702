"""jobs that kill their workers, messages that go round in circles, starts that fail

Revision 0032; after 0029.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None

COUNTS = (
    ("job", "lost"),
    ("timer", "lost"),
    ("message", "hops"),
    ("instance", "hops"),
    ("start_subscription", "attempts"),
)


def upgrade() -> None:
    """Counts that begin at 0, and what an incident without an instance is about."""
    for table, name in COUNTS:
        op.add_column(table, sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("start_subscription", sa.Column("held_until", base.Instant(), nullable=True))
    op.add_column("incident", sa.Column("start_id", base.Key, nullable=True))
