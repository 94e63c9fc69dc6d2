"""What administrators do: let people act for their ISP, and end it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.actions import join
from portal.accounts.model import Actor, Membership, Organisation, Person
from portal.accounts.permissions import Permission, Role, may
from portal.accounts.refusals import LastAdministrator, OwnRights
from portal.accounts.staff import administrators
from portal.errors import NotThere
from portal.ledger import take
from portal.trail import append


def give(
    session: Session,
    person: Person,
    organisation: Organisation,
    role: Role,
    *,
    from_on: date,
    by: Actor,
    at: datetime,
) -> Membership:
    """Let a person act for one's own organisation in a role from a day on.

    Raises OwnRights for oneself, NotThere for another organisation, RoleElsewhere.
    """
    _must_manage(organisation.id, by)
    if person.id == by.person_id:
        raise OwnRights
    return join(session, person, organisation, role, from_on=from_on, by=by, at=at)


def leave(session: Session, membership: Membership, *, on: date, by: Actor, at: datetime) -> None:
    """End a membership of one's own organisation: from that day on it does not hold.

    Raises LastAdministrator where nobody would be left to manage its people; NotThere.
    """
    _must_manage(membership.organisation_id, by)
    book = take(session, membership.organisation_id)
    if membership.role == Role.ADMINISTRATOR:
        held = {person.id for person in administrators(session, membership.organisation_id, on)}
        if held <= {membership.person_id}:
            raise LastAdministrator
    membership.until_on = on - timedelta(days=1)
    facts: dict[str, Any] = {"person": membership.person_id, "ended": str(membership.role)}
    append(session, book, "membership.ended", by=by, at=at, on=str(on), **facts)
    session.flush()


def _must_manage(organisation_id: int, by: Actor) -> None:
    # Another organisation's people look as if they were not there.
    if not may(by.role, Permission.PEOPLE_MANAGE) or by.organisation_id != organisation_id:
        raise NotThere("person")
