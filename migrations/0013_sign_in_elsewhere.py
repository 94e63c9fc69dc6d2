"""Sign-in by a provider: what it calls a person, as digests."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = "external_identity"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", portal.db.Octets(32), nullable=False),
        sa.Column("subject", portal.db.Octets(32), nullable=False),
        sa.Column("tied_at", portal.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f(f"fk_{TABLE}_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("account_id", "issuer", name=op.f(f"uq_{TABLE}_account_id_issuer")),
        sa.UniqueConstraint("subject", name=op.f(f"uq_{TABLE}_subject")),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
