"""throttles that count over all processes

Revision 0019; after 0018.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was spent, by the digest of who and what, until when."""
    op.create_table(
        "throttle",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("ends_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_index("ix_throttle_ends_at", "throttle", ["ends_at"])
