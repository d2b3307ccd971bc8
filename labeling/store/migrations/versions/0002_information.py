"""What one more answer would tell of each item, for the order of the queue for review; where models differ."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the index; what was agreed before has them from the next consensus on."""
    op.add_column("agreed", sa.Column("information", sa.Float(), server_default="0", nullable=False))
    op.add_column("agreed", sa.Column("models_unlike", sa.Integer(), server_default="0", nullable=False))
    op.add_column("agreed", sa.Column("is_majority_tie", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_agreed_queue",
        "agreed",
        ["project_id", "information", "item_id"],
        unique=False,
        sqlite_where=sa.text("disagreement > 0"),
        postgresql_where=sa.text("disagreement > 0"),
    )
