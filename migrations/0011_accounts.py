"""Accounts: sessions, links in mails, second factors, and who manages an ISP's people."""

import re

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Codes that a list of codes takes from now on: table, its CHECK, the column, a code it always had.
ROLES = ("membership", "role", "role", "PREPARER")
KINDS = ("outbox", "mailkind", "kind", "RETURN_FILED")
NEW = {
    ROLES: ("ADMINISTRATOR",),
    KINDS: ("ACCOUNT_INVITED", "ACCOUNT_RESET", "ACCOUNT_CHANGED", "ADDRESS_TO_CONFIRM"),
}
# Where a new code stands among the old ones.
AFTER = {ROLES: "APPROVER"}
TABLE = "administrator_binding"
GROWING = ("confirmed_by", "confirmed_at", "closed_seq")
FACTORS = (
    ("tf_primary_method", sa.String(40)),
    ("tf_totp_secret", sa.String(500)),
    ("tf_last_counter", sa.BigInteger()),
    ("fs_webauthn_user_handle", sa.String(64)),
)


def instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, portal.db.Instant(timezone=True), nullable=nullable)


def number(name: str, *, nullable: bool = False, key: bool = False) -> sa.Column:
    kind = sa.BigInteger() if name.endswith(("seq", "sign_count")) else sa.Integer()
    return sa.Column(name, kind, nullable=nullable, **({"autoincrement": False} if key else {}))


def text(name: str, length: int, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def digest() -> sa.Column:
    return sa.Column("digest", portal.db.Octets(32), nullable=False)


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def primary(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def unique(table: str, *names: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*names, name=op.f(f"uq_{table}_{'_'.join(names)}"))


def upgrade() -> None:
    for code_list, codes in NEW.items():
        take_codes(code_list, with_new(code_list, codes))
    add_factors()
    add_sessions()
    add_links()
    add_recovery()
    add_passkeys()
    add_bindings()


def codes_of(code_list: tuple[str, str, str, str]) -> list[str]:
    """The codes that a column takes now, in order."""
    table, _, _, always = code_list
    found = sa.inspect(op.get_bind()).get_check_constraints(table)
    [check] = [one["sqltext"] for one in found if f"'{always}'" in one["sqltext"]]
    return re.findall(r"'([A-Z_]+)'", check)


def with_new(code_list: tuple[str, str, str, str], new: tuple[str, ...]) -> list[str]:
    old = codes_of(code_list)
    place = old.index(AFTER[code_list]) + 1 if code_list in AFTER else len(old)
    return [*old[:place], *new, *old[place:]]


def take_codes(code_list: tuple[str, str, str, str], codes: list[str]) -> None:
    table, check, column, _ = code_list
    rule = f"{column} IN ({', '.join(repr(each) for each in codes)})"
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.create_check_constraint(op.f(f"ck_{table}_{check}"), rule)
        return
    op.drop_constraint(op.f(f"ck_{table}_{check}"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{check}"), table, rule)


def add_factors() -> None:
    with op.batch_alter_table("account") as account:
        for name, kind in FACTORS:
            account.add_column(sa.Column(name, kind, nullable=True))
        account.create_unique_constraint(
            op.f("uq_account_fs_webauthn_user_handle"), ["fs_webauthn_user_handle"]
        )


def add_sessions() -> None:
    name = "login_session"
    op.create_table(
        name,
        number("id"),
        number("account_id"),
        digest(),
        text("device", 80),
        instant("made_at"),
        instant("seen_at"),
        instant("ended_at", nullable=True),
        refers(name, "account_id", "account.id"),
        primary(name, "id"),
        unique(name, "digest"),
    )
    op.create_index(op.f("ix_login_session_account_id"), name, ["account_id"])


def add_links() -> None:
    name = "mailed_link"
    purposes = ("INVITATION", "RESET", "ADDRESS")
    op.create_table(
        name,
        number("id"),
        number("account_id"),
        sa.Column(
            "purpose",
            sa.Enum(
                *purposes, name="purpose", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        text("nonce", 32),
        digest(),
        text("address", 255, nullable=True),
        text("former", 255, nullable=True),
        instant("made_at"),
        instant("until_at"),
        instant("ended_at", nullable=True),
        refers(name, "account_id", "account.id"),
        primary(name, "id"),
        unique(name, "digest"),
    )
    op.create_index(op.f("ix_mailed_link_account_id"), name, ["account_id"])


def add_recovery() -> None:
    name = "recovery_code"
    op.create_table(
        name,
        number("id"),
        number("account_id"),
        digest(),
        instant("used_at", nullable=True),
        refers(name, "account_id", "account.id"),
        primary(name, "id"),
        unique(name, "account_id", "digest"),
    )


def add_passkeys() -> None:
    name = "passkey"
    op.create_table(
        name,
        number("id"),
        number("user_id"),
        text("name", 200),
        text("usage", 40),
        sa.Column("credential_id", sa.LargeBinary(1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        number("sign_count"),
        text("transports", 200, nullable=True),
        text("extensions", 255, nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        text("device_type", 64),
        instant("lastuse_datetime"),
        refers(name, "user_id", "account.id"),
        primary(name, "id"),
        unique(name, "credential_id"),
        unique(name, "user_id", "name"),
    )


def add_bindings() -> None:
    op.create_table(
        TABLE,
        number("isp_id"),
        number("no", key=True),
        number("person_id"),
        text("reference", 64),
        number("asked_by"),
        instant("asked_at"),
        number("admitted_seq"),
        number("confirmed_by", nullable=True),
        instant("confirmed_at", nullable=True),
        number("closed_seq", nullable=True),
        sa.CheckConstraint("confirmed_by <> asked_by", name=op.f(f"ck_{TABLE}_four_eyes")),
        sa.CheckConstraint(
            "person_id <> asked_by AND person_id <> confirmed_by",
            name=op.f(f"ck_{TABLE}_not_oneself"),
        ),
        refers(TABLE, "isp_id", "organisation.id"),
        refers(TABLE, "person_id", "person.id"),
        refers(TABLE, "asked_by", "person.id"),
        refers(TABLE, "confirmed_by", "person.id"),
        primary(TABLE, "isp_id", "no"),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in sqlite_triggers() if sqlite else postgresql_triggers():
        op.execute(sa.text(statement.replace(":", "\\:")))


def fixed_columns() -> list[str]:
    found = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(TABLE)]
    return [name for name in found if name not in GROWING]


def sqlite_triggers() -> list[str]:
    stop = f"SELECT RAISE(ABORT, '{TABLE} is append-only');"
    fixed = ", ".join(f'"{name}"' for name in fixed_columns())
    once = [
        f"CREATE TRIGGER {TABLE}_{name}_once BEFORE UPDATE OF {name} ON {TABLE} "
        f"WHEN OLD.{name} IS NOT NULL BEGIN {stop} END"
        for name in GROWING
    ]
    return [
        f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} BEGIN {stop} END",
        f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE OF {fixed} ON {TABLE} BEGIN {stop} END",
        *once,
    ]


def postgresql_triggers() -> list[str]:
    kept = [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed_columns()]
    once = [f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in GROWING]
    stop = f"RAISE EXCEPTION '{TABLE} is append-only'; END IF; "
    return [
        (
            f"CREATE FUNCTION {TABLE}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP <> 'UPDATE' THEN {stop}"
            f"IF {' OR '.join(kept + once)} THEN {stop}"
            f"RETURN NEW; END $$"
        ),
        (
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_append_only()"
        ),
        (
            f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_append_only()"
        ),
    ]


def downgrade() -> None:
    for table in (TABLE, "passkey", "recovery_code", "mailed_link", "login_session"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {TABLE}_append_only()")
    with op.batch_alter_table("account") as account:
        account.drop_constraint(op.f("uq_account_fs_webauthn_user_handle"), type_="unique")
        for name, _ in FACTORS:
            account.drop_column(name)
    for code_list, codes in NEW.items():
        left = ", ".join(repr(each) for each in codes)
        op.execute(f"DELETE FROM {code_list[0]} WHERE {code_list[2]} IN ({left})")  # noqa: S608
        take_codes(code_list, [each for each in codes_of(code_list) if each not in codes])
