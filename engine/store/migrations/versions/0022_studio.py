"""the studio: changes of the rules, their drafts with every save, what was checked; who approved a deployment

Revision 0022; after 0021.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

DRAFTED = ("rule_draft_save", "rule_draft_refused")


def upgrade() -> None:
    """Changes, drafts, saves, presence, checks; on deployments nullable columns, for old ones had no approver."""
    _changes()
    _drafts()
    op.create_table(
        "rule_check",
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("results", base.Json(), nullable=False),
        sa.PrimaryKeyConstraint("contents", name=op.f("pk_rule_check")),
    )
    for name in ("author", "approver", "contents"):
        op.add_column("deployment", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("deployment", sa.Column("change_id", base.Key, nullable=True))
    for statement in triggers.append_only(op.get_bind().dialect.name, DRAFTED):
        op.execute(statement)


def _changes() -> None:
    op.create_table(
        "rule_change",
        sa.Column("id", base.Key, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("title", "reason", "state", "begun_by")),
        sa.Column("begun_at", base.Instant(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=True),
        sa.Column("submitted_at", base.Instant(), nullable=True),
        sa.Column("contents", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", base.Instant(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("planned_for", base.Instant(), nullable=True),
        sa.Column("failure", base.Json(), nullable=True),
        sa.Column("deployment_id", base.Key, nullable=True),
        sa.Column("restores", base.Key, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", base.Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','submitted','approved','deployed','withdrawn')",
            name=op.f("ck_rule_change_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved','deployed') OR approved_by IS NOT NULL",
            name=op.f("ck_rule_change_approved"),
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR (approved_by <> begun_by AND approved_by <> submitted_by)",
            name=op.f("ck_rule_change_second"),
        ),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_rule_change_deployment_id")
        ),
        sa.ForeignKeyConstraint(["restores"], ["deployment.id"], name=op.f("fk_rule_change_restores")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_change")),
    )
    approved = sa.text("state = 'approved'")
    op.create_index(
        "ix_rule_change_planned_for",
        "rule_change",
        ["planned_for"],
        sqlite_where=approved,
        postgresql_where=approved,
    )


def _drafts() -> None:
    op.create_table(
        "rule_draft",
        sa.Column("change_id", base.Key, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_rule_draft_revision")),
        sa.ForeignKeyConstraint(["change_id"], ["rule_change.id"], name=op.f("fk_rule_draft_change_id")),
        sa.PrimaryKeyConstraint("change_id", "file", name=op.f("pk_rule_draft")),
    )
    op.create_table(
        "rule_draft_save",
        *_saved(),
        sa.Column("page", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["rule_change.id"], name=op.f("fk_rule_draft_save_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_draft_save")),
        sa.UniqueConstraint(
            "change_id", "file", "revision", name=op.f("uq_rule_draft_save_change_id_file_revision")
        ),
    )
    op.create_table(
        "rule_draft_refused",
        *_saved(),
        sa.ForeignKeyConstraint(
            ["change_id"], ["rule_change.id"], name=op.f("fk_rule_draft_refused_change_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_draft_refused")),
    )
    op.create_index("ix_rule_draft_refused_change_id", "rule_draft_refused", ["change_id", "file"])
    op.create_table(
        "rule_presence",
        sa.Column("change_id", base.Key, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["rule_change.id"], name=op.f("fk_rule_presence_change_id")),
        sa.PrimaryKeyConstraint("change_id", "file", "login", name=op.f("pk_rule_presence")),
    )


def _saved() -> list[sa.Column[object]]:
    return [
        sa.Column("id", base.Key, nullable=False),
        sa.Column("change_id", base.Key, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    ]


def downgrade() -> None:
    """Not provided."""
    raise NotImplementedError
