"""Figures of large projects, and what the next consensus starts from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the two tables, empty: both are filled by what is computed next."""
    op.create_table(
        "figures",
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("state", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("answer_count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_figures_project_id")),
        sa.PrimaryKeyConstraint("project_id", "name", name=op.f("pk_figures")),
    )
    op.create_table(
        "consensus_starts",
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("learned", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_consensus_starts_project_id")),
        sa.ForeignKeyConstraint(["run_id"], ["consensus_runs.id"], name=op.f("fk_consensus_starts_run_id")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_consensus_starts")),
    )
