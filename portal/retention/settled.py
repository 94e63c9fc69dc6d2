"""Which months of an ISP somebody may still work on: their rows are left as they are."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.period import Period
from portal.returns.owing import accepted_months, owed_months
from portal.reviews.appeal import Appeal, Ruling

Stretch = tuple[Period, Period]


def unsettled(session: Session, isp_id: int, until: Period) -> tuple[Stretch, ...]:
    """The months up to one that are owed and not accepted (open, filed, under review, sent back,
    void), or under an appeal without a ruling; as stretches, oldest first.
    """
    owed = set(owed_months(session, isp_id, until)) - accepted_months(session, isp_id)
    return stretches(owed | _appealed(session, isp_id))


def stretches(months: Iterable[Period]) -> tuple[Stretch, ...]:
    """Months as stretches (first, last) without gaps, oldest first."""
    found: list[Stretch] = []
    for month in sorted(months):
        if found and found[-1][1].next() == month:
            found[-1] = (found[-1][0], month)
        else:
            found.append((month, month))
    return tuple(found)


def touches(stretch: Stretch, some: Iterable[Stretch]) -> bool:
    """Whether a stretch has a month in common with any of the others."""
    return any(stretch[0] <= last and first <= stretch[1] for first, last in some)


def _appealed(session: Session, isp_id: int) -> set[Period]:
    ruled = exists().where(Ruling.isp_id == Appeal.isp_id, Ruling.appeal == Appeal.no)
    open_ones = select(Appeal.period).where(Appeal.isp_id == isp_id, ~ruled)
    return {Period.parse(month) for month in session.scalars(open_ones)}
