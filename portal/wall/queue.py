"""The queue of wake-ups in PostgreSQL: the library's own tables, in a schema apart from ours."""

from __future__ import annotations

from typing import Final

from huey.storage import PostgresStorage
from sqlalchemy import Connection, text

from portal.wall.standing import Position

QUEUE_SCHEMA: Final = "portal_queue"
_ROLE: Final = Position.SYSTEM
_FOUND: Final = "SELECT count(*) FROM pg_namespace WHERE nspname = :name"
_MAY: Final = "SELECT has_database_privilege(current_database(), 'CREATE')"


class QueueMissing(Exception):
    """The queue's schema is not there, and whoever asks may not create it."""

    def __init__(self, owner: str) -> None:
        super().__init__(
            "A schema is missing that the queue of wake-ups needs, and the role of DATABASE_URL may"
            " not create it. Let somebody who may run this, then upgrade again:\n"
            f"CREATE SCHEMA {QUEUE_SCHEMA} AUTHORIZATION {owner};"
        )


def raise_queue(connection: Connection) -> None:
    """Make its tables, and let the system alone use them; what lies in them is signed, too.

    Raises QueueMissing.
    """
    if not connection.scalar(text(_FOUND), {"name": QUEUE_SCHEMA}):
        if not connection.scalar(text(_MAY)):
            raise QueueMissing(str(connection.scalar(text("SELECT current_user"))))
        connection.exec_driver_sql(f"CREATE SCHEMA {QUEUE_SCHEMA}")
    for statement in _ddl():
        connection.exec_driver_sql(statement)


def _ddl() -> list[str]:
    made = PostgresStorage("portal", connection=_no_line, create_tables=False).ddl
    return [
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
