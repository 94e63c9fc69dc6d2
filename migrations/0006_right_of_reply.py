"""Right of reply, appeals, estimates; decisions that an appeal closes, a court's reference."""

import re

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The new append-only tables, and of each the columns that may be filled later, once.
GROWING: dict[str, tuple[str, ...]] = {
    "finding_draft": ("closed_seq",),
    "finding_reply": ("closed_seq",),
    "appeal": ("closed_seq",),
    "ruling": ("closed_seq",),
    "estimate": (),
}
REMADE: dict[str, tuple[str, ...]] = {"decision": ("closed_seq",), "revocation": ()}
MAILS = ("FINDING_DRAFTED", "FINDING_REPLIED", "APPEAL_MADE", "APPEAL_DECIDED")
IN_FORCE = sa.text("closed_seq IS NULL")
ADVERSE = ("adverse", "FINDING", "VOID", "REVOCATION")
FILING = ("isp_id", "period", "version")


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


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


def only_grow(tables: dict[str, tuple[str, ...]]) -> None:
    for table, growing in tables.items():
        for statement in (sqlite_triggers if on_sqlite() else postgresql_triggers)(table, growing):
            op.execute(sa.text(statement.replace(":", "\\:")))


def forget(table: str) -> None:
    # SQLite's triggers go with their table; PostgreSQL's function does not.
    op.drop_table(table)
    if not on_sqlite():
        op.execute(f"DROP FUNCTION {table}_append_only()")


def codes(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def coded(name: str, *values: str) -> sa.Column:
    return sa.Column(name, codes(*values), nullable=False)


def instant(name: str) -> sa.Column:
    return sa.Column(name, portal.db.Instant(timezone=True), nullable=False)


def number(name: str, *, nullable: bool = False, key: bool = False) -> sa.Column:
    kind = sa.BigInteger() if name.endswith("seq") else sa.Integer()
    return sa.Column(name, kind, nullable=nullable, **({"autoincrement": False} if key else {}))


def yes_no(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def text(name: str, length: int, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def sealed() -> list[sa.Column]:
    return [text("text", 2000, nullable=True), sa.Column("text_salt", portal.db.Octets(16))]


def line(table: str) -> list[sa.schema.SchemaItem]:
    """What every line has, last."""
    return [
        number("admitted_seq"),
        number("closed_seq", nullable=True),
        instant("recorded_at"),
        sa.Column("digest", portal.db.Octets(32), nullable=False),
        number("isp_id"),
        number("recorded_by"),
        refers(table, "isp_id", "organisation.id"),
        refers(table, "recorded_by", "person.id"),
    ]


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def of_filing(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        list(FILING),
        [f"filing.{name}" for name in FILING],
        name=op.f(f"fk_{table}_isp_id_period_version"),
    )


def primary(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def one_in_force(table: str, *names: str) -> None:
    op.create_index(
        f"ux_{table}_in_force", table, list(names), unique=True,
        sqlite_where=IN_FORCE, postgresql_where=IN_FORCE,
    )  # fmt: skip


def upgrade() -> None:
    kept = keep("decision")
    make_decision()
    one_in_force("decision", *FILING)
    bring_back("decision", kept, no="1", set_aside="''")
    kept = keep("revocation")
    make_revocation()
    bring_back("revocation", kept)
    make_hearing()
    make_appeals()
    make_estimate()
    only_grow(REMADE | GROWING)
    let_mail_say((*mail_kinds(), *MAILS))


def keep(table: str) -> list[str]:
    """Move the rows of a table aside and drop it: its key or a check changes."""
    names = columns(table)
    op.execute(f"CREATE TABLE {table}_kept AS SELECT * FROM {table}")  # noqa: S608 - names of ours
    forget(table)
    return names


def bring_back(table: str, kept: list[str], **more: str) -> None:
    names = [name for name in kept if name in columns(table)]
    into, of = ", ".join([*names, *more]), ", ".join([*names, *more.values()])
    op.execute(f"INSERT INTO {table} ({into}) SELECT {of} FROM {table}_kept")  # noqa: S608 - names of ours
    op.drop_table(f"{table}_kept")


def decided() -> list[sa.schema.SchemaItem]:
    return [
        coded(
            "outcome",
            "decisionoutcome",
            "ACCEPT",
            "ACCEPT_WITH_OBSERVATIONS",
            "RETURN_FOR_CORRECTION",
            "REJECT_VOID",
        ),
        number("decided_by"),
        instant("decided_at"),
        number("seq"),
        text("excused", 200),
    ]


def make_decision() -> None:
    op.create_table(
        "decision",
        number("isp_id"),
        text("period", 7),
        number("version", key=True),
        number("no", key=True),
        *decided(),
        text("set_aside", 200),
        number("closed_seq", nullable=True),
        refers("decision", "decided_by", "person.id"),
        of_filing("decision"),
        primary("decision", *FILING, "no"),
    )


def make_revocation(*, with_court: bool = True) -> None:
    more = [
        text("court_reference", 64, nullable=True),
        sa.CheckConstraint(
            "court_reference IS NULL OR reason = 'COURT_OR_AUTHORITY'",
            name=op.f("ck_revocation_court_fits"),
        ),
    ]
    op.create_table(
        "revocation",
        number("serial"),
        coded(
            "reason", "revocationreason", "FALSE_STATEMENT", "ISSUED_IN_ERROR", "COURT_OR_AUTHORITY"
        ),
        number("revoked_by"),
        instant("revoked_at"),
        *(more if with_court else []),
        refers("revocation", "revoked_by", "person.id"),
        refers("revocation", "serial", "certificate.serial"),
        primary("revocation", "serial"),
    )


def make_hearing() -> None:
    op.create_table(
        "finding_draft",
        number("no", key=True),
        coded("kind", *ADVERSE),
        text("subject", 40),
        text("period", 7),
        number("version"),
        text("obligations", 200),
        text("reason", 40, nullable=True),
        *sealed(),
        instant("due_at"),
        *line("finding_draft"),
        sa.CheckConstraint(
            "(kind = 'REVOCATION') = (reason IS NOT NULL)",
            name=op.f("ck_finding_draft_reason_fits"),
        ),
        of_filing("finding_draft"),
        primary("finding_draft", "no", "isp_id"),
    )
    one_in_force("finding_draft", "isp_id", "subject")
    op.create_table(
        "finding_reply",
        number("draft", key=True),
        number("version", key=True),
        yes_no("silent"),
        *sealed(),
        *line("finding_reply"),
        sa.ForeignKeyConstraint(
            ["isp_id", "draft"],
            ["finding_draft.isp_id", "finding_draft.no"],
            name=op.f("fk_finding_reply_isp_id_draft"),
        ),
        primary("finding_reply", "draft", "version", "isp_id"),
    )
    one_in_force("finding_reply", "isp_id", "draft")


def make_appeals() -> None:
    op.create_table(
        "appeal",
        number("no", key=True),
        coded("kind", *ADVERSE),
        text("subject", 40),
        number("decision_no"),
        text("period", 7),
        number("version"),
        number("against_by"),
        instant("against_at"),
        *sealed(),
        instant("due_at"),
        *line("appeal"),
        refers("appeal", "against_by", "person.id"),
        of_filing("appeal"),
        sa.UniqueConstraint(
            "isp_id", "subject", "decision_no", name=op.f("uq_appeal_isp_id_subject_decision_no")
        ),
        primary("appeal", "no", "isp_id"),
    )
    op.create_table(
        "ruling",
        number("appeal", key=True),
        yes_no("allowed"),
        text("set_aside", 200),
        number("first_by"),
        *sealed(),
        *line("ruling"),
        sa.CheckConstraint("first_by <> recorded_by", name=op.f("ck_ruling_four_eyes")),
        sa.CheckConstraint("allowed OR set_aside = ''", name=op.f("ck_ruling_set_aside_fits")),
        refers("ruling", "first_by", "person.id"),
        sa.ForeignKeyConstraint(
            ["isp_id", "appeal"],
            ["appeal.isp_id", "appeal.no"],
            name=op.f("fk_ruling_isp_id_appeal"),
        ),
        primary("ruling", "appeal", "isp_id"),
    )


def make_estimate() -> None:
    op.create_table(
        "estimate",
        number("isp_id"),
        text("period", 7),
        coded("reason", "estimatereason", "NO_ANSWER", "OUT_OF_BUSINESS", "REFUSES_TO_FILE"),
        number("estimated_by"),
        instant("estimated_at"),
        number("seq"),
        refers("estimate", "estimated_by", "person.id"),
        refers("estimate", "isp_id", "organisation.id"),
        primary("estimate", "isp_id", "period"),
    )


def mail_kinds() -> list[str]:
    """The kinds that the outbox takes now, in order."""
    found = sa.inspect(op.get_bind()).get_check_constraints("outbox")
    [check] = [one["sqltext"] for one in found if "RETURN_FILED" in one["sqltext"]]
    return re.findall(r"'([A-Z_]+)'", check)


def let_mail_say(kinds: tuple[str, ...]) -> None:
    rule = f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
    if on_sqlite():  # which copies the table, and leaves checks behind
        with op.batch_alter_table("outbox", recreate="always") as outbox:
            outbox.create_check_constraint(op.f("ck_outbox_mailkind"), rule)
        return
    op.drop_constraint(op.f("ck_outbox_mailkind"), "outbox", type_="check")
    op.create_check_constraint(op.f("ck_outbox_mailkind"), "outbox", rule)


def downgrade() -> None:
    left = ", ".join(repr(kind) for kind in MAILS)
    op.execute(f"DELETE FROM outbox WHERE kind IN ({left})")  # noqa: S608 - names of ours
    let_mail_say(tuple(kind for kind in mail_kinds() if kind not in MAILS))
    for table in reversed(GROWING):
        forget(table)
    kept = keep("revocation")
    make_revocation(with_court=False)
    bring_back("revocation", kept)
    # Of several decisions on a filing the one in force is left.
    kept = keep("decision")
    op.execute("DELETE FROM decision_kept WHERE closed_seq IS NOT NULL")
    op.create_table(
        "decision",
        number("isp_id"),
        text("period", 7),
        number("version", key=True),
        *decided(),
        refers("decision", "decided_by", "person.id"),
        of_filing("decision"),
        primary("decision", *FILING),
    )
    bring_back("decision", kept)
    only_grow(dict.fromkeys(REMADE, ()))
