"""Order rounds: who is silent, since when, against which limit; who answered what (chairs A3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, select, tuple_
from sqlalchemy.orm import Session

from portal.db import Instant, from_micros
from portal.notices.codes import Assessment, Assessor, Instrument
from portal.notices.model import Notice, NoticeIsp
from portal.period import start_of
from portal.policy.codes import Priority
from portal.policy.queries import InForce, policies_in_force
from portal.policy.terms import Limits
from portal.registers.sides.folded import (
    MOMENTS_A_MICRO,
    NOT_DONE,
    Because,
    RoundState,
    at_each_isp,
    count_of,
)
from portal.trail import Event
from portal.wall import Step, stepping

_S, _ORDER = RoundState, Instrument.ORDER
_RANK = {state: rank for rank, state in enumerate(_S)}
_COUNTED: Final[list[tuple[RoundState, str]]] = [
    (state, count_of(state)) for state in RoundState if state != RoundState.SILENT
]
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
    Approved pauses are not added here (chairs C1). The rest is read from the fold's ``row`` when
    somebody asks: of a thousand ISPs a page shows some.
    """

    isp_id: int
    notice: Notice
    counts: Mapping[RoundState, int]
    state: RoundState
    since: datetime | None
    due_at: datetime | None
    row: Any = field(repr=False)

    @property
    def addressed_at(self) -> datetime:
        """When the portal brought it."""
        return from_micros(self.row.addressed)

    @property
    def received_at(self) -> datetime | None:
        """When the first of its items was received."""
        return _instant(self.row.received)

    @property
    def slowest_transit(self) -> timedelta | None:
        """From issue to the last receipt."""
        last = _instant(self.row.last_received)
        return last - self.notice.issued_at if last else None

    @property
    def acted(self) -> int:
        """How many items the ISP acted on."""
        return self.row.acted_on or 0

    @property
    def withdrawn(self) -> int:
        """How many items the sender took back."""
        return int(self.row.back + (self.row.taken_back or 0))

    @property
    def ground(self) -> Because | None:
        """Why the ISP says it cannot."""
        return Because(self.row.ground) if self.row.ground else None

    @property
    def answered_seq(self) -> int | None:
        """The number of the ISP's last own word on it, in its trail."""
        return max(filter(None, (self.row.logged_seq, self.row.answered_seq)), default=None)

    @property
    def sent(self) -> int:
        """How many items it was asked; what a predecessor settled was not."""
        return self.notice.items - int(self.row.settled)

    @property
    def received(self) -> int:
        """How many of them the ISP has logged."""
        return self.sent - self.missing

    @property
    def missing(self) -> int:
        """How many it has not logged; those taken back before that are counted, too."""
        return int(self.counts.get(_S.SILENT, 0) + self.row.back)

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
    with stepping(session, Step.ROUND):
        return _told(session, now, notice=notice.key)


def orders_to_do(session: Session, isp_id: int, now: datetime) -> list[IspTold]:
    """The orders of the last year that an ISP has to answer, or to lift the block of, the most
    urgent first.
    """
    told = _told(session, now, isp_id=isp_id, instrument=_ORDER, since=now - _TO_DO_FOR)
    return sorted((one for one in told if one.state in TO_DO), key=pressing)


def silent_on_orders(session: Session, now: datetime) -> list[IspTold]:
    """Every ISP that is silent on an order of the last year."""
    told = _told(session, now, instrument=_ORDER, since=now - _TO_DO_FOR)
    return [one for one in told if one.state == _S.SILENT]


def order_told(session: Session, isp_id: int, notice: int, now: datetime) -> IspTold | None:
    """Where an order stands at one ISP; None for what is no order or went elsewhere."""
    found = _told(session, now, isp_id=isp_id, notice=notice, instrument=_ORDER)
    return found[0] if found else None


def pressing(one: IspTold) -> tuple[int, float, int, int]:
    """Sorts what is most pressing first: by state, then by what is due first."""
    due = one.due_at.timestamp() if one.due_at else float("inf")
    return (_RANK[one.state], due, one.notice.key, one.isp_id)


def answered_by(session: Session, told: Iterable[IspTold]) -> dict[tuple[int, int], Event]:
    """The acts with which ISPs answered last, by ISP and number in its trail: who, and when."""
    asked = [(one.isp_id, one.answered_seq) for one in told if one.answered_seq is not None]
    query = select(Event).where(tuple_(Event.isp_id, Event.seq).in_(asked))
    with stepping(session, Step.ANSWERS):
        return {(event.isp_id, event.seq): event for event in session.scalars(query)}


# Building the fold takes as long as answering it; so it is built once for each way of asking.
_NARROWED: Final[Mapping[str, ColumnElement[bool]]] = {
    "notice": NoticeIsp.notice == bindparam("notice"),
    "isp_id": NoticeIsp.isp_id == bindparam("isp_id"),
    "instrument": Notice.instrument == bindparam("instrument"),
    "since": Notice.issued_at >= bindparam("since", type_=Instant()),
}


@cache
def _folded(*asked: str) -> Select[Any]:
    return at_each_isp(bindparam("now", type_=Instant()), *(_NARROWED[name] for name in asked))


def _told(session: Session, now: datetime, **asked: Any) -> list[IspTold]:
    rows = session.execute(_folded(*asked), {"now": now, **asked}).all()
    if not rows:
        return []
    keys = {row.key for row in rows}
    query = select(Notice).where(Notice.key.in_(keys), Notice.closed_seq.is_(None))
    notices = {notice.key: notice for notice in session.scalars(query)}
    first = min(notice.issued_at for notice in notices.values()).date() - _DAY
    spans = [_Span.of(force) for force in policies_in_force(session, first, now.date() + _DAY)]
    # By notice, the limits that run: none where nothing was assessed.
    run = {key: spans if has_clock(notice) else [] for key, notice in notices.items()}
    return [_one(row, notices[row.key], run[row.key], spans) for row in rows]


class _Span(NamedTuple):
    """The limits that are in force from one instant to another."""

    begins: datetime
    ends: datetime
    limits: Limits

    @classmethod
    def of(cls, force: InForce) -> _Span:
        zone, last = force.policy.time_zone, force.until_on
        ends = start_of(last + _DAY, zone) if last else datetime.max.replace(tzinfo=UTC)
        return cls(start_of(force.from_on, zone), ends, force.policy.limits)


def _one(row: Any, notice: Notice, acting: Sequence[_Span], lifting: Sequence[_Span]) -> IspTold:
    counts = {state: count for state, name in _COUNTED if (count := getattr(row, name))}
    silent = notice.items - row.settled - (row.logged or 0) - row.back
    if silent:
        counts[_S.SILENT] = silent
    if row.back:
        counts[_S.WITHDRAWN] = counts.get(_S.WITHDRAWN, 0) + row.back
    state = min(counts, key=_RANK.__getitem__)
    if state in {_S.TO_LIFT, _S.LIFTED}:
        known = _at_moment(row.to_lift_since or row.withdrawn)
        due_at = known and _limit(lifting, known, known, None)
    elif state == _S.WITHDRAWN:
        due_at = None
    else:
        begins = from_micros(row.received or row.addressed)
        judged_at = begins if row.received else notice.issued_at
        due_at = _limit(acting, judged_at, begins, notice.priority)
    return IspTold(row.isp_id, notice, counts, state, _since(row, state), due_at, row)


def _since(row: Any, state: RoundState) -> datetime | None:
    if state == _S.SILENT:
        return from_micros(row.addressed)
    if state == _S.RECEIVED:
        return _instant(row.received)
    if state == _S.WITHDRAWN:
        return _at_moment(row.withdrawn) or _instant(row.taken_at)
    if state == _S.CANNOT:
        return _at_moment(max(row.acted or 0, row.asked or 0, row.hindered or 0))
    return _at_moment({_S.TO_LIFT: row.to_lift_since, _S.LIFTED: row.lifted}.get(state, row.acted))


def _limit(
    spans: Sequence[_Span], judged_at: datetime, begins: datetime, priority: Priority | None
) -> datetime | None:
    """When a limit ends: to act by priority, without one to lift."""
    for span in spans:
        if span.begins <= judged_at < span.ends:
            limits = span.limits
            seconds = limits.list_delist_s if priority is None else limits.act_s[priority]
            return begins + timedelta(seconds=seconds)
    return None


def has_clock(notice: Notice) -> bool:
    """Whether an order's clock runs: hotline, police or court assessed what it asks (chairs C2)."""
    unassessed = notice.assessment in {Assessment.PENDING, Assessment.NOT_ASSESSED}
    return not (
        notice.instrument == Instrument.ORDER
        and (unassessed or notice.assessed_by == Assessor.PROVIDER_UNVERIFIED)
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(int(micros))


def _at_moment(moment: int | None) -> datetime | None:
    return from_micros(int(moment) // MOMENTS_A_MICRO) if moment else None
