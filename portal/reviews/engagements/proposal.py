"""What an officer proposes, and whether it can hold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Membership, Organisation, OrganisationKind, Person, Role
from portal.accounts.queries import acts_on
from portal.accounts.refusals import must_go_forward
from portal.errors import NotThere
from portal.period import Period
from portal.reviews.engagements.covering import day_of, not_apart
from portal.reviews.engagements.refusals import (
    EngagementOver,
    MonthsBackwards,
    NobodyEngaged,
    NotAnAuditor,
    NotApart,
)


@dataclass(frozen=True)
class Proposal:
    """Who of which auditing organisation is to look at what, by which mandate, on which days."""

    organisation_id: int
    people: Collection[int]
    isps: Collection[int]
    instrument: str
    first: Period
    last: Period
    from_on: date
    until_on: date


def must_hold_together(session: Session, asked: Proposal, at: datetime) -> None:
    """Raises what ``propose`` names, where the proposal could not hold."""
    if not asked.people or not asked.isps:
        raise NobodyEngaged("isps" if asked.people else "people")
    if asked.last < asked.first:
        raise MonthsBackwards("last_period", first=str(asked.first), last=str(asked.last))
    must_go_forward(asked.from_on, asked.until_on)
    if asked.until_on < day_of(session, at):
        raise EngagementOver("until_on", number=asked.instrument)
    kinds = select(Organisation.id).where(
        Organisation.id.in_(asked.isps), Organisation.kind == OrganisationKind.ISP
    )
    if len(session.scalars(kinds).all()) < len(set(asked.isps)):
        raise NotThere("isp")
    held = select(Membership.person_id).join(Person, Person.id == Membership.person_id)
    known = held.where(
        Membership.organisation_id == asked.organisation_id,
        Membership.role == Role.AUDITOR,
        Membership.person_id.in_(asked.people),
        acts_on(max(asked.from_on, day_of(session, at))),
    )
    if set(session.scalars(known)) != set(asked.people):
        raise NotAnAuditor("people")
    since = min(asked.first.first_day, day_of(session, at))
    if session.scalar(not_apart(asked.people, asked.isps, since).limit(1)) is not None:
        raise NotApart("people")
