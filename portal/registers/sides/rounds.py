"""Order rounds: who is silent, since when, against which limit; who answered what (chairs A3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from portal.db import from_micros
from portal.notices.codes import Assessment, Assessor, Instrument
from portal.notices.model import Notice, NoticeIsp
from portal.policy.queries import InForce, policies_in_force
from portal.registers.sides.folded import (
    MOMENTS_A_MICRO,
    NOT_DONE,
    Because,
    RoundState,
    at_each_isp,
    count_of,
)
from portal.trail import Event

_S = RoundState
_DAY = timedelta(days=1)
# What an ISP has still to do something about.
TO_DO = (_S.SILENT, _S.RECEIVED, _S.TO_LIFT)
_TO_DO_FOR = timedelta(days=366)


@dataclass(frozen=True)
class IspTold:
    """Where a notice stands at one ISP.

    ``counts`` are its items by state (none where nought), ``state`` the most pressing of them,
    ``since`` when that began; ``due_at`` is when its limit ends: to act, by the policy in force at
    receipt (while silent: at issue, from when the portal brought it); to lift, from when the
    withdrawal was made known. None where no clock runs: nothing was assessed (chairs C2).
    Approved pauses are not added here (chairs C1). ``answered_seq`` is the ISP's last own word on
    it, in its trail.
    """

    isp_id: int
    notice: Notice
    counts: Mapping[RoundState, int]
    state: RoundState
    addressed_at: datetime
    received_at: datetime | None
    since: datetime | None
    due_at: datetime | None
    acted: int
    withdrawn: int
    ground: Because | None
    slowest_transit: timedelta | None
    answered_seq: int | None

    @property
    def sent(self) -> int:
        """How many items the notice has."""
        return self.notice.items

    @property
    def received(self) -> int:
        """How many of them the ISP has logged."""
        return self.sent - self.missing

    @property
    def missing(self) -> int:
        """How many it has not logged; those taken back before that are counted, too."""
        return self.counts.get(_S.SILENT, 0) + self._back

    _back: int = 0

    def is_late(self, now: datetime) -> bool:
        """Whether the limit passed before it was done, or has passed."""
        if self.due_at is None:
            return False
        return ((self.since if self.is_settled else None) or now) > self.due_at

    @property
    def is_settled(self) -> bool:
        """Whether nothing runs any more; whoever waits for a clarification is not done."""
        ended = self.state in {_S.APPLIED, _S.LIFTED, _S.WITHDRAWN}
        return ended or (self.state == _S.CANNOT and self.ground in NOT_DONE)


def isps_told(session: Session, notice: Notice, now: datetime) -> list[IspTold]:
    """Where a notice stands at every ISP it went to, by their ids; as many queries for a thousand
    ISPs as for one.
    """
    return _told(session, now, NoticeIsp.notice == notice.key)


def orders_to_do(session: Session, isp_id: int, now: datetime) -> list[IspTold]:
    """The orders of the last year that an ISP has to answer, or to lift the block of, the most
    urgent first.
    """
    mine = (NoticeIsp.isp_id == isp_id, *_of_the_last_year(now))
    found = [one for one in _told(session, now, *mine) if one.state in TO_DO]
    return sorted(found, key=pressing)


def silent_on_orders(session: Session, now: datetime) -> list[IspTold]:
    """Every ISP that is silent on an order of the last year."""
    return [o for o in _told(session, now, *_of_the_last_year(now)) if o.state == _S.SILENT]


def order_told(session: Session, isp_id: int, notice: int, now: datetime) -> IspTold | None:
    """Where an order stands at one ISP; None for what is no order or went elsewhere."""
    is_order = Notice.instrument == Instrument.ORDER
    found = _told(session, now, NoticeIsp.isp_id == isp_id, NoticeIsp.notice == notice, is_order)
    return found[0] if found else None


def pressing(one: IspTold) -> tuple[int, float, int, int]:
    """Sorts what is most pressing first: by state, priority 1 before others, by what is due."""
    due = one.due_at.timestamp() if one.due_at else float("inf")
    return (list(_S).index(one.state), due, one.notice.key, one.isp_id)


def answered_by(session: Session, told: Iterable[IspTold]) -> dict[tuple[int, int], Event]:
    """The acts with which ISPs answered last, by ISP and number in its trail: who, and when."""
    asked = [(one.isp_id, one.answered_seq) for one in told if one.answered_seq is not None]
    query = select(Event).where(tuple_(Event.isp_id, Event.seq).in_(asked))
    return {(event.isp_id, event.seq): event for event in session.scalars(query)}


def _of_the_last_year(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Notice.instrument == Instrument.ORDER, Notice.issued_at >= now - _TO_DO_FOR)


def _told(session: Session, now: datetime, *narrowed: ColumnElement[bool]) -> list[IspTold]:
    rows = session.execute(at_each_isp(now, *narrowed)).all()
    if not rows:
        return []
    first = min(row.Notice.issued_at for row in rows).date() - _DAY
    spans = policies_in_force(session, first, now.date() + _DAY)
    return [_one(row, spans) for row in rows]


def _one(row: Any, spans: Sequence[InForce]) -> IspTold:
    notice: Notice = row.Notice
    back, logged = row.back, row.logged or 0
    counts = {state: getattr(row, count_of(state)) or 0 for state in _S if state != _S.SILENT}
    counts[_S.SILENT] = notice.items - logged - back
    counts[_S.WITHDRAWN] += back
    addressed, last = from_micros(row.addressed), _instant(row.last_received)
    state = next(state for state in _S if counts[state] > 0)
    received_at = _instant(row.received)
    return IspTold(
        isp_id=row.isp_id,
        notice=notice,
        counts={state: count for state, count in counts.items() if count},
        state=state,
        addressed_at=addressed,
        received_at=received_at,
        since=_since(row, state, addressed),
        due_at=_due_at(row, state, received_at, addressed, spans),
        acted=row.acted_on or 0,
        withdrawn=back + (row.taken_back or 0),
        ground=Because(row.ground) if row.ground else None,
        slowest_transit=last - notice.issued_at if last else None,
        answered_seq=max(filter(None, (row.logged_seq, row.answered_seq)), default=None),
        _back=back,
    )


def _since(row: Any, state: RoundState, addressed: datetime) -> datetime | None:
    begun = {
        _S.TO_LIFT: row.to_lift_since,
        _S.CANNOT: max(row.acted or 0, row.asked or 0, row.hindered or 0),
        _S.APPLIED: row.acted,
        _S.LIFTED: row.lifted,
    }
    if state == _S.SILENT:
        return addressed
    if state == _S.WITHDRAWN:
        return _at_moment(row.withdrawn) or _instant(row.taken_at)
    return _instant(row.received) if state == _S.RECEIVED else _at_moment(begun[state])


def _due_at(
    row: Any,
    state: RoundState,
    received_at: datetime | None,
    addressed: datetime,
    spans: Sequence[InForce],
) -> datetime | None:
    if state in {_S.TO_LIFT, _S.LIFTED}:
        known = _at_moment(row.to_lift_since or row.withdrawn)
        force = _in_force(spans, known) if known else None
        return known + timedelta(seconds=force.policy.limits.list_delist_s) if force else None  # type: ignore[operator]
    notice, begins = row.Notice, received_at or addressed
    if state == _S.WITHDRAWN or not has_clock(notice):
        return None
    force = _in_force(spans, received_at or notice.issued_at)
    return begins + timedelta(seconds=force.policy.limits.act_s[notice.priority]) if force else None


def has_clock(notice: Notice) -> bool:
    """Whether an order's clock runs: hotline, police or court assessed what it asks (chairs C2)."""
    unassessed = notice.assessment in {Assessment.PENDING, Assessment.NOT_ASSESSED}
    return not (
        notice.instrument == Instrument.ORDER
        and (unassessed or notice.assessed_by == Assessor.PROVIDER_UNVERIFIED)
    )


def _in_force(spans: Sequence[InForce], at: datetime) -> InForce | None:
    for span in spans:
        day = at.astimezone(span.policy.time_zone).date()
        if span.from_on <= day and (span.until_on is None or day <= span.until_on):
            return span
    return None


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(int(micros))


def _at_moment(moment: int | None) -> datetime | None:
    return from_micros(int(moment) // MOMENTS_A_MICRO) if moment else None
