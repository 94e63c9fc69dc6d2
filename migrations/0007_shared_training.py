"""Shared training sessions, and samples drawn of quiet returns."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The new append-only tables, and of each the columns that may be filled later, once.
GROWING: dict[str, tuple[str, ...]] = {
    "trainer": ("closed_seq",),
    "shared_session": ("closed_seq",),
    "session_isp": ("closed_seq",),
    "nil_draw": ("closed_seq",),
    "drawn_filing": (),
}

PROVIDERS = ("INTERNAL", "HOTLINE", "MINISTRY", "REGULATOR", "POLICE", "NGO", "OTHER")


def columns(table: str) -> list[str]:
    found = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    if table == "completion" and "shared_session" in found:
        # Added last, it stands where the model has it: behind the note.
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


def codes(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, portal.db.Instant(timezone=True), nullable=nullable)


def number(name: str, *, nullable: bool = False, key: bool = False) -> sa.Column:
    kind = sa.BigInteger() if name.endswith("seq") else sa.Integer()
    return sa.Column(name, kind, nullable=nullable, **({"autoincrement": False} if key else {}))


def text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def primary(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def day(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def digest(name: str) -> sa.Column:
    return sa.Column(name, portal.db.Octets(length=32), nullable=False)


def recorded() -> list[sa.Column]:
    return [
        number("admitted_seq"),
        number("closed_seq", nullable=True),
        instant("recorded_at"),
        digest("digest"),
    ]


def in_force(table: str, *names: str, called: str) -> None:
    stands = sa.text("closed_seq IS NULL")
    op.create_index(
        f"ux_{table}_{called}",
        table,
        list(names),
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def upgrade() -> None:
    add_trainers()
    add_sessions()
    add_session_isps()
    add_draws()
    only_grow()
    add_link()


def add_trainers() -> None:
    op.create_table(
        "trainer",
        number("organisation_id"),
        sa.Column("provider", codes("provider", *PROVIDERS), nullable=False),
        number("version", key=True),
        day("from_on"),
        day("until_on", nullable=True),
        *recorded(),
        number("recorded_by"),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_trainer_span")),
        refers("trainer", "organisation_id", "organisation.id"),
        refers("trainer", "recorded_by", "person.id"),
        primary("trainer", "organisation_id", "provider", "version"),
    )


def add_sessions() -> None:
    reasons = ("TYPING_ERROR", "SOURCE_CORRECTED", "PROGRESS", "RETURNED_BY_AUTHORITY")
    reasons += ("SELF_REVIEW", "DUPLICATE_FOUND", "WRONGLY_RECORDED")
    levels = ("INDUCTION", "REFRESHER", "SPECIALIST", "DRILL")
    modes = ("CLASSROOM", "LIVE_ONLINE", "SELF_PACED")
    funding = ("OWN", "GOVERNMENT", "DONOR", "UNKNOWN")
    op.create_table(
        "shared_session",
        sa.Column("key", sa.BigInteger(), nullable=False, autoincrement=False),
        number("version", key=True),
        sa.Column("reason", codes("correctionreason", *reasons), nullable=True),
        number("trainer_id"),
        text("session_ref", 64),
        sa.Column("session_ref_salt", portal.db.Octets(length=16), nullable=False),
        day("held_on"),
        text("modules", 400),
        sa.Column("level", codes("level", *levels), nullable=False),
        sa.Column("provider", codes("provider", *PROVIDERS), nullable=False),
        sa.Column("mode", codes("mode", *modes), nullable=False),
        sa.Column("language", codes("language", "KM", "EN"), nullable=False),
        number("minutes"),
        sa.Column("funded_by", codes("funding", *funding), nullable=False),
        *recorded(),
        number("recorded_by"),
        sa.CheckConstraint("minutes BETWEEN 15 AND 2400", name=op.f("ck_shared_session_minutes")),
        refers("shared_session", "trainer_id", "organisation.id"),
        refers("shared_session", "recorded_by", "person.id"),
        primary("shared_session", "key", "version"),
    )
    in_force("shared_session", "key", called="in_force")
    in_force("shared_session", "trainer_id", "session_ref", called="ref")


def add_session_isps() -> None:
    op.create_table(
        "session_isp",
        sa.Column("shared_session", sa.BigInteger(), nullable=False, autoincrement=False),
        number("no", key=True),
        number("version"),
        digest("line"),
        number("counted", nullable=True),
        *recorded(),
        number("isp_id"),
        number("recorded_by"),
        sa.CheckConstraint("counted IS NULL OR counted >= 0", name=op.f("ck_session_isp_counted")),
        sa.ForeignKeyConstraint(
            ["shared_session", "version"],
            ["shared_session.key", "shared_session.version"],
            name="fk_session_isp_session",
        ),
        refers("session_isp", "isp_id", "organisation.id"),
        refers("session_isp", "recorded_by", "person.id"),
        primary("session_isp", "shared_session", "no", "isp_id"),
    )
    in_force("session_isp", "isp_id", "shared_session", called="in_force")


def add_draws() -> None:
    op.create_table(
        "nil_draw",
        text("period", 7),
        number("no", key=True),
        text("seed", 64),
        sa.Column("seed_given", sa.Boolean(), nullable=False),
        number("tenths"),
        number("listed"),
        number("chosen"),
        digest("list_digest"),
        digest("sample_digest"),
        *recorded(),
        number("recorded_by"),
        sa.CheckConstraint("chosen BETWEEN 1 AND listed", name=op.f("ck_nil_draw_chosen")),
        refers("nil_draw", "recorded_by", "person.id"),
        primary("nil_draw", "period", "no"),
    )
    op.create_table(
        "drawn_filing",
        number("isp_id"),
        text("period", 7),
        number("version", key=True),
        number("draw"),
        text("receipt", 40),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["isp_id", "period", "version"],
            ["filing.isp_id", "filing.period", "filing.version"],
            name="fk_drawn_filing_filing",
        ),
        sa.ForeignKeyConstraint(
            ["period", "draw"], ["nil_draw.period", "nil_draw.no"], name="fk_drawn_filing_draw"
        ),
        primary("drawn_filing", "isp_id", "period", "version"),
    )
    op.create_index("ix_drawn_filing_draw", "drawn_filing", ["period", "draw"])


def add_link() -> None:
    let_completions_go()
    op.add_column("completion", sa.Column("shared_session", sa.BigInteger(), nullable=True))
    op.create_index("ix_completion_shared_session", "completion", ["shared_session", "isp_id"])
    hold_completions()


def hold_completions() -> None:
    """Let the triggers of completions know the table's columns as they are now."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    made = (sqlite_triggers if sqlite else postgresql_triggers)("completion", ("closed_seq",))
    for statement in made:
        op.execute(sa.text(statement.replace(":", "\\:")))


def let_completions_go() -> None:
    """Take the triggers away while the table changes: they name its columns."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("no_delete", "no_update", "closed_seq_once"):
            op.execute(f"DROP TRIGGER completion_{name}")
        return
    op.execute("DROP TRIGGER completion_append_only ON completion")
    op.execute("DROP TRIGGER completion_no_truncate ON completion")
    op.execute("DROP FUNCTION completion_append_only()")


def downgrade() -> None:
    let_completions_go()
    op.drop_index("ix_completion_shared_session", "completion")
    op.drop_column("completion", "shared_session")
    hold_completions()
    for table in reversed(GROWING):
        op.drop_table(table)
    forget_functions()
