"""Suggestions of models, the keys a member has chosen, and what managers say to comments."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add columns and two tables; what is there stays as it is."""
    op.add_column("projects", sa.Column("withheld", sa.Float(), nullable=True))
    op.add_column("assignments", sa.Column("suggested", sa.Text(), nullable=True))
    op.add_column("annotations", sa.Column("suggested", sa.Text(), nullable=True))
    op.add_column("members", sa.Column("desk", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "suggestions",
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_suggestions_item_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_suggestions_project_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_suggestions")),
    )
    op.create_index("ix_suggestions_project_id", "suggestions", ["project_id"])
    op.create_table(
        "remarks",
        sa.Column("assignment_id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("is_solved", sa.Boolean(), nullable=False),
        sa.Column("member_id", NUMBER, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_remarks_assignment_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_remarks_member_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_remarks_project_id")),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_remarks")),
    )
    op.create_index("ix_remarks_project_id", "remarks", ["project_id"])
    op.create_index(
        "ix_annotations_commented",
        "annotations",
        ["project_id", "id"],
        sqlite_where=sa.text("comment <> ''"),
        postgresql_where=sa.text("comment <> ''"),
    )


def downgrade() -> None:
    """Nothing goes back: a database of a newer Assay is opened by a newer Assay."""
