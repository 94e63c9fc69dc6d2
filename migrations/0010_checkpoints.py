"""The trail as evidence: signed checkpoints over the heads of all chains, and chains of reads."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0010"
down_revision = "0012"
branch_labels = None
depends_on = None

# The new append-only tables, and of each the columns that may be filled later, once.
GROWING: dict[str, tuple[str, ...]] = {"checkpoint": (), "checkpoint_leaf": ()}
# Who read what of an ISP stands in a chain of its own, numbered by the negative of its id.
OPEN_READS = """
INSERT INTO ledger (isp_id, seq, head, next_key)
SELECT -isp_id, 0, {genesis}, 1 FROM ledger
WHERE isp_id > 0 AND -isp_id NOT IN (SELECT isp_id FROM ledger WHERE isp_id < 0)
"""
GENESIS = {"sqlite": "zeroblob(32)", "postgresql": "decode(repeat('00', 32), 'hex')"}


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


def upgrade() -> None:
    op.create_table(
        "checkpoint_leaf",
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", portal.db.Octets(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_checkpoint_leaf")),
    )
    op.create_index(op.f("ix_checkpoint_leaf_isp_id"), "checkpoint_leaf", ["isp_id"])
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", portal.db.Octets(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_checkpoint")),
        sa.UniqueConstraint("day", name=op.f("uq_checkpoint_day")),
    )
    only_grow()
    op.execute(OPEN_READS.format(genesis=GENESIS[op.get_bind().dialect.name]))


def downgrade() -> None:
    # What was read was read: the chains of reads stay.
    for table in reversed(GROWING):
        op.drop_table(table)
    forget_functions()
