"""What a notifier may see of its notice at one ISP: received, acted, refused why; nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from portal.notices.model import Notice, NoticeAct
from portal.notices.queries import acts_of, withdrawn
from portal.policy.codes import ActionType
from portal.registers.codes import Progress
from portal.registers.sides.matches import matched, settled
from portal.registers.sides.model import SettledBefore
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.wall import Step, stepping


@dataclass(frozen=True)
class ItemTold:
    """One item as its notifier sees it; all but ``acts`` is None while the ISP has not logged it.

    ``action`` is the last thing the ISP said it did (a refusal names its ground); ``transit`` the
    time from issue to receipt, which is no part of the ISP's clock.
    """

    item_no: int
    received_at: datetime | None
    transit: timedelta | None
    acted_at: datetime | None
    action: ActionType | None
    acts: Sequence[NoticeAct]
    is_withdrawn: bool


def items_told(
    session: Session, isp_id: int, notice: Notice, *, after: int = 0, limit: int
) -> list[ItemTold]:
    """The items of a notice at an ISP in order of their numbers, from the one after ``after``."""
    with stepping(session, Step.ITEMS):
        return _told(session, isp_id, notice, after, limit)


def _told(session: Session, isp_id: int, notice: Notice, after: int, limit: int) -> list[ItemTold]:
    dealt_with = settled(isp_id, None).where(SettledBefore.notice == notice.key)
    elsewhere = {no for _, no in session.execute(dealt_with)}
    wanted = range(after + 1, min(notice.items, after + limit) + 1)
    numbers = [no for no in wanted if no not in elsewhere]
    mine = matched(isp_id, None, notice.key)
    query = (
        select(mine.c.item_no, Takedown.key, Takedown.received_at)
        .join(Takedown, and_(Takedown.key == mine.c.key, Takedown.isp_id == isp_id))
        .where(Takedown.closed_seq.is_(None), mine.c.item_no.in_(numbers))
    )
    logged = {row.item_no: (row.key, row.received_at) for row in session.execute(query)}
    acted = _acted(session, isp_id, [key for key, _ in logged.values()])
    back = withdrawn(isp_id, None)
    gone = set(session.scalars(select(back.c.item_no).where(back.c.notice == notice.key)))
    said: dict[int, list[NoticeAct]] = {}
    for one in acts_of(session, isp_id, notice.key, numbers):
        said.setdefault(one.item_no, []).append(one)
    told = []
    for no in numbers:
        key, received_at = logged.get(no, (None, None))
        acted_at, action = acted.get(key or 0, (None, None))
        transit = received_at - notice.issued_at if received_at else None
        told.append(
            ItemTold(no, received_at, transit, acted_at, action, said.get(no, ()), no in gone)
        )
    return told


def items_logged(
    session: Session, isp_id: int, notice: Notice, *, limit: int
) -> list[tuple[int, int]]:
    """The first items of a notice that the ISP has logged: item number and key of the entry."""
    mine = matched(isp_id, None, notice.key)
    query = select(mine.c.item_no, mine.c.key).order_by(mine.c.item_no).limit(limit)
    return [(row.item_no, row.key) for row in session.execute(query)]


def _acted(
    session: Session, isp_id: int, keys: Sequence[int]
) -> Mapping[int, tuple[datetime | None, ActionType | None]]:
    """When and how each item was last acted on, as far as it still stands."""
    if not keys:
        return {}
    order = func.row_number().over(
        partition_by=TakedownEvent.key,
        order_by=(TakedownEvent.occurred_at.desc(), TakedownEvent.no.desc()),
    )
    last = (
        select(TakedownEvent.key, TakedownEvent.occurred_at, TakedownEvent.action, order.label("r"))
        .where(
            TakedownEvent.isp_id == isp_id,
            TakedownEvent.key.in_(keys),
            TakedownEvent.kind.in_((Progress.ACTIONED, Progress.REOPENED)),
            TakedownEvent.closed_seq.is_(None),
            TakedownEvent.retracted.is_(False),
        )
        .subquery()
    )
    rows = session.execute(
        select(last.c.key, last.c.occurred_at, last.c.action).where(last.c.r == 1)
    )
    return {key: (at, action) for key, at, action in rows if action is not None}
