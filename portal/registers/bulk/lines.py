"""The canonical line of an entry, put together from parts that many entries share.

The digest is that of ``portal.entries.entry.line_digest`` to the byte: tests compare them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, Final

from sqlalchemy.engine import Dialect

from portal.canonical import canonical
from portal.entries.entry import plain
from portal.registers.register import Register

_COMMITTED: Final = '"{}":"'


class Dresser:
    """Makes of a column's value what the database is given, and its part of the canonical line."""

    def __init__(self, register: Register, dialect: Dialect) -> None:
        table = register.table
        self._sealed = frozenset(table.__sealed__)
        self._bind: Mapping[str, Callable[[Any], Any] | None] = {
            column.name: column.type.dialect_impl(dialect).bind_processor(dialect)
            for column in table.__table__.columns
        }

    def __call__(self, name: str, value: Any) -> tuple[Any, str]:
        """Both of a value; of a confidential text the part is the text itself."""
        if value is None or name not in self._bind:
            return None, ""
        bind = self._bind[name]
        stored = value if bind is None else bind(value)
        if name in self._sealed:
            return stored, value
        return stored, f'"{name}":{canonical(plain(value)).decode()}'


class Lines:
    """Digests of a register's first versions, from the parts of their lines."""

    def __init__(self, register: Register, isp_id: int) -> None:
        shared = {"isp_id": isp_id, "version": 1, "void": False}
        shared["register"] = register.table.__tablename__
        self._shared = {name: f'"{name}":{canonical(v).decode()}' for name, v in shared.items()}
        self._committed = {name: _COMMITTED.format(name) for name in register.table.__sealed__}
        self._ordered: Callable[[Mapping[str, str]], tuple[str, ...]] | None = None
        self._count = 0

    def digest(self, key: int, parts: dict[str, str], salts: Mapping[str, bytes | None]) -> bytes:
        """SHA-256 of the line of an entry of this key; ``parts`` are used up."""
        for name, salt in salts.items():
            if salt is not None:
                told = hashlib.sha256(salt + parts[name].encode()).hexdigest()
                parts[name] = f'{self._committed[name]}{told}"'
        parts |= self._shared
        parts["key"] = f'"key":{key}'
        if self._ordered is None or self._count != len(parts):
            self._ordered, self._count = itemgetter(*sorted(parts)), len(parts)
        line = ",".join(filter(None, self._ordered(parts)))
        return hashlib.sha256(f"{{{line}}}".encode()).digest()
