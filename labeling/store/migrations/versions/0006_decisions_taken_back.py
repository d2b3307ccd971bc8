"""Items asked once more are named, so that it can be taken back; reading again and the guideline of a decision."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add a table and two columns. What was asked once more before is named from the answers up to the mark kept then."""
    op.create_table(
        "requeued",
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_requeued_item_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_requeued_member_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_requeued_project_id")),
        sa.PrimaryKeyConstraint("member_id", "item_id", name=op.f("pk_requeued")),
    )
    op.create_index("ix_requeued_project_id_member_id", "requeued", ["project_id", "member_id"])
    op.execute(
        """
        INSERT INTO requeued (member_id, item_id, project_id, at)
        SELECT DISTINCT a.member_id, a.item_id, a.project_id,
               (SELECT max(d.at) FROM decisions AS d
                WHERE d.project_id = a.project_id AND d.member_id = a.member_id AND d.decision = 'requeue')
        FROM seats AS s
        JOIN annotations AS a ON a.project_id = s.project_id AND a.member_id = s.member_id AND a.id <= s.requeued_to
        JOIN items AS i ON i.id = a.item_id
        WHERE s.requeued_to > 0 AND a.revision = 1 AND a.counted AND i.pool = 'work'
          AND EXISTS (SELECT 1 FROM decisions AS d
                      WHERE d.project_id = a.project_id AND d.member_id = a.member_id AND d.decision = 'requeue')
        """
    )
    op.drop_column("seats", "requeued_to")
    op.add_column("seats", sa.Column("reread_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "decisions", sa.Column("guideline_version", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )


def downgrade() -> None:
    """Nothing goes back: a database of a newer Assay is opened by a newer Assay."""
