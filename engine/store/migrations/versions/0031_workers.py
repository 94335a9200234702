"""the workers that run

Revision 0031; after 0026.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base

revision = "0031"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table, in which workers report themselves."""
    op.create_table(
        "worker",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started_at", base.Instant(), nullable=False),
        sa.Column("seen_at", base.Instant(), nullable=False),
        sa.Column("stopped_at", base.Instant(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("worked_at", base.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
