"""What an ISP's predecessors had declared of the items that came from them, when they came."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.model import Licence
from portal.accounts.queries import as_of
from portal.accounts.successions import Succession, succeeded_by
from portal.period import Period, start_of
from portal.policy.queries import policies_in_force
from portal.returns.basis import Frame
from portal.returns.clockwork import Predecessor
from portal.returns.model import Filing
from portal.returns.queries import Opening, opening


def predecessors(session: Session, frame: Frame, system_seq: int) -> tuple[Predecessor, ...]:
    """The predecessors whose items came in a month, as of the frame's sequence number and one of
    the system.

    What comes from them in a later month was closed, judged, and opened again: no return scores
    a clock twice.
    """
    return tuple(
        _judged(session, succession, frame, system_seq)
        for succession in succeeded_by(session, frame.isp_id, frame.seq)
        if Period.on(succession.first_day) == frame.period
    )


def opening_of(session: Session, isp_id: int, period: Period, seq: int) -> Opening | None:
    """The stock a month opens with, filed or declared. An ISP that began in the month by going on
    as another one had nothing before, and is not asked.
    """
    known = opening(session, isp_id, period, seq)
    if known is not None:
        return known
    days = {s.first_day for s in succeeded_by(session, isp_id, seq)}
    began = _first_day(session, isp_id, seq)
    return Opening(0, None) if began in days and period == Period.on(began) else None


def _judged(session: Session, succession: Succession, frame: Frame, system_seq: int) -> Predecessor:
    """The first cut-off of the newest month that the predecessor had filed when the items left."""
    old, seq = succession.predecessor_id, succession.predecessor_seq
    filing = session.scalar(
        select(Filing)
        .where(Filing.isp_id == old, Filing.period < str(frame.period), Filing.seq <= seq)
        .order_by(Filing.period.desc(), Filing.version)
        .limit(1)
    )
    if filing is not None:
        return Predecessor(old, filing.cut_off_at, Period.parse(filing.period).ends_at(frame.zone))
    # It had not filed yet: its first month judges nothing that came before it.
    policies = policies_in_force(session, date.min, date.max, seq=system_seq)
    began = start_of(max(policies[0].from_on, _first_day(session, old, seq)), frame.zone)
    return Predecessor(old, began, began)


def _first_day(session: Session, isp_id: int, seq: int) -> date:
    """The first day of an ISP's first licence; the end of time where it never held one."""
    query = select(func.min(Licence.from_on)).where(Licence.isp_id == isp_id, as_of(Licence, seq))
    return session.scalar(query) or date.max
