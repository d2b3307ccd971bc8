"""What it costs to miss an item of each class."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; in projects before every error costs the same."""
    op.add_column("projects", sa.Column("costs", sa.Text()))
