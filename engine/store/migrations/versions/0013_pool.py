"""the expert pool: fields, relations, rests, bars, declarations, history; draws, their edits, seats' origins

Revision 0013; after 0012.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("expert_event", "expert_declaration", "panel_edit")


def upgrade() -> None:
    """Wider experts and seats, and the registers around them."""
    _experts()
    _seats()
    _relations()
    _history()
    _draws()
    for statement in triggers.append_only(op.get_bind().dialect.name, TABLES):
        op.execute(sa.text(statement))


def _text(length: int, name: str, **more: object) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=length), **{"nullable": False, **more})  # type: ignore[arg-type]


def _experts() -> None:
    for name in ("fields", "industries"):
        op.add_column("expert", sa.Column(name, base.Json(), server_default="[]", nullable=False))
    op.add_column("expert", _text(60, "title", server_default=""))
    op.add_column("expert", _text(6, "employer_city", nullable=True))
    op.add_column("expert", _text(200, "employer_group", server_default=""))
    op.add_column("expert", sa.Column("note", sa.Text(), server_default="", nullable=False))


def _seats() -> None:
    op.add_column("seat", _text(40, "panel", server_default=""))
    op.add_column("seat", _text(40, "need", server_default=""))
    op.add_column("seat", _text(12, "origin", server_default="DRAWN"))
    op.add_column("seat", sa.Column("drawn_from", base.Json(), nullable=True))
    op.add_column("seat", sa.Column("released_at", base.Instant(), nullable=True))
    op.add_column("seat", _text(80, "released_by", nullable=True))


def _relations() -> None:
    op.create_table(
        "expert_relation",
        sa.Column("id", sa.Integer(), nullable=False),
        _text(80, "login"),
        _text(200, "enterprise"),
        _text(18, "uscc", nullable=True),
        _text(12, "kind"),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        _text(400, "note"),
        _text(80, "declared_by"),
        sa.Column("declared_at", base.Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('EMPLOYMENT','SHAREHOLDING','ADVICE','KINSHIP','COMPETITOR','GROUP','OTHER')",
            name=op.f("ck_expert_relation_kind"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR starts_on <= ends_on",
            name=op.f("ck_expert_relation_period"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_relation")),
    )
    op.create_index(op.f("ix_expert_relation_login"), "expert_relation", ["login"])
    op.create_index(op.f("ix_expert_relation_uscc"), "expert_relation", ["uscc"])
    op.create_table(
        "expert_rest",
        sa.Column("id", sa.Integer(), nullable=False),
        _text(80, "login"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        _text(200, "reason"),
        _text(80, "entered_by"),
        sa.Column("entered_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_rest")),
    )
    op.create_index(op.f("ix_expert_rest_login"), "expert_rest", ["login"])
    _bars()


def _bars() -> None:
    in_force = sa.text("lifted_at IS NULL")
    op.create_table(
        "expert_bar",
        sa.Column("id", sa.Integer(), nullable=False),
        _text(40, "application_no"),
        _text(80, "login"),
        _text(400, "reason"),
        _text(80, "barred_by"),
        sa.Column("barred_at", base.Instant(), nullable=False),
        _text(80, "lifted_by", nullable=True),
        sa.Column("lifted_at", base.Instant(), nullable=True),
        _text(400, "lift_reason"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_bar")),
    )
    op.create_index(op.f("ix_expert_bar_login"), "expert_bar", ["login"])
    op.create_index(
        "expert_bar_in_force_idx",
        "expert_bar",
        ["application_no", "login"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )


def _history() -> None:
    op.create_table(
        "expert_event",
        sa.Column("id", sa.Integer(), nullable=False),
        _text(80, "login"),
        sa.Column("at", base.Instant(), nullable=False),
        _text(80, "actor"),
        _text(20, "action"),
        sa.Column("changes", base.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_event")),
    )
    op.create_index(op.f("ix_expert_event_login"), "expert_event", ["login"])
    op.create_table(
        "expert_declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        _text(40, "application_no"),
        _text(80, "expert"),
        _text(8, "kind"),
        _text(200, "reason"),
        sa.Column("signed_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_declaration")),
        sa.UniqueConstraint(
            "application_no", "expert", name=op.f("uq_expert_declaration_application_no_expert")
        ),
    )
    op.create_index(op.f("ix_expert_declaration_expert"), "expert_declaration", ["expert"])
    op.create_table(
        "expert_import",
        sa.Column("id", sa.Integer(), nullable=False),
        _text(80, "login"),
        _text(200, "name"),
        sa.Column("read_at", base.Instant(), nullable=False),
        sa.Column("rows", base.Json(), nullable=False),
        sa.Column("applied_at", base.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_import")),
    )
    op.create_index(op.f("ix_expert_import_login"), "expert_import", ["login"])


def _draws() -> None:
    alive = sa.text("voided_at IS NULL")
    op.create_table(
        "panel_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _text(80, "seed"),
        _text(400, "source"),
        _text(20, "algorithm"),
        sa.Column("input", base.Json(), nullable=False),
        _text(64, "input_sha256"),
        _text(80, "announced_by"),
        sa.Column("announced_at", base.Instant(), nullable=False),
        _text(64, "result_sha256", nullable=True),
        _text(80, "witness"),
        _text(80, "confirmed_by", nullable=True),
        sa.Column("confirmed_at", base.Instant(), nullable=True),
        _text(80, "voided_by", nullable=True),
        sa.Column("voided_at", base.Instant(), nullable=True),
        _text(400, "void_reason"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_draw")),
        sa.UniqueConstraint("cycle_year", "number", name=op.f("uq_panel_draw_cycle_year_number")),
    )
    op.create_index(
        "panel_draw_alive_idx",
        "panel_draw",
        ["cycle_year"],
        unique=True,
        sqlite_where=alive,
        postgresql_where=alive,
    )
    op.create_table(
        "panel_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        _text(40, "application_no"),
        _text(80, "leaving"),
        _text(80, "coming"),
        _text(400, "reason"),
        _text(80, "edited_by"),
        sa.Column("edited_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_edit")),
    )
    op.create_index(op.f("ix_panel_edit_draw_id"), "panel_edit", ["draw_id"])
