"""what was issued has its documents made, once

Revision 0021; after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The cause of a work on documents that nobody asked for; one of a kind each."""
    op.add_column("document_work", sa.Column("cause", sa.Text(), nullable=True))
    op.create_index("ux_document_work_cause", "document_work", ["cause", "kind"], unique=True)


def downgrade() -> None:
    """Not provided."""
    raise NotImplementedError
