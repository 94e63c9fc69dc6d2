"""Where the rows of a file wait: a table of the connection's own, gone with the transaction.

It has the register's columns and ``line``, the row's number in its file. Nobody else sees it, no
policy of the second wall is about it, and nothing of it outlives the act.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterator
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Integer, bindparam, column, delete, func, select, table, text, update
from sqlalchemy.orm import Session

from portal.entries.entry import SALT_BYTES, line_digest
from portal.registers.bulk.lines import Lines
from portal.registers.matching import Row
from portal.registers.register import Register
from portal.rows import among, chunks

AT_ONCE: Final = 2000
_LEFT: Final = frozenset(
    {"isp_id", "version", "reason", "void", "admitted_seq", "closed_seq"}
    | {"recorded_at", "recorded_by"}
)
"""What is the same in all rows, and known only when they are admitted."""


class Stage:
    """The rows of one file, to be admitted to one register of one ISP.

    Each gets a key as if all before it were new: ``first_key`` is the ISP's next one. ``lines`` is
    the digest over the digests of all rows.
    """

    def __init__(self, session: Session, isp_id: int, register: Register, first_key: int) -> None:
        self.session, self.isp_id, self.register = session, isp_id, register
        self.first_key, self.count = first_key, 0
        self.lines = hashlib.sha256()
        columns = [c for c in register.table.__table__.columns if c.name not in _LEFT]
        self.name = f"staged_{register.table.__tablename__}"
        self.table = table(
            self.name, column("line", Integer), *(column(c.name, c.type) for c in columns)
        )
        self._columns = columns
        self._digests = Lines(register, isp_id)
        self._sealed = register.table.__sealed__
        self._first = {"isp_id": isp_id, "version": 1, "void": False}
        self._names: tuple[str, ...] = ()
        self._given: Callable[[Any], tuple[Any, ...]] | None = None
        self._salts: Iterator[bytes] = iter(())
        self._waiting: list[tuple[Any, ...]] = []
        self._remade: list[Row] = []
        self._make()

    def _make(self) -> None:
        connection = self.session.connection()
        dialect = connection.dialect
        self._copies = dialect.name == "postgresql"
        kinds = ", ".join(f"{c.name} {c.type.compile(dialect)}" for c in self._columns)
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {self.name}")
        ends = " ON COMMIT DROP" if self._copies else ""
        made = f"CREATE TEMPORARY TABLE {self.name} (line INTEGER PRIMARY KEY, {kinds}){ends}"
        connection.exec_driver_sql(made)

    def put(self, line: int, stored: dict[str, Any], parts: dict[str, str]) -> None:
        """Let a row wait, under the next key, with salts and digest; both mappings are used up."""
        salts = {name: self._salt() if parts[name] else None for name in self._sealed}
        key = self.first_key + self.count
        digest = self._digests.digest(key, parts, salts)
        self.lines.update(digest)
        self.count += 1
        for name, salt in salts.items():
            stored[f"{name}_salt"] = salt
        stored |= {"line": line, "key": key, "digest": digest}
        if self._given is None:
            self._names = tuple(stored)
            self._given = itemgetter(*self._names)
        self._waiting.append(self._given(stored))
        if len(self._waiting) >= AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Hand what waits to the database."""
        if not self._waiting:
            return
        connection, names = self.session.connection(), self._names
        if self._copies:
            cursor: Any = connection.connection.cursor()
            with cursor.copy(f"COPY {self.name} ({', '.join(names)}) FROM STDIN") as copy:
                for row in self._waiting:
                    copy.write_row(row)
        else:
            blanks = ", ".join("?" * len(names))
            said = f"INSERT INTO {self.name} ({', '.join(names)}) VALUES ({blanks})"  # nosec B608  # noqa: S608 - our own names
            connection.exec_driver_sql(said, self._waiting)
        self._waiting = []

    def ready(self) -> None:
        """All rows are here: let the database know what it has."""
        self.settle()
        if self._copies:
            # A sample of the usual size would be a third of a file of 100,000 rows.
            self.session.execute(text("SET LOCAL default_statistics_target = 10"))
            self.session.execute(text(f"ANALYZE {self.name}"))
            self.session.execute(text("SET LOCAL default_statistics_target TO DEFAULT"))

    def drop(self, lines: Collection[int]) -> None:
        """Take rows out again, those that are there."""
        if not lines:
            return
        for some in chunks(sorted(lines)):
            self.session.execute(delete(self.table).where(among(self.table.c.line, some)))
        self.count = self.session.scalar(select(func.count()).select_from(self.table)) or 0

    def remake(self, row: Row) -> None:
        """Write a staged row anew, with the digest of what it says now."""
        row["digest"] = line_digest(self.register.table, {**row, **self._first})
        self._remade.append(row)
        if len(self._remade) >= AT_ONCE:
            self.settle_remade()

    def settle_remade(self) -> None:
        """Hand the rows written anew to the database."""
        if self._remade:
            mine = self.table.c.line == bindparam("its_line")
            names = [c.name for c in self._columns]
            changed = (
                update(self.table).where(mine).values({n: bindparam(f"its_{n}") for n in names})
            )
            said = [{f"its_{n}": row[n] for n in ("line", *names)} for row in self._remade]
            self.session.connection().execute(changed, said)
        self._remade = []

    def away(self) -> None:
        """Nothing of it waits any longer than the act needs."""
        self.session.execute(text(f"DROP TABLE {self.name}"))

    def rows(self, *wanted: Any) -> Iterator[Row]:
        """The rows by number, as the register's questions know them."""
        query = select(self.table).where(*wanted).order_by(self.table.c.line)
        for row in self.session.execute(query.execution_options(yield_per=AT_ONCE)).mappings():
            yield dict(row)

    def _salt(self) -> bytes:
        entropy = self.session.info.get("entropy")
        if entropy is not None:
            return bytes(entropy(SALT_BYTES))
        salt = next(self._salts, None)
        if salt is None:
            many = secrets.token_bytes(SALT_BYTES * AT_ONCE)
            starts = range(0, len(many), SALT_BYTES)
            self._salts = iter([many[start : start + SALT_BYTES] for start in starts])
            salt = next(self._salts)
        return salt
