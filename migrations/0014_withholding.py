"""Values that are withheld: what stands for them, who asked, who agreed (two-person redaction)."""

import re

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

Names = tuple[str, ...]
SEALED: dict[str, Names] = {
    "appeal": ("text",),
    "blocklist_update": ("own_ref", "version_label", "note"),
    "complaint": ("own_ref", "note"),
    "completion": ("own_ref", "session_ref", "staff_ref", "note"),
    "finding_draft": ("text",),
    "finding_reply": ("text",),
    "list_release": ("version_label",),
    "notice": ("source_ref",),
    "notice_act": ("reference",),
    "review_comment": ("text",),
    "roster_span": ("own_ref", "staff_ref"),
    "ruling": ("text",),
    "shared_session": ("session_ref",),
    "takedown": ("own_ref", "source_ref", "handled_by", "note"),
    "takedown_event": ("second_approver", "reference", "note"),
}
NEW_SALTS = {
    "blocklist_update": "version_label",
    "completion": "session_ref",
    "list_release": "version_label",
    "review_comment": "text",
    "takedown_event": "second_approver",
}
GROWING: dict[str, Names] = dict.fromkeys(SEALED, ("closed_seq",))
GROWING |= {
    "paper": (),
    "review_comment": (),
    "withheld": ("ended_seq",),
    "withholding": ("outcome", "shown_because", "decided_by", "decided_at", "decided_seq"),
}
OLD_TABLES = (*SEALED, "paper")
EMPTIED = {"withheld": ("text", "salt"), "paper": ("pdf",)}
DECIDED = (
    "NEW.text IS NULL AND NEW.salt IS NULL AND EXISTS (SELECT 1 FROM withholding w"
    " WHERE w.isp_id = OLD.isp_id AND w.no = OLD.no AND w.outcome IS NOT NULL)"
)
OF_WHAT_IS_GONE = (
    "length(NEW.pdf) = 0 AND OLD.kind = 'REPORT' AND EXISTS (SELECT 1 FROM certificate c"
    " JOIN withheld v ON v.owner_id = c.isp_id"
    " AND v.place IN ('finding_draft', 'finding_reply')"
    " JOIN withholding w ON w.isp_id = v.isp_id AND w.no = v.no"
    " WHERE c.serial = OLD.serial AND w.outcome = 'DESTROYED')"
)
EMPTIED_IF = {"withheld": DECIDED, "paper": OF_WHAT_IS_GONE}
# Codes that a list of codes takes from now on: table, its CHECK, the column, a code it always had.
ROLES = ("membership", "role", "role", "PREPARER")
KINDS = ("outbox", "mailkind", "kind", "RETURN_FILED")
NEW = {ROLES: "SAFEGUARDING", KINDS: "SOMETHING_SEEN"}
GIVES_WAY = (
    "length(OLD.{salt}) = 16 AND length(NEW.{salt}) = 32 AND NEW.{salt} = {old}"
    " AND EXISTS (SELECT 1 FROM withheld w WHERE w.place = '{table}' AND w.line = OLD.digest"
    " AND w.field = '{field}' AND w.commitment = NEW.{salt} AND w.mark = NEW.{field}"
    " AND w.ended_seq IS NULL)"
)
COMES_BACK = (
    "length(OLD.{salt}) = 32 AND length(NEW.{salt}) = 16 AND OLD.{salt} = {new}"
    " AND EXISTS (SELECT 1 FROM withheld w WHERE w.place = '{table}' AND w.line = OLD.digest"
    " AND w.field = '{field}' AND w.mark = OLD.{field} AND w.text = NEW.{field}"
    " AND w.salt = NEW.{salt} AND w.ended_seq IS NULL)"
)
COMMITMENT = {
    "sqlite": "commitment({row}.{field}_salt, {row}.{field})",
    "postgresql": "sha256({row}.{field}_salt || convert_to({row}.{field}, 'UTF8'))",
}


def engine() -> str:
    return str(op.get_bind().dialect.name)


def instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, portal.db.Instant(timezone=True), nullable=nullable)


def number(name: str, *, nullable: bool = False, key: bool = False) -> sa.Column:
    kind = sa.BigInteger() if name.endswith("seq") else sa.Integer()
    return sa.Column(name, kind, nullable=nullable, **({"autoincrement": False} if key else {}))


def octets(name: str, size: int, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, portal.db.Octets(size), nullable=nullable)


def text(name: str, length: int, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def codes(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def changing(table: str, sealed: Names, emptied: Names) -> set[str]:
    """The columns that an update may touch at all."""
    pairs = {name for f in sealed for name in (f, f"{f}_salt")}
    return pairs | {*GROWING[table], *emptied}


def withholding(table: str, field: str) -> str:
    made = {
        name: COMMITMENT[engine()].format(row=row, field=field)
        for name, row in (("old", "OLD"), ("new", "NEW"))
    }
    said = {"table": table, "field": field, "salt": f"{field}_salt", **made}
    return " OR ".join(f"({one.format(**said)})" for one in (GIVES_WAY, COMES_BACK))


def fixed_columns(table: str, sealed: Names, emptied: Names) -> list[str]:
    found = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    if table == "completion":
        # In the order of the models: a trigger tells what it guards in that order.
        found.remove("shared_session")
        found.insert(found.index("note_salt") + 1, "shared_session")
    return [name for name in found if name not in changing(table, sealed, emptied)]


def sqlite_triggers(table: str, sealed: Names, emptied: Names) -> list[str]:
    stop = f"SELECT RAISE(ABORT, '{table} is append-only');"
    fixed = ", ".join(f'"{name}"' for name in fixed_columns(table, sealed, emptied))
    ddl = [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {stop} END",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {fixed} ON {table} BEGIN {stop} END",
    ]
    ddl += [
        f"CREATE TRIGGER {table}_{name}_once BEFORE UPDATE OF {name} ON {table} "
        f"WHEN OLD.{name} IS NOT NULL BEGIN {stop} END"
        for name in GROWING[table]
    ]
    ddl += [
        f"CREATE TRIGGER {table}_{f}_withheld BEFORE UPDATE OF {f}, {f}_salt ON {table} "
        f"WHEN ({withholding(table, f)}) IS NOT TRUE BEGIN {stop} END"
        for f in sealed
    ]
    if emptied:
        ddl.append(
            f"CREATE TRIGGER {table}_emptied BEFORE UPDATE OF {', '.join(emptied)} "
            f"ON {table} WHEN ({EMPTIED_IF[table]}) IS NOT TRUE BEGIN {stop} END"
        )
    return ddl


def postgresql_triggers(table: str, sealed: Names, emptied: Names) -> list[str]:
    kept = [
        f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed_columns(table, sealed, emptied)
    ]
    kept += [f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in GROWING[table]]
    allowed = [((f, f"{f}_salt"), withholding(table, f)) for f in sealed]
    if emptied:
        allowed.append((emptied, EMPTIED_IF[table]))
    for names, condition in allowed:
        moved = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in names)
        kept.append(f"(({moved}) AND ({condition}) IS NOT TRUE)")
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


def hold(table: str, sealed: Names, emptied: Names) -> None:
    triggers = sqlite_triggers if engine() == "sqlite" else postgresql_triggers
    for statement in triggers(table, sealed, emptied):
        op.execute(sa.text(statement.replace(":", "\\:")))


def let_go(table: str) -> None:
    """Take a table's triggers away, whatever they are called."""
    if engine() == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
        names = op.get_bind().execute(sa.text(query), {"table": table}).scalars().all()
        for name in names:
            op.execute(f"DROP TRIGGER {name}")
        return
    for name in ("append_only", "no_truncate"):
        op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
    op.execute(f"DROP FUNCTION {table}_append_only()")


def codes_of(code_list: tuple[str, str, str, str]) -> list[str]:
    """The codes that a column takes now, in order."""
    table, _, _, always = code_list
    found = sa.inspect(op.get_bind()).get_check_constraints(table)
    [check] = [one["sqltext"] for one in found if f"'{always}'" in one["sqltext"]]
    return re.findall(r"'([A-Z_]+)'", check)


def take_codes(code_list: tuple[str, str, str, str], taken: list[str]) -> None:
    table, check, column, _ = code_list
    rule = f"{column} IN ({', '.join(repr(each) for each in taken)})"
    if engine() == "sqlite":
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.create_check_constraint(op.f(f"ck_{table}_{check}"), rule)
        return
    op.drop_constraint(op.f(f"ck_{table}_{check}"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{check}"), table, rule)


def upgrade() -> None:
    for code_list, new in NEW.items():
        take_codes(code_list, [*codes_of(code_list), new])
    add_withholdings()
    add_withheld()
    add_sightings()
    for table, field in NEW_SALTS.items():
        op.add_column(table, octets(f"{field}_salt", 16, nullable=True))
    op.add_column("review_comment", number("admitted_seq", nullable=True))
    op.add_column("review_comment", octets("digest", 32, nullable=True))
    for table in OLD_TABLES:
        let_go(table)
    for table in GROWING:
        hold(table, SEALED.get(table, ()), EMPTIED.get(table, ()))


def add_withholdings() -> None:
    name = "withholding"
    op.create_table(
        name,
        number("isp_id", key=True),
        number("no", key=True),
        sa.Column(
            "reason",
            codes(
                "withholdingreason", "PERSONAL_DATA", "LOCATOR", "DESCRIPTION_OF_MATERIAL",
                "SECRET", "OTHER_BY_COURT", "SEEN_OR_PASTED", "PSEUDONYM_PURGED",
                "RETENTION_OVER", "REPLAYED",
            ),
            nullable=False,
        ),
        number("asked_by"),
        instant("asked_at"),
        number("asked_seq"),
        sa.Column("outcome", codes("withholdingoutcome", "DESTROYED", "SHOWN_AGAIN")),
        sa.Column(
            "shown_because",
            codes("shownagainreason", "NOTHING_OF_THE_KIND", "STILL_NEEDED", "ASKED_BY_MISTAKE"),
        ),
        number("decided_by", nullable=True),
        instant("decided_at", nullable=True),
        number("decided_seq", nullable=True),
        sa.CheckConstraint(
            "outcome <> 'DESTROYED' OR decided_by <> asked_by"
            " OR reason IN ('PSEUDONYM_PURGED', 'RETENTION_OVER', 'REPLAYED')",
            name=op.f("ck_withholding_four_eyes"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_by IS NULL)"
            " AND (outcome IS NULL) = (decided_at IS NULL)"
            " AND (outcome IS NULL) = (decided_seq IS NULL)",
            name=op.f("ck_withholding_decided"),
        ),
        sa.CheckConstraint(
            "shown_because IS NULL OR outcome = 'SHOWN_AGAIN'", name=op.f("ck_withholding_shown")
        ),
        refers(name, "asked_by", "person.id"),
        refers(name, "decided_by", "person.id"),
        sa.PrimaryKeyConstraint("isp_id", "no", name=op.f("pk_withholding")),
    )  # fmt: skip


def add_withheld() -> None:
    name = "withheld"
    op.create_table(
        name,
        number("isp_id", key=True),
        number("no", key=True),
        octets("line", 32),
        text("field", 40),
        text("place", 40),
        number("owner_id"),
        number("admitted_seq"),
        octets("commitment", 32),
        text("mark", 16),
        text("text", 2000, nullable=True),
        octets("salt", 16, nullable=True),
        number("ended_seq", nullable=True),
        sa.CheckConstraint(
            "(text IS NULL) = (salt IS NULL)", name=op.f("ck_withheld_text_with_salt")
        ),
        sa.ForeignKeyConstraint(
            ["isp_id", "no"],
            ["withholding.isp_id", "withholding.no"],
            name=op.f("fk_withheld_isp_id_no"),
        ),
        sa.PrimaryKeyConstraint("isp_id", "no", "line", "field", name=op.f("pk_withheld")),
    )
    op.create_index("ix_withheld_line", name, ["line", "field"])
    op.create_index("ix_withheld_owner_id", name, ["owner_id", "admitted_seq"])


def add_sightings() -> None:
    name = "sighting"
    op.create_table(
        name,
        number("id"),
        number("person_id"),
        number("organisation_id"),
        instant("said_at"),
        number("isp_id", nullable=True),
        number("withholding_no", nullable=True),
        refers(name, "person_id", "person.id"),
        refers(name, "organisation_id", "organisation.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
    )


def downgrade() -> None:
    for table in GROWING:
        let_go(table)
    op.drop_table("sighting")
    op.drop_table("withheld")
    op.drop_table("withholding")
    op.drop_column("review_comment", "digest")
    op.drop_column("review_comment", "admitted_seq")
    for table, field in NEW_SALTS.items():
        op.drop_column(table, f"{field}_salt")
    for table in OLD_TABLES:
        hold(table, (), ())
    for (table, check, column, always), new in NEW.items():
        code_list = (table, check, column, always)
        op.execute(f"DELETE FROM {table} WHERE {column} = '{new}'")  # noqa: S608
        take_codes(code_list, [each for each in codes_of(code_list) if each != new])
