"""returns and supplements: the fields that were opened, with reasons

Revision 0006; after 0005.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the register of returns."""
    op.create_table(
        "application_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_no", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("items", base.Json(), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", base.Instant(), nullable=False),
        sa.Column("due", base.Instant(), nullable=False),
        sa.Column("closed_at", base.Instant(), nullable=True),
        sa.Column("version_before", sa.Integer(), nullable=False),
        sa.Column("version_after", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_return")),
        sa.UniqueConstraint(
            "application_no", "number", name=op.f("uq_application_return_application_no_number")
        ),
    )
    op.create_index(
        op.f("ix_application_return_application_no"), "application_return", ["application_no"], unique=False
    )
