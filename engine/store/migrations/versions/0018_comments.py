"""what colleagues say and ask around a task: comments, phrases, reminders, copies, countersignatures, who looks

Revision 0018; after 0017.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Five append-only tables, and two that change."""
    _comments()
    _phrases()
    _reminders()
    _countersignatures()
    _seen()
    for statement in triggers.append_only(op.get_bind().dialect.name, triggers.SAID):
        op.execute(statement)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _references(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
        for column, target in columns.items()
    ]


def _comments() -> None:
    op.create_table(
        "case_comment",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("instance_id", base.Key, nullable=False),
        sa.Column("task_id", base.Key, nullable=False),
        sa.Column("business_key", sa.Text(), nullable=True),
        *_text("level", "city", "county", "author", "text"),
        sa.Column("mentions", base.Json(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.CheckConstraint("level IN ('county','city','department')", name=op.f("ck_case_comment_level")),
        *_references(
            "case_comment", instance_id="instance.id", task_id="user_task.id", author="account.login"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_comment")),
    )
    op.create_index("ix_case_comment_case", "case_comment", ["business_key", "id"])
    op.create_index("ix_case_comment_instance", "case_comment", ["instance_id", "id"])


def _phrases() -> None:
    op.create_table(
        "phrase",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("login", sa.Text(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        *_text("text", "added_by"),
        sa.Column("added_at", base.Instant(), nullable=False),
        sa.Column("removed_at", base.Instant(), nullable=True),
        sa.CheckConstraint("(login IS NULL) <> (organisation IS NULL)", name=op.f("ck_phrase_owner")),
        *_references("phrase", login="account.login", organisation="organisation.code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
    )
    op.create_index(op.f("ix_phrase_login"), "phrase", ["login"])
    op.create_index(op.f("ix_phrase_organisation"), "phrase", ["organisation"])


def _reminders() -> None:
    op.create_table(
        "task_urge",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("task_id", base.Key, nullable=False),
        *_text("day", "by", "note"),
        sa.Column("told", base.Json(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        *_references("task_urge", task_id="user_task.id", by="account.login"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_urge")),
        sa.UniqueConstraint("task_id", "day", name=op.f("uq_task_urge_task_id_day")),
    )
    op.create_table(
        "case_copy",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("task_id", base.Key, nullable=False),
        *_text("by", "login", "note"),
        sa.Column("at", base.Instant(), nullable=False),
        *_references("case_copy", task_id="user_task.id", by="account.login", login="account.login"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_copy")),
    )
    op.create_index(op.f("ix_case_copy_task_id"), "case_copy", ["task_id"])


def _countersignatures() -> None:
    op.create_table(
        "countersign_request",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("task_id", base.Key, nullable=False),
        sa.Column("instance_id", base.Key, nullable=False),
        *_text("element_id", "login", "asked_by", "note"),
        sa.Column("asked_at", base.Instant(), nullable=False),
        sa.CheckConstraint("login <> asked_by", name=op.f("ck_countersign_request_another")),
        *_references(
            "countersign_request", task_id="user_task.id", instance_id="instance.id", login="account.login"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countersign_request")),
    )
    for column in ("task_id", "instance_id", "login"):
        op.create_index(op.f(f"ix_countersign_request_{column}"), "countersign_request", [column])
    op.create_table(
        "countersignature",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("request_id", base.Key, nullable=False),
        *_text("result", "opinion", "by"),
        sa.Column("at", base.Instant(), nullable=False),
        *_text("sha256"),
        sa.CheckConstraint(
            "result IN ('AGREE','DISAGREE','WITHDRAWN')", name=op.f("ck_countersignature_result")
        ),
        *_references("countersignature", request_id="countersign_request.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countersignature")),
        sa.UniqueConstraint("request_id", name=op.f("uq_countersignature_request_id")),
    )


def _seen() -> None:
    op.create_table(
        "task_seen",
        sa.Column("task_id", base.Key, nullable=False),
        *_text("login"),
        sa.Column("at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["user_task.id"], name=op.f("fk_task_seen_task_id"), ondelete="CASCADE"
        ),
        *_references("task_seen", login="account.login"),
        sa.PrimaryKeyConstraint("task_id", "login", name=op.f("pk_task_seen")),
    )
    op.create_index(op.f("ix_task_seen_at"), "task_seen", ["at"])
