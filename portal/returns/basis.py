"""What a month's figures stand on: one query a register, as of one sequence number of the ISP."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, or_, select, union_all
from sqlalchemy import literal as lit
from sqlalchemy.orm import Session, aliased

from portal.accounts.queries import as_of
from portal.period import Period
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import Effect, Progress
from portal.registers.complaints import Complaint
from portal.registers.declarations import Declaration
from portal.registers.folds import valid_events
from portal.registers.roster import RosterSpan
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.registers.training import Completion

LOOK_BACK = timedelta(days=31)
DECLARING = ("takedowns", "blocklists", "training")


@dataclass(frozen=True)
class Frame:
    """One month of one ISP as of a sequence number; ``starts_at`` and ``ends_at`` in UTC.

    ``trained_since`` is the first day on which a completion still counts at the month's end;
    what happened after ``cut_off_at`` is the business of a later return.
    """

    isp_id: int
    period: Period
    seq: int
    zone: ZoneInfo
    trained_since: date
    cut_off_at: datetime

    @property
    def starts_at(self) -> datetime:
        """The first instant of the month."""
        return self.period.starts_at(self.zone)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the month."""
        return self.period.ends_at(self.zone)


def takedowns(frame: Frame) -> Select[Any]:
    """The items received before the month ended that were received, open or moved in it."""
    moved = exists().where(
        valid_events(frame.isp_id, frame.seq, frame.cut_off_at),
        TakedownEvent.key == Takedown.key,
        TakedownEvent.occurred_at >= frame.starts_at,
    )
    closings = _effects_before(frame, Effect.CLOSES)
    openings = _effects_before(frame, Effect.OPENS)
    return select(Takedown).where(
        Takedown.isp_id == frame.isp_id,
        as_of(Takedown, frame.seq),
        Takedown.void.is_(False),
        Takedown.received_at < frame.ends_at,
        or_(
            Takedown.received_at >= frame.starts_at,
            moved,
            # A duplicate left the stock when it came.
            and_(closings == openings, Takedown.duplicate_of.is_(None)),
        ),
    )


def _effects_before(frame: Frame, effect: Effect) -> Any:
    event = aliased(TakedownEvent)
    return (
        select(func.count())
        .where(
            event.isp_id == frame.isp_id,
            event.key == Takedown.key,
            event.effect == effect,
            event.occurred_at < frame.starts_at,
            event.retracted.is_(False),
            as_of(event, frame.seq),
        )
        .scalar_subquery()
    )


def blocklists(frame: Frame) -> Select[Any]:
    """The issues published in the month or the 31 days before it, not fully applied when it began,
    or the newest of their list before those.
    """
    newer = aliased(BlocklistUpdate)
    newest = ~exists().where(
        newer.isp_id == frame.isp_id,
        newer.list_code == BlocklistUpdate.list_code,
        newer.void.is_(False),
        as_of(newer, frame.seq),
        newer.published_at < frame.starts_at - LOOK_BACK,
        newer.published_at > BlocklistUpdate.published_at,
    )
    return select(BlocklistUpdate).where(
        BlocklistUpdate.isp_id == frame.isp_id,
        as_of(BlocklistUpdate, frame.seq),
        BlocklistUpdate.void.is_(False),
        BlocklistUpdate.published_at < frame.ends_at,
        or_(
            BlocklistUpdate.published_at >= frame.starts_at - LOOK_BACK,
            BlocklistUpdate.applied_at.is_(None),
            BlocklistUpdate.applied_at >= frame.starts_at,
            newest,
        ),
    )


def training(frame: Frame) -> Select[Any]:
    """The completions that may still count on the month's last day."""
    return select(Completion).where(
        Completion.isp_id == frame.isp_id,
        as_of(Completion, frame.seq),
        Completion.void.is_(False),
        Completion.held_on <= frame.period.last_day,
        or_(
            Completion.held_on >= frame.trained_since,
            Completion.exempt_until >= frame.period.first_day,
        ),
    )


def roster(frame: Frame) -> Select[Any]:
    """The spans of people who were in a role on some day of the month."""
    return select(RosterSpan).where(
        RosterSpan.isp_id == frame.isp_id,
        as_of(RosterSpan, frame.seq),
        RosterSpan.void.is_(False),
        RosterSpan.from_on <= frame.period.last_day,
        or_(RosterSpan.until_on.is_(None), RosterSpan.until_on >= frame.period.first_day),
    )


def complaints(frame: Frame) -> Select[Any]:
    """The complaints received before the month ended that were received, open or settled in it."""
    return select(Complaint).where(
        Complaint.isp_id == frame.isp_id,
        as_of(Complaint, frame.seq),
        Complaint.void.is_(False),
        Complaint.received_at < frame.ends_at,
        or_(
            Complaint.received_at >= frame.starts_at,
            Complaint.decided_at.is_(None),
            Complaint.decided_at >= frame.starts_at,
            Complaint.restored_at >= frame.starts_at,
        ),
    )


def declarations(frame: Frame) -> Select[Any]:
    """The standing answers in force."""
    return select(Declaration).where(
        Declaration.isp_id == frame.isp_id, as_of(Declaration, frame.seq)
    )


BASES = {
    "takedowns": takedowns,
    "blocklists": blocklists,
    "training": training,
    "roster": roster,
    "complaints": complaints,
    "declarations": declarations,
}


@dataclass(frozen=True)
class Lines:
    """How many lines a register's basis has, and SHA-256 over their digests in key order."""

    count: int
    digest: str


def lines(session: Session, slug: str, frame: Frame) -> Lines:
    """Stream the digests of one register's basis; memory does not grow with the rows."""
    running, count = hashlib.sha256(), 0
    for batch in session.execute(
        _digests(slug, frame).execution_options(yield_per=5000)
    ).partitions():
        count += len(batch)
        running.update(b"".join(row[-1] for row in batch))
    return Lines(count, running.hexdigest())


def _digests(slug: str, frame: Frame) -> Select[Any]:
    if slug == "takedowns":
        return _item_and_event_digests(frame)
    rows: Any = BASES[slug](frame).subquery()
    order = [rows.c.obligation] if slug == "declarations" else [rows.c.key]
    return select(*order, rows.c.version, rows.c.digest).order_by(*order, rows.c.version)


def _item_and_event_digests(frame: Frame) -> Select[Any]:
    items: Subquery = takedowns(frame).subquery()
    events = select(TakedownEvent.key, TakedownEvent.no, TakedownEvent.digest).where(
        valid_events(frame.isp_id, frame.seq, keys=select(items.c.key)),
        # A pause may be approved after the fact; all else is of the time up to the cut-off.
        or_(
            TakedownEvent.occurred_at <= frame.cut_off_at,
            TakedownEvent.kind == Progress.PAUSE_APPROVED,
        ),
    )
    both = union_all(select(items.c.key, lit(0).label("no"), items.c.digest), events).subquery()
    return select(both.c.key, both.c.no, both.c.digest).order_by(both.c.key, both.c.no)


def activity(session: Session, frame: Frame) -> dict[str, int]:
    """How many entries of the month itself each register with a nil declaration holds."""
    counted: dict[str, tuple[Select[Any], Callable[[Any], Any]]] = {
        "takedowns": (takedowns(frame), lambda c: _within(c.received_at, frame)),
        "blocklists": (
            blocklists(frame),
            lambda c: or_(_within(c.published_at, frame), _within(c.fetched_at, frame)),
        ),
        "training": (training(frame), lambda c: c.held_on >= frame.period.first_day),
        "complaints": (complaints(frame), lambda c: _within(c.received_at, frame)),
    }
    found: dict[str, int] = {}
    for slug, (query, in_month) in counted.items():
        rows = query.subquery()
        condition: ColumnElement[bool] = in_month(rows.c)
        found[slug] = session.scalar(select(func.count()).select_from(rows).where(condition)) or 0
    return found


def _within(column: Any, frame: Frame) -> Any:
    return and_(column >= frame.starts_at, column < frame.ends_at)
