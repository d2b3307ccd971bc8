"""What the desk changed of a question for one assignment, such as the order of its labels."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column to assignments and one to annotations; to those before nothing was changed."""
    op.add_column("assignments", sa.Column("shown", sa.Text(), nullable=True))
    op.add_column("annotations", sa.Column("shown", sa.Text(), nullable=True))
