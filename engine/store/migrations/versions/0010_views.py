"""views of the inbox, columns and order of a person, absences with substitutes, for whom something was done

Revision 0010; after 0009.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Named views, preferences, absences; tasks and submissions say for whom they were done."""
    _views()
    _absences()
    op.add_column("user_task", sa.Column("ended_for", sa.Text(), nullable=True))
    op.add_column("submission", sa.Column("on_behalf_of", sa.Text(), nullable=True))
    for_somebody = sa.text("ended_for IS NOT NULL")
    op.create_index(
        "ix_user_task_ended_for",
        "user_task",
        ["ended_for", "ended_at"],
        sqlite_where=for_somebody,
        postgresql_where=for_somebody,
    )
    still_open = sa.text("state = 'CREATED'")
    op.create_index(
        "ix_user_task_received",
        "user_task",
        ["created_at"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def _views() -> None:
    op.create_table(
        "inbox_view",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "login", "name", "tab")),
        sa.Column("arguments", base.Json(), nullable=False),
        sa.Column("columns", base.Json(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("saved_at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_inbox_view_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_view")),
        sa.UniqueConstraint("login", "name", name=op.f("uq_inbox_view_login_name")),
    )
    default = sa.text("is_default")
    op.create_index(
        "ux_inbox_view_default",
        "inbox_view",
        ["login"],
        unique=True,
        sqlite_where=default,
        postgresql_where=default,
    )
    op.create_table(
        "inbox_preference",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("columns", base.Json(), nullable=False),
        sa.Column("next_task", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_inbox_preference_login")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_inbox_preference")),
    )


def _absences() -> None:
    op.create_table(
        "absence",
        sa.Column("id", base.Key, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("login", "substitute")),
        *(sa.Column(name, base.Instant(), nullable=False) for name in ("starts_at", "ends_at")),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_at", base.Instant(), nullable=False),
        sa.Column("ended_at", base.Instant(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_absence_span")),
        sa.CheckConstraint("login <> substitute", name=op.f("ck_absence_substitute")),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_absence_login")),
        sa.ForeignKeyConstraint(["substitute"], ["account.login"], name=op.f("fk_absence_substitute")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    for name in ("login", "substitute"):
        op.create_index(op.f(f"ix_absence_{name}"), "absence", [name])
