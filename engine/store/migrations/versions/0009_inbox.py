"""the inbox: what tasks are found and filtered by, who follows a case

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
    """Narrow columns on tasks and offers; faces of cases, their search words, their followers."""
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
