"""The tables of one month, end to end, and the triggers that let most of them only grow."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0001"
down_revision = None
branch_labels = ("default",)
depends_on = None

# Append-only tables, and of each the columns that may be filled later, once.
GROWING: dict[str, tuple[str, ...]] = {
    "adoption": (),
    "blocklist_update": ("closed_seq",),
    "body": ("closed_seq",),
    "calendar_day": ("closed_seq",),
    "certificate": (),
    "complaint": ("closed_seq",),
    "completion": ("closed_seq",),
    "decision": (),
    "declaration": ("closed_seq",),
    "event": (),
    "filing": (),
    "framework": ("closed_seq",),
    "licence": ("closed_seq",),
    "opening_balance": ("closed_seq",),
    "paper": (),
    "particulars": ("closed_seq",),
    "policy_version": (),
    "preparation": (),
    "recall": (),
    "review_comment": (),
    "review_start": (),
    "revocation": (),
    "roster_span": ("closed_seq",),
    "takedown": ("closed_seq",),
    "takedown_event": ("closed_seq",),
    "waiver": ("closed_seq",),
}


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
        "body",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ISP",
                "AUTHORITY",
                "NOTIFIER",
                "AUDITOR",
                "OBSERVER",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name_en", sa.String(length=600), nullable=False),
        sa.Column("name_km", sa.String(length=600), nullable=False),
        sa.Column("task_en", sa.String(length=600), nullable=False),
        sa.Column("task_km", sa.String(length=600), nullable=False),
        sa.Column("may_see", sa.String(length=200), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_body")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "HOLIDAY",
                "WORKING",
                name="daykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name_en", sa.String(length=600), nullable=False),
        sa.Column("name_km", sa.String(length=600), nullable=False),
        sa.Column("sub_decree", sa.String(length=64), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("day", "version", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "event",
        sa.Column("isp_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", portal.db.Octets(length=32), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.PrimaryKeyConstraint("isp_id", "seq", name=op.f("pk_event")),
    )
    op.create_table(
        "framework",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_framework")),
    )
    op.create_table(
        "ledger",
        sa.Column("isp_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", portal.db.Octets(length=32), nullable=False),
        sa.Column("next_key", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("isp_id", name=op.f("pk_ledger")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ISP",
                "AUTHORITY",
                "NOTIFIER",
                "AUDITOR",
                "OBSERVER",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("title_km", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "policy_version",
        sa.Column("version", sa.String(length=10), nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("loaded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy_version")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused_until", portal.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "adoption",
        sa.Column("version", sa.String(length=10), nullable=False),
        sa.Column("instrument", sa.String(length=200), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("signatory", sa.String(length=200), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("adopted_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["adopted_by"], ["person.id"], name=op.f("fk_adoption_adopted_by")),
        sa.ForeignKeyConstraint(
            ["version"], ["policy_version.version"], name=op.f("fk_adoption_version")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_adoption")),
        sa.UniqueConstraint("effective_from", name=op.f("uq_adoption_effective_from")),
    )
    op.create_table(
        "blocklist_update",
        sa.Column("list_code", sa.String(length=40), nullable=False),
        sa.Column(
            "list_kind",
            sa.Enum(
                "DOMAIN",
                "URL",
                "IP",
                "HASH_MD5",
                "HASH_SHA1",
                "HASH_SHA256",
                "HASH_PHOTODNA",
                "HASH_PDQ",
                name="listkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "transport",
            sa.Enum(
                "RPZ_IXFR",
                "RPZ_AXFR",
                "CSV",
                "JSON_API",
                "VENDOR_FEED",
                "LETTER",
                name="transport",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version_label", sa.String(length=40), nullable=True),
        sa.Column("serial", sa.BigInteger(), nullable=True),
        sa.Column("content_digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("published_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("fetched_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("applied_at", portal.db.Instant(timezone=True), nullable=True),
        sa.Column(
            "update_kind",
            sa.Enum(
                "ADD",
                "DELIST",
                "MIXED",
                "FULL_RESET",
                "EMERGENCY",
                "ROLLBACK",
                name="updatekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entries_total", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("malformed", sa.Integer(), nullable=False),
        sa.Column("overblock_risk", sa.Integer(), nullable=False),
        sa.Column("shared_hosting", sa.Integer(), nullable=False),
        sa.Column("technical", sa.Integer(), nullable=False),
        sa.Column("methods", sa.String(length=80), nullable=False),
        sa.Column("points_in_scope", sa.Integer(), nullable=False),
        sa.Column("points_live", sa.Integer(), nullable=False),
        sa.Column("subscribers_in_scope", sa.Integer(), nullable=False),
        sa.Column("subscribers_covered", sa.Integer(), nullable=False),
        sa.Column(
            "stop_page",
            sa.Enum(
                "YES",
                "NO",
                "NOT_FEASIBLE",
                name="stoppage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "test_result",
            sa.Enum(
                "PASS",
                "FAIL",
                "NOT_RUN",
                name="testresult",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tested_at", portal.db.Instant(timezone=True), nullable=True),
        sa.Column("vantage_points", sa.Integer(), nullable=False),
        sa.Column("hits_blocked", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("note_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "TYPING_ERROR",
                "SOURCE_CORRECTED",
                "PROGRESS",
                "RETURNED_BY_AUTHORITY",
                "SELF_REVIEW",
                "DUPLICATE_FOUND",
                "WRONGLY_RECORDED",
                name="correctionreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("void", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("own_ref", sa.String(length=64), nullable=True),
        sa.Column("own_ref_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "applied_at IS NULL OR points_live = points_in_scope",
            name=op.f("ck_blocklist_update_applied"),
        ),
        sa.CheckConstraint(
            "points_live <= points_in_scope", name=op.f("ck_blocklist_update_points")
        ),
        sa.CheckConstraint(
            "subscribers_covered <= subscribers_in_scope",
            name=op.f("ck_blocklist_update_subscribers"),
        ),
        sa.ForeignKeyConstraint(
            ["isp_id"], ["organisation.id"], name=op.f("fk_blocklist_update_isp_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_blocklist_update_recorded_by")
        ),
        sa.PrimaryKeyConstraint("key", "version", "isp_id", name=op.f("pk_blocklist_update")),
    )
    op.create_index(
        "ix_blocklist_update_published",
        "blocklist_update",
        ["isp_id", "list_code", "published_at", "key"],
        unique=False,
    )
    op.create_index(
        "ux_blocklist_update_in_force",
        "blocklist_update",
        ["isp_id", "key"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL"),
        postgresql_where=sa.text("closed_seq IS NULL"),
    )
    op.create_index(
        "ux_blocklist_update_issue",
        "blocklist_update",
        ["isp_id", "list_code", "content_digest"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL AND NOT void AND update_kind <> 'ROLLBACK'"),
        postgresql_where=sa.text("closed_seq IS NULL AND NOT void AND update_kind <> 'ROLLBACK'"),
    )
    op.create_index(
        "ux_blocklist_update_own_ref",
        "blocklist_update",
        ["isp_id", "own_ref"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL AND NOT void"),
        postgresql_where=sa.text("closed_seq IS NULL AND NOT void"),
    )
    op.create_table(
        "complaint",
        sa.Column("list_code", sa.String(length=40), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "DNS_RPZ",
                "URL_PROXY",
                "SNI",
                "IP_NULLROUTE",
                "HASH_MATCH_UPLOAD",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("received_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("acknowledged_at", portal.db.Instant(timezone=True), nullable=True),
        sa.Column("decided_at", portal.db.Instant(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "UPHELD",
                "REJECTED",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("restored_at", portal.db.Instant(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("note_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "TYPING_ERROR",
                "SOURCE_CORRECTED",
                "PROGRESS",
                "RETURNED_BY_AUTHORITY",
                "SELF_REVIEW",
                "DUPLICATE_FOUND",
                "WRONGLY_RECORDED",
                name="correctionreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("void", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("own_ref", sa.String(length=64), nullable=True),
        sa.Column("own_ref_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (outcome IS NULL)", name=op.f("ck_complaint_decided")
        ),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_complaint_isp_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_complaint_recorded_by")
        ),
        sa.PrimaryKeyConstraint("key", "version", "isp_id", name=op.f("pk_complaint")),
    )
    op.create_index(
        "ix_complaint_received", "complaint", ["isp_id", "received_at", "key"], unique=False
    )
    op.create_index(
        "ux_complaint_in_force",
        "complaint",
        ["isp_id", "key"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL"),
        postgresql_where=sa.text("closed_seq IS NULL"),
    )
    op.create_index(
        "ux_complaint_own_ref",
        "complaint",
        ["isp_id", "own_ref"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL AND NOT void"),
        postgresql_where=sa.text("closed_seq IS NULL AND NOT void"),
    )
    op.create_table(
        "completion",
        sa.Column("session_ref", sa.String(length=64), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column(
            "module",
            sa.Enum(
                "LAW_AND_DUTIES",
                "NTD_PROCEDURE",
                "AUTHORITY_REPORTING",
                "EVIDENCE_PRESERVATION",
                "SAFE_HANDLING_NO_VIEWING",
                "BLOCKLIST_OPERATIONS",
                "OVERBLOCKING_AND_COMPLAINTS",
                "CUSTOMER_REPORT_INTAKE",
                "TERMINOLOGY_VICTIM_CENTRED",
                "STAFF_WELLBEING",
                "DATA_PROTECTION",
                "MANAGEMENT_BRIEFING",
                name="module",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "INDUCTION",
                "REFRESHER",
                "SPECIALIST",
                "DRILL",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "provider",
            sa.Enum(
                "INTERNAL",
                "HOTLINE",
                "MINISTRY",
                "REGULATOR",
                "POLICE",
                "NGO",
                "OTHER",
                name="provider",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "CLASSROOM",
                "LIVE_ONLINE",
                "SELF_PACED",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "language",
            sa.Enum(
                "KM", "EN", name="language", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "funded_by",
            sa.Enum(
                "OWN",
                "GOVERNMENT",
                "DONOR",
                "UNKNOWN",
                name="funding",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("staff_ref", sa.String(length=16), nullable=True),
        sa.Column("staff_ref_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "PASSED",
                "ATTENDED",
                "FAILED",
                "ABSENT",
                "EXEMPT",
                name="trainingresult",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("exempt_until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("note_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "TYPING_ERROR",
                "SOURCE_CORRECTED",
                "PROGRESS",
                "RETURNED_BY_AUTHORITY",
                "SELF_REVIEW",
                "DUPLICATE_FOUND",
                "WRONGLY_RECORDED",
                name="correctionreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("void", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("own_ref", sa.String(length=64), nullable=True),
        sa.Column("own_ref_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "result <> 'EXEMPT' OR exempt_until IS NOT NULL", name=op.f("ck_completion_exempt")
        ),
        sa.CheckConstraint("minutes BETWEEN 15 AND 2400", name=op.f("ck_completion_minutes")),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_completion_isp_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_completion_recorded_by")
        ),
        sa.PrimaryKeyConstraint("key", "version", "isp_id", name=op.f("pk_completion")),
    )
    op.create_index("ix_completion_held", "completion", ["isp_id", "held_on", "key"], unique=False)
    op.create_index(
        "ix_completion_staff",
        "completion",
        ["isp_id", "staff_ref", "module", "held_on"],
        unique=False,
    )
    op.create_index(
        "ux_completion_in_force",
        "completion",
        ["isp_id", "key"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL"),
        postgresql_where=sa.text("closed_seq IS NULL"),
    )
    op.create_index(
        "ux_completion_own_ref",
        "completion",
        ["isp_id", "own_ref"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL AND NOT void"),
        postgresql_where=sa.text("closed_seq IS NULL AND NOT void"),
    )
    op.create_table(
        "declaration",
        sa.Column("obligation", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "YES",
                "PARTLY",
                "NO",
                "NOT_APPLICABLE",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("deputies", sa.Integer(), nullable=True),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("checked_on >= since_on", name=op.f("ck_declaration_days")),
        sa.ForeignKeyConstraint(
            ["isp_id"], ["organisation.id"], name=op.f("fk_declaration_isp_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_declaration_recorded_by")
        ),
        sa.PrimaryKeyConstraint("obligation", "version", "isp_id", name=op.f("pk_declaration")),
    )
    op.create_index(
        "ux_declaration_in_force",
        "declaration",
        ["isp_id", "obligation"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL"),
        postgresql_where=sa.text("closed_seq IS NULL"),
    )
    op.create_table(
        "licence",
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "MNO",
                "FIXED_ISP",
                "HOSTING",
                name="licencekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "ACTIVE",
                "SUSPENDED",
                "REVOKED",
                "MERGED",
                name="licencestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_licence_span")),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_licence_isp_id")),
        sa.PrimaryKeyConstraint("isp_id", "number", "version", name=op.f("pk_licence")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "PREPARER",
                "APPROVER",
                "REVIEWER",
                "ISSUER",
                "POLICY_OFFICER",
                "NOTIFIER",
                "AUDITOR",
                "OBSERVER",
                "OPERATOR",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "person_id",
            "organisation_id",
            "role",
            name=op.f("uq_membership_person_id_organisation_id_role"),
        ),
    )
    op.create_index(
        op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_table(
        "opening_balance",
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("open_items", sa.Integer(), nullable=False),
        sa.Column("declared_by", sa.Integer(), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["declared_by"], ["person.id"], name=op.f("fk_opening_balance_declared_by")
        ),
        sa.ForeignKeyConstraint(
            ["isp_id"], ["organisation.id"], name=op.f("fk_opening_balance_isp_id")
        ),
        sa.PrimaryKeyConstraint("isp_id", "version", name=op.f("pk_opening_balance")),
    )
    op.create_table(
        "particulars",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_km", sa.String(length=200), nullable=False),
        sa.Column("registration_no", sa.String(length=40), nullable=False),
        sa.Column(
            "size",
            sa.Enum(
                "SMALL",
                "STANDARD",
                name="sizeclass",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_particulars_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "version", name=op.f("pk_particulars")),
    )
    op.create_table(
        "preparation",
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("basis_seq", sa.BigInteger(), nullable=False),
        sa.Column("cut_off_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.Integer(), nullable=False),
        sa.Column("prepared_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("nils", sa.String(length=80), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "LATE_ENTRY",
                "CORRECTION",
                "RETURNED_BY_AUTHORITY",
                "CONFIRMED_AS_FILED",
                "RECALLED",
                name="amendmentreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("statement_digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("content_digest", portal.db.Octets(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["isp_id"], ["organisation.id"], name=op.f("fk_preparation_isp_id")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["person.id"], name=op.f("fk_preparation_prepared_by")
        ),
        sa.PrimaryKeyConstraint("isp_id", "period", "no", name=op.f("pk_preparation")),
    )
    op.create_table(
        "roster_span",
        sa.Column("staff_ref", sa.String(length=16), nullable=True),
        sa.Column("staff_ref_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column(
            "role_group",
            sa.Enum(
                "DESIGNATED_HANDLER",
                "ABUSE_DESK",
                "NOC_DNS",
                "CUSTOMER_CARE",
                "LEGAL_COMPLIANCE",
                "MANAGEMENT",
                "CONTRACTOR",
                name="rolegroup",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("handles_notices", sa.Boolean(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "TYPING_ERROR",
                "SOURCE_CORRECTED",
                "PROGRESS",
                "RETURNED_BY_AUTHORITY",
                "SELF_REVIEW",
                "DUPLICATE_FOUND",
                "WRONGLY_RECORDED",
                name="correctionreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("void", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("own_ref", sa.String(length=64), nullable=True),
        sa.Column("own_ref_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("joined_on <= from_on", name=op.f("ck_roster_span_joined")),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name=op.f("ck_roster_span_span")
        ),
        sa.ForeignKeyConstraint(
            ["isp_id"], ["organisation.id"], name=op.f("fk_roster_span_isp_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_roster_span_recorded_by")
        ),
        sa.PrimaryKeyConstraint("key", "version", "isp_id", name=op.f("pk_roster_span")),
    )
    op.create_index(
        "ix_roster_span_staff", "roster_span", ["isp_id", "staff_ref", "from_on"], unique=False
    )
    op.create_index(
        "ux_roster_span_in_force",
        "roster_span",
        ["isp_id", "key"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL"),
        postgresql_where=sa.text("closed_seq IS NULL"),
    )
    op.create_index(
        "ux_roster_span_own_ref",
        "roster_span",
        ["isp_id", "own_ref"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL AND NOT void"),
        postgresql_where=sa.text("closed_seq IS NULL AND NOT void"),
    )
    op.create_table(
        "takedown",
        sa.Column(
            "source_type",
            sa.Enum(
                "HOTLINE_NATIONAL",
                "HOTLINE_INHOPE_PEER",
                "POLICE",
                "COURT",
                "REGULATOR",
                "MINISTRY",
                "TRUSTED_FLAGGER",
                "USER_REPORT",
                "OWN_INITIATIVE",
                "AUTOMATED_FEED",
                name="sourcetype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_ref", sa.String(length=64), nullable=True),
        sa.Column("source_ref_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("item_no", sa.Integer(), nullable=False),
        sa.Column(
            "instrument",
            sa.Enum(
                "ORDER",
                "NOTICE",
                "REFERRAL",
                "OWN_INITIATIVE",
                name="instrument",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("legal_basis", sa.String(length=40), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "CSAM",
                "CSEA",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "priority",
            sa.Enum(
                "P1_CHILD_IN_DANGER",
                "P2_STANDARD",
                "P3_CONTEXTUAL",
                name="priority",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "service_role",
            sa.Enum(
                "HOSTING",
                "ACCESS",
                "DNS_RESOLVER",
                "CACHE_CDN",
                "DOMAIN_REGISTRATION",
                name="servicerole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "harm",
            sa.Enum(
                "CSAM",
                "CSAM_GENERATED_OR_MANIPULATED",
                "CSEM_OTHER",
                "GROOMING_SOLICITATION",
                "SEXTORTION",
                "LIVE_STREAMED_ABUSE",
                "ADVERTISING_OR_LINKING",
                name="harm",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "assessment",
            sa.Enum(
                "BASELINE",
                "NATIONALLY_ILLEGAL",
                "NOT_ILLEGAL",
                "PENDING",
                "NOT_ASSESSED",
                name="assessment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "assessed_by",
            sa.Enum(
                "HOTLINE",
                "POLICE",
                "COURT",
                "PROVIDER_UNVERIFIED",
                name="assessor",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "media",
            sa.Enum(
                "IMAGE",
                "VIDEO",
                "AUDIO",
                "TEXT",
                "MIXED",
                "UNKNOWN",
                name="media",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "locator_kind",
            sa.Enum(
                "URL",
                "DOMAIN",
                "IP_PORT",
                "HASH",
                "ACCOUNT",
                name="locatorkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("hosting_country", sa.String(length=2), nullable=False),
        sa.Column("issued_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("received_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("handled_by", sa.String(length=16), nullable=True),
        sa.Column("handled_by_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("note_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("duplicate_of", sa.BigInteger(), nullable=True),
        sa.Column("reappearance_of", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "TYPING_ERROR",
                "SOURCE_CORRECTED",
                "PROGRESS",
                "RETURNED_BY_AUTHORITY",
                "SELF_REVIEW",
                "DUPLICATE_FOUND",
                "WRONGLY_RECORDED",
                name="correctionreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("void", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("own_ref", sa.String(length=64), nullable=True),
        sa.Column("own_ref_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "instrument <> 'ORDER' OR source_ref IS NOT NULL", name=op.f("ck_takedown_order_ref")
        ),
        sa.CheckConstraint("item_no >= 1", name=op.f("ck_takedown_item_no")),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_takedown_isp_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_takedown_recorded_by")
        ),
        sa.PrimaryKeyConstraint("key", "version", "isp_id", name=op.f("pk_takedown")),
    )
    op.create_index(
        "ix_takedown_received", "takedown", ["isp_id", "received_at", "key"], unique=False
    )
    op.create_index(
        "ix_takedown_source",
        "takedown",
        ["isp_id", "source_type", "source_ref", "item_no"],
        unique=False,
    )
    op.create_index(
        "ux_takedown_in_force",
        "takedown",
        ["isp_id", "key"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL"),
        postgresql_where=sa.text("closed_seq IS NULL"),
    )
    op.create_index(
        "ux_takedown_own_ref",
        "takedown",
        ["isp_id", "own_ref"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL AND NOT void"),
        postgresql_where=sa.text("closed_seq IS NULL AND NOT void"),
    )
    op.create_table(
        "takedown_event",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ACKNOWLEDGED",
                "PAUSED",
                "PAUSE_APPROVED",
                "RESUMED",
                "ACTIONED",
                "FORWARDED",
                "REPORTED",
                "PRESERVED",
                "VERIFIED",
                "REFUSAL_CONFIRMED",
                "REFUSAL_REJECTED",
                "REINSTATED",
                "REOPENED",
                "WITHDRAWN",
                "TRANSFERRED",
                name="progress",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("occurred_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "effect",
            sa.Enum(
                "CLOSES",
                "OPENS",
                name="effect",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("until_at", portal.db.Instant(timezone=True), nullable=True),
        sa.Column(
            "pause_reason",
            sa.Enum(
                "CLARIFICATION",
                "FORCE_MAJEURE",
                "APPROVED_PAUSE",
                name="pausereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("refers_to", sa.Integer(), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "REMOVED",
                "ACCESS_DISABLED",
                "ACCOUNT_SUSPENDED",
                "ACCOUNT_TERMINATED",
                "SERVICE_TERMINATED",
                "BLOCKED",
                "FORWARDED_TO_HOST",
                "NOT_BLOCKED_OVERBLOCK",
                "ALREADY_UNAVAILABLE",
                "NOT_OUR_SERVICE",
                "REFUSED_NOT_ILLEGAL",
                "WITHDRAWN_BY_NOTIFIER",
                name="actiontype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "time_source",
            sa.Enum(
                "SYSTEM_LOG",
                "OPERATOR_ENTRY",
                "ESTIMATE",
                name="timesource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "late_reason",
            sa.Enum(
                "AWAITING_THIRD_PARTY",
                "POWER_OR_NETWORK_OUTAGE",
                "NOTICE_INCOMPLETE",
                "STAFF_ABSENCE",
                "TECHNICAL_DIFFICULTY",
                name="latereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "verifier",
            sa.Enum(
                "SELF",
                "HOTLINE",
                "POLICE",
                name="verifier",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "authority",
            sa.Enum(
                "POLICE_CYBERCRIME",
                "POLICE_CHILD_PROTECTION",
                "MINISTRY",
                "HOTLINE",
                "NCMEC",
                "OTHER_AUTHORITY",
                name="authority",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "UPHELD",
                "REJECTED",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("second_approver", sa.String(length=16), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=64), nullable=True),
        sa.Column("reference_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("note_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "TYPING_ERROR",
                "SOURCE_CORRECTED",
                "PROGRESS",
                "RETURNED_BY_AUTHORITY",
                "SELF_REVIEW",
                "DUPLICATE_FOUND",
                "WRONGLY_RECORDED",
                name="correctionreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("retracted", sa.Boolean(), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'ACTIONED' OR action IS NOT NULL", name=op.f("ck_takedown_event_action")
        ),
        sa.CheckConstraint(
            "until_at IS NULL OR until_at >= occurred_at", name=op.f("ck_takedown_event_pause")
        ),
        sa.ForeignKeyConstraint(
            ["isp_id"], ["organisation.id"], name=op.f("fk_takedown_event_isp_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_takedown_event_recorded_by")
        ),
        sa.PrimaryKeyConstraint("key", "no", "isp_id", name=op.f("pk_takedown_event")),
    )
    op.create_table(
        "waiver",
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=False),
        sa.Column("granted_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_waiver_granted_by")),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_waiver_isp_id")),
        sa.PrimaryKeyConstraint("isp_id", "key", name=op.f("pk_waiver")),
    )
    op.create_table(
        "filing",
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("preparation_no", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("basis_seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "NORMAL",
                "NIL",
                "PARTIAL_PERIOD",
                "FINAL",
                name="returnkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("cut_off_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("due_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("filed_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("waiver_key", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "LATE_ENTRY",
                "CORRECTION",
                "RETURNED_BY_AUTHORITY",
                "CONFIRMED_AS_FILED",
                "RECALLED",
                name="amendmentreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("statement_digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("content_digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("certified_digest", portal.db.Octets(length=32), nullable=False),
        sa.CheckConstraint(
            "prepared_by <> approved_by OR waiver_key IS NOT NULL", name=op.f("ck_filing_four_eyes")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_filing_approved_by")),
        sa.ForeignKeyConstraint(
            ["isp_id", "period", "preparation_no"],
            ["preparation.isp_id", "preparation.period", "preparation.no"],
            name="fk_filing_preparation",
        ),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_filing_isp_id")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_filing_prepared_by")),
        sa.PrimaryKeyConstraint("isp_id", "period", "version", name=op.f("pk_filing")),
        sa.UniqueConstraint(
            "isp_id",
            "period",
            "preparation_no",
            name=op.f("uq_filing_isp_id_period_preparation_no"),
        ),
        sa.UniqueConstraint("receipt", name=op.f("uq_filing_receipt")),
    )
    op.create_index(op.f("ix_filing_filed_at"), "filing", ["filed_at"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("serial", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "CERTIFICATE",
                "FINDINGS",
                name="certificatekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attestation", sa.LargeBinary(), nullable=False),
        sa.Column("attestation_digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=False),
        sa.Column("issued_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("issued_by <> decided_by", name=op.f("ck_certificate_four_eyes")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_certificate_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["isp_id", "period", "version"],
            ["filing.isp_id", "filing.period", "filing.version"],
            name=op.f("fk_certificate_isp_id_period_version"),
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["person.id"], name=op.f("fk_certificate_issued_by")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes"], ["certificate.serial"], name=op.f("fk_certificate_supersedes")
        ),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    op.create_index(op.f("ix_certificate_isp_id"), "certificate", ["isp_id"], unique=False)
    op.create_index(op.f("ix_certificate_period"), "certificate", ["period"], unique=False)
    op.create_table(
        "decision",
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "ACCEPT",
                "ACCEPT_WITH_OBSERVATIONS",
                "RETURN_FOR_CORRECTION",
                "REJECT_VOID",
                name="decisionoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("decided_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("excused", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_decision_decided_by")),
        sa.ForeignKeyConstraint(
            ["isp_id", "period", "version"],
            ["filing.isp_id", "filing.period", "filing.version"],
            name=op.f("fk_decision_isp_id_period_version"),
        ),
        sa.PrimaryKeyConstraint("isp_id", "period", "version", name=op.f("pk_decision")),
    )
    op.create_table(
        "recall",
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recalled_by", sa.Integer(), nullable=False),
        sa.Column("recalled_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["isp_id", "period", "version"],
            ["filing.isp_id", "filing.period", "filing.version"],
            name=op.f("fk_recall_isp_id_period_version"),
        ),
        sa.ForeignKeyConstraint(["recalled_by"], ["person.id"], name=op.f("fk_recall_recalled_by")),
        sa.PrimaryKeyConstraint("isp_id", "period", "version", name=op.f("pk_recall")),
    )
    op.create_table(
        "review_comment",
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("obligation", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=True),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", portal.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["isp_id", "period", "version"],
            ["filing.isp_id", "filing.period", "filing.version"],
            name=op.f("fk_review_comment_isp_id_period_version"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_review_comment_written_by")
        ),
        sa.PrimaryKeyConstraint(
            "isp_id", "period", "version", "no", name=op.f("pk_review_comment")
        ),
    )
    op.create_table(
        "review_start",
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["isp_id", "period", "version"],
            ["filing.isp_id", "filing.period", "filing.version"],
            name=op.f("fk_review_start_isp_id_period_version"),
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["person.id"], name=op.f("fk_review_start_opened_by")
        ),
        sa.PrimaryKeyConstraint("isp_id", "period", "version", name=op.f("pk_review_start")),
    )
    op.create_table(
        "paper",
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "CERTIFICATE",
                "REPORT",
                name="paperkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sha256", portal.db.Octets(length=32), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", portal.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["serial"], ["certificate.serial"], name=op.f("fk_paper_serial")),
        sa.PrimaryKeyConstraint("serial", "kind", name=op.f("pk_paper")),
    )
    op.create_index(op.f("ix_paper_sha256"), "paper", ["sha256"], unique=False)
    op.create_table(
        "revocation",
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "FALSE_STATEMENT",
                "ISSUED_IN_ERROR",
                "COURT_OR_AUTHORITY",
                name="revocationreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revoked_by", sa.Integer(), nullable=False),
        sa.Column("revoked_at", portal.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["person.id"], name=op.f("fk_revocation_revoked_by")
        ),
        sa.ForeignKeyConstraint(
            ["serial"], ["certificate.serial"], name=op.f("fk_revocation_serial")
        ),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_revocation")),
    )
    only_grow()


def downgrade() -> None:
    op.drop_table("revocation")
    op.drop_table("paper")
    op.drop_table("review_start")
    op.drop_table("review_comment")
    op.drop_table("recall")
    op.drop_table("decision")
    op.drop_table("certificate")
    op.drop_table("filing")
    op.drop_table("waiver")
    op.drop_table("takedown_event")
    op.drop_table("takedown")
    op.drop_table("roster_span")
    op.drop_table("preparation")
    op.drop_table("particulars")
    op.drop_table("opening_balance")
    op.drop_table("membership")
    op.drop_table("licence")
    op.drop_table("declaration")
    op.drop_table("completion")
    op.drop_table("complaint")
    op.drop_table("blocklist_update")
    op.drop_table("adoption")
    op.drop_table("account")
    op.drop_table("policy_version")
    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_table("ledger")
    op.drop_table("framework")
    op.drop_table("event")
    op.drop_table("calendar_day")
    op.drop_table("body")
    forget_functions()
