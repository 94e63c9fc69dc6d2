"""A fair process: outages, more time, hearings, replies, appeals, samples of quiet returns."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The new append-only tables, and of each the columns that may be filled later, once.
GROWING: dict[str, tuple[str, ...]] = {
    "outage": ("closed_seq",),
    "outage_isp": (),
    "extension_request": (),
    "extension_answer": (),
}


def columns(table: str) -> list[str]:
    return [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]


def sqlite_triggers(table: str, growing: tuple[str, ...]) -> list[str]:
    stop = f"SELECT RAISE(ABORT, '{table} is append-only');"
    fixed = ", ".join(f'"{name}"' for name in columns(table) if name not in growing)
    once = [
        f"CREATE TRIGGER {table}_{name}_once BEFORE UPDATE OF {name} ON {table} "
        f"WHEN OLD.{name} IS NOT NULL BEGIN {stop} END"
        for name in growing
    ]
    return [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {stop} END",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {fixed} ON {table} BEGIN {stop} END",
        *once,
    ]


def postgresql_triggers(table: str, growing: tuple[str, ...]) -> list[str]:
    fixed = [name for name in columns(table) if name not in growing]
    kept = [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed]
    once = [f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in growing]
    stop = f"RAISE EXCEPTION '{table} is append-only'; END IF; "
    return [
        (
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP <> 'UPDATE' THEN {stop}"
            f"IF {' OR '.join(kept + once)} THEN {stop}"
            f"RETURN NEW; END $$"
        ),
        (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        ),
        (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        ),
    ]


def only_grow() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, growing in GROWING.items():
        for statement in (sqlite_triggers if sqlite else postgresql_triggers)(table, growing):
            op.execute(sa.text(statement.replace(":", "\\:")))


def forget_functions() -> None:
    # SQLite's triggers went with their tables; PostgreSQL's functions did not.
    if op.get_bind().dialect.name == "postgresql":
        for table in GROWING:
            op.execute(f"DROP FUNCTION {table}_append_only()")


def codes(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, portal.db.Instant(timezone=True), nullable=nullable)


def number(name: str, *, nullable: bool = False, key: bool = False) -> sa.Column:
    kind = sa.BigInteger() if name.endswith("seq") else sa.Integer()
    return sa.Column(name, kind, nullable=nullable, **({"autoincrement": False} if key else {}))


def text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def primary(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    add_outages()
    add_extensions()
    only_grow()


def add_outages() -> None:
    op.create_table(
        "outage",
        number("key", key=True),
        instant("from_at"),
        instant("until_at"),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        text("instrument", 64),
        number("recorded_by"),
        instant("recorded_at"),
        number("admitted_seq"),
        number("closed_seq", nullable=True),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_outage_forward")),
        refers("outage", "recorded_by", "person.id"),
        primary("outage", "key"),
    )
    op.create_table(
        "outage_isp",
        number("key"),
        number("isp_id"),
        refers("outage_isp", "isp_id", "organisation.id"),
        refers("outage_isp", "key", "outage.key"),
        primary("outage_isp", "key", "isp_id"),
    )


def add_extensions() -> None:
    op.create_table(
        "extension_request",
        number("isp_id"),
        text("period", 7),
        number("no", key=True),
        sa.Column(
            "reason",
            codes(
                "extensionreason",
                "OWN_SYSTEM_FAILED",
                "STAFF_ABSENT",
                "DATA_FROM_OTHERS_LATE",
                "FORCE_MAJEURE",
                "FIRST_RETURNS",
            ),
            nullable=False,
        ),
        number("days"),
        number("asked_by"),
        instant("asked_at"),
        number("seq"),
        refers("extension_request", "asked_by", "person.id"),
        refers("extension_request", "isp_id", "organisation.id"),
        primary("extension_request", "isp_id", "period", "no"),
    )
    op.create_table(
        "extension_answer",
        number("isp_id"),
        text("period", 7),
        number("no", key=True),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column(
            "reason",
            codes(
                "answerreason",
                "REASON_ACCEPTED",
                "REASON_NOT_ACCEPTED",
                "ASKED_TOO_OFTEN",
                "MOVED_BY_OUTAGE",
            ),
            nullable=False,
        ),
        number("asked_by"),
        number("answered_by"),
        instant("answered_at"),
        number("seq"),
        sa.CheckConstraint("asked_by <> answered_by", name=op.f("ck_extension_answer_four_eyes")),
        sa.CheckConstraint(
            "granted = (reason = 'REASON_ACCEPTED')", name=op.f("ck_extension_answer_reason_fits")
        ),
        sa.ForeignKeyConstraint(
            ["isp_id", "period", "no"],
            ["extension_request.isp_id", "extension_request.period", "extension_request.no"],
            name="fk_extension_answer_request",
        ),
        refers("extension_answer", "answered_by", "person.id"),
        refers("extension_answer", "asked_by", "person.id"),
        primary("extension_answer", "isp_id", "period", "no"),
    )


def downgrade() -> None:
    for table in reversed(GROWING):
        op.drop_table(table)
    forget_functions()
