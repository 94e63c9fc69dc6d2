"""Stock and flow of items, what no clock judges, pauses and entry delay, in SQL (§4.6-4.7)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.db import micros
from portal.notices.codes import Instrument, SourceType
from portal.registers.codes import Effect, Progress
from portal.registers.folds import fold, items, valid_events
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.returns.basis import Frame, takedowns
from portal.returns.blanks import CUT_OFF_AT, ENDS_AT, ISP_ID, SEQ, STARTS_AT, ask, built_once

SECOND = 1_000_000


def stock_and_flow(session: Session, frame: Frame) -> dict[str, int]:
    """Open items when the month began, and what came, reopened, closed and left in it (§4.6).

    Each movement counts in the month in which it happened, and none before the item came: what
    was gone before its notice arrived is received and closed in the same month. What came from a
    predecessor is in the stock from the instant it left that one's; ``transferred_in`` is told
    only where there is any.
    """
    counts = ask(session, _counts(), frame.values).one()
    moved = _movements(session, frame)
    before, within = moved[False], moved[True]
    opening = counts.older - counts.older_duplicate - before["closed"] + before["reopened"]
    opening -= before["withdrawn"] + before["transferred"]
    flow = {"received": counts.received, "duplicate": counts.duplicate, **within}
    if counts.carried:
        flow["transferred_in"] = counts.carried
    closing = opening + flow["received"] + flow["reopened"] - flow["closed"] - flow["withdrawn"]
    closing += counts.carried - flow["duplicate"] - flow["transferred"]
    return {
        "opening": int(opening),
        "closing": int(closing),
        **{k: int(v) for k, v in flow.items()},
    }


@built_once
def _counts() -> Select[Any]:
    item = takedowns().subquery()
    new, repeated = _came_at(item) >= STARTS_AT, item.c.duplicate_of.is_not(None)
    carried = item.c.carried_at.is_not(None)

    def count(condition: Any, name: str) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)

    return select(
        count(~new, "older"),
        count(and_(new, ~carried), "received"),
        count(and_(new, carried), "carried"),
        count(and_(new, repeated), "duplicate"),
        count(and_(~new, repeated), "older_duplicate"),
    )


def _came_at(item: Any) -> Any:
    """When an item came into the ISP's stock: its receipt, or its coming from a predecessor."""
    return func.coalesce(item.c.carried_at, item.c.received_at)


def _movements(session: Session, frame: Frame) -> dict[bool, dict[str, int]]:
    empty = {"reopened": 0, "closed": 0, "withdrawn": 0, "transferred": 0}
    found = {False: dict(empty), True: dict(empty)}
    for row in ask(session, _moves(), frame.values):
        found[bool(row.inside)][row.name] = int(row[2])
    return found


@built_once
def _moves() -> Select[Any]:
    item = takedowns().subquery()
    kind, effect = TakedownEvent.kind, TakedownEvent.effect
    name = case(
        (effect == Effect.OPENS, "reopened"),
        (kind == Progress.WITHDRAWN, "withdrawn"),
        (kind == Progress.TRANSFERRED, "transferred"),
        else_="closed",
    ).label("name")
    moved_in_it = or_(TakedownEvent.occurred_at >= STARTS_AT, _came_at(item) >= STARTS_AT)
    inside = case((moved_in_it, 1), else_=0).label("inside")
    return (
        select(inside, name, func.count().label("count"))
        .join(item, item.c.key == TakedownEvent.key)
        .where(
            valid_events(ISP_ID, SEQ),
            TakedownEvent.occurred_at < ENDS_AT,
            effect.is_not(None),
            # What opened and closed it at the predecessor, before it came, is told there.
            TakedownEvent.carried_line.is_(None),
            item.c.duplicate_of.is_(None),
        )
        .group_by(inside, name)
    )


def excluded(session: Session, frame: Frame) -> dict[str, int]:
    """How many of the month's items no clock judges, by reason; orders and notices counted too."""
    row = ask(session, _excluded(), frame.values).one()
    return {str(name): int(value) for name, value in row._mapping.items()}  # noqa: SLF001 - public by name


@built_once
def _excluded() -> Select[Any]:
    item = _received().subquery()
    done = fold(ISP_ID, SEQ, CUT_OFF_AT)

    def count(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    return (
        select(
            count(item.c.duplicate_of.is_not(None)).label("duplicate"),
            count(done.c.withdrawn.is_not(None)).label("withdrawn"),
            count(done.c.not_ours.is_not(None)).label("not_our_service"),
            count(done.c.refusal_confirmed.is_not(None)).label("refused_confirmed"),
            count(done.c.transferred.is_not(None)).label("transferred"),
            count(item.c.source_type == SourceType.OWN_INITIATIVE).label("own_initiative"),
            count(item.c.instrument == Instrument.ORDER).label("orders"),
            count(item.c.reappearance_of.is_not(None)).label("reappearances"),
            func.count(_notice(item).distinct()).label("notices"),
        )
        .select_from(item)
        .outerjoin(done, done.c.key == item.c.key)
    )


def _received() -> Select[Any]:
    """The items that the ISP itself received in the month; what came over is its predecessor's."""
    return takedowns().where(Takedown.received_at >= STARTS_AT, Takedown.carried_at.is_(None))


def senders(session: Session, frame: Frame) -> list[dict[str, Any]]:
    """Who sent the month's items: items and notices by kind of sender, in the order of their codes
    (chairs C2: counts by issuing body).
    """
    found = [
        {"source_type": str(row.source_type), "items": int(row[1]), "notices": int(row[2])}
        for row in ask(session, _senders(), frame.values)
    ]
    return sorted(found, key=lambda sender: sender["source_type"])  # not by a database's alphabet


@built_once
def _senders() -> Select[Any]:
    item = _received().subquery()
    return select(item.c.source_type, func.count(), func.count(_notice(item).distinct())).group_by(
        item.c.source_type
    )


def _notice(item: Any) -> Any:
    return item.c.source_type + literal(" ") + item.c.source_ref


def paused(session: Session, frame: Frame) -> int:
    """How many pauses began in the month; why they did is not told (chairs C1)."""
    return ask(session, _pauses(), frame.values).scalar() or 0


@built_once
def _pauses() -> Select[Any]:
    return select(func.count()).where(_of_the_month(Progress.PAUSED))


def entry_delay(session: Session, frame: Frame) -> int | None:
    """The longest time, in seconds, between an action of the month and its being entered (§4)."""
    longest = ask(session, _delays(), frame.values).scalar()
    return None if longest is None else max(0, int(longest) // SECOND)


@built_once
def _delays() -> Select[Any]:
    delay = micros(TakedownEvent.recorded_at) - micros(TakedownEvent.occurred_at)
    return select(func.max(delay)).where(_of_the_month(Progress.ACTIONED))


def _of_the_month(kind: Progress) -> ColumnElement[bool]:
    """The events of a kind that happened in the month, to items that were rightly recorded."""
    keys = items(ISP_ID, SEQ).with_only_columns(Takedown.key)
    return and_(
        valid_events(ISP_ID, SEQ, keys=keys),
        TakedownEvent.carried_line.is_(None),
        TakedownEvent.kind == kind,
        TakedownEvent.occurred_at >= STARTS_AT,
        TakedownEvent.occurred_at < ENDS_AT,
    )
