"""Adaptive overlap, items shown again, decisions about annotators, disputes of gold."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add columns to projects and seats, and two tables. What is there stays as it is."""
    op.add_column("projects", sa.Column("overlap_most", sa.Integer(), nullable=True))
    op.add_column("projects", sa.Column("target", sa.Float(), nullable=False, server_default=sa.text("0.9")))
    op.add_column("projects", sa.Column("again_rate", sa.Float(), nullable=False, server_default=sa.text("0")))
    op.add_column("seats", sa.Column("again_cursor", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.add_column("seats", sa.Column("paused_at", sa.BigInteger(), nullable=True))
    op.add_column("seats", sa.Column("excluded_at", sa.BigInteger(), nullable=True))
    op.add_column("seats", sa.Column("requeued_to", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.create_table(
        "decisions",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", NUMBER, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["members.id"], name=op.f("fk_decisions_decided_by")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_decisions_member_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_decisions_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_project_id_member_id_id", "decisions", ["project_id", "member_id", "id"])
    op.create_table(
        "disputes",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False, server_default=sa.text("''")),
        sa.Column("answer", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("decided_by", NUMBER, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["members.id"], name=op.f("fk_disputes_decided_by")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_disputes_item_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_disputes_member_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_disputes_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("item_id", "member_id", name=op.f("uq_disputes_item_id_member_id")),
    )
    op.create_index("ix_disputes_project_id_id", "disputes", ["project_id", "id"])


def downgrade() -> None:
    """Nothing goes back: a database of a newer Assay is opened by a newer Assay."""
