"""The two changes of a row that its table allows: a text gives way to a mark, or comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from portal.entries.kin import Found
from portal.entries.withheld import Withheld, tables
from portal.rows import among, chunks

Key = tuple[Any, ...]
Changes = dict[tuple[str, str], list[tuple[Key, str, bytes]]]


def put_away(session: Session, chosen: Iterable[Found]) -> None:
    """Put the mark where the text stands and the commitment where its salt stands."""
    changes: Changes = defaultdict(list)
    for one in chosen:
        place = one.value.table.__tablename__
        changes[place, one.value.field].append((one.key, one.mark, one.commitment))
    _change(session, changes)


def put_back(session: Session, kept: Sequence[Withheld]) -> None:
    """Put text and salt back as they were."""
    changes: Changes = defaultdict(list)
    keys = _keys(session, kept)
    for one in kept:
        if one.text is not None and one.salt is not None:
            changes[one.place, one.field].append((keys[one.line], one.text, one.salt))
    _change(session, changes)


def _keys(session: Session, kept: Sequence[Withheld]) -> dict[bytes, Key]:
    """The primary keys of the rows, by their digests."""
    lines: dict[str, set[bytes]] = defaultdict(set)
    for one in kept:
        lines[one.place].add(one.line)
    found: dict[bytes, Key] = {}
    for place, wanted in lines.items():
        table: Any = tables()[place].__table__
        for some in chunks(sorted(wanted)):
            query = select(table.c.digest, *table.primary_key.columns)
            for line, *key in session.execute(query.where(among(table.c.digest, some))):
                found[bytes(line)] = tuple(key)
    return found


def _change(session: Session, changes: Changes) -> None:
    session.flush()
    known = tables()
    for (place, field), rows in changes.items():
        table: Any = known[place].__table__
        names = [column.name for column in table.primary_key.columns]
        mine = [table.c[name] == bindparam(f"its_{name}") for name in names]
        said: dict[str, Any] = {
            field: bindparam("new_text"),
            f"{field}_salt": bindparam("new_salt"),
        }
        given = [
            {
                **{f"its_{name}": part for name, part in zip(names, key, strict=True)},
                "new_text": text,
                "new_salt": salt,
            }
            for key, text, salt in rows
        ]
        session.connection().execute(update(table).where(*mine).values(said), given)
    # What the session read of these tables before says otherwise now.
    changed = {known[place] for place, _ in changes}
    for row in [row for row in session if type(row) in changed]:
        session.expire(row)
