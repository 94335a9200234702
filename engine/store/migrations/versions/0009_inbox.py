"""the inbox: what tasks are found and filtered by, who follows a case, acts on many tasks

Revision 0009; after 0008. What was open before is filled in by `luzhi init` afterwards (engine.inbox.faces).
"""

import sqlalchemy as sa
from alembic import op

from engine.inbox.models import Token
from engine.store import base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FACTS = ("company", "city", "type", "year")
OTHERS = ("priority", "created_at", "process_id", "name", "assignee", "business_key")


def upgrade() -> None:
    """Narrow columns on tasks and offers; faces of cases, their search words, their followers; batches."""
    for table in ("user_task", "user_task_candidate"):
        for name in FACTS:
            op.add_column(table, sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("user_task_candidate", sa.Column("business_key", sa.Text(), nullable=True))
    op.add_column(
        "user_task_candidate", sa.Column("priority", sa.Integer(), server_default="50", nullable=False)
    )
    op.add_column("user_task_candidate", sa.Column("created_at", base.Instant(), nullable=True))
    _office()
    _cases()
    _batches()


def _office() -> None:
    wanted = sa.text("state = 'CREATED'")
    op.create_index(
        "ix_user_task_office_open",
        "user_task",
        ["organisation", "due_order", "id", *FACTS, *OTHERS],
        sqlite_where=wanted,
        postgresql_where=wanted,
    )


def _cases() -> None:
    op.create_table(
        "case_face",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("key", "company", "uscc", "name", "city", "type", "year")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_case_face")),
    )
    op.create_table(
        "case_token",
        sa.Column("token", Token, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", "key", name=op.f("pk_case_token")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_follow",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("login", "key", name=op.f("pk_case_follow")),
    )
    op.create_index("ix_case_follow_key", "case_follow", ["key"])


def _batches() -> None:
    op.create_table(
        "inbox_batch",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "login", "action", "back")),
        sa.Column("arguments", base.Json(), nullable=False),
        sa.Column("created_at", base.Instant(), nullable=False),
        sa.Column("confirmed_at", base.Instant(), nullable=True),
        sa.CheckConstraint(
            "action IN ('claim','assign','give_back','complete')", name=op.f("ck_inbox_batch_action")
        ),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_inbox_batch_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_batch")),
    )
    op.create_index(op.f("ix_inbox_batch_login"), "inbox_batch", ["login"])
    op.create_table(
        "inbox_batch_item",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task_id", base.Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "reason_zh", "reason_en")),
        sa.Column("at", base.Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('READY','DONE','REFUSED','LEFT_OUT')", name=op.f("ck_inbox_batch_item_state")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["inbox_batch.id"], name=op.f("fk_inbox_batch_item_batch_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_inbox_batch_item_task_id")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_inbox_batch_item")),
    )
