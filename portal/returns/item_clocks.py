"""The clocks of takedown items: acknowledged, acted, blocked and forwarded, reported (§4.1-4.4)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, or_, select

from portal.db import greatest, least, micros
from portal.notices.codes import Assessment, Assessor, Instrument, SourceType
from portal.policy.codes import ServiceRole
from portal.registers.folds import fold
from portal.registers.takedowns import Takedown
from portal.returns.basis import takedowns
from portal.returns.blanks import ISP_ID, SEQ, STARTS_AT
from portal.returns.clockwork import (
    ACKNOWLEDGE,
    ACT,
    ACTING,
    BLOCK,
    OWN,
    REPORT,
    Moment,
    clock_rows,
)

_HOSTS = (ServiceRole.HOSTING, ServiceRole.CACHE_CDN, ServiceRole.DOMAIN_REGISTRATION)
_ITEM = (
    Takedown.key,
    Takedown.received_at,
    Takedown.priority,
    Takedown.service_role,
    Takedown.assessment,
    Takedown.assessed_by,
    Takedown.instrument,
    Takedown.source_type,
    Takedown.duplicate_of,
)


def cases(moment: Moment) -> CTE:
    """The action-required items: particulars and fold in one row each, less the excluded ones."""
    wanted, keys = takedowns().with_only_columns(*_ITEM), None
    if moment.received_before is not None:
        wanted = wanted.where(Takedown.received_at < moment.received_before, _held(moment))
    item = wanted.cte()
    if moment.received_before is not None:
        keys = select(item.c.key)
    done = fold(ISP_ID, SEQ, moment.at, keys)
    return (
        select(
            item.c.key,
            micros(item.c.received_at).label("received"),
            item.c.priority,
            item.c.service_role,
            item.c.assessment,
            item.c.assessed_by,
            item.c.instrument,
            item.c.source_type,
            *[column for column in done.c if column.name != "key"],
        )
        .outerjoin(done, done.c.key == item.c.key)
        .where(*included(item, done))
        .cte()
    )


def _held(moment: Moment) -> ColumnElement[bool]:
    """Whether whose clocks the moment is of held the item before the month: the ISP itself, or the
    predecessor from which it came in the month.
    """
    if moment.of is not None:
        return and_(Takedown.carried_isp == moment.of, Takedown.carried_at >= STARTS_AT)
    return or_(Takedown.carried_at.is_(None), Takedown.carried_at < STARTS_AT)


def included(item: Any, done: Any) -> list[ColumnElement[bool]]:
    """An item counts unless it is a duplicate, withdrawn, handed over, not the ISP's service, or
    refused with the refusal confirmed (indicators §4).
    """
    return [
        item.c.duplicate_of.is_(None),
        done.c.withdrawn.is_(None),
        done.c.transferred.is_(None),
        done.c.not_ours.is_(None),
        done.c.refusal_confirmed.is_(None),
    ]


def item_clocks(moment: Moment, limit: CTE) -> list[Select[Any]]:
    """Every clock that policy puts on an item, by its service role and assessment."""
    rows = cases(moment).alias()
    judged = and_(
        limit.c.priority == rows.c.priority,
        rows.c.received >= limit.c.begins,
        rows.c.received < limit.c.ends,
    )
    own = rows.c.source_type == SourceType.OWN_INITIATIVE
    hosts = rows.c.service_role.in_(_HOSTS)
    acted = least(rows.c.acted, rows.c.gone)
    blocked = least(rows.c.gone, greatest(rows.c.blocked, rows.c.forwarded))
    illegal = rows.c.assessment.in_((Assessment.BASELINE, Assessment.NATIONALLY_ILLEGAL))
    gone = case((and_(rows.c.gone.is_not(None), _no_later(rows.c.gone, rows.c.acted)), 1), else_=0)
    clock = [
        (ACKNOWLEDGE, ~own, rows.c.acknowledged, limit.c.acknowledge_s, literal(0)),
        (ACT, and_(~own, hosts, _is_founded(rows)), acted, limit.c.act_s, gone),
        (BLOCK, and_(~own, ~hosts, _is_founded(rows)), blocked, limit.c.act_s, gone),
        (OWN, own, acted, limit.c.act_s, gone),
        (REPORT, illegal, rows.c.reported, limit.c.report_s, literal(0)),
    ]
    estimates, reasons = (func.coalesce(rows.c[n], 0) for n in ("estimates", "late_reasons"))
    return [
        clock_rows(
            name,
            rows,
            (rows.c.priority, rows.c.received, done),
            (seconds, limit.c.policy),
            # Only the time of an action can be an estimate; a reason excuses the whole item.
            (gone_, estimates if name in ACTING else literal(0), reasons),
        )
        .join(limit, judged)
        .where(runs)
        for name, runs, done, seconds, gone_ in clock
    ]


def _is_founded(rows: Any) -> ColumnElement[bool]:
    """An order's clock starts only with an assessment by hotline, police or court (chairs C2)."""
    return or_(
        rows.c.instrument != Instrument.ORDER,
        and_(
            rows.c.assessed_by != Assessor.PROVIDER_UNVERIFIED,
            rows.c.assessment.not_in((Assessment.PENDING, Assessment.NOT_ASSESSED)),
        ),
    )


def _no_later(left: Any, right: Any) -> ColumnElement[bool]:
    return or_(right.is_(None), left <= right)
