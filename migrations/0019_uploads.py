"""Uploads: files that wait for a decision, in numbers and codes."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ended = "(ended_at IS NULL) = (outcome IS NULL)"
    how = sa.Enum(
        "RECORDED", "DISCARDED",
        name="uploadend", native_enum=False, create_constraint=True, length=40,
    )  # fmt: skip
    op.create_table(
        "upload",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("sha256", portal.db.Octets(32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("columns", sa.String(length=16_000), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("report", sa.String(length=1_000_000), nullable=True),
        sa.Column("checked_at", portal.db.Instant(timezone=True), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", portal.db.Instant(timezone=True), nullable=True),
        sa.Column("outcome", how, nullable=True),
        sa.Column("result", sa.String(length=400), nullable=True),
        sa.Column("gone_at", portal.db.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(ended, name=op.f("ck_upload_ended")),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_upload_isp_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_isp_id_register", "upload", ["isp_id", "register", "made_at"])


def downgrade() -> None:
    op.drop_table("upload")
