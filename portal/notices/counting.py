"""What a notifier counts by month: reports received, assessed, notices sent (chairs D)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal import trail
from portal.accounts import Actor, Organisation
from portal.entries.entry import close, line_digest, stamp
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.errors import NotThere
from portal.ledger import SYSTEM, take
from portal.notices.inputs import MonthCountIn
from portal.notices.model import MonthCount
from portal.notices.notifiers import SENDING_KINDS
from portal.notices.refusals import MonthNotOver
from portal.period import Period
from portal.policy.queries import policy_at

_TABLE: Any = MonthCount.__table__


def count_month(
    session: Session, period: Period, value: MonthCountIn, *, expects: int, by: Actor, at: datetime
) -> int:
    """Record a month's counts of the actor's organisation, or their next version.

    ``expects`` is the version the reader saw (0: none). Raises NotThere, MonthNotOver, Unchanged
    and ChangedMeanwhile.
    """
    organisation = session.get_one(Organisation, by.organisation_id)
    if organisation.kind not in SENDING_KINDS:
        raise NotThere("organisation")
    if period >= Period.of(at, policy_at(session, at).policy.time_zone):
        raise MonthNotOver("period", period=str(period))
    book = take(session, SYSTEM)
    mine = (_TABLE.c.organisation_id == organisation.id, _TABLE.c.period == str(period))
    query = select(_TABLE).where(*mine, _TABLE.c.closed_seq.is_(None))
    former = session.execute(query).mappings().one_or_none()
    if (former["version"] if former else 0) != expects:
        raise ChangedMeanwhile(version=former["version"] if former else 0)
    row: dict[str, Any] = value.columns()
    if former and all(former[name] == row[name] for name in row):
        raise Unchanged
    row |= {"organisation_id": organisation.id, "period": str(period), "version": expects + 1}
    row["digest"] = line_digest(MonthCount, row)
    facts = {"period": str(period), "version": row["version"], "line": row["digest"].hex()}
    subject = organisation.slug
    seq = trail.append(session, book, "month.counted", by=by, at=at, subject=subject, **facts)
    stamp(row, seq, by=by.person_id, at=at)
    close(session, MonthCount, seq, organisation_id=organisation.id, period=str(period))
    session.execute(insert(_TABLE), [row])
    return int(row["version"])
