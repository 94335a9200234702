"""cycles: what a signed notice pinned, with its hashes

Revision 0012; after 0011.
"""

import sqlalchemy as sa
from alembic import op

from engine.store import base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The editions that a cycle has pinned; those published before keep what they had."""
    op.add_column("cycle", sa.Column("pinned", base.Json(), nullable=True))
