"""Questions about people: who manages an ISP's, who waits to, who must prove themselves twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.bindings import Binding
from portal.accounts.model import Membership, Organisation, OrganisationKind, Person
from portal.accounts.permissions import Role
from portal.accounts.queries import acts_on


def administrators(session: Session, isp_id: int, day: date) -> Sequence[Person]:
    """Who manages an ISP's people on a day, oldest membership first."""
    held = select(Person).join(Membership, Membership.person_id == Person.id)
    return session.scalars(
        held.where(
            Membership.organisation_id == isp_id,
            Membership.role == Role.ADMINISTRATOR,
            acts_on(day),
        ).order_by(Membership.id)
    ).all()


def memberships(session: Session, organisation_id: int) -> Sequence[Membership]:
    """Every membership of an organisation that was not ended, oldest first."""
    return session.scalars(
        select(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.until_on.is_(None))
        .order_by(Membership.id)
    ).all()


def isps_without_administrator(session: Session, day: date) -> Sequence[Organisation]:
    """The ISPs whose people nobody manages on a day, by short name."""
    managed = (
        select(Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == Role.ADMINISTRATOR, acts_on(day))
    )
    query = select(Organisation).where(
        Organisation.kind == OrganisationKind.ISP, Organisation.id.not_in(managed)
    )
    return session.scalars(query.order_by(Organisation.slug)).all()


def open_bindings(session: Session) -> Sequence[Binding]:
    """The proposed administrators that no second officer has confirmed, oldest first."""
    waiting = select(Binding).where(Binding.confirmed_by.is_(None))
    return session.scalars(waiting.order_by(Binding.asked_at, Binding.isp_id, Binding.no)).all()


def needs_second_factor(session: Session, person_id: int, day: date) -> bool:
    """Whether a person must prove twice who they are: everybody at an authority, and whoever
    approves or manages people at an ISP.
    """
    kinds = session.execute(
        select(Organisation.kind, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.person_id == person_id, acts_on(day))
    )
    return any(
        kind == OrganisationKind.AUTHORITY or role in (Role.APPROVER, Role.ADMINISTRATOR)
        for kind, role in kinds
    )
