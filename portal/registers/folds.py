"""Where takedown items stand, asked of their events in SQL; instants are whole microseconds.

ISP, sequence number (None: now) and instants may be given as values, or as the blanks of a
statement that is built once and asked many times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from portal.accounts.queries import as_of
from portal.db import Instant, micros
from portal.policy.codes import ActionType
from portal.registers.codes import Effect, Progress, TimeSource, Verifier
from portal.registers.takedowns import Takedown, TakedownEvent

_GONE = ActionType.ALREADY_UNAVAILABLE
_NO_ACTION = (
    ActionType.REFUSED_NOT_ILLEGAL,
    ActionType.NOT_OUR_SERVICE,
    ActionType.WITHDRAWN_BY_NOTIFIER,
)
_BLOCKING = (ActionType.BLOCKED, ActionType.NOT_BLOCKED_OVERBLOCK)
_FORWARDING = (ActionType.FORWARDED_TO_HOST, ActionType.NOT_BLOCKED_OVERBLOCK)
# A corrected event stands where the wrong one stood.
_PLACE = func.coalesce(TakedownEvent.corrects, TakedownEvent.no)


def items(isp_id: Any, seq: Any, keys: Sequence[int] | None = None) -> Select[Any]:
    """The particulars in force as of a sequence number, less the void ones."""
    query = select(Takedown).where(
        Takedown.isp_id == isp_id, as_of(Takedown, seq), Takedown.void.is_(False)
    )
    return query if keys is None else query.where(Takedown.key.in_(keys))


def valid_events(isp_id: Any, seq: Any, until: Any = None, keys: Any = None) -> ColumnElement[bool]:
    """The events in force as of a sequence number that happened no later than ``until``; ``keys``
    is a list of keys or a query of them.
    """
    wanted = [
        TakedownEvent.isp_id == isp_id,
        as_of(TakedownEvent, seq),
        TakedownEvent.retracted.is_(False),
    ]
    if until is not None:
        wanted.append(TakedownEvent.occurred_at <= until)
    if keys is not None:
        wanted.append(TakedownEvent.key.in_(keys))
    return and_(*wanted)


def is_open() -> ColumnElement[bool]:
    """Whether an item is open by the events that stand now; for use in a query over Takedown."""
    weight = case((TakedownEvent.effect == Effect.CLOSES, 1), else_=-1)
    balance = (
        select(func.coalesce(func.sum(weight), 0))
        .where(
            TakedownEvent.isp_id == Takedown.isp_id,
            TakedownEvent.key == Takedown.key,
            TakedownEvent.effect.is_not(None),
            TakedownEvent.closed_seq.is_(None),
            TakedownEvent.retracted.is_(False),
        )
        .scalar_subquery()
    )
    return balance == 0


def fold(isp_id: Any, seq: Any, until: Any = None, keys: Any = None) -> CTE:
    """One row an item that has events: key, the first instants of each kind of progress after the
    item was last reopened, counts of closings and openings, and the flags the indicators need.

    The clock of a reopened item goes on from its receipt (state machine §3): only what was done,
    withdrawn or confirmed as refused after the last reopening counts. "Not our service" counts
    only once it closed the item, for until the notice was passed on nobody has taken it up.
    """
    wanted = valid_events(isp_id, seq, until, keys)
    reopened = _last_reopened(wanted)
    standing = or_(
        reopened.c.at.is_(None),
        TakedownEvent.occurred_at > reopened.c.at,
        and_(TakedownEvent.occurred_at == reopened.c.at, reopened.c.place < _PLACE),
    )
    return (
        select(TakedownEvent.key.label("key"), *_first_instants(standing), *_counts(standing))
        .outerjoin(reopened, reopened.c.key == TakedownEvent.key)
        .where(wanted)
        .group_by(TakedownEvent.key)
        .cte()
    )


def _last_reopened(wanted: ColumnElement[bool]) -> CTE:
    # At one and the same minute the order of the numbers tells what came first.
    order = (TakedownEvent.occurred_at.desc(), _PLACE.desc())
    rank = func.row_number().over(partition_by=TakedownEvent.key, order_by=order).label("rank")
    ranked = (
        select(
            TakedownEvent.key, TakedownEvent.occurred_at.label("at"), _PLACE.label("place"), rank
        )
        .where(wanted, TakedownEvent.kind == Progress.REOPENED)
        .subquery()
    )
    return select(ranked).where(ranked.c.rank == 1).cte()


def _first_instants(standing: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    kind, action = TakedownEvent.kind, TakedownEvent.action
    done = and_(kind == Progress.ACTIONED, standing)
    return [
        _first(kind == Progress.ACKNOWLEDGED, "acknowledged"),
        _first(and_(done, action.not_in((*_NO_ACTION, _GONE))), "acted"),
        _first(and_(done, action == _GONE), "gone"),
        _first(and_(done, action.in_(_BLOCKING)), "blocked"),
        _first(
            or_(and_(done, action.in_(_FORWARDING)), and_(kind == Progress.FORWARDED, standing)),
            "forwarded",
        ),
        _first(kind == Progress.REPORTED, "reported"),
        _first(kind == Progress.PRESERVED, "preserved"),
        _first(and_(kind == Progress.WITHDRAWN, standing), "withdrawn"),
        _first(kind == Progress.TRANSFERRED, "transferred"),
        _first(and_(kind == Progress.REFUSAL_CONFIRMED, standing), "refusal_confirmed"),
        _first(and_(done, action == ActionType.REFUSED_NOT_ILLEGAL), "refused"),
        _first(and_(_handed_on(), standing), "not_ours"),
        _first(
            and_(
                kind == Progress.VERIFIED,
                TakedownEvent.verifier.in_((Verifier.HOTLINE, Verifier.POLICE)),
            ),
            "confirmed_gone",
        ),
    ]


def _handed_on() -> ColumnElement[bool]:
    """The event that closed an item as not the ISP's: the last of saying so and passing it on."""
    return and_(
        TakedownEvent.effect == Effect.CLOSES,
        or_(
            TakedownEvent.kind == Progress.FORWARDED,
            TakedownEvent.action == ActionType.NOT_OUR_SERVICE,
        ),
    )


def _counts(standing: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    done = and_(TakedownEvent.kind == Progress.ACTIONED, standing)
    return [
        _count(TakedownEvent.effect == Effect.CLOSES, "closings"),
        _count(TakedownEvent.effect == Effect.OPENS, "openings"),
        _count(and_(done, TakedownEvent.time_source == TimeSource.ESTIMATE), "estimates"),
        _count(and_(done, TakedownEvent.late_reason.is_not(None)), "late_reasons"),
        func.max(TakedownEvent.no).label("last_no"),
    ]


def _first(condition: ColumnElement[bool], name: str) -> ColumnElement[Any]:
    return func.min(case((condition, micros(TakedownEvent.occurred_at)))).label(name)


def _count(condition: ColumnElement[bool], name: str) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0)).label(name)


def pauses(isp_id: Any, seq: Any, until: Any, keys: Any = None) -> CTE:
    """Each approved pause: key, begins, ends (microseconds; an unended one ends at ``until``)."""
    wanted = valid_events(isp_id, seq, until, keys)
    resumed, approval = aliased(TakedownEvent), aliased(TakedownEvent)
    ends = func.coalesce(
        micros(resumed.occurred_at),
        micros(TakedownEvent.until_at),
        micros(type_coerce(until, Instant())),
    )
    return (
        select(
            TakedownEvent.key, micros(TakedownEvent.occurred_at).label("begins"), ends.label("ends")
        )
        .outerjoin(resumed, _answers(resumed, Progress.RESUMED, seq, until))
        .outerjoin(approval, _answers(approval, Progress.PAUSE_APPROVED, seq, None))
        .where(wanted, TakedownEvent.kind == Progress.PAUSED)
        .where(
            or_(
                TakedownEvent.approved.is_(True),
                # One whose end was not known at first, and that ended within the policy's limit.
                resumed.approved.is_(True),
                approval.no.is_not(None),
            )
        )
        .cte()
        # Pauses are few and clocks may be millions: asked once, not for each clock anew.
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )


def _answers(other: Any, kind: Progress, seq: Any, until: Any) -> ColumnElement[bool]:
    joined = and_(
        other.isp_id == TakedownEvent.isp_id,
        other.key == TakedownEvent.key,
        other.refers_to == TakedownEvent.no,
        other.kind == kind,
        other.retracted.is_(False),
        as_of(other, seq),
    )
    return joined if until is None else and_(joined, other.occurred_at <= until)
