"""What waits to be done by a worker, and the mails that say what came of it."""

import re

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

UNENDED = sa.text("ended_at IS NULL")
MAILS = ("outbox", "mailkind", "kind", "RETURN_FILED")
NEW = ("JOB_DONE", "JOB_FAILED")
ROLES = (
    "PREPARER", "APPROVER", "ADMINISTRATOR", "REVIEWER", "ISSUER", "POLICY_OFFICER", "NOTIFIER",
    "AUDITOR", "OBSERVER", "OPERATOR", "SAFEGUARDING", "PROGRAM",
)  # fmt: skip


def upgrade() -> None:
    take_codes(MAILS, [*codes_of(MAILS), *NEW])
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        coded("kind", "jobkind", "MAIL", "PAPERS", "IMPORT", "MONTH"),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=True),
        sa.Column("params", sa.String(length=1000), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        coded("role", "role", *ROLES),
        instant("made_at"),
        instant("due_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        instant("claimed_at", nullable=True),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("done", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        instant("cancel_asked_at", nullable=True),
        instant("ended_at", nullable=True),
        coded("outcome", "outcome", "DONE", "FAILED", "CANCELLED", nullable=True),
        sa.Column("result", sa.String(length=1000), nullable=True),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_job_ended")),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f("fk_job_isp_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_job_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    of_the_unended("uq_job_unended", "organisation_id", "kind", "subject", unique=True)
    of_the_unended("ix_job_due", "due_at")
    op.create_index("ix_job_organisation_id", "job", ["organisation_id", "id"])


def instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, portal.db.Instant(timezone=True), nullable=nullable)


def coded(name: str, code_list: str, *codes: str, nullable: bool = False) -> sa.Column:
    kind = sa.Enum(*codes, name=code_list, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=nullable)


def of_the_unended(name: str, *columns: str, unique: bool = False) -> None:
    where = {"sqlite_where": UNENDED, "postgresql_where": UNENDED}
    op.create_index(name, "job", list(columns), unique=unique, **where)


def codes_of(code_list: tuple[str, str, str, str]) -> list[str]:
    """The codes that a column takes now, in order."""
    table, _, _, always = code_list
    found = sa.inspect(op.get_bind()).get_check_constraints(table)
    [check] = [one["sqltext"] for one in found if f"'{always}'" in one["sqltext"]]
    return re.findall(r"'([A-Z_]+)'", check)


def take_codes(code_list: tuple[str, str, str, str], codes: list[str]) -> None:
    table, check, column, _ = code_list
    rule = f"{column} IN ({', '.join(repr(each) for each in codes)})"
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.create_check_constraint(op.f(f"ck_{table}_{check}"), rule)
        return
    op.drop_constraint(op.f(f"ck_{table}_{check}"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{check}"), table, rule)


def downgrade() -> None:
    op.drop_table("job")
    op.execute("DELETE FROM outbox WHERE kind IN ('JOB_DONE', 'JOB_FAILED')")
    take_codes(MAILS, [each for each in codes_of(MAILS) if each not in NEW])
