"""What an auditor may look at today: asked of engagements, never stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, false, or_, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Membership, Organisation, OrganisationKind
from portal.period import Period
from portal.policy.queries import policy_at
from portal.returns.model import Filing
from portal.reviews.engagements.model import (
    Engagement,
    EngagementConfirmation,
    EngagementEnd,
    EngagementIsp,
    EngagementPerson,
)
from portal.reviews.engagements.refusals import OutsideEngagement


def day_of(session: Session, at: datetime) -> date:
    """The day on the clocks of the policy's zone, by which engagements begin and end."""
    return at.astimezone(policy_at(session, at).policy.time_zone).date()


def holding(session: Session, by: Actor, at: datetime) -> Sequence[Engagement]:
    """The engagements by which somebody may look today, the newest first."""
    query = _holding(by, day_of(session, at)).order_by(Engagement.no.desc())
    return session.scalars(query).all()


def running(session: Session, numbers: Collection[int], at: datetime) -> bool:
    """Whether one of some engagements, which were confirmed once, is not over yet."""
    query = select(Engagement.no).where(
        Engagement.no.in_(numbers),
        Engagement.until_on >= day_of(session, at),
        ~exists().where(EngagementEnd.engagement == Engagement.no),
    )
    return session.scalar(query.limit(1)) is not None


def covering(
    session: Session, by: Actor, isp_id: int, period: Period | None, at: datetime
) -> Engagement:
    """The newest engagement by which somebody may look at an ISP today, and at this month of it if
    one is named; nobody looks at an ISP that they act for. Raises OutsideEngagement.
    """
    day = day_of(session, at)
    query = _holding(by, day).where(
        exists().where(EngagementIsp.engagement == Engagement.no, EngagementIsp.isp_id == isp_id),
        ~exists(not_apart([by.person_id], [isp_id], day)),
    )
    if period is not None:
        month = str(period)
        query = query.where(Engagement.first_period <= month, Engagement.last_period >= month)
    found: Engagement | None = session.scalar(query.order_by(Engagement.no.desc()).limit(1))
    if found is None:
        raise OutsideEngagement("isp")
    return found


def not_apart(people: Collection[int], isps: Collection[int], since: date) -> Select[Any]:
    """Who of some people acts for one of some ISPs, or for the authority, or did since a day: they
    would look at what they did themselves, or decide on what they found.
    """
    return (
        select(Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id.in_(people),
            or_(Organisation.id.in_(isps), Organisation.kind == OrganisationKind.AUTHORITY),
            or_(Membership.until_on.is_(None), Membership.until_on >= since),
        )
    )


def _holding(by: Actor, day: date) -> Select[Any]:
    return select(Engagement).where(
        Engagement.organisation_id == by.organisation_id,
        Engagement.from_on <= day,
        Engagement.until_on >= day,
        exists().where(
            EngagementPerson.engagement == Engagement.no, EngagementPerson.person_id == by.person_id
        ),
        exists().where(EngagementConfirmation.engagement == Engagement.no),
        ~exists().where(EngagementEnd.engagement == Engagement.no),
    )


def filings_covered(session: Session, isp_id: int, found: Sequence[Engagement]) -> Sequence[Filing]:
    """Every filing of the months of an ISP that some engagements speak of, the newest first."""
    months = [Filing.period.between(one.first_period, one.last_period) for one in found]
    query = select(Filing).where(Filing.isp_id == isp_id, or_(false(), *months))
    return session.scalars(query.order_by(Filing.period.desc(), Filing.version.desc())).all()
