"""why experts left their seats, in the words of whoever said so

Revision 0020; after 0019. Seats that were left before keep their word in the seat and the reason in the submission.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The register of recusals, to which rows are only added."""
    op.create_table(
        "expert_recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_no", sa.String(40), nullable=False),
        sa.Column("cycle_year", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("expert", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("stated_by", sa.String(80), nullable=False),
        sa.Column("stated_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_recusal")),
        sa.UniqueConstraint("seat_id", name=op.f("uq_expert_recusal_seat_id")),
    )
    for column in ("application_no", "cycle_year", "expert"):
        op.create_index(op.f(f"ix_expert_recusal_{column}"), "expert_recusal", [column])
    for statement in triggers.append_only(op.get_bind().dialect.name, triggers.RECUSED):
        op.execute(sa.text(statement))
