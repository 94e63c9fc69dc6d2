"""How often somebody asked, counted over all workers."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("who", portal.db.Octets(32), nullable=False),
        sa.Column("began", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "who", "began", name=op.f("pk_tally")),
    )


def downgrade() -> None:
    op.drop_table("tally")
