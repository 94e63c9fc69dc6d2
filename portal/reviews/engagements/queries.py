"""Questions about engagements: what an auditor may look at today, how each engagement stands."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Membership, Organisation, OrganisationKind, Person, Role
from portal.accounts.queries import acts_on
from portal.errors import NotThere
from portal.reviews.engagements.covering import day_of
from portal.reviews.engagements.model import (
    Engagement,
    EngagementConfirmation,
    EngagementEnd,
    EngagementIsp,
    EngagementPerson,
)


class EngagementState(enum.StrEnum):
    """How an engagement stands on a day."""

    PROPOSED = "PROPOSED"
    COMING = "COMING"
    HOLDS = "HOLDS"
    OVER = "OVER"
    ENDED = "ENDED"


@dataclass(frozen=True)
class Told:
    """An engagement with everything that is known of it on a day."""

    engagement: Engagement
    state: EngagementState
    people: Sequence[str]
    isps: Sequence[int]
    confirmation: EngagementConfirmation | None
    ended: EngagementEnd | None


def the_engagement(session: Session, no: int) -> Engagement:
    """An engagement by its number; raises NotThere."""
    found = session.get(Engagement, no)
    if found is None:
        raise NotThere("engagement")
    return found


def engagements(
    session: Session, at: datetime, *, isp_id: int | None = None, no: int | None = None
) -> list[Told]:
    """Every engagement (that may look at an ISP; of a number), the newest first."""
    query = select(Engagement).order_by(Engagement.no.desc())
    if isp_id is not None:
        of_isp = select(EngagementIsp.engagement).where(EngagementIsp.isp_id == isp_id)
        query = query.where(Engagement.no.in_(of_isp))
    if no is not None:
        query = query.where(Engagement.no == no)
    return told(session, session.scalars(query).all(), at)


def told(session: Session, found: Sequence[Engagement], at: datetime) -> list[Told]:
    """Engagements with their people, ISPs and how they stand, with four queries however many."""
    day, numbers = day_of(session, at), [one.no for one in found]
    isps, people = isps_of(session, numbers), _people_of(session, numbers)
    confirmed = {one.engagement: one for one in _about(session, EngagementConfirmation, numbers)}
    ended = {one.engagement: one for one in _about(session, EngagementEnd, numbers)}
    return [
        Told(
            one,
            _state(one, day, confirmed=one.no in confirmed, ended=one.no in ended),
            people[one.no],
            isps[one.no],
            confirmed.get(one.no),
            ended.get(one.no),
        )
        for one in found
    ]


def auditors(session: Session, day: date) -> list[tuple[Person, Organisation]]:
    """Everybody who is an auditor of an organisation on a day, by organisation and name."""
    query = (
        select(Person, Organisation)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Organisation.kind == OrganisationKind.AUDITOR,
            Membership.role == Role.AUDITOR,
            acts_on(day),
        )
        .order_by(Organisation.slug, Person.name)
    )
    return [(person, organisation) for person, organisation in session.execute(query)]


def isps_of(session: Session, numbers: Collection[int]) -> Mapping[int, Sequence[int]]:
    """The ISPs that engagements may look at, by number and in the order of their ids."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    query = select(EngagementIsp).where(EngagementIsp.engagement.in_(numbers))
    for row in session.scalars(query.order_by(EngagementIsp.isp_id)):
        found[row.engagement].append(row.isp_id)
    return found


def _people_of(session: Session, numbers: Collection[int]) -> Mapping[int, Sequence[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    query = (
        select(EngagementPerson.engagement, Person.name)
        .join(Person, Person.id == EngagementPerson.person_id)
        .where(EngagementPerson.engagement.in_(numbers))
        .order_by(Person.name)
    )
    for no, name in session.execute(query):
        found[no].append(name)
    return found


def _about(session: Session, table: Any, numbers: Collection[int]) -> Sequence[Any]:
    return session.scalars(select(table).where(table.engagement.in_(numbers))).all()


def _state(one: Engagement, day: date, *, confirmed: bool, ended: bool) -> EngagementState:
    if ended:
        return EngagementState.ENDED
    if one.until_on < day:
        return EngagementState.OVER
    if not confirmed:
        return EngagementState.PROPOSED
    return EngagementState.COMING if day < one.from_on else EngagementState.HOLDS
