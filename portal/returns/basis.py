"""What a month's figures stand on: one query a register, as of one sequence number of the ISP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, or_, select, union_all
from sqlalchemy import literal as lit
from sqlalchemy.orm import Session, aliased

from portal.accounts.queries import as_of
from portal.db import to_micros
from portal.period import Period, start_of
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import Effect, Progress
from portal.registers.complaints import Complaint
from portal.registers.declarations import Declaration
from portal.registers.folds import valid_events
from portal.registers.roster import RosterSpan
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.registers.training import Completion
from portal.returns.blanks import (
    CUT_OFF_AT,
    ENDS_AT,
    FIRST_DAY,
    ISP_ID,
    LAST_DAY,
    LOOK_BACK_AT,
    SEQ,
    STARTS_AT,
    TRAINED_SINCE,
    ask,
    built_once,
)
from portal.returns.digests import Lines, digested
from portal.returns.owed_lists import list_standings, releases

LOOK_BACK = timedelta(days=31)
DECLARING = ("takedowns", "blocklists", "training")


@dataclass(frozen=True)
class Frame:
    """One month of one ISP as of a sequence number; ``starts_at`` and ``ends_at`` in UTC.

    ``trained_since`` is the first day on which a completion still counts at the month's end; what
    happened after ``cut_off_at`` is a later return's. List releases are known as of ``system_seq``,
    and owed while a licence held: from ``owes_from`` until before ``owes_until`` (None: no end).
    """

    isp_id: int
    period: Period
    seq: int
    zone: ZoneInfo
    trained_since: date
    cut_off_at: datetime
    system_seq: int
    owes_from: date
    owes_until: date | None

    @property
    def starts_at(self) -> datetime:
        """The first instant of the month."""
        return self.period.starts_at(self.zone)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the month."""
        return self.period.ends_at(self.zone)

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """What fills the blanks of every statement about the month."""
        until = self.owes_until
        return {
            "isp_id": self.isp_id,
            "seq": self.seq,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "cut_off_at": self.cut_off_at,
            "look_back_at": self.starts_at - LOOK_BACK,
            "starts_us": to_micros(self.starts_at),
            "ends_us": to_micros(self.ends_at),
            "cut_off_us": to_micros(self.cut_off_at),
            "first_day": self.period.first_day,
            "last_day": self.period.last_day,
            "trained_since": self.trained_since,
            "system_seq": self.system_seq,
            "owes_from_at": start_of(self.owes_from, self.zone),
            "owes_until_at": start_of(until, self.zone) if until else self.ends_at,
        }


def takedowns() -> Select[Any]:
    """The items received before the month ended that were received, open or moved in it, came from
    a predecessor in it, or were taken back in the 31 days before it after the ISP had acted: their
    blocks may have to be lifted yet.
    """
    moved = exists().where(
        valid_events(ISP_ID, SEQ, CUT_OFF_AT),
        TakedownEvent.key == Takedown.key,
        or_(
            TakedownEvent.occurred_at >= STARTS_AT,
            and_(
                TakedownEvent.kind == Progress.WITHDRAWN,
                TakedownEvent.effect.is_(None),
                TakedownEvent.occurred_at >= LOOK_BACK_AT,
            ),
        ),
    )
    closings = _effects_before(Effect.CLOSES)
    openings = _effects_before(Effect.OPENS)
    return select(Takedown).where(
        Takedown.isp_id == ISP_ID,
        as_of(Takedown, SEQ),
        Takedown.void.is_(False),
        Takedown.received_at < ENDS_AT,
        # What comes from a predecessor later on is the predecessor's in this month.
        or_(Takedown.carried_at.is_(None), Takedown.carried_at < ENDS_AT),
        or_(
            Takedown.received_at >= STARTS_AT,
            Takedown.carried_at >= STARTS_AT,
            moved,
            # A duplicate left the stock when it came.
            and_(closings == openings, Takedown.duplicate_of.is_(None)),
        ),
    )


def _effects_before(effect: Effect) -> Any:
    event = aliased(TakedownEvent)
    return (
        select(func.count())
        .where(
            event.isp_id == ISP_ID,
            event.key == Takedown.key,
            event.effect == effect,
            event.occurred_at < STARTS_AT,
            event.retracted.is_(False),
            as_of(event, SEQ),
        )
        .scalar_subquery()
    )


def blocklists() -> Select[Any]:
    """The issues published in the month or the 31 days before it, not fully applied when it began,
    or the newest of their list before those.
    """
    newer = aliased(BlocklistUpdate)
    newest = ~exists().where(
        newer.isp_id == ISP_ID,
        newer.list_code == BlocklistUpdate.list_code,
        newer.void.is_(False),
        as_of(newer, SEQ),
        newer.published_at < LOOK_BACK_AT,
        newer.published_at > BlocklistUpdate.published_at,
    )
    return select(BlocklistUpdate).where(
        BlocklistUpdate.isp_id == ISP_ID,
        as_of(BlocklistUpdate, SEQ),
        BlocklistUpdate.void.is_(False),
        BlocklistUpdate.published_at < ENDS_AT,
        or_(
            BlocklistUpdate.published_at >= LOOK_BACK_AT,
            BlocklistUpdate.applied_at.is_(None),
            BlocklistUpdate.applied_at >= STARTS_AT,
            newest,
        ),
    )


def training() -> Select[Any]:
    """The completions that may still count on the month's last day."""
    return select(Completion).where(
        Completion.isp_id == ISP_ID,
        as_of(Completion, SEQ),
        Completion.void.is_(False),
        Completion.held_on <= LAST_DAY,
        or_(Completion.held_on >= TRAINED_SINCE, Completion.exempt_until >= FIRST_DAY),
    )


def roster() -> Select[Any]:
    """The spans of people who were in a role on some day of the month."""
    return select(RosterSpan).where(
        RosterSpan.isp_id == ISP_ID,
        as_of(RosterSpan, SEQ),
        RosterSpan.void.is_(False),
        RosterSpan.from_on <= LAST_DAY,
        or_(RosterSpan.until_on.is_(None), RosterSpan.until_on >= FIRST_DAY),
    )


def complaints() -> Select[Any]:
    """The complaints received before the month ended that were received, open or settled in it."""
    return select(Complaint).where(
        Complaint.isp_id == ISP_ID,
        as_of(Complaint, SEQ),
        Complaint.void.is_(False),
        Complaint.received_at < ENDS_AT,
        or_(
            Complaint.received_at >= STARTS_AT,
            Complaint.decided_at.is_(None),
            Complaint.decided_at >= STARTS_AT,
            Complaint.restored_at >= STARTS_AT,
        ),
    )


def declarations() -> Select[Any]:
    """The standing answers in force."""
    return select(Declaration).where(Declaration.isp_id == ISP_ID, as_of(Declaration, SEQ))


BASES = {
    "takedowns": takedowns,
    "blocklists": blocklists,
    "training": training,
    "roster": roster,
    "complaints": complaints,
    "declarations": declarations,
}
# What figures stand on besides the registers, where there is any of it.
BESIDE = {"releases": releases, "list_standings": list_standings}
_ORDERED_BY = {"declarations": ("obligation",), "list_standings": ("list_code", "from_on")}


def lines(session: Session, slug: str, frame: Frame) -> Lines:
    """The lines of one register's basis."""
    return digested(session, digests(slug), frame.values)


@built_once
def digests(slug: str) -> Select[Any]:
    """The lines of one register's basis in binary order of their keys, the digest last."""
    if slug == "takedowns":
        return _item_and_event_digests()
    rows: Any = (BASES | BESIDE)[slug]().subquery()
    order = [rows.c[name] for name in _ORDERED_BY.get(slug, ("key",))]
    return select(*order, rows.c.version, rows.c.digest).order_by(*order, rows.c.version)


def _item_and_event_digests() -> Select[Any]:
    items: Subquery = takedowns().subquery()
    events = select(TakedownEvent.key, TakedownEvent.no, TakedownEvent.digest).where(
        valid_events(ISP_ID, SEQ, keys=select(items.c.key)),
        # A pause may be approved after the fact; all else is of the time up to the cut-off.
        or_(TakedownEvent.occurred_at <= CUT_OFF_AT, TakedownEvent.kind == Progress.PAUSE_APPROVED),
    )
    both = union_all(select(items.c.key, lit(0).label("no"), items.c.digest), events).subquery()
    return select(both.c.key, both.c.no, both.c.digest).order_by(both.c.key, both.c.no)


def activity(session: Session, frame: Frame) -> dict[str, int]:
    """How many entries of the month itself each register with a nil declaration holds."""
    found = ask(session, _activity(), frame.values).one()
    return {str(slug): int(count) for slug, count in found._mapping.items()}  # noqa: SLF001 - public by name


@built_once
def _activity() -> Select[Any]:
    counted: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "takedowns": lambda c: or_(_within(c.received_at), _within(c.carried_at)),
        "blocklists": lambda c: or_(_within(c.published_at), _within(c.fetched_at)),
        "training": lambda c: and_(c.held_on >= FIRST_DAY, c.carried_isp.is_(None)),
        "complaints": lambda c: _within(c.received_at),
    }
    counts = []
    for slug, in_month in counted.items():
        rows = BASES[slug]().subquery()
        query = select(func.count()).select_from(rows).where(in_month(rows.c))
        counts.append(query.scalar_subquery().label(slug))
    return select(*counts)


def _within(column: Any) -> ColumnElement[bool]:
    return and_(column >= STARTS_AT, column < ENDS_AT)
