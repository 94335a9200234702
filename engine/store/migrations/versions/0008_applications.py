"""the full application adds no column: declaration and self-evaluation stand in the frozen versions

Revision 0008; after 0007.
"""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing: the number is kept, so that later revisions stand where they are known."""
