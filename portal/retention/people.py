"""Who has left an ISP long enough ago, and what of their rows must still be tied together.

A pseudonym leads to a name at the ISP. When its person has left long enough ago it gives way to
marks that lead nowhere (chairs C7, domain §6 rule 11), so few to a person as figures allow: what
some month counted together keeps one mark, and nothing else does (``stints``).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, case, func, select, type_coerce, union_all
from sqlalchemy.orm import Session

from portal.db import Instant
from portal.entries.entry import MARK
from portal.entries.kin import Found, alike, marked
from portal.period import Period, months_later
from portal.registers.roster import RosterSpan
from portal.registers.training import Completion
from portal.retention.settled import Stretch
from portal.retention.terms import Terms

PSEUDONYM: Final = "staff_ref"
_KIND: Final = RosterSpan.__kin__[PSEUDONYM]


class Trace(NamedTuple):
    """A row of roster or training: its digest, the months from and to which it was, and the last
    one in which it may count (None: in no month, it is void).
    """

    line: bytes
    was: Stretch
    counts_until: Period | None


def people_left(
    session: Session, isp_id: int, terms: Terms, *, after: str, limit: int
) -> Sequence[str]:
    """The pseudonyms, in order and after one, of people who were in a role or in a training until
    before the term, and in neither since.
    """
    stands = and_(RosterSpan.closed_seq.is_(None), RosterSpan.void.is_(False))
    # A role without an end lasts; a row that does not stand tells no more than its first day.
    last_on = case(
        (stands, func.coalesce(RosterSpan.until_on, terms.day)), else_=RosterSpan.from_on
    )
    rows = union_all(
        select(RosterSpan.staff_ref, last_on.label("last_on")).where(RosterSpan.isp_id == isp_id),
        select(Completion.staff_ref, Completion.held_on).where(Completion.isp_id == isp_id),
    ).subquery()
    query = (
        select(rows.c.staff_ref)
        .where(
            rows.c.staff_ref.is_not(None),
            func.substr(rows.c.staff_ref, 1, 1) != MARK,
            rows.c.staff_ref > after,
        )
        .group_by(rows.c.staff_ref)
        .having(func.max(rows.c.last_on) < terms.people_since)
        .order_by(rows.c.staff_ref)
        .limit(limit)
    )
    return [str(name) for name in session.scalars(query)]


def traces(
    session: Session, isp_id: int, names: Sequence[str], terms: Terms
) -> dict[str, list[Trace]]:
    """Every row of roster and training that bears one of the pseudonyms, by pseudonym."""
    found: dict[str, list[Trace]] = {name: [] for name in names}
    for row in session.execute(_spans(isp_id, names)):
        found[row.staff_ref].append(_of_span(row, terms))
    for row in session.execute(_completions(isp_id, names)):
        found[row.staff_ref].append(_of_completion(row, terms))
    return found


def worked(some: Iterable[Trace]) -> Stretch:
    """The months from the first to the last in which somebody was there or learned."""
    all_of_them = list(some)
    return min(t.was[0] for t in all_of_them), max(t.was[1] for t in all_of_them)


def stints(some: Iterable[Trace]) -> dict[bytes, int]:
    """Which rows of one person may count together in some month, directly or by others, by digest:
    the same number for those that may. Void ones count in none.
    """
    numbers: dict[bytes, int] = {}
    number, last = 0, None
    counted = [t for t in some if t.counts_until is not None]
    for trace in sorted(counted, key=lambda t: (t.was[0], t.line)):
        until = trace.counts_until or trace.was[1]
        if last is None or trace.was[0] > last:
            number += 1
            last = until
        last = max(last, until)
        numbers[trace.line] = number
    return numbers


def parted(session: Session, isp_id: int, people: Mapping[str, Iterable[Trace]]) -> list[Found]:
    """The pseudonyms of these people at an ISP, wherever they stand: those of one stint with one
    mark, those in cases and in void rows with a mark each.
    """
    numbers = {
        (name, line): number
        for name, mine in people.items()
        for line, number in stints(mine).items()
    }

    def bond(one: Found) -> Hashable:
        number = numbers.get((one.text, one.value.line))
        return one.value if number is None else (one.owner_id, one.text, number)

    return marked(alike(session, _KIND, {isp_id: set(people)}), bond)


def _spans(isp_id: int, names: Sequence[str]) -> Any:
    closed_at = func.lead(RosterSpan.recorded_at).over(
        partition_by=RosterSpan.key, order_by=RosterSpan.version
    )
    return (
        select(
            RosterSpan.staff_ref,
            RosterSpan.digest,
            RosterSpan.from_on,
            RosterSpan.until_on,
            RosterSpan.void,
            type_coerce(closed_at, Instant()).label("closed_at"),
        )
        .where(RosterSpan.isp_id == isp_id, RosterSpan.staff_ref.in_(names))
        .order_by(RosterSpan.key, RosterSpan.version)
    )


def _completions(isp_id: int, names: Sequence[str]) -> Any:
    columns = (Completion.held_on, Completion.exempt_until, Completion.void)
    return (
        select(Completion.staff_ref, Completion.digest, *columns)
        .where(Completion.isp_id == isp_id, Completion.staff_ref.in_(names))
        .order_by(Completion.key, Completion.version)
    )


def _of_span(row: Any, terms: Terms) -> Trace:
    # One that had no end yet, and was corrected, counted until then at the latest.
    closed_at: datetime | None = row.closed_at
    closed_on = closed_at.astimezone(terms.zone).date() if closed_at else terms.day
    last_on: date = max(row.from_on, row.until_on or closed_on)
    was = Period.on(row.from_on), Period.on(last_on)
    return Trace(bytes(row.digest), was, None if row.void else was[1])


def _of_completion(row: Any, terms: Terms) -> Trace:
    month = Period.on(row.held_on)
    counts = Period.on(months_later(month.first_day, terms.counts_months))
    if row.exempt_until is not None:
        counts = max(counts, Period.on(row.exempt_until))
    until = None if row.void else counts
    return Trace(bytes(row.digest), (month, month), until)
