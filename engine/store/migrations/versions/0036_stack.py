"""where in the program a step stopped: the calls of a defect, for administrators

Revision 0036; after 0035.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Incidents of earlier releases have none."""
    op.add_column("incident", sa.Column("stack", sa.Text(), nullable=True))


def downgrade() -> None:
    """Not provided."""
    raise NotImplementedError
