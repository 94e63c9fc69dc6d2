"""Auditors: engagements that let them look, and samples that they draw."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FILING = ("isp_id", "period", "version")
SAMPLE = (*FILING, "register", "sample")
# Every table, and the columns of it that may be filled later, once.
TABLES = {
    "engagement": ("closed_seq",),
    "engagement_person": (),
    "engagement_isp": (),
    "engagement_confirmation": (),
    "engagement_end": (),
    "sample": ("closed_seq",),
    "sampled_line": (),
    "sample_finding": ("closed_seq",),
}
REASONS = ("WORK_DONE", "AUDITOR_CHANGED", "INDEPENDENCE_IN_DOUBT", "BEYOND_THE_TASK")
DIFFERENCES = ("TIME", "ACTION", "NUMBER", "CODE", "NEVER_HAPPENED", "LACKS_ENTRIES")


def number(name: str, *, nullable: bool = False, key: bool = False) -> sa.Column:
    kind = sa.BigInteger() if name.endswith(("seq", "key")) else sa.Integer()
    return sa.Column(name, kind, nullable=nullable, **({"autoincrement": False} if key else {}))


def text(name: str, length: int, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def day(name: str) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=False)


def instant(name: str) -> sa.Column:
    return sa.Column(name, portal.db.Instant(timezone=True), nullable=False)


def digest(name: str = "digest") -> sa.Column:
    return sa.Column(name, portal.db.Octets(32), nullable=False)


def coded(name: str, rule: str, *codes: str, nullable: bool = False) -> sa.Column:
    kind = sa.Enum(*codes, name=rule, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=nullable)


def recorded() -> list[sa.Column]:
    return [
        number("admitted_seq"),
        number("closed_seq", nullable=True),
        instant("recorded_at"),
        digest(),
    ]


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def refers_together(
    table: str, names: tuple[str, ...], to: str, there: tuple[str, ...], called: str
) -> sa.ForeignKeyConstraint:
    others = [f"{to}.{name}" for name in there]
    return sa.ForeignKeyConstraint(list(names), others, name=op.f(f"fk_{table}_{called}"))


def checks(table: str, rule: str, text: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(text, name=op.f(f"ck_{table}_{rule}"))


def primary(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    add_engagements()
    add_whom_and_what()
    add_ways()
    add_samples()
    add_lines()
    add_findings()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for statement in sqlite_triggers(table) if sqlite else postgresql_triggers(table):
            op.execute(sa.text(statement.replace(":", "\\:")))


def add_engagements() -> None:
    name = "engagement"
    op.create_table(
        name,
        number("no", key=True),
        number("organisation_id"),
        text("instrument", 64),
        text("first_period", 7),
        text("last_period", 7),
        day("from_on"),
        day("until_on"),
        number("proposed_by"),
        *recorded(),
        number("recorded_by"),
        checks(name, "months", "first_period <= last_period"),
        checks(name, "days", "from_on <= until_on"),
        refers(name, "organisation_id", "organisation.id"),
        refers(name, "proposed_by", "person.id"),
        refers(name, "recorded_by", "person.id"),
        primary(name, "no"),
        sa.UniqueConstraint("no", "proposed_by", name=op.f("uq_engagement_no_proposed_by")),
    )
    op.create_index(op.f("ix_engagement_organisation_id"), name, ["organisation_id"])


def add_whom_and_what() -> None:
    for name, column, to in (
        ("engagement_person", "person_id", "person.id"),
        ("engagement_isp", "isp_id", "organisation.id"),
    ):
        op.create_table(
            name,
            number("engagement"),
            number(column),
            refers(name, "engagement", "engagement.no"),
            refers(name, column, to),
            primary(name, "engagement", column),
        )
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def add_ways() -> None:
    name = "engagement_confirmation"
    op.create_table(
        name,
        number("engagement", key=True),
        number("proposed_by"),
        number("confirmed_by"),
        instant("confirmed_at"),
        number("seq"),
        checks(name, "four_eyes", "proposed_by <> confirmed_by"),
        refers_together(
            name, ("engagement", "proposed_by"), "engagement", ("no", "proposed_by"), "engagement"
        ),
        refers(name, "confirmed_by", "person.id"),
        primary(name, "engagement"),
    )
    name = "engagement_end"
    op.create_table(
        name,
        number("engagement"),
        coded("reason", "endreason", *REASONS, "PROPOSED_IN_ERROR"),
        number("ended_by"),
        instant("ended_at"),
        number("seq"),
        refers(name, "engagement", "engagement.no"),
        refers(name, "ended_by", "person.id"),
        primary(name, "engagement"),
    )


def of_sample(*, key: str) -> list[sa.Column]:
    return [
        text("period", 7),
        number("version", key=True),
        text("register", 20),
        number(key, key=True),
    ]


def add_samples() -> None:
    name = "sample"
    op.create_table(
        name,
        *of_sample(key="no"),
        number("engagement"),
        text("seed", 100),
        text("chance", 64, nullable=True),
        *(number(column) for column in ("population", "chosen", "flagged", "first")),
        digest("population_digest"),
        digest("sample_digest"),
        *recorded(),
        number("isp_id"),
        number("recorded_by"),
        checks(name, "chosen", "chosen BETWEEN 1 AND population"),
        checks(name, "first", "first <= flagged AND first <= chosen"),
        refers_together(name, FILING, "filing", FILING, "filing"),
        refers(name, "engagement", "engagement.no"),
        refers(name, "isp_id", "organisation.id"),
        refers(name, "recorded_by", "person.id"),
        primary(name, "period", "version", "register", "no", "isp_id"),
    )


def add_lines() -> None:
    name = "sampled_line"
    op.create_table(
        name,
        number("isp_id"),
        *of_sample(key="sample"),
        number("place", key=True),
        number("key"),
        coded("flag", "lineflag", "BACK_DATED", "URGENT", "CORRECTED", "NONE"),
        digest("line"),
        refers_together(name, SAMPLE, "sample", (*FILING, "register", "no"), "sample"),
        primary(name, *SAMPLE, "place"),
    )


def add_findings() -> None:
    name = "sample_finding"
    op.create_table(
        name,
        *of_sample(key="sample"),
        number("place", key=True),
        number("no", key=True),
        coded("outcome", "findingoutcome", "AGREES", "DIFFERS", "NOT_SHOWN"),
        coded("difference", "difference", *DIFFERENCES, nullable=True),
        *recorded(),
        number("isp_id"),
        number("recorded_by"),
        checks(name, "said_in_what", "(outcome = 'DIFFERS') = (difference IS NOT NULL)"),
        refers_together(name, (*SAMPLE, "place"), "sampled_line", (*SAMPLE, "place"), "line"),
        refers(name, "isp_id", "organisation.id"),
        refers(name, "recorded_by", "person.id"),
        primary(name, *SAMPLE[1:], "place", "no", "isp_id"),
    )


def fixed_columns(table: str) -> list[str]:
    found = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    return [name for name in found if name not in TABLES[table]]


def sqlite_triggers(table: str) -> list[str]:
    stop = f"SELECT RAISE(ABORT, '{table} is append-only');"
    fixed = ", ".join(f'"{name}"' for name in fixed_columns(table))
    once = [
        f"CREATE TRIGGER {table}_{name}_once BEFORE UPDATE OF {name} ON {table} "
        f"WHEN OLD.{name} IS NOT NULL BEGIN {stop} END"
        for name in TABLES[table]
    ]
    return [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {stop} END",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {fixed} ON {table} BEGIN {stop} END",
        *once,
    ]


def postgresql_triggers(table: str) -> list[str]:
    kept = [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed_columns(table)]
    once = [f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in TABLES[table]]
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
    for table in reversed(TABLES):
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_append_only()")
