"""Notices have two sides: notifiers, what they sent to whom, their later acts, what they undo."""

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.append_only import append_only_ddl

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "notifier",
    "month_count",
    "notice",
    "notice_isp",
    "notice_act",
    "match_undone",
    "applied_act",
)


def only_grow() -> None:
    bind = op.get_bind()
    for name in TABLES:
        table = sa.Table(name, sa.MetaData(), autoload_with=bind)
        for statement in append_only_ddl(table, ("closed_seq",), bind.dialect.name):
            op.execute(sa.text(statement.replace(":", "\\:")))


def upgrade() -> None:
    op.create_table(
        "match_undone",
        sa.Column("notice", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "OTHER_SENDER",
                "OTHER_ITEM",
                "REFERENCE_REUSED",
                name="undoreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["isp_id"], ["organisation.id"], name=op.f("fk_match_undone_isp_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_match_undone_recorded_by")
        ),
        sa.PrimaryKeyConstraint("notice", "key", "isp_id", name=op.f("pk_match_undone")),
    )
    op.create_table(
        "month_count",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("assessed", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "received >= 0 AND assessed >= 0 AND sent >= 0", name=op.f("ck_month_count_n")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_month_count_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_month_count_recorded_by")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "period", "version", name=op.f("pk_month_count")
        ),
    )
    op.create_table(
        "notice",
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
        sa.Column("notifier_id", sa.Integer(), nullable=False),
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
        sa.Column("source_ref", sa.String(length=64), nullable=False),
        sa.Column("source_ref_salt", portal.db.Octets(length=16), nullable=False),
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
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("items >= 1", name=op.f("ck_notice_items")),
        sa.ForeignKeyConstraint(
            ["notifier_id"], ["organisation.id"], name=op.f("fk_notice_notifier_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_notice_recorded_by")),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_notice")),
    )
    op.create_index(
        "ux_notice_in_force",
        "notice",
        ["key"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL"),
        postgresql_where=sa.text("closed_seq IS NULL"),
    )
    op.create_index(
        "ux_notice_source_ref",
        "notice",
        ["notifier_id", "source_ref"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL"),
        postgresql_where=sa.text("closed_seq IS NULL"),
    )
    op.create_table(
        "notice_act",
        sa.Column("notice", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "WITHDRAWN",
                "STILL_UP",
                "CONFIRMED_GONE",
                "REFUSAL_CONFIRMED",
                "REFUSAL_REJECTED",
                name="actkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("occurred_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=True),
        sa.Column("reference_salt", portal.db.Octets(length=16), nullable=True),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("item_no >= 1", name=op.f("ck_notice_act_item_no")),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_notice_act_isp_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_notice_act_recorded_by")
        ),
        sa.PrimaryKeyConstraint("notice", "item_no", "no", "isp_id", name=op.f("pk_notice_act")),
    )
    op.create_index(
        "ix_notice_act_isp_id", "notice_act", ["isp_id", "notice", "item_no"], unique=False
    )
    op.create_table(
        "notifier",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
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
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("sole", sa.Boolean(), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name=op.f("ck_notifier_span")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_notifier_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_notifier_recorded_by")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source_type", "version", name=op.f("pk_notifier")
        ),
    )
    op.create_table(
        "applied_act",
        sa.Column("notice", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["isp_id", "key", "event_no"],
            ["takedown_event.isp_id", "takedown_event.key", "takedown_event.no"],
            name=op.f("fk_applied_act_isp_id_key_event_no"),
        ),
        sa.ForeignKeyConstraint(
            ["isp_id", "notice", "item_no", "no"],
            ["notice_act.isp_id", "notice_act.notice", "notice_act.item_no", "notice_act.no"],
            name=op.f("fk_applied_act_isp_id_notice_item_no_no"),
        ),
        sa.ForeignKeyConstraint(
            ["isp_id"], ["organisation.id"], name=op.f("fk_applied_act_isp_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_applied_act_recorded_by")
        ),
        sa.PrimaryKeyConstraint(
            "notice", "item_no", "no", "key", "event_no", "isp_id", name=op.f("pk_applied_act")
        ),
    )
    op.create_index(
        "ix_applied_act_event", "applied_act", ["isp_id", "key", "event_no"], unique=False
    )
    op.create_table(
        "notice_isp",
        sa.Column("notice", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", portal.db.Octets(length=32), nullable=False),
        sa.Column("admitted_seq", sa.BigInteger(), nullable=False),
        sa.Column("closed_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", portal.db.Instant(timezone=True), nullable=False),
        sa.Column("digest", portal.db.Octets(length=32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_notice_isp_isp_id")),
        sa.ForeignKeyConstraint(
            ["notice", "version"],
            ["notice.key", "notice.version"],
            name=op.f("fk_notice_isp_notice_version"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_notice_isp_recorded_by")
        ),
        sa.PrimaryKeyConstraint("notice", "version", "isp_id", name=op.f("pk_notice_isp")),
    )
    op.create_index(
        "ix_notice_isp_isp_id", "notice_isp", ["isp_id", "notice", "version"], unique=False
    )
    op.create_index(
        "ux_notice_isp_in_force",
        "notice_isp",
        ["isp_id", "notice"],
        unique=True,
        sqlite_where=sa.text("closed_seq IS NULL"),
        postgresql_where=sa.text("closed_seq IS NULL"),
    )
    only_grow()


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
    # SQLite's triggers went with their tables; PostgreSQL's functions did not.
    if op.get_bind().dialect.name == "postgresql":
        for name in TABLES:
            op.execute(f"DROP FUNCTION {name}_append_only()")
