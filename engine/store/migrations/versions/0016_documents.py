"""documents: versions that were produced, their files, work on many of them

Revision 0016; after 0015.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two append-only tables of what was produced, and one of work under way."""
    _versions()
    _files()
    _work()
    for statement in triggers.append_only(op.get_bind().dialect.name, triggers.PRODUCED):
        op.execute(statement)


def _versions() -> None:
    op.create_table(
        "document_version",
        sa.Column("id", base.Key, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "subject", "title")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("city", "county", "uscc", "organisation")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("template_sha256", "values_sha256")),
        sa.Column("content", base.Json(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "produced_by")),
        sa.Column("produced_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_version")),
        sa.UniqueConstraint(
            "kind", "subject", "version", name=op.f("uq_document_version_kind_subject_version")
        ),
    )
    op.create_index("ix_document_version_year", "document_version", ["year", "city"])
    op.create_index("ix_document_version_uscc", "document_version", ["uscc"])


def _files() -> None:
    op.create_table(
        "document_file",
        sa.Column("id", base.Key, nullable=False),
        sa.Column("version_id", base.Key, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("format", "sha256")),
        sa.Column("size", base.Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_version.id"], name=op.f("fk_document_file_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_file")),
        sa.UniqueConstraint("version_id", "format", name=op.f("uq_document_file_version_id_format")),
    )


def _work() -> None:
    op.create_table(
        "document_work",
        sa.Column("id", base.Key, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("what", "kind", "state", "note", "asked_by")
        ),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("year", "done", "total")),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size", base.Key, nullable=True),
        sa.Column("asked_at", base.Instant(), nullable=False),
        sa.Column("ended_at", base.Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('WAITING','RUNNING','DONE','FAILED')", name=op.f("ck_document_work_state")
        ),
        sa.CheckConstraint("what IN ('produce','archive')", name=op.f("ck_document_work_what")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_work")),
    )
