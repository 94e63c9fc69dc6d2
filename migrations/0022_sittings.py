"""Sittings: a month of certificates asked for at one press, and what came of each ISP."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# Every table, and the columns of it that may be filled later, once.
TABLES = {"sitting": (), "sitting_isp": ("serial", "refusal", "facts", "answered_at")}


def upgrade() -> None:
    op.create_table(
        "sitting",
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        refers("sitting", "organisation_id", "organisation.id"),
        refers("sitting", "opened_by", "person.id"),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_sitting")),
    )
    op.create_index(op.f("ix_sitting_period"), "sitting", ["period"])
    name = "sitting_isp"
    op.create_table(
        name,
        sa.Column("sitting", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.Column("facts", sa.String(length=400), nullable=True),
        sa.Column("answered_at", portal.db.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (serial IS NULL AND refusal IS NULL)",
            name=op.f(f"ck_{name}_answered"),
        ),
        sa.CheckConstraint("serial IS NULL OR refusal IS NULL", name=op.f(f"ck_{name}_one_answer")),
        refers(name, "sitting", "sitting.no"),
        refers(name, "owner_id", "organisation.id"),
        refers(name, "serial", "certificate.serial"),
        sa.PrimaryKeyConstraint("sitting", "owner_id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("serial", name=op.f(f"uq_{name}_serial")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for statement in sqlite_triggers(table) if sqlite else postgresql_triggers(table):
            op.execute(sa.text(statement.replace(":", "\\:")))


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


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
