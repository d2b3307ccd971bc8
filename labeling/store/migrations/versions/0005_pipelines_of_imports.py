"""Which run of a pipeline the items of an import came of."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns to imports; those before came of no pipeline."""
    op.add_column("imports", sa.Column("pipeline", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("imports", sa.Column("run", sa.Text(), nullable=False, server_default=sa.text("''")))
