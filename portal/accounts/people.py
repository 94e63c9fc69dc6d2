"""Who manages an ISP's people: its administrators, and two officers where there is none left."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.actions import join
from portal.accounts.model import Actor, Binding, Membership, Organisation, OrganisationKind, Person
from portal.accounts.permissions import Permission, Role, may
from portal.accounts.queries import administrators
from portal.accounts.refusals import BindingDone, LastAdministrator, OwnRights, SameOfficerBinds
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


def ask_binding(
    session: Session, person: Person, isp: Organisation, reference: str, *, by: Actor, at: datetime
) -> Binding:
    """Propose an ISP's administrator on a letter; another officer must confirm (chairs A8).

    Raises OwnRights for an officer who names themselves; NotThere.
    """
    _must_bind(isp, by)
    if person.id == by.person_id:
        raise OwnRights
    book = take(session, isp.id)
    no = 1 + (session.scalar(select(func.count()).where(Binding.isp_id == isp.id)) or 0)
    seq = append(session, book, "administrator.asked", by=by, at=at, subject=reference, no=no)
    binding = Binding(
        isp_id=isp.id,
        no=no,
        person_id=person.id,
        reference=reference,
        asked_by=by.person_id,
        asked_at=at,
        admitted_seq=seq,
    )
    session.add(binding)
    session.flush()
    return binding


def confirm_binding(
    session: Session, isp: Organisation, no: int, *, from_on: date, by: Actor, at: datetime
) -> Binding:
    """Make the proposed person an administrator: the second officer's act.

    Raises SameOfficerBinds, BindingDone, OwnRights; NotThere.
    """
    _must_bind(isp, by)
    book = take(session, isp.id)
    binding = session.get(Binding, (isp.id, no), populate_existing=True)
    if binding is None:
        raise NotThere("binding")
    if binding.confirmed_by is not None:
        raise BindingDone
    if binding.asked_by == by.person_id:
        raise SameOfficerBinds
    if binding.person_id == by.person_id:
        raise OwnRights
    person = session.get_one(Person, binding.person_id)
    binding.closed_seq = append(
        session, book, "administrator.bound", by=by, at=at, subject=binding.reference, no=no
    )
    binding.confirmed_by, binding.confirmed_at = by.person_id, at
    join(session, person, isp, Role.ADMINISTRATOR, from_on=from_on, by=by, at=at)
    return binding


def _must_manage(organisation_id: int, by: Actor) -> None:
    # Another organisation's people look as if they were not there.
    if not may(by.role, Permission.PEOPLE_MANAGE) or by.organisation_id != organisation_id:
        raise NotThere("person")


def _must_bind(isp: Organisation, by: Actor) -> None:
    if not may(by.role, Permission.ADMINISTRATOR_BIND) or isp.kind != OrganisationKind.ISP:
        raise NotThere("isp")
