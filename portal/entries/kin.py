"""Which values are meant when one is: itself, and all that it is compared with.

A staff pseudonym is counted across roster, training and cases; a sender's number leads from an
ISP's entry to the notice. If one of them gave way to a mark and the other did not, a figure would
move. So those of one kind (``__kin__``) and one text go together: at the ISP, and everywhere if it
is the number of something that came to several ISPs.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.entries.entry import MARK, SALT_BYTES, commitment, is_withheld
from portal.entries.withheld import tables
from portal.ledger import SYSTEM
from portal.rows import among, chunks

_SIGNS = 15


class Value(NamedTuple):
    """One confidential text: the table, the digest of the row, the field."""

    table: type[Any]
    line: bytes
    field: str


@dataclass(frozen=True)
class Found:
    """A value that stands: the row's key, whose it is (0: no ISP's), since when, the text and its
    salt, and what will stand in their places.
    """

    value: Value
    key: tuple[Any, ...]
    owner_id: int
    admitted_seq: int
    text: str
    salt: bytes
    mark: str = ""

    @property
    def commitment(self) -> bytes:
        """What the row's digest was taken over."""
        return bytes.fromhex(commitment(self.salt, self.text))

    @property
    def bond(self) -> tuple[Any, ...]:
        """What it has in common with those that get the same mark."""
        kind = self.value.table.__kin__.get(self.value.field)
        return (self.value,) if kind is None else (kind, self.text)

    def told(self) -> list[str]:
        """What the trail commits to."""
        table, line, field = self.value
        return [table.__tablename__, line.hex(), field, self.commitment.hex()]


def values_of(row: Any, fields: Iterable[str] | None = None) -> list[Value]:
    """The confidential texts of a row, or some of them, that stand and can be withheld."""
    table = type(row)
    named = table.__sealed__ if fields is None else fields
    return [
        Value(table, row.digest, name)
        for name in named
        if _stands(getattr(row, name)) and getattr(row, f"{name}_salt") is not None
    ]


def with_their_kin(session: Session, values: Iterable[Value]) -> list[Found]:
    """The values that stand, and all that they are compared with, each with its mark; in the order
    of table, row and field. What was withheld before, or has no commitment, is left out.
    """
    return with_kin_of(session, _read(session, values))


def with_kin_of(session: Session, those: Iterable[Found]) -> list[Found]:
    """The same for values that were read already."""
    found = {one.value: one for one in those}
    for kind, texts in _by_kind(found.values()).items():
        for one in alike(session, kind, texts):
            found.setdefault(one.value, one)
    return marked(found.values(), lambda one: one.bond)


def _stands(text: str | None) -> bool:
    return text is not None and not is_withheld(text)


def _read(session: Session, values: Iterable[Value]) -> Iterator[Found]:
    wanted: dict[tuple[type[Any], str], list[bytes]] = defaultdict(list)
    for table, line, field in values:
        wanted[table, field].append(line)
    for (table, field), lines in wanted.items():
        for some in chunks(lines):
            yield from read(session, table, field, among(table.digest, some))


def _by_kind(found: Iterable[Found]) -> dict[str, dict[int, set[str]]]:
    """The texts that are compared with others: by kind, then by whose they are."""
    kinds: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in found:
        kind = one.value.table.__kin__.get(one.value.field)
        if kind is not None:
            kinds[kind][one.owner_id].add(one.text)
    return kinds


def alike(session: Session, kind: str, texts: Mapping[int, set[str]]) -> Iterator[Found]:
    """What stands of one kind and is one of the texts, which are given by whose they are."""
    every = sorted(set().union(*texts.values()))
    shared: set[str] = set()
    for table, field in _places(kind, of_an_isp=False):
        for some in chunks(every):
            for one in read(session, table, field, among(getattr(table, field), some)):
                shared.add(one.text)
                yield one
    for table, field in _places(kind, of_an_isp=True):
        column = getattr(table, field)
        for owner, mine in texts.items():
            for some in chunks(sorted(mine - shared)):
                mine_alone = (table.isp_id == owner, among(column, some))
                yield from read(session, table, field, *mine_alone)
        for some in chunks(sorted(shared)):
            yield from read(session, table, field, among(column, some))


@cache
def _places(kind: str, *, of_an_isp: bool) -> tuple[tuple[type[Any], str], ...]:
    return tuple(
        (table, field)
        for table in tables().values()
        for field, its in table.__kin__.items()
        if its == kind and hasattr(table, "isp_id") == of_an_isp
    )


def read(
    session: Session, table: type[Any], field: str, *conditions: ColumnElement[bool]
) -> Iterator[Found]:
    """The texts of one field that stand, of the rows that conditions name; without marks."""
    of_an_isp = hasattr(table, "isp_id")
    owner = (table.isp_id.label("owner"),) if of_an_isp else ()
    columns = (getattr(table, field), getattr(table, f"{field}_salt"))
    key = table.__table__.primary_key.columns
    query = select(table.digest, table.admitted_seq, *columns, *owner, *key).where(*conditions)
    for line, seq, text, salt, *rest in session.execute(query):
        if _stands(text) and salt is not None and len(salt) == SALT_BYTES:
            value, key_of = Value(table, bytes(line), field), tuple(rest[of_an_isp:])
            yield Found(value, key_of, rest[0] if of_an_isp else SYSTEM, seq, text, bytes(salt))


def marked(found: Iterable[Found], bond: Callable[[Found], Hashable]) -> list[Found]:
    """Give one mark to all that have the same bond, made of the first one's commitment; in the
    order of table, row and field.
    """
    marks: dict[Hashable, str] = {}
    found = sorted(found, key=lambda f: f.told())
    for one in found:
        drawn = base64.b32encode(one.commitment).decode().lower()[:_SIGNS]
        marks.setdefault(bond(one), MARK + drawn)
    return [replace(one, mark=marks[bond(one)]) for one in found]
