"""What a key reaches, and answers kept for who asks the same again."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

GROWING = ("revoked_by", "revoked_at", "closed_seq")
NEW = ("writes", "reads", "sandbox")
KEY = "program_key"


def upgrade() -> None:
    op.add_column(KEY, flag("writes", sa.true()))
    op.add_column(
        KEY, sa.Column("reads", sa.String(80), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(KEY, flag("sandbox", sa.false()))
    hold(fixed_columns())
    add_answers()


def flag(name: str, default: sa.ColumnElement[bool]) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=default)


def add_answers() -> None:
    name = "kept_answer"
    op.create_table(
        name,
        sa.Column("program_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("key", portal.db.Octets(32), nullable=False),
        sa.Column("isp_id", sa.Integer(), nullable=False),
        sa.Column("request", portal.db.Octets(32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.String(400), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", portal.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.person_id"], name=op.f(f"fk_{name}_program_id")
        ),
        sa.ForeignKeyConstraint(["isp_id"], ["organisation.id"], name=op.f(f"fk_{name}_isp_id")),
        sa.PrimaryKeyConstraint("program_id", "key", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_kept_at"), name, ["kept_at"])


def fixed_columns() -> list[str]:
    found = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(KEY)]
    return [name for name in found if name not in GROWING]


def hold(fixed: list[str]) -> None:
    """Let the table only grow by what it holds now."""
    if op.get_bind().dialect.name == "sqlite":
        names = ", ".join(f'"{name}"' for name in fixed)
        op.execute(f"DROP TRIGGER {KEY}_no_update")
        op.execute(
            f"CREATE TRIGGER {KEY}_no_update BEFORE UPDATE OF {names} ON {KEY} "
            f"BEGIN SELECT RAISE(ABORT, '{KEY} is append-only'); END"
        )
        return
    kept = [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed]
    once = [f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in GROWING]
    stop = f"RAISE EXCEPTION '{KEY} is append-only'; END IF; "
    op.execute(
        f"CREATE OR REPLACE FUNCTION {KEY}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF TG_OP <> 'UPDATE' THEN {stop}IF {' OR '.join(kept + once)} THEN {stop}"
        f"RETURN NEW; END $$"
    )


def downgrade() -> None:
    op.drop_table("kept_answer")
    hold([name for name in fixed_columns() if name not in NEW])
    for name in reversed(NEW):
        op.drop_column(KEY, name)
