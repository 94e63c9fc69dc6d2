"""Many rows in one statement: lists of values asked for, and rows written, on either engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import ARRAY, LargeBinary, Table, any_, insert, literal, text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql import expression
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

from portal.db import Octets

CHUNK: Final = 5000
_FEW: Final = 20
"""So many rows are sent one by one as fast as all at once."""
Writers = Sequence[tuple[str, Callable[[Any], Any]]]


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Slices small enough for one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


class among(expression.ColumnElement[bool]):  # noqa: N801 - reads as an SQL operator
    """Whether a column is one of very many values. PostgreSQL gets them as one array: a statement
    with a blank for each takes the driver longer to cut up than the server to answer.
    """

    inherit_cache = True
    # Without it no statement that holds one could be kept compiled.
    _traverse_internals = [  # noqa: RUF012
        ("listed", InternalTraversal.dp_clauseelement),
        ("array", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: Any, values: Collection[Any]) -> None:
        self.listed = column.in_(values)
        self.array = column == any_(literal(list(values), ARRAY(column.type)))
        self.type = self.listed.type
        self._froms = self.listed._from_objects  # noqa: SLF001 - the library's extension point

    def get_children(self, **_: Any) -> Any:
        return (self.listed, self.array)

    @property
    def _from_objects(self) -> Any:
        return self._froms


@compiles(among)
def _among_the_listed(element: among, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.listed, **kw))


@compiles(among, "postgresql")
def _among_an_array(element: among, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.array, **kw))


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns. PostgreSQL gets many of them as one text of JSON,
    which it makes rows of the table of: COPY is not for tables with policies, and a statement for
    each row costs a turn of its own.
    """
    dialect = session.connection().dialect
    for some in chunks(rows):
        if dialect.name != "postgresql" or len(some) < _FEW:
            session.execute(insert(table), list(some))
        else:
            said, writers = _statement(table, dialect, tuple(some[0]))
            told = json.dumps([_told(row, writers) for row in some], default=_instant)
            session.execute(text(said), {"rows": told})


def _told(row: Mapping[str, Any], writers: Writers) -> Mapping[str, Any]:
    return {**row, **{name: write(row[name]) for name, write in writers}}


@cache
def _statement(table: Table, dialect: Dialect, names: Sequence[str]) -> tuple[str, Writers]:
    """The statement for rows of these columns, and how values are written that are none of JSON."""
    prepared = dialect.identifier_preparer
    columns = ", ".join(prepared.quote(name) for name in names)
    place = prepared.format_table(table)
    made = f"json_populate_recordset(NULL::{place}, :rows)"
    writers = [(name, _writer(table.c[name].type, dialect)) for name in names]
    said = f"INSERT INTO {place} ({columns}) SELECT {columns} FROM {made}"  # nosec B608  # noqa: S608 - our own names
    return said, tuple((name, write) for name, write in writers if write is not None)


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(kind, LargeBinary | Octets):
        return _hexed
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _hexed(value: bytes | None) -> str | None:
    return None if value is None else f"\\x{value.hex()}"


def _instant(value: date) -> str:
    """An instant or a day in ISO 8601."""
    return value.isoformat()
