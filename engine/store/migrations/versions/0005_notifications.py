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
