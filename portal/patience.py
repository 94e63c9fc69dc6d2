"""How long a reader is kept waiting for the database: then it is said, and the worker is free.

PostgreSQL itself ends a statement, or a wait for a lock, that takes too long. A server that stopped
answering at all cannot do that: so nobody waits on the line for longer, either. Commands, which
nobody waits for, have no limits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.errors import _WaitTimeout
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, TimeoutError  # noqa: A004 - the pool's own word

from portal import readers

# What SQLite says while somebody else writes (https://www.sqlite.org/rescode.html).
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY: Final = 0xFF
# So much longer than the server's own limit: its sentence leaves the line usable.
_MARGIN: Final = 1
_WHILE_NOBODY_WAITS: Final = 20
"""Seconds that a command waits for another writer of a SQLite file."""


@dataclass(frozen=True)
class Patience:
    """Seconds until it is said that the database is slow: for a line to it that answers; for a
    free line; for whoever holds a lock; for one statement.
    """

    connect: int
    pool: int
    lock: int
    statement: int


def of(take: Callable[[str, str, Callable[[str], int]], Any]) -> Patience:
    """The patience that the settings ask for; ``take`` reads one of them."""
    return Patience(
        connect=take("DATABASE_CONNECT_SECONDS", "3", readers.seconds),
        pool=take("DATABASE_POOL_SECONDS", "3", readers.seconds),
        lock=take("DATABASE_LOCK_SECONDS", "4", readers.seconds),
        statement=take("DATABASE_STATEMENT_SECONDS", "15", readers.seconds),
    )


class Line(psycopg.Connection[Any]):
    """A connection on which nobody waits for longer than ``seconds`` (None: for as long as it
    takes); it is closed then, since what comes next on it would be the answer to another question.
    """

    seconds: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for an answer; raises psycopg's OperationalError."""
        try:
            return super().wait(gen, interval, self.seconds if timeout is None else timeout)
        except _WaitTimeout:
            self.pgconn.finish()
            msg = "the database did not answer in time"
            raise psycopg.OperationalError(msg) from None


def keep(engine: Engine, patience: Patience, *, is_waited_for: Callable[[], bool]) -> None:
    """Hold an engine's connections to these limits, whenever somebody waits for what is asked."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "checkout", _limits_of_file(patience, is_waited_for))
        return

    def open_line(_dialect: Any, _record: Any, args: Any, told: dict[str, Any]) -> Line:
        line = Line.connect(*args, **told, connect_timeout=patience.connect)
        line.seconds = patience.connect
        return line

    def take(line: Line, record: Any, _proxy: Any) -> None:
        waited = is_waited_for()
        if record.info.get("waited") is not waited:
            lock, statement = (patience.lock, patience.statement) if waited else (0, 0)
            line.autocommit = True
            line.execute(f"SET lock_timeout = '{lock}s'; SET statement_timeout = '{statement}s'")
            line.autocommit = False
            record.info["waited"] = waited
        line.seconds = patience.statement + _MARGIN if waited else None

    def give_back(line: Line | None, _record: Any) -> None:
        # Before it is used again it is asked whether it is still there: that is answered at once.
        if line is not None:
            line.seconds = patience.connect

    event.listen(engine, "do_connect", open_line)
    event.listen(engine, "checkout", take)
    event.listen(engine, "checkin", give_back)


def is_slow_or_away(failure: Exception) -> bool:
    """Whether this is the database's not answering (in time), and not a fault of ours."""
    if isinstance(failure, TimeoutError):
        return True
    original = failure.orig if isinstance(failure, DBAPIError) else failure
    if isinstance(original, sqlite3.OperationalError):
        return original.sqlite_errorcode & _PRIMARY in _BUSY
    return isinstance(original, psycopg.OperationalError)


def _limits_of_file(patience: Patience, is_waited_for: Callable[[], bool]) -> Callable[..., None]:
    def take(connection: sqlite3.Connection, _record: Any, _proxy: Any) -> None:
        seconds = patience.lock if is_waited_for() else _WHILE_NOBODY_WAITS
        connection.execute(f"PRAGMA busy_timeout={seconds * 1000}")

    return take
