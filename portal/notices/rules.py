"""What must hold before a notice is sent or corrected."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.queries import is_licensed_on
from portal.errors import Refused
from portal.notices.model import Notice, NoticeAct
from portal.notices.queries import name_of
from portal.notices.refusals import ActedOnAlready, NobodyAddressed, ReferenceUsed
from portal.period import Period
from portal.policy.queries import policy_at

_FIXED = ("source_type", "source_ref")


def must_be_licensed(
    session: Session, isp_ids: Collection[int], issued_at: datetime, at: datetime
) -> None:
    """Raises NobodyAddressed, and Refused(licence-closed) for each ISP without a licence then."""
    if not isp_ids:
        raise NobodyAddressed("isps")
    day = issued_at.astimezone(policy_at(session, at).policy.time_zone).date()
    closed = [isp_id for isp_id in sorted(isp_ids) if not is_licensed_on(session, isp_id, day)]
    if closed:
        period = str(Period.on(day))
        problem = "licence-closed"
        raise Refused([("isps", problem, {"period": period, "isp": isp}) for isp in closed])


def must_be_new(session: Session, notifier_id: int, reference: str, besides: int | None) -> None:
    """Raises ReferenceUsed where the notifier has another notice of this reference."""
    used = session.scalar(
        select(Notice.key).where(
            Notice.notifier_id == notifier_id,
            Notice.source_ref == reference,
            Notice.closed_seq.is_(None),
        )
    )
    if used not in {None, besides}:
        raise ReferenceUsed("source_ref", entry=name_of(used or 0))


def must_keep_what_was_acted_on(session: Session, former: Notice, now: dict[str, Any]) -> None:
    """Raises ActedOnAlready where a new version would lose what was said of the items."""
    highest = session.scalar(
        select(func.max(NoticeAct.item_no)).where(NoticeAct.notice == former.key)
    )
    if highest is None:
        return
    for name in _FIXED:
        if getattr(former, name) != now[name]:
            raise ActedOnAlready(name, items=highest)
    if now["items"] < highest:
        raise ActedOnAlready("items", items=highest)
