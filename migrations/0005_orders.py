"""Order rounds: mails about orders, and the reminders of those that nobody answered."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STOP = "order_reminder is append-only"
REMINDER = ("isp_id", "notice", "rung", "due_at", "written_by", "written_at", "seq")
BEFORE = (
    "RETURN_FILED",
    "RETURN_ACCEPTED",
    "RETURN_SENT_BACK",
    "RETURN_VOIDED",
    "CERTIFICATE_ISSUED",
    "CERTIFICATE_REVOKED",
    "RETURN_REMINDER",
    "RETURN_OVERDUE",
    "RETURN_DELINQUENT",
)
MORE = ("ORDER_SENT", "ORDER_REMINDER", "ORDER_OVERDUE", "ORDER_WITHDRAWN")


def coded(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=40)


def sqlite_triggers() -> list[str]:
    stop = f"SELECT RAISE(ABORT, '{STOP}');"
    fixed = ", ".join(f'"{name}"' for name in REMINDER)
    on = "ON order_reminder"
    return [
        f"CREATE TRIGGER order_reminder_no_delete BEFORE DELETE {on} BEGIN {stop} END",
        f"CREATE TRIGGER order_reminder_no_update BEFORE UPDATE OF {fixed} {on} BEGIN {stop} END",
    ]


def postgresql_triggers() -> list[str]:
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in REMINDER)
    stop = f"RAISE EXCEPTION '{STOP}'; END IF; "
    return [
        (
            "CREATE FUNCTION order_reminder_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF TG_OP <> 'UPDATE' THEN {stop}IF {changed} THEN {stop}RETURN NEW; END $$"
        ),
        (
            "CREATE TRIGGER order_reminder_append_only BEFORE UPDATE OR DELETE ON order_reminder "
            "FOR EACH ROW EXECUTE FUNCTION order_reminder_append_only()"
        ),
        (
            "CREATE TRIGGER order_reminder_no_truncate BEFORE TRUNCATE ON order_reminder "
            "FOR EACH STATEMENT EXECUTE FUNCTION order_reminder_append_only()"
        ),
    ]


def upgrade() -> None:
    know_kinds(*BEFORE, *MORE)
    make_reminder()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in sqlite_triggers() if sqlite else postgresql_triggers():
        op.execute(statement)


def know_kinds(*kinds: str) -> None:
    """Let the outbox hold these kinds of mail and no other."""
    if op.get_bind().dialect.name == "sqlite":
        # SQLite cannot change a check: the table is made anew.
        with op.batch_alter_table("outbox", recreate="always") as outbox:
            outbox.alter_column("kind", type_=coded("mailkind", *kinds), existing_nullable=False)
        return
    named = ", ".join(f"'{kind}'" for kind in kinds)
    op.drop_constraint(op.f("ck_outbox_mailkind"), "outbox", type_="check")
    op.create_check_constraint(op.f("ck_outbox_mailkind"), "outbox", f"kind IN ({named})")


def make_reminder() -> None:
    def instant(name: str) -> sa.Column:
        return sa.Column(name, portal.db.Instant(timezone=True), nullable=False)

    op.create_table(
        "order_reminder",
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rung", coded("orderrung", "REMINDER", "OVERDUE"), nullable=False),
        instant("due_at"),
        sa.Column("written_by", sa.Integer(), nullable=False),
        instant("written_at"),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["isp_id"], ["organisation.id"], name=op.f("fk_order_reminder_isp_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_order_reminder_written_by")
        ),
        sa.PrimaryKeyConstraint("isp_id", "notice", "rung", name=op.f("pk_order_reminder")),
    )


def downgrade() -> None:
    op.drop_table("order_reminder")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION order_reminder_append_only()")
    op.execute("DELETE FROM outbox WHERE kind LIKE 'ORDER_%'")
    know_kinds(*BEFORE)
