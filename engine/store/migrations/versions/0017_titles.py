"""titles after recognition: agencies, plans, surrender, exceptions; decisions at expiry and levels under a successor

Revision 0017; after 0016.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("candidate_exception", "expiry_decision", "level_mapping", "look_back_check")


def upgrade() -> None:
    """New columns of titles, mandates and flags, and the registers around them."""
    _columns()
    _plan()
    _surrender()
    _exceptions()
    _expiry()
    _checks()
    for statement in triggers.append_only(op.get_bind().dialect.name, TABLES):
        op.execute(sa.text(statement))


def _columns() -> None:
    op.add_column("title", _text(24, "agency", nullable=True))
    op.create_index(op.f("ix_title_agency"), "title", ["agency"])
    latest = "SELECT agency FROM evaluation e WHERE e.title_no = title.title_no ORDER BY e.year DESC LIMIT 1"
    op.execute(sa.text(f"UPDATE title SET agency = ({latest})"))  # noqa: S608
    for column in (
        sa.Column("confidentiality", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        _text(80, "ended_by", nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
    ):
        op.add_column("mandate", column)
    op.add_column("exclusion_flag", sa.Column("evidence", sa.Text(), nullable=True))


def _text(length: int, name: str, **more: object) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=length), **{"nullable": False, **more})  # type: ignore[arg-type]


def _note(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _by(verb: str) -> tuple[sa.Column[str], "sa.Column[object]"]:
    return _text(80, f"{verb}_by"), sa.Column(f"{verb}_at", base.Instant(), nullable=False)


def _table(name: str, *columns: object) -> None:
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    op.create_table(name, sa.Column("id", sa.Integer(), nullable=False), *columns, key)  # type: ignore[arg-type]


def _plan() -> None:
    _table(
        "monitoring_plan",
        _text(24, "title_no"),
        sa.Column("year", sa.Integer(), nullable=False),
        _text(8, "reason"),
        _note("note"),
        _text(24, "agency"),
        _text(60, "mandate_no"),
        *_by("planned"),
        sa.UniqueConstraint("title_no", "year", name=op.f("uq_monitoring_plan_title_no_year")),
    )
    op.create_index(op.f("ix_monitoring_plan_year"), "monitoring_plan", ["year"])
    op.create_index(op.f("ix_monitoring_plan_agency"), "monitoring_plan", ["agency"])


def _surrender() -> None:
    _table(
        "title_surrender",
        _text(24, "title_no"),
        _note("reason"),
        _text(12, "status"),
        *_by("asked"),
        _text(80, "decided_by", nullable=True),
        sa.Column("decided_at", base.Instant(), nullable=True),
        _note("opinion"),
    )
    op.create_index(op.f("ix_title_surrender_title_no"), "title_surrender", ["title_no"])
    waiting = sa.text("status = 'ASKED'")
    op.create_index(
        "title_surrender_one_open_idx",
        "title_surrender",
        ["title_no"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _exceptions() -> None:
    _table(
        "candidate_exception",
        _text(20, "scheme"),
        sa.Column("year", sa.Integer(), nullable=False),
        _text(18, "uscc"),
        _text(200, "enterprise"),
        _note("reason"),
        *_by("recorded"),
        sa.UniqueConstraint("scheme", "year", "uscc", name=op.f("uq_candidate_exception_scheme_year_uscc")),
    )
    op.create_index(op.f("ix_candidate_exception_uscc"), "candidate_exception", ["uscc"])


def _expiry() -> None:
    _table(
        "expiry_decision",
        sa.Column("item_id", sa.Integer(), nullable=False),
        _text(12, "decision"),
        _text(60, "document_no", nullable=True),
        _note("reason"),
        *_by("decided"),
        sa.ForeignKeyConstraint(["item_id"], ["expiry_item.id"], name=op.f("fk_expiry_decision_item_id")),
    )
    op.create_index(op.f("ix_expiry_decision_item_id"), "expiry_decision", ["item_id"])
    _table(
        "level_mapping",
        _text(40, "measure_code"),
        _text(12, "title_type"),
        _text(24, "title_no", nullable=True),
        _text(60, "level"),
        _text(200, "successor"),
        _text(60, "document_no"),
        sa.Column("effective_on", sa.Date(), nullable=False),
        *_by("recorded"),
    )
    op.create_index(op.f("ix_level_mapping_measure_code"), "level_mapping", ["measure_code"])
    op.create_index(op.f("ix_level_mapping_title_no"), "level_mapping", ["title_no"])


def _checks() -> None:
    _table(
        "look_back_check",
        sa.Column("cycle_year", sa.Integer(), nullable=False),
        _text(12, "occasion"),
        sa.Column("checked_on", sa.Date(), nullable=False),
        _note("sources"),
        _note("result"),
        *_by("checked"),
    )
    op.create_index(op.f("ix_look_back_check_cycle_year"), "look_back_check", ["cycle_year"])
