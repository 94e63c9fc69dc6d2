"""What staged rows meet in their register and in their own file, asked of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.orm import aliased

from portal.entries.inputs import Problem
from portal.notices.codes import Assessment, Assessor, Instrument
from portal.registers import questions
from portal.registers.bulk import repeats
from portal.registers.bulk.stage import Stage
from portal.registers.matching import Batch, Row
from portal.registers.takedowns import Takedown
from portal.rows import chunks


class Hearing(Protocol):
    """Who hears what is found: rows by their number, in order within a turn."""

    def turn(self) -> None:
        """A further question begins."""

    def refuse(self, row: int, problem: Problem, /) -> None:
        """A row cannot be admitted."""

    def warn(self, row: int, problem: Problem, /) -> None:
        """A row is odd, and admitted all the same."""


@dataclass(frozen=True)
class Changed:
    """A row whose own reference was recorded with another content: the entry, the version of it
    that stands, and what the row says now.
    """

    line: int
    key: int
    version: int
    row: Row


@dataclass
class Met:
    """What the rows met. ``same`` were recorded before with this content. ``repeats`` names the
    original of each duplicate, as a key of the register (below zero: the row of the file, negated).
    ``asked`` rows were completed by questions and have to be written anew.
    """

    same: list[int] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    repeats: dict[int, int] = field(default_factory=dict)
    asked: dict[int, Row] = field(default_factory=dict)


def match(stage: Stage, hearing: Hearing) -> Met:
    """Ask everything; only rows that are new and good are staged then."""
    met = Met()
    _repeated_in_file(stage, met, hearing)
    stage.drop(met.bad)
    _recorded(stage, met)
    stage.drop([*met.same, *(one.line for one in met.changed)])
    if stage.register.table is Takedown:
        for ask in (_reappearances, repeats.mark, _orders):
            hearing.turn()
            ask(stage, met, hearing)
            stage.drop(met.bad)
    elif questions.are_asked_of(stage.register):
        hearing.turn()
        _ask(stage, met, hearing)
        stage.drop(met.bad)
    return met


def _repeated_in_file(stage: Stage, met: Met, hearing: Hearing) -> None:
    """Of the rows with one own reference the last counts."""
    rows = stage.table
    last = (
        select(rows.c.own_ref, func.max(rows.c.line).label("line"))
        .where(rows.c.own_ref.is_not(None))
        .group_by(rows.c.own_ref)
        .having(func.count() > 1)
        .subquery()
    )
    query = (
        select(rows.c.line, last.c.line)
        .join(last, last.c.own_ref == rows.c.own_ref)
        .where(rows.c.line != last.c.line)
        .order_by(rows.c.line)
    )
    hearing.turn()
    for line, other in stage.session.execute(query):
        met.bad.add(line)
        hearing.refuse(line, Problem("own_ref", "twice-in-one-batch", {"row": other}))


def _recorded(stage: Stage, met: Met) -> None:
    """Rows whose own reference stands already, with the content of the version in force or of the
    first one (sending a file again is harmless), or with another.
    """
    rows, stands = stage.table, stage.register.table
    first = aliased(stands)
    names = stage.register.input.model_fields
    is_same = or_(
        and_(*(rows.c[n].is_not_distinct_from(getattr(stands, n)) for n in names)),
        and_(*(rows.c[n].is_not_distinct_from(getattr(first, n)) for n in names)),
    )
    query = (
        select(rows.c.line, stands.key, stands.version, is_same)
        .join_from(rows, stands, stands.own_ref == rows.c.own_ref)
        .join(
            first, and_(first.isp_id == stands.isp_id, first.key == stands.key, first.version == 1)
        )
        .where(stands.isp_id == stage.isp_id, _is_valid(stands))
        .order_by(rows.c.line)
    )
    others: dict[int, tuple[int, int]] = {}
    for line, key, version, same in stage.session.execute(query):
        if same:
            met.same.append(line)
        else:
            others[line] = (key, version)
    for some in chunks(sorted(others)):
        for row in stage.rows(rows.c.line.in_(some)):
            met.changed.append(Changed(row["line"], *others[row["line"]], row))


def _is_valid(table: Any) -> Any:
    """The valid version in force, in the words of the index on own references."""
    name = table.__tablename__
    return text(f"{name}.closed_seq IS NULL AND NOT {name}.void")


def _orders(stage: Stage, _met: Met, hearing: Hearing) -> None:
    """Unless hotline, police or court assessed it, an order's clock does not start (chairs C2)."""
    rows = stage.table
    unassessed = or_(
        rows.c.assessed_by == Assessor.PROVIDER_UNVERIFIED,
        rows.c.assessment.in_([Assessment.PENDING, Assessment.NOT_ASSESSED]),
    )
    query = select(rows.c.line).where(rows.c.instrument == Instrument.ORDER, unassessed)
    for line in stage.session.scalars(query.order_by(rows.c.line)):
        hearing.warn(line, Problem("assessed_by", "order-not-assessed"))


def _reappearances(stage: Stage, met: Met, hearing: Hearing) -> None:
    rows = stage.table
    known = select(Takedown.key).where(
        Takedown.isp_id == stage.isp_id,
        Takedown.closed_seq.is_(None),
        Takedown.void.is_(False),
        Takedown.key == rows.c.reappearance_of,
    )
    query = select(rows.c.line).where(rows.c.reappearance_of.is_not(None), ~known.exists())
    for line in stage.session.scalars(query.order_by(rows.c.line)):
        met.bad.add(line)
        hearing.refuse(line, Problem("reappearance_of", "no-such-entry"))


def _ask(stage: Stage, met: Met, hearing: Hearing) -> None:
    """The questions of a register whose files are small, asked as for a page."""
    rows = list(stage.rows())
    batch = Batch(stage.session, stage.isp_id, stage.register, rows)
    questions.match(batch)
    _tell(rows, batch.refused, hearing.refuse)
    met.bad |= {rows[index]["line"] for index, _problem in batch.refused}
    hearing.turn()
    _tell(rows, batch.warned, hearing.warn)
    met.asked = {row["line"]: row for row in rows}


def _tell(
    rows: Sequence[Any], found: list[tuple[int, Problem]], say: Callable[[int, Problem], None]
) -> None:
    for index, problem in sorted(found, key=lambda one: one[0]):
        say(rows[index]["line"], problem)
