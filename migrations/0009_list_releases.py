"""List releases: publishers, what they release, how ISPs apply lists, consents of upstreams."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# The new append-only tables; of each, ``closed_seq`` may be filled later, once.
TABLES = ("publisher", "list_release", "list_standing", "upstream_consent")
UPDATES = "blocklist_update"
ADDED = ("release", "enforced_by", "upstream_line")
COUNTED_ONCE = (
    "(enforced_by IS NULL) = (upstream_line IS NULL) AND"
    " (enforced_by IS NULL OR subscribers_in_scope = 0)"
)
FOREIGN_KEY, CHECK = f"fk_{UPDATES}_enforced_by", f"ck_{UPDATES}_counted_once"
GROWING = "closed_seq"


def columns(table: str) -> list[str]:
    return [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]


def sqlite_triggers(table: str) -> list[str]:
    stop = f"SELECT RAISE(ABORT, '{table} is append-only');"
    fixed = ", ".join(f'"{name}"' for name in columns(table) if name != GROWING)
    return [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {stop} END",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {fixed} ON {table} BEGIN {stop} END",
        (
            f"CREATE TRIGGER {table}_{GROWING}_once BEFORE UPDATE OF {GROWING} ON {table} "
            f"WHEN OLD.{GROWING} IS NOT NULL BEGIN {stop} END"
        ),
    ]


def postgresql_function(table: str) -> str:
    kept = [f"NEW.{n} IS DISTINCT FROM OLD.{n}" for n in columns(table) if n != GROWING]
    once = f"(OLD.{GROWING} IS NOT NULL AND NEW.{GROWING} IS DISTINCT FROM OLD.{GROWING})"
    stop = f"RAISE EXCEPTION '{table} is append-only'; END IF; "
    return (
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'UPDATE' THEN {stop}"
        f"IF {' OR '.join([*kept, once])} THEN {stop}"
        f"RETURN NEW; END $$"
    )


def postgresql_triggers(table: str) -> list[str]:
    when = {
        "append_only": "BEFORE UPDATE OR DELETE ON {} FOR EACH ROW",
        "no_truncate": "BEFORE TRUNCATE ON {} FOR EACH STATEMENT",
    }
    return [
        f"CREATE TRIGGER {table}_{name} {text.format(table)} EXECUTE FUNCTION {table}_append_only()"
        for name, text in when.items()
    ]


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def execute(*statements: str) -> None:
    for statement in statements:
        op.execute(sa.text(statement.replace(":", "\\:")))


def only_grow(table: str) -> None:
    if is_sqlite():
        execute(*sqlite_triggers(table))
    else:
        execute(postgresql_function(table), *postgresql_triggers(table))


def may_change(table: str) -> None:
    """Take the rule off while the table's columns change."""
    if is_sqlite():
        for name in ("no_delete", "no_update", f"{GROWING}_once"):
            execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
    else:
        for name in ("append_only", "no_truncate"):
            execute(f"DROP TRIGGER {table}_{name} ON {table}")
        execute(f"DROP FUNCTION {table}_append_only()")


def codes(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


REASONS = codes(
    "correctionreason",
    "TYPING_ERROR",
    "SOURCE_CORRECTED",
    "PROGRESS",
    "RETURNED_BY_AUTHORITY",
    "SELF_REVIEW",
    "DUPLICATE_FOUND",
    "WRONGLY_RECORDED",
)
KINDS = codes(
    "listkind",
    "DOMAIN",
    "URL",
    "IP",
    "HASH_MD5",
    "HASH_SHA1",
    "HASH_SHA256",
    "HASH_PHOTODNA",
    "HASH_PDQ",
)
UPDATE_KINDS = codes("updatekind", "ADD", "DELIST", "MIXED", "FULL_RESET", "EMERGENCY", "ROLLBACK")
MODES = codes("listmode", "OWN", "UPSTREAM", "NOT_REACHABLE", "PUBLIC_RESOLVERS")


def number(name: str, *, nullable: bool = False, key: bool = False) -> sa.Column:
    kind = sa.BigInteger() if name.endswith("seq") or name == "key" else sa.Integer()
    return sa.Column(name, kind, nullable=nullable, **({"autoincrement": False} if key else {}))


def instant(name: str) -> sa.Column:
    return sa.Column(name, portal.db.Instant(timezone=True), nullable=False)


def day(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def digest(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, portal.db.Octets(length=32), nullable=nullable)


def recorded() -> list[sa.Column]:
    return [
        number("admitted_seq"),
        number("closed_seq", nullable=True),
        instant("recorded_at"),
        digest("digest"),
    ]


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def primary(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def index(table: str, name: str, *names: str, where: str | None = None) -> None:
    rule = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)} if where else {}
    op.create_index(name, table, list(names), unique=where is not None, **rule)


def upgrade() -> None:
    add_releases()
    add_standings()
    for table in TABLES:
        only_grow(table)
    extend_updates()


def add_releases() -> None:
    op.create_table(
        "publisher",
        number("organisation_id"),
        text("list_code"),
        number("version", key=True),
        day("from_on"),
        day("until_on", nullable=True),
        *recorded(),
        number("recorded_by"),
        check("publisher", "span", "until_on IS NULL OR until_on >= from_on"),
        refers("publisher", "organisation_id", "organisation.id"),
        refers("publisher", "recorded_by", "person.id"),
        primary("publisher", "organisation_id", "list_code", "version"),
    )
    op.create_table(
        "list_release",
        number("key", key=True),
        number("version", key=True),
        sa.Column("reason", REASONS, nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
        number("publisher_id"),
        text("list_code"),
        sa.Column("list_kind", KINDS, nullable=False),
        sa.Column("update_kind", UPDATE_KINDS, nullable=False),
        text("version_label", nullable=True),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        digest("content_digest"),
        instant("published_at"),
        number("entries_total"),
        number("added"),
        number("removed"),
        *recorded(),
        number("recorded_by"),
        check("list_release", "counts", "entries_total >= 0 AND added >= 0 AND removed >= 0"),
        refers("list_release", "publisher_id", "organisation.id"),
        refers("list_release", "recorded_by", "person.id"),
        primary("list_release", "key", "version"),
    )
    index("list_release", "ux_list_release_in_force", "key", where="closed_seq IS NULL")
    index(
        "list_release",
        "ux_list_release_issue",
        "list_code",
        "content_digest",
        where="closed_seq IS NULL AND NOT void AND update_kind <> 'ROLLBACK'",
    )
    index("list_release", "ix_list_release_published", "list_code", "published_at", "key")


def add_standings() -> None:
    op.create_table(
        "list_standing",
        text("list_code"),
        day("from_on"),
        number("version", key=True),
        sa.Column("mode", MODES, nullable=False),
        number("upstream_id", nullable=True),
        instant("from_at"),
        *recorded(),
        number("isp_id"),
        number("recorded_by"),
        check("list_standing", "upstream", "(mode = 'UPSTREAM') = (upstream_id IS NOT NULL)"),
        check("list_standing", "another", "upstream_id <> isp_id"),
        refers("list_standing", "upstream_id", "organisation.id"),
        refers("list_standing", "isp_id", "organisation.id"),
        refers("list_standing", "recorded_by", "person.id"),
        primary("list_standing", "list_code", "from_on", "version", "isp_id"),
    )
    mine = ("isp_id", "list_code", "from_on")
    index("list_standing", "ux_list_standing_in_force", *mine, where="closed_seq IS NULL")
    index("list_standing", "ix_list_standing_upstream_id", "upstream_id")
    op.create_table(
        "upstream_consent",
        number("downstream_id"),
        day("from_on"),
        number("version", key=True),
        day("until_on", nullable=True),
        *recorded(),
        number("isp_id"),
        number("recorded_by"),
        check("upstream_consent", "another", "downstream_id <> isp_id"),
        refers("upstream_consent", "downstream_id", "organisation.id"),
        refers("upstream_consent", "isp_id", "organisation.id"),
        refers("upstream_consent", "recorded_by", "person.id"),
        primary("upstream_consent", "downstream_id", "from_on", "version", "isp_id"),
    )
    mine = ("isp_id", "downstream_id", "from_on")
    index("upstream_consent", "ux_upstream_consent_in_force", *mine, where="closed_seq IS NULL")
    index("upstream_consent", "ix_upstream_consent_downstream_id", "downstream_id")


def extend_updates() -> None:
    may_change(UPDATES)
    if is_sqlite():
        # To copy the table would lose its checks: a column can bring its own.
        add = f"ALTER TABLE {UPDATES} ADD COLUMN"
        execute(
            f"{add} release BIGINT",
            f"{add} enforced_by INTEGER CONSTRAINT {FOREIGN_KEY} REFERENCES organisation (id)",
            f"{add} upstream_line BLOB CONSTRAINT {CHECK} CHECK ({COUNTED_ONCE})",
        )
    else:
        op.add_column(UPDATES, sa.Column("release", sa.BigInteger(), nullable=True))
        op.add_column(UPDATES, number("enforced_by", nullable=True))
        op.add_column(UPDATES, digest("upstream_line", nullable=True))
        op.create_foreign_key(op.f(FOREIGN_KEY), UPDATES, "organisation", ["enforced_by"], ["id"])
        op.create_check_constraint(op.f(CHECK), UPDATES, COUNTED_ONCE)
    index(UPDATES, "ix_blocklist_update_content", "isp_id", "list_code", "content_digest")
    only_grow(UPDATES)


def downgrade() -> None:
    may_change(UPDATES)
    op.drop_index("ix_blocklist_update_content", UPDATES)
    if not is_sqlite():
        op.drop_constraint(op.f(CHECK), UPDATES, type_="check")
        op.drop_constraint(op.f(FOREIGN_KEY), UPDATES, type_="foreignkey")
    for name in reversed(ADDED):
        op.drop_column(UPDATES, name)
    only_grow(UPDATES)
    for table_name in reversed(TABLES):
        op.drop_table(table_name)
    # SQLite's triggers went with their tables; PostgreSQL's functions did not.
    if not is_sqlite():
        for table_name in TABLES:
            execute(f"DROP FUNCTION {table_name}_append_only()")
