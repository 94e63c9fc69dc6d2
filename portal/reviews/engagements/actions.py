"""The verbs of engaging an auditor: propose, confirm by another officer, end early."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Permission, may
from portal.entries.entry import line_digest, stamp
from portal.ledger import SYSTEM, Ledger, take
from portal.reviews.engagements.covering import day_of
from portal.reviews.engagements.model import (
    EndReason,
    Engagement,
    EngagementConfirmation,
    EngagementEnd,
    EngagementIsp,
    EngagementPerson,
    engagement_name,
)
from portal.reviews.engagements.proposal import Proposal, must_hold_together
from portal.reviews.engagements.queries import isps_of, the_engagement
from portal.reviews.engagements.refusals import (
    EngagementConfirmed,
    EngagementNotYours,
    EngagementOver,
    SameOfficerEngages,
)
from portal.trail import append

_TABLE: Any = Engagement.__table__


def propose(session: Session, asked: Proposal, *, by: Actor, at: datetime) -> Engagement:
    """Propose an engagement: nobody may look by it until another officer confirms it.

    Raises EngagementNotYours, NobodyEngaged, MonthsBackwards, SpanBackwards, EngagementOver,
    NotAnAuditor, NotApart; NotThere for an ISP that is none.
    """
    _must_be_yours(by)
    must_hold_together(session, asked, at)
    people, isps = sorted(set(asked.people)), sorted(set(asked.isps))
    books = _books(session, isps)
    no = 1 + (session.scalar(select(func.max(Engagement.no))) or 0)
    row: dict[str, Any] = {"no": no, "organisation_id": asked.organisation_id}
    row |= {"instrument": asked.instrument, "proposed_by": by.person_id}
    row |= {"first_period": str(asked.first), "last_period": str(asked.last)}
    row |= {"from_on": asked.from_on, "until_on": asked.until_on}
    row["digest"] = line_digest(Engagement, row)
    facts = {"organisation": asked.organisation_id, "people": people, "line": row["digest"].hex()}
    facts |= {"months": [str(asked.first), str(asked.last)]}
    facts |= {"days": [str(asked.from_on), str(asked.until_on)]}
    seq = _tell(session, books, no, "engagement.proposed", by=by, at=at, **facts)
    stamp(row, seq, by=by.person_id, at=at)
    session.execute(insert(_TABLE), [row])
    named = [{"engagement": no, "person_id": person} for person in people]
    session.execute(insert(EngagementPerson), named)
    session.execute(insert(EngagementIsp), [{"engagement": no, "isp_id": one} for one in isps])
    return session.get_one(Engagement, no)


def confirm(session: Session, no: int, *, by: Actor, at: datetime) -> EngagementConfirmation:
    """Let the auditors in, from the first day to the last: the second officer's act.

    Raises EngagementNotYours, SameOfficerEngages, EngagementConfirmed, EngagementOver; NotThere.
    """
    _must_be_yours(by)
    engagement = the_engagement(session, no)
    books = _books(session, isps_of(session, [no])[no])
    if engagement.proposed_by == by.person_id:
        raise SameOfficerEngages(number=engagement.name)
    if session.get(EngagementConfirmation, no) is not None:
        raise EngagementConfirmed(number=engagement.name)
    _must_run(session, engagement, at)
    facts = {"line": engagement.digest.hex()}
    seq = _tell(session, books, no, "engagement.confirmed", by=by, at=at, **facts)
    confirmation = EngagementConfirmation(
        engagement=no,
        proposed_by=engagement.proposed_by,
        confirmed_by=by.person_id,
        confirmed_at=at,
        seq=seq,
    )
    session.add(confirmation)
    session.flush()
    return confirmation


def end(session: Session, no: int, reason: EndReason, *, by: Actor, at: datetime) -> EngagementEnd:
    """End an engagement before its last day, or withdraw one that nobody confirmed: from now on
    nobody looks by it. Raises EngagementNotYours, EngagementOver; NotThere.
    """
    _must_be_yours(by)
    engagement = the_engagement(session, no)
    books = _books(session, isps_of(session, [no])[no])
    _must_run(session, engagement, at)
    facts = {"reason": str(reason)}
    seq = _tell(session, books, no, "engagement.ended", by=by, at=at, **facts)
    ended = EngagementEnd(engagement=no, reason=reason, ended_by=by.person_id, ended_at=at, seq=seq)
    session.add(ended)
    session.flush()
    return ended


def _books(session: Session, isps: Sequence[int]) -> list[Ledger]:
    """The ledgers of some ISPs in the order of their ids, the system's last."""
    return [take(session, isp_id) for isp_id in (*isps, SYSTEM)]


def _tell(
    session: Session,
    books: Sequence[Ledger],
    no: int,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    **facts: Any,
) -> int:
    """Write the act into every chain it concerns; the number is that of the system's. An ISP is
    not told which others are looked at.
    """
    seq, subject = 0, engagement_name(no)
    for book in books:
        seq = append(session, book, kind, by=by, at=at, subject=subject, **facts)
    return seq


def _must_be_yours(by: Actor) -> None:
    if not may(by.role, Permission.ENGAGEMENT_GRANT):
        raise EngagementNotYours


def _must_run(session: Session, engagement: Engagement, at: datetime) -> None:
    over = engagement.until_on < day_of(session, at)
    if over or session.get(EngagementEnd, engagement.no) is not None:
        raise EngagementOver(number=engagement.name)
