"""attachments: uploads, stored files and what uses them

Revision 0002; after 0001. The table `file` of the first revision was never written to.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base, triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the four tables; nothing is ever taken out of `file_use`."""
    op.drop_table("file")
    _uploads()
    _stored()
    for statement in triggers.append_only(op.get_bind().dialect.name, ("file_use",)):
        op.execute(sa.text(statement))


def _uploads() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("offset", KEY, nullable=False),
        sa.Column("begun_at", base.Instant(), nullable=False),
        sa.Column("changed_at", base.Instant(), nullable=False),
        sa.CheckConstraint('size > 0 AND "offset" >= 0 AND "offset" <= size', name=op.f("ck_upload_offset")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_purpose", "upload", ["purpose", "by"], unique=False)


def _stored() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("begun_at", base.Instant(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    op.create_index("ix_stored_file_purpose", "stored_file", ["purpose", "by"], unique=False)
    op.create_index("ix_stored_file_by", "stored_file", ["by", "begun_at"], unique=False)
    op.create_index(op.f("ix_stored_file_sha256"), "stored_file", ["sha256"], unique=False)
    op.create_table(
        "file_use",
        sa.Column("id", KEY, nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("submission_id", KEY, nullable=True),
        sa.Column("at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_file_use_file_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_file_use_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_use")),
        sa.UniqueConstraint("file_id", "subject", name=op.f("uq_file_use_file_id_subject")),
    )
    for column in ("file_id", "subject", "submission_id"):
        op.create_index(op.f(f"ix_file_use_{column}"), "file_use", [column], unique=False)
    op.create_table(
        "file_verdict",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("facts", base.Json(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "kind", name=op.f("pk_file_verdict")),
    )


def downgrade() -> None:
    """Restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
