"""Which keys sign papers, and copies of papers for the archive."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("signer", "signer_end", "archive_copy")
# An archive copy is emptied once its paper was.
EMPTIED_IF = (
    "length(NEW.pdf) = 0 AND EXISTS (SELECT 1 FROM paper p"
    " WHERE p.serial = OLD.serial AND p.kind = OLD.kind AND length(p.pdf) = 0)"
)
EMPTIED = {"archive_copy": ("pdf",)}


def instant(name: str) -> sa.Column:
    return sa.Column(name, portal.db.Instant(timezone=True), nullable=False)


def number(name: str, *, key: bool = False) -> sa.Column:
    kind = sa.BigInteger() if name == "seq" else sa.Integer()
    return sa.Column(name, kind, nullable=False, **({"autoincrement": False} if key else {}))


def octets(name: str) -> sa.Column:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def digest(name: str) -> sa.Column:
    return sa.Column(name, portal.db.Octets(32), nullable=False)


def coded(name: str, rule: str, *codes: str) -> sa.Column:
    kind = sa.Enum(*codes, name=rule, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=False)


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def two_officers(table: str, one: str) -> list[sa.Constraint]:
    rule = f"{one} <> witnessed_by"
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_{table}_four_eyes")),
        refers(table, one, "person.id"),
        refers(table, "witnessed_by", "person.id"),
    ]


def upgrade() -> None:
    op.create_table(
        "signer",
        number("no", key=True),
        digest("fingerprint"),
        octets("certificate"),
        octets("issuers"),
        instant("from_at"),
        number("named_by"),
        number("witnessed_by"),
        instant("named_at"),
        number("seq"),
        *two_officers("signer", "named_by"),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_signer")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_signer_fingerprint")),
    )
    op.create_table(
        "signer_end",
        number("signer", key=True),
        coded("reason", "endreason", "ROLLED_OVER", "COMPROMISED"),
        instant("since_at"),
        number("ended_by"),
        number("witnessed_by"),
        instant("ended_at"),
        number("seq"),
        *two_officers("signer_end", "ended_by"),
        refers("signer_end", "signer", "signer.no"),
        sa.PrimaryKeyConstraint("signer", "reason", name=op.f("pk_signer_end")),
    )
    op.create_table(
        "archive_copy",
        number("serial", key=True),
        coded("kind", "paperkind", "CERTIFICATE", "REPORT"),
        number("no", key=True),
        digest("sha256"),
        octets("pdf"),
        instant("stamped_at"),
        instant("until_at"),
        instant("made_at"),
        sa.ForeignKeyConstraint(
            ["serial", "kind"],
            ["paper.serial", "paper.kind"],
            name=op.f("fk_archive_copy_serial_kind"),
        ),
        sa.PrimaryKeyConstraint("serial", "kind", "no", name=op.f("pk_archive_copy")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for statement in (sqlite_triggers if sqlite else postgresql_triggers)(table):
            op.execute(sa.text(statement.replace(":", "\\:")))


def fixed_columns(table: str) -> list[str]:
    found = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    return [name for name in found if name not in EMPTIED.get(table, ())]


def sqlite_triggers(table: str) -> list[str]:
    stop = f"SELECT RAISE(ABORT, '{table} is append-only');"
    fixed = ", ".join(f'"{name}"' for name in fixed_columns(table))
    emptied = [
        f"CREATE TRIGGER {table}_emptied BEFORE UPDATE OF {', '.join(names)} ON {table} "
        f"WHEN ({EMPTIED_IF}) IS NOT TRUE BEGIN {stop} END"
        for names in [EMPTIED.get(table)]
        if names
    ]
    return [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {stop} END",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {fixed} ON {table} BEGIN {stop} END",
        *emptied,
    ]


def postgresql_triggers(table: str) -> list[str]:
    kept = [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed_columns(table)]
    kept += [
        f"((NEW.{name} IS DISTINCT FROM OLD.{name}) AND ({EMPTIED_IF}) IS NOT TRUE)"
        for name in EMPTIED.get(table, ())
    ]
    stop = f"RAISE EXCEPTION '{table} is append-only'; END IF; "
    return [
        (
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP <> 'UPDATE' THEN {stop}"
            f"IF {' OR '.join(kept)} THEN {stop}"
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
