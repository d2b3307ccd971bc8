"""Media of a project, and how the fields of its items are shown."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column and the table; fields of projects before are shown as text."""
    op.add_column("projects", sa.Column("shows", sa.Text()))
    op.create_table(
        "media",
        sa.Column("project_id", Id, sa.ForeignKey("projects.id", name="fk_media_project_id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("seconds", sa.Float()),
        sa.Column("has_place", sa.Boolean(), nullable=False),
        sa.Column("member_id", Id, sa.ForeignKey("members.id", name="fk_media_member_id")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "name", name="pk_media"),
    )
    op.create_index("ix_media_project_id_hash", "media", ["project_id", "hash"])
    op.create_index("ix_media_project_id_base", "media", ["project_id", "base"])
