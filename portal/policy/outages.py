"""Outages: the authority records that ISPs could not file; filing due days move, and no clock of a
takedown item does (chairs A8).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation, OrganisationKind, Permission, may
from portal.accounts.queries import as_of
from portal.errors import NotThere, Refusal
from portal.ledger import SYSTEM, take
from portal.policy.model import Outage, OutageIsp
from portal.trail import append

_DAY = timedelta(days=1)


class OutageBackwards(Refusal):
    """The outage ends before it begins."""

    code = "outage-backwards"


class OutageNotOver(Refusal):
    """The outage ends in the future: it is recorded when it is over."""

    code = "outage-not-over"


class OutageOfNobody(Refusal):
    """An outage concerns everybody or at least one ISP, and not both."""

    code = "outage-of-nobody"


class OutageNotYours(Refusal):
    """Only the authority says that there was an outage."""

    code = "outage-not-yours"


class OutageClosed(Refusal):
    """The outage was taken back before."""

    code = "outage-closed"


@dataclass(frozen=True)
class Failure:
    """An outage as the due dates know it; ``isps`` is None where it concerns everybody."""

    key: int
    from_at: datetime
    until_at: datetime
    instrument: str
    isps: frozenset[int] | None

    def concerns(self, isp_id: int) -> bool:
        """Whether it kept this ISP from filing."""
        return self.isps is None or isp_id in self.isps

    def lost_days(self, zone: ZoneInfo, least_s: int) -> list[date]:
        """The days of which it took ``least_s`` seconds or more, on a zone's clocks."""
        first, last = self.from_at.astimezone(zone).date(), self.until_at.astimezone(zone).date()
        days = [first + n * _DAY for n in range((last - first).days + 1)]
        return [day for day in days if self._of_day(day, zone).total_seconds() >= least_s]

    def _of_day(self, day: date, zone: ZoneInfo) -> timedelta:
        begins, ends = (datetime.combine(d, time(), zone) for d in (day, day + _DAY))
        return min(self.until_at, ends) - max(self.from_at, begins)


def record_outage(
    session: Session,
    from_at: datetime,
    until_at: datetime,
    *,
    isps: Collection[int] | None,
    instrument: str,
    by: Actor,
    at: datetime,
) -> Outage:
    """Say that these ISPs (None: everybody) could not file; ``instrument`` numbers the letter."""
    _must_be_officer(by)
    _must_be_past(from_at, until_at, at)
    _must_be_isps(session, isps)
    book = take(session, SYSTEM)
    key = (session.scalar(select(func.max(Outage.key))) or 0) + 1
    only = None if isps is None else sorted(isps)
    seq = append(
        session, book, "outage.recorded", by=by, at=at, subject=instrument, key=key, isps=only
    )
    outage = Outage(
        key=key,
        from_at=from_at,
        until_at=until_at,
        everybody=isps is None,
        instrument=instrument,
        recorded_by=by.person_id,
        recorded_at=at,
        admitted_seq=seq,
    )
    session.add(outage)
    session.flush()
    session.add_all(OutageIsp(key=key, isp_id=isp_id) for isp_id in only or ())
    session.flush()
    return outage


def take_back_outage(session: Session, key: int, *, by: Actor, at: datetime) -> None:
    """Say that an outage was recorded in error; statements that counted it stay as they are.

    Raises OutageNotYours, NotThere and OutageClosed.
    """
    _must_be_officer(by)
    book = take(session, SYSTEM)
    outage = session.get(Outage, key)
    if outage is None:
        raise NotThere("outage")
    if outage.closed_seq is not None:
        raise OutageClosed(instrument=outage.instrument)
    outage.closed_seq = append(
        session, book, "outage.taken-back", by=by, at=at, subject=outage.instrument, key=key
    )
    session.flush()


def failures(session: Session, since: datetime, *, seq: int | None = None) -> list[Failure]:
    """The outages that ended after an instant, as known at a sequence number of the system."""
    found: dict[int, tuple[Outage, set[int]]] = {}
    rows = session.execute(
        select(Outage, OutageIsp.isp_id)
        .outerjoin(OutageIsp, OutageIsp.key == Outage.key)
        .where(as_of(Outage, seq), Outage.until_at > since)
        .order_by(Outage.key)
    )
    for outage, isp_id in rows:
        found.setdefault(outage.key, (outage, set()))[1].add(isp_id)
    return [
        Failure(o.key, o.from_at, o.until_at, o.instrument, None if o.everybody else frozenset(ids))
        for o, ids in found.values()
    ]


def recorded(session: Session) -> list[Outage]:
    """Every outage, those taken back among them, the newest first."""
    return list(session.scalars(select(Outage).order_by(Outage.key.desc())))


def _must_be_officer(by: Actor) -> None:
    if not may(by.role, Permission.OUTAGE_RECORD):
        raise OutageNotYours


def _must_be_past(from_at: datetime, until_at: datetime, at: datetime) -> None:
    if until_at <= from_at:
        raise OutageBackwards("until_at")
    if until_at > at:
        raise OutageNotOver("until_at")


def _must_be_isps(session: Session, isps: Collection[int] | None) -> None:
    if isps is None:
        return
    if not isps:
        raise OutageOfNobody("isps")
    known = session.scalars(
        select(Organisation.id).where(
            Organisation.id.in_(isps), Organisation.kind == OrganisationKind.ISP
        )
    )
    if set(isps) - set(known):
        raise NotThere("isps")
