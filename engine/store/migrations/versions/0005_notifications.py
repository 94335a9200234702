"""messages to people, mail addresses, offices' telephones

Revision 0005; after 0004.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Effects that the world outside refused for good; telephones; messages; calendar links."""
    op.add_column("outbox", sa.Column("refused_at", base.Instant(), nullable=True))
    op.add_column("outbox", sa.Column("refusal", sa.Text(), nullable=True))
    op.add_column("organisation", sa.Column("phone", sa.Text(), nullable=True))
    op.add_column("organisation", sa.Column("address", sa.Text(), nullable=True))
    _notification()
    _calendar_link()


def _notification() -> None:
    op.create_table(
        "notification",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("kind", "subject_zh", "subject_en", "text_zh", "text_en", "link")
        ),
        sa.Column("business_key", sa.Text(), nullable=True),
        sa.Column("due", base.Instant(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", base.Instant(), nullable=False),
        sa.Column("read_at", base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_notification_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("login", "key", name=op.f("uq_notification_login_key")),
    )
    op.create_index(op.f("ix_notification_business_key"), "notification", ["business_key"])
    op.create_index("ix_notification_login_time", "notification", ["login", "created_at", "id"])
    unread = sa.text("read_at IS NULL")
    op.create_index(
        "ix_notification_unread", "notification", ["login"], sqlite_where=unread, postgresql_where=unread
    )


def _calendar_link() -> None:
    op.create_table(
        "calendar_link",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("created_at", base.Instant(), nullable=False),
        sa.Column("revoked_at", base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_calendar_link_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_calendar_link_token_sha256")),
    )
    op.create_index(op.f("ix_calendar_link_login"), "calendar_link", ["login"])
