"""who visits and why, who sat in the meeting, and the proof that a public notice stood

Revision 0015; after 0014.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

APPEND_ONLY = ("publication_evidence",)


def upgrade() -> None:
    """Orders of visits; signatures, items and photographs of a visit; attendance; evidence of publication."""
    _visits()
    op.add_column("meeting", sa.Column("place", sa.String(length=200), nullable=True))
    op.add_column("meeting", sa.Column("chair", sa.String(length=80), nullable=True))
    op.add_column("meeting", sa.Column("absent", sa.Text(), nullable=True))
    op.add_column("meeting", sa.Column("observers", sa.Text(), nullable=True))
    op.add_column("meeting", sa.Column("recusals", base.Json(), nullable=True))
    _evidence()


def _visits() -> None:
    op.create_table(
        "visit_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_no", sa.String(length=40), nullable=False),
        sa.Column("cycle_year", sa.Integer(), nullable=False),
        sa.Column("reasons", base.Json(), nullable=False),
        sa.Column("before_review", sa.Boolean(), nullable=False),
        sa.Column("ordered_at", base.Instant(), nullable=False),
        sa.Column("leader", sa.String(length=80), nullable=True),
        sa.Column("second", sa.String(length=80), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("planned_by", sa.String(length=80), nullable=True),
        sa.Column("planned_at", base.Instant(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_order")),
        sa.UniqueConstraint("application_no", name=op.f("uq_visit_order_application_no")),
    )
    op.create_index(op.f("ix_visit_order_cycle_year"), "visit_order", ["cycle_year"])
    op.add_column("site_visit", sa.Column("countersigned_by", sa.String(length=80), nullable=True))
    op.add_column("site_visit", sa.Column("items", base.Json(), nullable=True))
    op.add_column("site_visit", sa.Column("photos", base.Json(), nullable=True))


def _evidence() -> None:
    op.create_table(
        "publication_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["public_notice.id"], name=op.f("fk_publication_evidence_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_evidence")),
    )
    op.create_index(op.f("ix_publication_evidence_notice_id"), "publication_evidence", ["notice_id"])
    for statement in triggers.append_only(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(sa.text(statement))
