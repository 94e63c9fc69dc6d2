"""How far a month's figures were confirmed by whoever sent the notices (chairs A1, B4)."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from portal.accounts.queries import as_of
from portal.notices.codes import ActKind
from portal.notices.model import NoticeAct
from portal.notices.notifiers import notifiers
from portal.period import Period
from portal.policy.document import Policy
from portal.registers.sides.matches import issued_in, logged_not_known, matched, sent_not_logged
from portal.registers.sides.model import AppliedAct
from portal.registers.takedowns import Takedown


class Counterparty(NamedTuple):
    """Of the items received in a month (void ones and duplicates left aside): how many their
    sender is known to have sent, and of how many it confirmed what the ISP says.
    """

    received: int
    sent: int
    withdrawn: int
    confirmed_gone: int
    refusals_confirmed: int
    found_still_up: int


class BothSides(NamedTuple):
    """A month on both sides, in items: sent in it and never logged; logged as received in it, and
    not known to a sender that sends everything through the portal.
    """

    sent_not_logged: int
    logged_not_known: int


_COUNTED = (ActKind.WITHDRAWN, ActKind.CONFIRMED_GONE, ActKind.REFUSAL_CONFIRMED, ActKind.STILL_UP)


def confirmed_by_counterparty(
    session: Session, isp_id: int, period: Period, policy: Policy, *, seq: int | None = None
) -> Counterparty:
    """How far a month of one ISP was confirmed by the other side, as of a sequence number."""
    cohort = _received_in(isp_id, seq, period, policy)
    mine, said = matched(isp_id, seq), _said(isp_id, seq)
    received = session.scalar(select(func.count()).select_from(Takedown).where(cohort)) or 0
    # Asked from the side of what was sent: each entry is then found by its key.
    sent = session.scalar(
        select(func.count(mine.c.key.distinct()))
        .join(Takedown, Takedown.key == mine.c.key)
        .where(cohort)
    )
    columns = [func.coalesce(func.sum(said.c[kind.value]), 0) for kind in _COUNTED]
    query = select(*columns).join(Takedown, Takedown.key == said.c.key).where(cohort)
    return Counterparty(received, sent or 0, *map(int, session.execute(query).one()))


def _received_in(isp_id: Any, seq: Any, period: Period, policy: Policy) -> ColumnElement[bool]:
    zone = policy.time_zone
    return and_(
        Takedown.isp_id == isp_id,
        as_of(Takedown, seq),
        Takedown.void.is_(False),
        Takedown.duplicate_of.is_(None),
        Takedown.carried_at.is_(None),
        Takedown.received_at >= period.starts_at(zone),
        Takedown.received_at < period.ends_at(zone),
    )


def _said(isp_id: Any, seq: Any) -> Any:
    """Of each entry, which acts of its notice's sender became its events."""
    of_act = and_(
        NoticeAct.isp_id == AppliedAct.isp_id,
        NoticeAct.notice == AppliedAct.notice,
        NoticeAct.item_no == AppliedAct.item_no,
        NoticeAct.no == AppliedAct.no,
    )
    return (
        select(AppliedAct.key, *(_whether(kind) for kind in ActKind))
        .join(NoticeAct, of_act)
        .where(AppliedAct.isp_id == isp_id, as_of(AppliedAct, seq))
        .group_by(AppliedAct.key)
        .cte("said")
    )


def both_sides(
    session: Session, isp_id: int, period: Period, policy: Policy, *, seq: int | None = None
) -> BothSides:
    """Where the two sides of an ISP's month differ; what was sent counts by the day of issue."""
    lacking = session.execute(sent_not_logged(isp_id, seq, issued_in(period, policy))).one()
    unknown = logged_not_known(isp_id, seq, period, policy, notifiers(session)).order_by(None)
    count = select(func.count()).select_from(unknown.with_only_columns(Takedown.key).subquery())
    return BothSides(int(lacking[1]), session.scalar(count) or 0)


def _whether(kind: ActKind) -> Any:
    return func.max(case((NoticeAct.kind == kind, 1), else_=0)).label(kind.value)
