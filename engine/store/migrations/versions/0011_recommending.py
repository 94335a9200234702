"""county and city: the sealed scan and the versions of a package, decisions on direct filing

Revision 0011; after 0010.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("package", "package_item", "direct_filing")


def upgrade() -> None:
    """Columns of packages, which old ones leave empty; the register of direct filing."""
    op.add_column("package", sa.Column("scan_file", sa.String(length=40), nullable=True))
    op.add_column("package_item", sa.Column("type_rank", sa.Integer(), nullable=True))
    op.add_column("package_item", sa.Column("application_version", sa.Integer(), nullable=True))
    op.create_table(
        "direct_filing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_year", sa.Integer(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_direct_filing")),
    )
    op.create_index(op.f("ix_direct_filing_county"), "direct_filing", ["county"], unique=False)
    for statement in triggers.append_only(op.get_bind().dialect.name, TABLES):
        op.execute(sa.text(statement))
