"""returns and supplements: the fields that were opened, with reasons

Revision 0006; after 0005.
"""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
