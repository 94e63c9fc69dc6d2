"""Desks of preparers, programs and their keys."""

import itertools
import re

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Codes that a list of codes takes from now on: table, its CHECK, the column, a code it always had.
NEW = {
    ("membership", "role", "role", "PREPARER"): ("PROGRAM",),
    ("outbox", "mailkind", "kind", "RETURN_FILED"): ("PROGRAM_CHANGED", "KEY_ENDING"),
}
DESKS = ("ABUSE_DESK", "NETWORK", "HR", "COMPLIANCE")
OF_PREPARERS = "desks IS NULL OR role = 'PREPARER'"
# The append-only tables, with the columns that may be set later, once.
GROWING = {
    "program": ("ended_by", "ended_at", "closed_seq"),
    "program_key": ("revoked_by", "revoked_at", "closed_seq"),
    "program_key_use": (),
}


def instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, portal.db.Instant(timezone=True), nullable=nullable)


def number(name: str, *, nullable: bool = False, key: bool = False) -> sa.Column:
    kind = sa.BigInteger() if name.endswith("seq") else sa.Integer()
    return sa.Column(name, kind, nullable=nullable, **({"autoincrement": False} if key else {}))


def text(name: str, length: int, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def day(name: str) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=False)


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def some_of(*desks: str) -> str:
    sizes = range(1, len(desks) + 1)
    sets = [some for size in sizes for some in itertools.combinations(desks, size)]
    return f"desks IN ({', '.join(repr(','.join(some)) for some in sets)})"


def upgrade() -> None:
    for code_list, codes in NEW.items():
        take_codes(code_list, [*codes_of(code_list), *codes])
    with op.batch_alter_table("membership") as membership:
        membership.add_column(text("desks", 80, nullable=True))
        membership.create_check_constraint(op.f("ck_membership_desks_of_preparers"), OF_PREPARERS)
        membership.create_check_constraint(op.f("ck_membership_desks"), some_of(*DESKS))
    add_programs()
    add_keys()
    add_uses()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in GROWING:
        for statement in (sqlite_triggers if sqlite else postgresql_triggers)(table):
            op.execute(sa.text(statement.replace(":", "\\:")))


def codes_of(code_list: tuple[str, str, str, str]) -> list[str]:
    """The codes that a column takes now, in order."""
    table, _, _, always = code_list
    found = sa.inspect(op.get_bind()).get_check_constraints(table)
    [check] = [one["sqltext"] for one in found if f"'{always}'" in one["sqltext"]]
    return re.findall(r"'([A-Z_]+)'", check)


def take_codes(code_list: tuple[str, str, str, str], codes: list[str]) -> None:
    table, check, column, _ = code_list
    rule = f"{column} IN ({', '.join(repr(each) for each in codes)})"
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.create_check_constraint(op.f(f"ck_{table}_{check}"), rule)
        return
    op.drop_constraint(op.f(f"ck_{table}_{check}"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{check}"), table, rule)


def add_programs() -> None:
    name = "program"
    op.create_table(
        name,
        number("person_id", key=True),
        number("isp_id"),
        text("desks", 80),
        number("named_by"),
        instant("named_at"),
        number("admitted_seq"),
        number("ended_by", nullable=True),
        instant("ended_at", nullable=True),
        number("closed_seq", nullable=True),
        sa.CheckConstraint(some_of(*DESKS[:-1]), name=op.f(f"ck_{name}_desks")),
        refers(name, "person_id", "person.id"),
        refers(name, "isp_id", "organisation.id"),
        refers(name, "named_by", "person.id"),
        refers(name, "ended_by", "person.id"),
        sa.PrimaryKeyConstraint("person_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f("ix_program_isp_id"), name, ["isp_id"])


def add_keys() -> None:
    name = "program_key"
    op.create_table(
        name,
        number("program_id", key=True),
        number("isp_id"),
        number("no", key=True),
        text("mark", 8),
        sa.Column("digest", portal.db.Octets(32), nullable=False),
        day("until_on"),
        number("made_by"),
        instant("made_at"),
        number("admitted_seq"),
        number("revoked_by", nullable=True),
        instant("revoked_at", nullable=True),
        number("closed_seq", nullable=True),
        refers(name, "program_id", "program.person_id"),
        refers(name, "isp_id", "organisation.id"),
        refers(name, "made_by", "person.id"),
        refers(name, "revoked_by", "person.id"),
        sa.PrimaryKeyConstraint("program_id", "no", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("digest", name=op.f(f"uq_{name}_digest")),
    )
    op.create_index(op.f("ix_program_key_isp_id"), name, ["isp_id"])


def add_uses() -> None:
    name = "program_key_use"
    op.create_table(
        name,
        number("program_id", key=True),
        number("no", key=True),
        number("isp_id"),
        day("used_on"),
        sa.ForeignKeyConstraint(
            ["program_id", "no"],
            ["program_key.program_id", "program_key.no"],
            name=op.f(f"fk_{name}_program_id_no"),
        ),
        refers(name, "isp_id", "organisation.id"),
        sa.PrimaryKeyConstraint("program_id", "no", "used_on", name=op.f(f"pk_{name}")),
    )


def fixed_columns(table: str) -> list[str]:
    found = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    return [name for name in found if name not in GROWING[table]]


def sqlite_triggers(table: str) -> list[str]:
    stop = f"SELECT RAISE(ABORT, '{table} is append-only');"
    fixed = ", ".join(f'"{name}"' for name in fixed_columns(table))
    once = [
        f"CREATE TRIGGER {table}_{name}_once BEFORE UPDATE OF {name} ON {table} "
        f"WHEN OLD.{name} IS NOT NULL BEGIN {stop} END"
        for name in GROWING[table]
    ]
    return [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {stop} END",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {fixed} ON {table} BEGIN {stop} END",
        *once,
    ]


def postgresql_triggers(table: str) -> list[str]:
    kept = [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed_columns(table)]
    once = [f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in GROWING[table]]
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


def downgrade() -> None:
    for table in reversed(GROWING):
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_append_only()")
    with op.batch_alter_table("membership") as membership:
        membership.drop_constraint(op.f("ck_membership_desks_of_preparers"), type_="check")
        membership.drop_constraint(op.f("ck_membership_desks"), type_="check")
        membership.drop_column("desks")
    for code_list, codes in NEW.items():
        left = ", ".join(repr(each) for each in codes)
        op.execute(f"DELETE FROM {code_list[0]} WHERE {code_list[2]} IN ({left})")  # noqa: S608
        take_codes(code_list, [each for each in codes_of(code_list) if each not in codes])
