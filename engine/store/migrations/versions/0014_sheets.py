"""score sheets by criterion, in rounds; results; what applications are compared by

Revision 0014; after 0013. Sheets that were sealed before stay as they are: round 1, without criteria and hash.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

POINTS = sa.Numeric(precision=6, scale=2)
SHEET = "id, application_no, expert, d1, d2, d3, d4, d5, total, opinion, visit_asked, comment, sealed_at"  # as in 0001


def upgrade() -> None:
    """A sheet is one of an expert, an item and a round."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    (_rebuilt if sqlite else _altered)()
    _registers()
    for statement in triggers.append_only(op.get_bind().dialect.name, triggers.SCORED):
        op.execute(sa.text(statement))


def _added() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("criteria", base.Json(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
    )


def _altered() -> None:
    for column in _added():
        op.add_column("expert_sheet", column)
    op.drop_constraint(op.f("uq_expert_sheet_application_no_expert"), "expert_sheet")
    op.create_unique_constraint(
        op.f("uq_expert_sheet_application_no_expert_round"),
        "expert_sheet",
        ["application_no", "expert", "round"],
    )


def _rebuilt() -> None:
    """SQLite cannot change a constraint: the table is made anew and the sheets are copied, with their numbers."""
    op.rename_table("expert_sheet", "expert_sheet_before")
    for name in ("ix_expert_sheet_application_no", "ix_expert_sheet_expert"):
        op.drop_index(name, table_name="expert_sheet_before")
    op.create_table(
        "expert_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_no", sa.String(40), nullable=False),
        sa.Column("expert", sa.String(80), nullable=False),
        *(sa.Column(name, POINTS, nullable=False) for name in ("d1", "d2", "d3", "d4", "d5", "total")),
        sa.Column("opinion", sa.String(12), nullable=False),
        sa.Column("visit_asked", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("sealed_at", base.Instant(), nullable=False),
        *_added(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_sheet")),
        sa.UniqueConstraint(
            "application_no", "expert", "round", name=op.f("uq_expert_sheet_application_no_expert_round")
        ),
    )
    op.execute(sa.text(f"INSERT INTO expert_sheet ({SHEET}) SELECT {SHEET} FROM expert_sheet_before"))  # noqa: S608
    op.drop_table("expert_sheet_before")  # its triggers go with it
    op.create_index(op.f("ix_expert_sheet_application_no"), "expert_sheet", ["application_no"])
    op.create_index(op.f("ix_expert_sheet_expert"), "expert_sheet", ["expert"])
    for statement in triggers.append_only("sqlite", ("expert_sheet",)):
        op.execute(sa.text(statement))


def _registers() -> None:
    op.create_table(
        "review_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_no", sa.String(40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(80), nullable=False),
        sa.Column("opened_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_round")),
        sa.UniqueConstraint("application_no", "round", name=op.f("uq_review_round_application_no_round")),
    )
    op.create_table(
        "review_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_no", sa.String(40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        *(sa.Column(name, POINTS, nullable=False) for name in ("score", "d2", "d3")),
        sa.Column("facts", base.Json(), nullable=False),
        sa.Column("rules", base.Json(), nullable=False),
        sa.Column("decision_version", sa.Integer(), nullable=True),
        sa.Column("decision_sha256", sa.String(64), nullable=True),
        sa.Column("leader", sa.String(80), nullable=False),
        sa.Column("group_opinion", sa.String(12), nullable=False),
        sa.Column("leader_comment", sa.Text(), nullable=False),
        sa.Column("explanations", base.Json(), nullable=True),
        sa.Column("rescore_proposed", sa.Boolean(), nullable=False),
        sa.Column("concluded_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_result")),
        sa.UniqueConstraint("application_no", "round", name=op.f("uq_review_result_application_no_round")),
    )
    op.create_table(
        "likeness",
        sa.Column("application_no", sa.String(40), nullable=False),
        sa.Column("cycle_year", sa.Integer(), nullable=False),
        sa.Column("uscc", sa.String(18), nullable=False),
        *(sa.Column(name, base.Json(), nullable=False) for name in ("phones", "products", "sketch")),
        sa.PrimaryKeyConstraint("application_no", name=op.f("pk_likeness")),
    )
    op.create_index(op.f("ix_likeness_cycle_year"), "likeness", ["cycle_year"])
