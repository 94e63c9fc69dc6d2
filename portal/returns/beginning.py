"""Where an ISP's months begin: the opening balance of the first, and which months there are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.accounts.model import Actor
from portal.accounts.queries import is_licensed
from portal.ledger import take
from portal.period import Period
from portal.policy.queries import policy_on
from portal.returns import queries
from portal.returns.model import OpeningBalance
from portal.returns.refusals import MonthNotBegun, NotOwed, OpeningFixed
from portal.trail import append


def declare_opening(
    session: Session, isp_id: int, period: Period, open_items: int, *, by: Actor, at: datetime
) -> OpeningBalance:
    """Say how many items were open when the ISP's first month began (chairs A4).

    Raises NotOwed, MonthNotBegun, and OpeningFixed once this or an earlier month was filed.
    """
    book = take(session, isp_id)
    must_be_licensed(session, isp_id, period)
    must_have_begun(session, period, at)
    if queries.any_filing_before(session, isp_id, period) or queries.filings(
        session, isp_id, period
    ):
        raise OpeningFixed("open_items", period=str(period))
    version = (session.scalar(_newest_opening(isp_id)) or 0) + 1
    seq = append(
        session, book, "opening.declared", by=by, at=at, subject=str(period), open_items=open_items
    )
    session.execute(
        update(OpeningBalance)
        .where(OpeningBalance.isp_id == isp_id, OpeningBalance.closed_seq.is_(None))
        .values(closed_seq=seq)
    )
    opening = OpeningBalance(
        isp_id=isp_id,
        version=version,
        period=str(period),
        open_items=open_items,
        declared_by=by.person_id,
        admitted_seq=seq,
    )
    session.add(opening)
    session.flush()
    return opening


def must_have_begun(session: Session, period: Period, at: datetime) -> None:
    """Refuse a month of the future; raises MonthNotBegun and NoPolicyInForce."""
    if at < period.starts_at(policy_on(session, period.last_day).policy.time_zone):
        raise MonthNotBegun("period", period=str(period))


def must_be_licensed(session: Session, isp_id: int, period: Period) -> None:
    """Refuse a month without an active licence; raises NotOwed."""
    if not is_licensed(session, isp_id, period):
        raise NotOwed("period", period=str(period))


def _newest_opening(isp_id: int) -> Any:
    return select(func.max(OpeningBalance.version)).where(OpeningBalance.isp_id == isp_id)
