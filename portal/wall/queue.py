"""The queue of wake-ups in PostgreSQL: the library's own tables, in a schema apart from ours."""

from __future__ import annotations

from typing import Final

from huey.storage import PostgresStorage

from portal.wall.standing import Position

QUEUE_SCHEMA: Final = "portal_queue"
_ROLE: Final = Position.SYSTEM


def queue_ddl() -> list[str]:
    """Make them, and let the system alone use them; what lies in them is signed, too."""
    made = PostgresStorage("portal", connection=_no_line, create_tables=False).ddl
    return [
        f"CREATE SCHEMA IF NOT EXISTS {QUEUE_SCHEMA}",
        f"SET LOCAL search_path TO {QUEUE_SCHEMA}",
        *made,
        "SET LOCAL search_path TO DEFAULT",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {QUEUE_SCHEMA} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {QUEUE_SCHEMA} TO {_ROLE}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {QUEUE_SCHEMA} TO {_ROLE}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {QUEUE_SCHEMA} TO {_ROLE}",
    ]


def _no_line() -> None:
    """The statements are asked for, not run."""
