"""The takedown indicators of a month: counts, medians and the roll-forward, all aggregated by SQL."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import CTE, Row, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.accounts.queries import as_of
from portal.db import micros, to_micros
from portal.policy.codes import Priority
from portal.registers.codes import Effect, Instrument, Progress, SourceType
from portal.registers.folds import fold, valid_events
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.returns.basis import Frame, takedowns
from portal.returns.clocks import Clockwork, scored

BANDS = (("0-24h", 86_400), ("1-3d", 259_200), ("3-7d", 604_800), ("7-30d", 2_592_000), (">30d", None))
SMALL_P90 = 10
SECOND = 1_000_000


def timed(session: Session, work: Clockwork) -> list[dict[str, Any]]:
    """One indicator a clock, cohort month and policy version (indicators §4.1-4.4), in that order.

    ``numerator`` of ``denominator`` were in limit (open ones not yet due leave the denominator);
    ``n`` closed items stand behind ``median_s`` and ``p90_s`` (nearest rank, whole seconds, items
    that were already gone left out).
    """
    rows = scored(work)
    ranks = _ranks(session, rows)
    return [_indicator(row, ranks[row.clock, row.cohort, row.policy]) for row in session.execute(_tally(rows))]


def _tally(rows: CTE) -> Select[Any]:
    def count(*conditions: Any) -> Any:
        return func.sum(case((and_(*conditions), 1), else_=0))

    group = (rows.c.clock, rows.c.cohort, rows.c.policy)
    status, urgent = rows.c.status, rows.c.priority == Priority.P1_CHILD_IN_DANGER
    missed = status.in_(("LATE", "OPEN_OVERDUE"))
    return (
        select(
            *group,
            count(status == "WITHIN").label("within"),
            count(status == "LATE").label("late"),
            count(status == "OPEN_OVERDUE").label("overdue"),
            count(status == "OPEN_NOT_DUE").label("not_due"),
            count(status == "WITHIN", urgent).label("urgent_within"),
            count(missed, urgent).label("urgent_missed"),
            count(status == "LATE", rows.c.late_reasons > 0, ~urgent).label("explained"),
            count(rows.c.gone == 1).label("already_gone"),
            count(rows.c.estimates > 0).label("estimated"),
            func.max(rows.c.limit).label("limit"),
        )
        .group_by(*group)
        .order_by(*group)
    )


def _indicator(row: Row[Any], ranks: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": row.clock,
        "obligation": row.clock.split(".")[0],
        "cohort": row.cohort,
        "policy": row.policy,
        "numerator": int(row.within),
        "denominator": int(row.within + row.late + row.overdue),
        "late": int(row.late),
        "open_overdue": int(row.overdue),
        "open_not_due": int(row.not_due),
        "urgent_numerator": int(row.urgent_within),
        "urgent_denominator": int(row.urgent_within + row.urgent_missed),
        "explained": int(row.explained),
        "already_gone": int(row.already_gone),
        "estimated": int(row.estimated),
        "limit_s": int(row.limit) // SECOND,
        "basis": "COMPUTED",
        **ranks,
    }


def _ranks(session: Session, rows: CTE) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Nearest rank over closed items, and p90 over closed and open ones together (indicators §4.3)."""
    found: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(_no_ranks)
    for row in session.execute(_ranked(rows)):
        entry = found[row.clock, row.cohort, row.policy]
        if row.done is not None:
            entry["n"] = int(row.closed)
            if row.closed_rank == _nearest(row.closed, 50):
                entry["median_s"] = int(row.age) // SECOND
            if row.closed_rank == _nearest(row.closed, 90) and row.closed >= SMALL_P90:
                entry["p90_s"] = int(row.age) // SECOND
        if row.whole_rank == _nearest(row.whole, 90) and row.whole >= SMALL_P90:
            entry["p90_with_open_s"] = int(row.age) // SECOND
            entry["p90_with_open_is_open"] = row.done is None
    return found


def _no_ranks() -> dict[str, Any]:
    return {
        "n": 0,
        "median_s": None,
        "p90_s": None,
        "p90_with_open_s": None,
        "p90_with_open_is_open": False,
    }


def _nearest(n: int, percent: int) -> int:
    return int(-(-percent * n // 100))


def _ranked(rows: CTE) -> Select[Any]:
    group = [rows.c.clock, rows.c.cohort, rows.c.policy]
    is_open = case((rows.c.done.is_(None), 1), else_=0)
    order = [rows.c.age, rows.c.key]
    ranked = (
        select(
            *group,
            rows.c.age,
            rows.c.done,
            func.row_number().over(partition_by=[*group, is_open], order_by=order).label("closed_rank"),
            func.count().over(partition_by=[*group, is_open]).label("closed"),
            func.row_number().over(partition_by=group, order_by=order).label("whole_rank"),
            func.count().over(partition_by=group).label("whole"),
        )
        .where(rows.c.gone == 0)
        .subquery()
    )
    closed = and_(ranked.c.done.is_not(None), _at_rank(ranked.c.closed_rank, ranked.c.closed))
    return select(ranked).where(or_(closed, _at_rank(ranked.c.whole_rank, ranked.c.whole)))


def _at_rank(rank: Any, count: Any) -> Any:
    # ceil(p * n / 100) in whole numbers; the same on both engines.
    return or_(
        rank == func.floor((50 * count + 99) / 100), rank == func.floor((90 * count + 99) / 100)
    )


def carried_forward(session: Session, work: Clockwork) -> list[dict[str, Any]]:
    """The items left for the next return by cohort and age band; no item is named."""
    rows = scored(work)
    band = case(
        *[(rows.c.age < seconds * SECOND, name) for name, seconds in BANDS if seconds], else_=BANDS[-1][0]
    ).label("band")
    query = (
        select(rows.c.cohort, band, func.count(rows.c.key.distinct()).label("count"))
        .where(rows.c.status == "OPEN_NOT_DUE", rows.c.clock.in_(("SP5-03.act", "SP5-04.block_forward")))
        .group_by(rows.c.cohort, band)
    )
    order = [name for name, _ in BANDS]
    found = [{"cohort": r.cohort, "band": r.band, "count": int(r[2])} for r in session.execute(query)]
    return sorted(found, key=lambda r: (r["cohort"], order.index(r["band"])))


def stock_and_flow(session: Session, frame: Frame) -> dict[str, int]:
    """Open items when the month began, and what came, reopened, closed and left in it (§4.6).

    Each movement counts in the month in which it happened.
    """
    item = takedowns(frame).subquery()
    starts, ends = frame.starts_at, frame.ends_at
    new = item.c.received_at >= starts
    counts = session.execute(
        select(
            func.coalesce(func.sum(case((~new, 1), else_=0)), 0).label("older"),
            func.coalesce(func.sum(case((new, 1), else_=0)), 0).label("received"),
            func.coalesce(func.sum(case((and_(new, item.c.duplicate_of.is_not(None)), 1), else_=0)), 0).label(
                "duplicate"
            ),
            func.coalesce(
                func.sum(case((and_(~new, item.c.duplicate_of.is_not(None)), 1), else_=0)), 0
            ).label("older_duplicate"),
        )
    ).one()
    moved = _movements(session, frame, item)
    before, within = moved[False], moved[True]
    opening = counts.older - counts.older_duplicate - before["closed"] + before["reopened"]
    opening -= before["withdrawn"] + before["transferred"]
    flow = {"received": counts.received, "duplicate": counts.duplicate, **within}
    closing = opening + flow["received"] + flow["reopened"] - flow["closed"] - flow["withdrawn"]
    closing -= flow["duplicate"] + flow["transferred"]
    del starts, ends
    return {"opening": int(opening), "closing": int(closing), **{k: int(v) for k, v in flow.items()}}


def _movements(session: Session, frame: Frame, item: Any) -> dict[bool, dict[str, int]]:
    kind, effect = TakedownEvent.kind, TakedownEvent.effect
    name = case(
        (effect == Effect.OPENS, "reopened"),
        (kind == Progress.WITHDRAWN, "withdrawn"),
        (kind == Progress.TRANSFERRED, "transferred"),
        else_="closed",
    ).label("name")
    inside = case((TakedownEvent.occurred_at >= frame.starts_at, 1), else_=0).label("inside")
    query = (
        select(inside, name, func.count().label("count"))
        .join(item, item.c.key == TakedownEvent.key)
        .where(
            valid_events(frame.isp_id, frame.seq),
            TakedownEvent.occurred_at < frame.ends_at,
            effect.is_not(None),
            item.c.duplicate_of.is_(None),
        )
        .group_by(inside, name)
    )
    empty = {"reopened": 0, "closed": 0, "withdrawn": 0, "transferred": 0}
    found = {False: dict(empty), True: dict(empty)}
    for row in session.execute(query):
        found[bool(row.inside)][row.name] = int(row[2])
    return found


def excluded(session: Session, work: Clockwork) -> dict[str, int]:
    """How many of the month's items no clock judges, by reason; orders and notices counted too."""
    frame = work.frame
    item = takedowns(frame).where(Takedown.received_at >= frame.starts_at).subquery()
    done = fold(frame.isp_id, frame.seq, work.cut_off_at)

    def count(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    row = session.execute(
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
    ).one()
    return {name: int(value) for name, value in row._mapping.items()}  # noqa: SLF001 - public by name


def _notice(item: Any) -> Any:
    return item.c.source_type + literal(" ") + item.c.source_ref


def paused(session: Session, frame: Frame) -> int:
    """How many pauses began in the month; why they did is not told (chairs C1)."""
    query = select(func.count()).where(
        valid_events(frame.isp_id, frame.seq),
        TakedownEvent.kind == Progress.PAUSED,
        TakedownEvent.occurred_at >= frame.starts_at,
        TakedownEvent.occurred_at < frame.ends_at,
    )
    return session.scalar(query) or 0


def entry_delay(session: Session, frame: Frame) -> int | None:
    """The longest time, in seconds, between an action of the month and its being entered (§4)."""
    delay = micros(TakedownEvent.recorded_at) - micros(TakedownEvent.occurred_at)
    longest = session.scalar(
        select(func.max(delay)).where(
            TakedownEvent.isp_id == frame.isp_id,
            as_of(TakedownEvent, frame.seq),
            TakedownEvent.kind == Progress.ACTIONED,
            micros(TakedownEvent.occurred_at) >= to_micros(frame.starts_at),
            micros(TakedownEvent.occurred_at) < to_micros(frame.ends_at),
        )
    )
    return None if longest is None else max(0, int(longest) // SECOND)
