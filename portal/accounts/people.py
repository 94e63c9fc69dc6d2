"""What administrators do: let people act for their ISP, and end it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.actions import join
from portal.accounts.desks import desks_for, keep_desks
from portal.accounts.model import Actor, Membership, Organisation, Person
from portal.accounts.permissions import Desk, Permission, Role
from portal.accounts.refusals import DesksUnchanged, LastAdministrator, OwnRights
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
    desks: Collection[Desk] = frozenset(Desk),
    from_on: date,
    by: Actor,
    at: datetime,
) -> Membership:
    """Let a person act for one's own organisation in a role from a day on, a preparer for some
    desks; who acts in that role already, acts for these desks from now on.

    Raises OwnRights for oneself, NotThere for another organisation, RoleElsewhere, DeskNeeded,
    DesksElsewhere.
    """
    _must_manage(organisation.id, by)
    if person.id == by.person_id:
        raise OwnRights
    kept = desks_for(role, desks)
    return join(session, person, organisation, role, desks=kept, from_on=from_on, by=by, at=at)


def limit(
    session: Session, membership: Membership, desks: Collection[Desk], *, by: Actor, at: datetime
) -> None:
    """Say which desks a preparer of one's own organisation acts for, from now on.

    Raises OwnRights for oneself, DeskNeeded, DesksElsewhere, DesksUnchanged; NotThere.
    """
    _must_manage(membership.organisation_id, by)
    if membership.person_id == by.person_id:
        raise OwnRights
    kept = desks_for(membership.role, desks)
    if membership.desks == kept:
        raise DesksUnchanged
    keep_desks(session, membership, kept, by=by, at=at)


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
    if not by.may(Permission.PEOPLE_MANAGE) or by.organisation_id != organisation_id:
        raise NotThere("person")
