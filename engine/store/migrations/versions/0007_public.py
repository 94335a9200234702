"""verification codes, objection receipts

Revision 0007; after 0006.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CODE_BYTES = 18  # as engine.programme.applications.verification had them in this revision


def upgrade() -> None:
    """Every version gets a code that its print may carry; objections a secret and the text of their reply."""
    op.add_column("application_version", sa.Column("verification_code", sa.String(length=32), nullable=True))
    versions = sa.table("application_version", sa.column("id"), sa.column("verification_code"))
    connection = op.get_bind()
    for (id,) in connection.execute(sa.select(versions.c.id)).all():
        code = secrets.token_urlsafe(CODE_BYTES)
        connection.execute(versions.update().where(versions.c.id == id).values(verification_code=code))
    op.create_index("application_version_code_idx", "application_version", ["verification_code"], unique=True)
    op.add_column("objection", sa.Column("reply", sa.Text(), nullable=True))
    op.add_column("objection", sa.Column("code_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Codes that were printed cannot be taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
