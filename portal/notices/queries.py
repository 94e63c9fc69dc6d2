"""Questions about notices: one's own, those an ISP was sent, and what was said of them since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Select, and_, func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.accounts.queries import as_of
from portal.errors import NotThere
from portal.notices.codes import ActKind
from portal.notices.model import MonthCount, Notice, NoticeAct, NoticeIsp


def name_of(key: int) -> str:
    """How a notice is called: N-000042."""
    return f"N-{key:06d}"


def own_notice(session: Session, key: int, by: Actor) -> Notice:
    """A notice of the asker's organisation; raises NotThere for all others."""
    found = session.scalar(
        select(Notice).where(
            Notice.key == key, Notice.notifier_id == by.organisation_id, Notice.closed_seq.is_(None)
        )
    )
    if found is None:
        raise NotThere("notice")
    return found


def own_notices(
    session: Session, notifier_id: int, *, before: int | None, limit: int
) -> Sequence[Notice]:
    """A page of an organisation's notices, newest first."""
    query = select(Notice).where(Notice.notifier_id == notifier_id, Notice.closed_seq.is_(None))
    if before is not None:
        query = query.where(Notice.key < before)
    return session.scalars(query.order_by(Notice.key.desc()).limit(limit)).all()


def versions(session: Session, key: int) -> Sequence[Notice]:
    """Every version of a notice, oldest first."""
    return session.scalars(select(Notice).where(Notice.key == key).order_by(Notice.version)).all()


def addressed(session: Session, key: int) -> Sequence[NoticeIsp]:
    """The ISPs that a notice went to, by their ids."""
    return session.scalars(
        select(NoticeIsp)
        .where(NoticeIsp.notice == key, NoticeIsp.closed_seq.is_(None))
        .order_by(NoticeIsp.isp_id)
    ).all()


def received_notice(session: Session, isp_id: int, key: int) -> tuple[Notice, NoticeIsp]:
    """A notice that was sent to this ISP, as it stands; raises NotThere."""
    query = sent(isp_id, None).where(NoticeIsp.notice == key)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotThere("notice")
    notice, addressed_to = found
    return notice, addressed_to


def brought_at(session: Session, isp_id: int, key: int) -> datetime:
    """When the portal brought a notice to an ISP: its first version; raises NotThere."""
    first = select(NoticeIsp.recorded_at).where(NoticeIsp.isp_id == isp_id, NoticeIsp.notice == key)
    found = session.scalar(first.order_by(NoticeIsp.version).limit(1))
    if found is None:
        raise NotThere("notice")
    return found


def sent(isp_id: Any, seq: Any) -> Select[Notice, NoticeIsp]:
    """What an ISP was sent, as of a sequence number of its own (None: now)."""
    version = and_(Notice.key == NoticeIsp.notice, Notice.version == NoticeIsp.version)
    return (
        select(Notice, NoticeIsp)
        .join(NoticeIsp, version)
        .where(NoticeIsp.isp_id == isp_id, as_of(NoticeIsp, seq))
    )


def withdrawn(isp_id: Any, seq: Any) -> CTE:
    """The items (notice, item_no) that their sender took back and did not call up again since."""
    order = func.row_number().over(
        partition_by=(NoticeAct.notice, NoticeAct.item_no), order_by=NoticeAct.no.desc()
    )
    said = (
        select(NoticeAct.notice, NoticeAct.item_no, NoticeAct.kind, order.label("rank"))
        .where(
            NoticeAct.isp_id == isp_id,
            as_of(NoticeAct, seq),
            NoticeAct.kind.in_((ActKind.WITHDRAWN, ActKind.STILL_UP)),
        )
        .subquery()
    )
    last = and_(said.c.rank == 1, said.c.kind == ActKind.WITHDRAWN)
    return select(said.c.notice, said.c.item_no).where(last).cte("withdrawn")


def acts_of(
    session: Session, isp_id: int, notice: int, item_nos: Sequence[int] | None = None
) -> Sequence[NoticeAct]:
    """What the sender said of a notice's items at one ISP, oldest first for each item."""
    query = select(NoticeAct).where(NoticeAct.isp_id == isp_id, NoticeAct.notice == notice)
    if item_nos is not None:
        query = query.where(NoticeAct.item_no.in_(item_nos))
    return session.scalars(query.order_by(NoticeAct.item_no, NoticeAct.no)).all()


def month_counts(session: Session, organisation_id: int) -> Sequence[MonthCount]:
    """What a notifier counted, newest month first."""
    return session.scalars(
        select(MonthCount)
        .where(MonthCount.organisation_id == organisation_id, MonthCount.closed_seq.is_(None))
        .order_by(MonthCount.period.desc())
    ).all()
