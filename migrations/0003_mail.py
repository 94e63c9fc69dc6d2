"""The outbox that mail waits in, and the letters about months that were not filed."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNSENT = sa.text("sent_at IS NULL")
STOP = "letter is append-only"
LETTER = ("isp_id", "period", "rung", "due_at", "written_by", "written_at", "seq")


def coded(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=40)


def sqlite_triggers() -> list[str]:
    stop = f"SELECT RAISE(ABORT, '{STOP}');"
    fixed = ", ".join(f'"{name}"' for name in LETTER)
    return [
        f"CREATE TRIGGER letter_no_delete BEFORE DELETE ON letter BEGIN {stop} END",
        f"CREATE TRIGGER letter_no_update BEFORE UPDATE OF {fixed} ON letter BEGIN {stop} END",
    ]


def postgresql_triggers() -> list[str]:
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in LETTER)
    stop = f"RAISE EXCEPTION '{STOP}'; END IF; "
    return [
        (
            "CREATE FUNCTION letter_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP <> 'UPDATE' THEN {stop}IF {changed} THEN {stop}RETURN NEW; END $$"
        ),
        (
            "CREATE TRIGGER letter_append_only BEFORE UPDATE OR DELETE ON letter "
            "FOR EACH ROW EXECUTE FUNCTION letter_append_only()"
        ),
        (
            "CREATE TRIGGER letter_no_truncate BEFORE TRUNCATE ON letter "
            "FOR EACH STATEMENT EXECUTE FUNCTION letter_append_only()"
        ),
    ]


def upgrade() -> None:
    make_outbox()
    make_letter()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in sqlite_triggers() if sqlite else postgresql_triggers():
        op.execute(statement)


def make_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            coded(
                "mailkind",
                "RETURN_FILED",
                "RETURN_ACCEPTED",
                "RETURN_SENT_BACK",
                "RETURN_VOIDED",
                "CERTIFICATE_ISSUED",
                "CERTIFICATE_REVOKED",
                "RETURN_REMINDER",
                "RETURN_OVERDUE",
                "RETURN_DELINQUENT",
            ),
            nullable=False,
        ),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("params", sa.String(length=400), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("made_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("due_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_at", portal.db.Instant(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.Column("sent_at", portal.db.Instant(timezone=True), nullable=True),
        sa.Column("failed_at", portal.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_outbox_isp_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outbox_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint(
            "kind",
            "isp_id",
            "subject",
            "person_id",
            name=op.f("uq_outbox_kind_isp_id_subject_person_id"),
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index(
        "ix_outbox_unsent", "outbox", ["due_at"], sqlite_where=UNSENT, postgresql_where=UNSENT
    )


def make_letter() -> None:
    op.create_table(
        "letter",
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("rung", coded("rung", "REMINDER", "OVERDUE", "DELINQUENT"), nullable=False),
        sa.Column("due_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_letter_isp_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_letter_written_by")),
        sa.PrimaryKeyConstraint("isp_id", "period", "rung", name=op.f("pk_letter")),
    )


def downgrade() -> None:
    op.drop_table("letter")
    op.drop_table("outbox")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION letter_append_only()")
