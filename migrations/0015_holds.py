"""Legal holds, what became of them, and how the last copies that they keep are found."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# The new append-only tables, and of each the columns that may be filled later, once.
GROWING: dict[str, tuple[str, ...]] = {"legal_hold": ("closed_seq",), "hold_step": ()}
GROUNDS = ("COURT_ORDER", "PROSECUTOR_ORDER", "POLICE_REQUEST", "APPEAL_OR_SUIT", "AUDIT")
# A confidential text gives way to a mark, and its salt to the commitment, or both come back.
COMMITMENT = {
    "sqlite": "commitment({row}.reference_salt, {row}.reference)",
    "postgresql": "sha256({row}.reference_salt || convert_to({row}.reference, 'UTF8'))",
}
WITHHELD = (
    "(length(OLD.reference_salt) = 16 AND length(NEW.reference_salt) = 32"
    " AND NEW.reference_salt = {old}"
    " AND EXISTS (SELECT 1 FROM withheld w WHERE w.place = 'legal_hold' AND w.line = OLD.digest"
    " AND w.field = 'reference' AND w.commitment = NEW.reference_salt AND w.mark = NEW.reference"
    " AND w.ended_seq IS NULL))"
    " OR (length(OLD.reference_salt) = 32 AND length(NEW.reference_salt) = 16"
    " AND OLD.reference_salt = {new}"
    " AND EXISTS (SELECT 1 FROM withheld w WHERE w.place = 'legal_hold' AND w.line = OLD.digest"
    " AND w.field = 'reference' AND w.mark = OLD.reference AND w.text = NEW.reference"
    " AND w.salt = NEW.reference_salt AND w.ended_seq IS NULL))"
)
SEALED = {"legal_hold": ("reference", "reference_salt")}
REASONS = ("CASE_ENDED", "INSTRUMENT_EXPIRED", "SET_IN_ERROR")


def number(name: str, *, nullable: bool = False, big: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger() if big else sa.Integer(), nullable=nullable)


def key(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=True)


def codes(column: str, name: str, *allowed: str, nullable: bool = False) -> sa.Column:
    kind = sa.Enum(*allowed, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=nullable)


def recorded() -> tuple[sa.Column, ...]:
    """What every recorded row says of itself."""
    return (
        number("admitted_seq", big=True),
        number("closed_seq", big=True, nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
    )


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    add_holds()
    add_steps()
    only_grow()
    kept = sa.text("text IS NOT NULL")
    op.create_index(
        "ix_withheld_kept", "withheld", ["isp_id", "no"], sqlite_where=kept, postgresql_where=kept
    )


def add_holds() -> None:
    table = "legal_hold"
    op.create_table(
        table,
        key("no"),
        number("subject_id"),
        codes("ground", "holdground", *GROUNDS),
        text("reference", 64),
        sa.Column("reference_salt", portal.db.Octets(length=16), nullable=True),
        text("first_month", 7),
        text("last_month", 7),
        text("place", 40),
        number("key", nullable=True, big=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        *recorded(),
        number("recorded_by"),
        check(table, "months", "(first_month IS NULL) = (last_month IS NULL)"),
        check(table, "months_in_order", "first_month <= last_month"),
        check(table, "entry", "(place IS NULL) = (key IS NULL)"),
        check(table, "one_scope", "first_month IS NULL OR place IS NULL"),
        check(table, "span", "until_on IS NULL OR until_on >= from_on"),
        refers(table, "subject_id", "organisation.id"),
        refers(table, "recorded_by", "person.id"),
        sa.PrimaryKeyConstraint("no", name=op.f(f"pk_{table}")),
    )
    standing = sa.text("closed_seq IS NULL")
    op.create_index(
        "ix_legal_hold_in_force",
        table,
        ["subject_id"],
        sqlite_where=standing,
        postgresql_where=standing,
    )


def add_steps() -> None:
    table = "hold_step"
    op.create_table(
        table,
        key("hold"),
        key("no"),
        codes("kind", "stepkind", "REVIEWED", "LIFTED"),
        sa.Column("on_day", sa.Date(), nullable=False),
        codes("reason", "liftreason", *REASONS, nullable=True),
        *recorded(),
        number("recorded_by"),
        check(table, "reason", "(kind = 'LIFTED') = (reason IS NOT NULL)"),
        refers(table, "hold", "legal_hold.no"),
        refers(table, "recorded_by", "person.id"),
        sa.PrimaryKeyConstraint("hold", "no", name=op.f(f"pk_{table}")),
    )


def columns(table: str) -> list[str]:
    """The columns that no update may touch, but for those that grow."""
    found = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    return [name for name in found if name not in SEALED.get(table, ())]


def withheld(engine: str) -> str:
    said = {name: COMMITMENT[engine].format(row=name.upper()) for name in ("old", "new")}
    return WITHHELD.format(**said)


def sqlite_triggers(table: str, growing: tuple[str, ...]) -> list[str]:
    stop = f"SELECT RAISE(ABORT, '{table} is append-only');"
    fixed = ", ".join(f'"{name}"' for name in columns(table) if name not in growing)
    sealed = [
        f"CREATE TRIGGER {table}_{names[0]}_withheld BEFORE UPDATE OF {', '.join(names)} "
        f"ON {table} WHEN ({withheld('sqlite')}) IS NOT TRUE BEGIN {stop} END"
        for names in map(SEALED.get, [table])
        if names
    ]
    once = [
        f"CREATE TRIGGER {table}_{name}_once BEFORE UPDATE OF {name} ON {table} "
        f"WHEN OLD.{name} IS NOT NULL BEGIN {stop} END"
        for name in growing
    ]
    return [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {stop} END",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {fixed} ON {table} BEGIN {stop} END",
        *once,
        *sealed,
    ]


def postgresql_triggers(table: str, growing: tuple[str, ...]) -> list[str]:
    fixed = [name for name in columns(table) if name not in growing]
    kept = [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed]
    once = [f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in growing]
    for names in filter(None, [SEALED.get(table)]):
        moved = " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in names)
        once.append(f"(({moved}) AND ({withheld('postgresql')}) IS NOT TRUE)")
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


def downgrade() -> None:
    op.drop_index("ix_withheld_kept", table_name="withheld")
    for table in reversed(GROWING):
        op.drop_table(table)
    # SQLite's triggers went with their tables; PostgreSQL's functions did not.
    if op.get_bind().dialect.name == "postgresql":
        for table in GROWING:
            op.execute(f"DROP FUNCTION {table}_append_only()")
