"""What is done to organisations, licences and people; every act is an event in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.desks import in_facts, keep_desks
from portal.accounts.licensing import end_licence, license_isp, open_licence, restate_licence
from portal.accounts.model import (
    Actor,
    Membership,
    Organisation,
    OrganisationKind,
    Particulars,
    Person,
    SizeClass,
)
from portal.accounts.permissions import Desk, Role
from portal.accounts.refusals import NameTaken, RoleElsewhere
from portal.accounts.waivers import grant_waiver
from portal.ledger import SYSTEM, Ledger, open_ledger, take
from portal.trail import append

# Who acts when a command founds the house: nobody can sign in as it.
THE_SYSTEM = Actor(0, "The portal", Role.OPERATOR, SYSTEM)


# In which roles the people of an organisation act: nobody judges a return for an ISP.
ROLES = {
    OrganisationKind.ISP: {Role.PREPARER, Role.APPROVER, Role.ADMINISTRATOR},
    OrganisationKind.AUTHORITY: {
        Role.REVIEWER,
        Role.ISSUER,
        Role.POLICY_OFFICER,
        Role.OBSERVER,
        Role.OPERATOR,
        Role.SAFEGUARDING,
    },
    OrganisationKind.NOTIFIER: {Role.NOTIFIER},
    OrganisationKind.AUDITOR: {Role.AUDITOR},
    OrganisationKind.OBSERVER: {Role.OBSERVER},
}


@dataclass(frozen=True)
class Naming:
    """What an organisation is called and how large it counts."""

    name_en: str
    name_km: str
    registration_no: str
    size: SizeClass = SizeClass.STANDARD


def found(
    session: Session, kind: OrganisationKind, slug: str, naming: Naming, *, by: Actor, at: datetime
) -> Organisation:
    """Add an organisation with its ledger; raises NameTaken."""
    book = take(session, SYSTEM)
    if session.scalar(select(Organisation.id).where(Organisation.slug == slug)):
        raise NameTaken("slug", slug=slug)
    organisation = Organisation(slug=slug, kind=kind, body=None)
    session.add(organisation)
    session.flush()
    open_ledger(session, organisation.id)
    append(session, book, "organisation.founded", by=by, at=at, subject=slug, kind=str(kind))
    own = take(session, organisation.id)
    seq = append(session, own, "particulars.set", by=by, at=at, subject=slug, version=1)
    session.add(_particulars(organisation.id, 1, naming, seq))
    session.flush()
    return organisation


def rename(
    session: Session, organisation_id: int, naming: Naming, *, by: Actor, at: datetime
) -> None:
    """Set new particulars from this act on; papers made before keep the old name."""
    book = take(session, organisation_id)
    current = session.scalars(
        select(Particulars).where(
            Particulars.organisation_id == organisation_id, Particulars.closed_seq.is_(None)
        )
    ).one()
    version = current.version + 1
    seq = append(session, book, "particulars.set", by=by, at=at, version=version)
    current.closed_seq = seq
    session.add(_particulars(organisation_id, version, naming, seq))
    session.flush()


def enrol(
    session: Session, name: str, *, title_en: str = "", title_km: str = "", language: str = "en"
) -> Person:
    """Add a person; what they may do comes from memberships."""
    person = Person(name=name, title_en=title_en, title_km=title_km, language=language)
    session.add(person)
    session.flush()
    return person


def join(
    session: Session,
    person: Person,
    organisation: Organisation,
    role: Role,
    *,
    desks: frozenset[Desk] | None = None,
    from_on: date,
    by: Actor,
    at: datetime,
) -> Membership:
    """Let a person act for an organisation in a role from a day on, a preparer for some desks or
    (None) all; twice is once, who left may come back. Raises RoleElsewhere.
    """
    if role not in ROLES[organisation.kind]:
        raise RoleElsewhere("role", role=role, kind=organisation.kind)
    book = take(session, organisation.id)
    whom = {"person_id": person.id, "organisation_id": organisation.id, "role": role}
    held = session.scalar(select(Membership).filter_by(**whom))
    if held is not None and (held.until_on is None or held.until_on >= from_on):
        keep_desks(session, held, desks, by=by, at=at)
        return held
    membership = held or Membership(**whom)
    membership.from_on, membership.until_on, membership.desks = from_on, None, desks
    session.add(membership)
    facts: dict[str, Any] = {"person": person.id, "granted": str(role), "from_on": str(from_on)}
    facts |= {} if desks is None else {"desks": in_facts(desks)}
    append(session, book, "membership.given", by=by, at=at, **facts)
    session.flush()
    return membership


def disable(session: Session, person: Person, *, by: Actor, at: datetime) -> None:
    """Stop a person from signing in; the name stays readable in the trail."""
    person.active = False
    append(session, take(session, SYSTEM), "person.disabled", by=by, at=at, person=person.id)


def begin(session: Session) -> Ledger:
    """Open the system's ledger in an empty database, and name the system itself as an actor."""
    open_ledger(session, SYSTEM)
    if session.get(Person, THE_SYSTEM.person_id) is None:
        session.add(Person(id=THE_SYSTEM.person_id, name=THE_SYSTEM.name, active=False))
        session.flush()
    return take(session, SYSTEM)


def _particulars(organisation_id: int, version: int, naming: Naming, seq: int) -> Particulars:
    return Particulars(
        organisation_id=organisation_id,
        version=version,
        name_en=naming.name_en,
        name_km=naming.name_km,
        registration_no=naming.registration_no,
        size=naming.size,
        admitted_seq=seq,
    )


__all__ = [
    "THE_SYSTEM",
    "Naming",
    "begin",
    "disable",
    "end_licence",
    "enrol",
    "found",
    "grant_waiver",
    "join",
    "license_isp",
    "open_licence",
    "rename",
    "restate_licence",
]
