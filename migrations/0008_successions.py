"""Successions: who goes on as whom, and where an item of a predecessor came from."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEW = ("succession", "settled_before")
CARRIED = {
    "takedown": ("carried_isp", "carried_key", "carried_line", "carried_at"),
    "takedown_event": ("carried_line",),
    "notice_isp": ("carried_isp",),
    "roster_span": ("carried_isp", "carried_key", "carried_line", "carried_to"),
    "completion": ("carried_isp", "carried_key", "carried_line"),
}
TYPES = {
    "carried_isp": sa.Integer(),
    "carried_key": sa.BigInteger(),
    "carried_line": portal.db.Octets(length=32),
    "carried_at": portal.db.Instant(timezone=True),
    "carried_to": sa.Integer(),
}
# The append-only tables, and of each the columns that may be filled later, once.
GROWING: dict[str, tuple[str, ...]] = {
    "succession": (),
    "settled_before": (),
    "takedown": ("closed_seq",),
    "takedown_event": ("closed_seq",),
    "notice_isp": ("closed_seq",),
    "roster_span": ("closed_seq",),
    "completion": ("closed_seq",),
}


def columns(table: str) -> list[str]:
    found = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    if table == "completion" and "shared_session" in found:
        # In the order of the models: a trigger tells what it guards in that order.
        found.remove("shared_session")
        found.insert(found.index("note_salt") + 1, "shared_session")
    return found


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


def only_grow(*tables: str) -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in tables:
        made = (sqlite_triggers if sqlite else postgresql_triggers)(table, GROWING[table])
        for statement in made:
            op.execute(sa.text(statement.replace(":", "\\:")))


def let_change(*tables: str) -> None:
    """Take the triggers of tables away; they name every column, so they are made anew after."""
    for table in tables:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_append_only() CASCADE")
            continue
        names = [f"{table}_no_delete", f"{table}_no_update"]
        for name in (*names, *(f"{table}_{column}_once" for column in GROWING[table])):
            op.execute(f"DROP TRIGGER {name}")


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def primary(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def number(name: str, kind: type[sa.Integer] = sa.Integer, **more: bool) -> sa.Column:
    return sa.Column(name, kind(), nullable=False, **more)


def upgrade() -> None:
    let_change(*CARRIED)
    add_successions()
    add_origins()
    only_grow(*GROWING)


def add_successions() -> None:
    kinds = sa.Enum(
        "MERGER",
        "TRANSFER_OF_CUSTOMERS",
        name="successionkind",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    op.create_table(
        "succession",
        number("predecessor_id"),
        number("successor_id"),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("reference_salt", portal.db.Octets(length=16), nullable=False),
        number("predecessor_seq", sa.BigInteger),
        number("successor_seq", sa.BigInteger),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        number("recorded_by"),
        sa.CheckConstraint("predecessor_id <> successor_id", name=op.f("ck_succession_two")),
        refers("succession", "predecessor_id", "organisation.id"),
        refers("succession", "successor_id", "organisation.id"),
        refers("succession", "recorded_by", "person.id"),
        primary("succession", "predecessor_id"),
    )
    op.create_index(op.f("ix_succession_successor_id"), "succession", ["successor_id"])
    op.create_table(
        "settled_before",
        number("isp_id"),
        number("notice", sa.BigInteger, autoincrement=False),
        number("item_no", autoincrement=False),
        number("admitted_seq", sa.BigInteger),
        refers("settled_before", "isp_id", "organisation.id"),
        primary("settled_before", "isp_id", "notice", "item_no"),
    )


def add_origins() -> None:
    for table, names in CARRIED.items():
        for name in names:
            op.add_column(table, sa.Column(name, TYPES[name]))
    carried = sa.text("closed_seq IS NULL AND carried_isp IS NOT NULL")
    op.create_index(
        "ux_takedown_carried",
        "takedown",
        ["carried_isp", "carried_key"],
        unique=True,
        sqlite_where=carried,
        postgresql_where=carried,
    )


def downgrade() -> None:
    let_change(*GROWING)
    op.drop_index("ux_takedown_carried", "takedown")
    for table, names in CARRIED.items():
        for name in names:
            op.drop_column(table, name)
    for table in NEW:
        op.drop_table(table)
    only_grow(*CARRIED)
