"""The entries behind a filed month as they stood when it was frozen: read, and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import NotThere
from portal.registers.codes import Progress
from portal.registers.declarations import Declaration
from portal.registers.folds import valid_events
from portal.registers.register import REGISTERS
from portal.registers.takedowns import TakedownEvent
from portal.returns import basis
from portal.returns.basis import Frame
from portal.returns.blanks import CUT_OFF_AT, ISP_ID, SEQ, ask, count
from portal.returns.clockwork import Clockwork
from portal.returns.figures import work_of
from portal.returns.model import Filing
from portal.returns.reperform import question_of

_AT_ONCE = 5000
AFTER, MOST, KEY = count("after"), count("most"), count("key")


def frozen_work(session: Session, filing: Filing) -> Clockwork:
    """What every question about a filed month is asked with, as of the numbers that it froze."""
    return work_of(session, question_of(session, filing))


def frozen_entries(
    session: Session, frame: Frame, slug: str, *, after: int = 0, limit: int = 50
) -> Sequence[Any]:
    """Entries of a register behind a month, by key, from the one after a key on. Raises NotThere
    for a register without keys.
    """
    asked = {**frame.values, "after": after, "most": limit}
    return session.scalars(_page(slug), asked).all()


def frozen_entry(
    session: Session, frame: Frame, slug: str, key: int
) -> tuple[Any, Sequence[TakedownEvent]]:
    """One entry behind a month, and what had happened to an item. Raises NotThere."""
    found = session.scalar(_one(slug), {**frame.values, "key": key})
    if found is None:
        raise NotThere("key")
    events = session.scalars(_events(), {**frame.values, "key": key}).all()
    return found, events if slug == "takedowns" else ()


def frozen_declarations(session: Session, frame: Frame) -> Sequence[Declaration]:
    """The standing answers behind a month, by obligation."""
    query = basis.declarations().order_by(Declaration.obligation)
    return session.scalars(query, frame.values).all()


def frozen_digests(
    session: Session, frame: Frame, slug: str
) -> tuple[list[str], Iterator[Mapping[str, Any]]]:
    """The lines behind a register's figures in binary order of their keys: names of the columns,
    and the rows with their digests in hexadecimal, read as they are taken; memory does not grow.
    """
    query = basis.digests(slug)
    names = [column.name for column in query.selected_columns]
    rows = ask(session, query, frame.values, yield_per=_AT_ONCE).mappings()
    return names, ({**row, "digest": row["digest"].hex()} for row in rows)


def keyed(slug: str) -> Select[Any]:
    """The entries of a register behind a month; raises NotThere for one without keys."""
    if slug not in REGISTERS:
        raise NotThere("register")
    found: Select[Any] = basis.BASES[slug]()
    return found


@cache
def _page(slug: str) -> Select[Any]:
    rows, table = keyed(slug), REGISTERS[slug].table
    return rows.where(table.key > AFTER).order_by(table.key).limit(MOST)


@cache
def _one(slug: str) -> Select[Any]:
    rows, table = keyed(slug), REGISTERS[slug].table
    return rows.where(table.key == KEY)


@cache
def _events() -> Select[Any]:
    return (
        select(TakedownEvent)
        .where(
            valid_events(ISP_ID, SEQ),
            TakedownEvent.key == KEY,
            or_(
                TakedownEvent.occurred_at <= CUT_OFF_AT,
                TakedownEvent.kind == Progress.PAUSE_APPROVED,
            ),
        )
        .order_by(TakedownEvent.occurred_at, TakedownEvent.no)
    )


def counted(session: Session, frame: Frame) -> dict[str, int]:
    """How many entries of each register stand behind a month."""
    return {slug: session.scalar(_count(slug), frame.values) or 0 for slug in REGISTERS}


@cache
def _count(slug: str) -> Select[Any]:
    return select(func.count()).select_from(keyed(slug).subquery())
