"""The canonical line of an entry, put together from parts that many entries share.

The digest is that of ``portal.entries.entry.line_digest`` to the byte: tests compare them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy.engine import Dialect

from portal.canonical import canonical
from portal.entries.entry import plain
from portal.registers.register import Register

_COMMITTED: Final = '"{}":"'


class Dressed(NamedTuple):
    """A value as the database is given it, and as its part of the canonical line."""

    stored: Any
    part: str


class Dresser:
    """Makes both of the values of a register's columns."""

    def __init__(self, register: Register, dialect: Dialect) -> None:
        table = register.table
        self._sealed = frozenset(table.__sealed__)
        self._bind: Mapping[str, Callable[[Any], Any] | None] = {
            column.name: column.type.dialect_impl(dialect).bind_processor(dialect)
            for column in table.__table__.columns
        }

    def __call__(self, name: str, value: Any) -> Dressed:
        """A column's value; of a confidential text the part is the text itself."""
        if value is None or name not in self._bind:
            return _NOTHING
        bind = self._bind[name]
        stored = value if bind is None else bind(value)
        if name in self._sealed:
            return Dressed(stored, value)
        return Dressed(stored, f'"{name}":{canonical(plain(value)).decode()}')


_NOTHING: Final = Dressed(None, "")


class Lines:
    """Digests of a register's first versions, from the parts of their lines."""

    def __init__(self, register: Register, isp_id: int) -> None:
        self._register = register
        shared = {"isp_id": isp_id, "version": 1, "void": False, "register": None}
        shared["register"] = register.table.__tablename__
        self._shared = {name: f'"{name}":{canonical(v).decode()}' for name, v in shared.items()}
        self._order: tuple[str, ...] | None = None
        self._salts = {name: _COMMITTED.format(name) for name in register.table.__sealed__}

    def digest(
        self, key: int, dressed: Mapping[str, Dressed], salts: Mapping[str, bytes | None]
    ) -> bytes:
        """SHA-256 of the line of an entry of this key."""
        parts = {name: one.part for name, one in dressed.items()}
        for name, salt in salts.items():
            if salt is not None:
                told = hashlib.sha256(salt + parts[name].encode()).hexdigest()
                parts[name] = f'{self._salts[name]}{told}"'
        parts["key"] = f'"key":{key}'
        parts |= self._shared
        order = self._order
        if order is None or len(order) != len(parts):
            order = self._order = tuple(sorted(parts))
        line = ",".join([part for name in order if (part := parts[name])])
        return hashlib.sha256(f"{{{line}}}".encode()).digest()
