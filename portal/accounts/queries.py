"""Questions about organisations, licences and people; *as of* is a sequence number of the ISP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from portal.accounts.model import (
    Actor,
    Licence,
    LicenceStatus,
    Membership,
    Organisation,
    OrganisationKind,
    Particulars,
    Person,
)
from portal.accounts.permissions import Permission, Role, may
from portal.errors import NotThere
from portal.period import Period

# The blank of a sequence number; none where it is asked what holds now.
_SEQ: Final = {True: None, False: bindparam("seq", type_=BigInteger())}


def as_of(table: Any, seq: Any) -> ColumnElement[bool]:
    """The rows of a versioned table in force at a sequence number (None: now), given as a value or
    as the blank of a statement.
    """
    if seq is None:
        return table.closed_seq.is_(None)  # type: ignore[no-any-return]
    return and_(table.admitted_seq <= seq, or_(table.closed_seq.is_(None), table.closed_seq > seq))


def isp_named(session: Session, slug: str) -> Organisation:
    """The ISP of a short name; raises NotThere."""
    named = select(Organisation).filter_by(slug=slug, kind=OrganisationKind.ISP)
    # PostgreSQL has no text with a zero byte in it, and an address can.
    found = None if "\0" in slug else session.scalar(named)
    if found is None:
        raise NotThere("isp", name=slug)
    return found


def all_isps(session: Session) -> Sequence[Organisation]:
    """Every ISP there ever was, by short name."""
    query = select(Organisation).where(Organisation.kind == OrganisationKind.ISP)
    return session.scalars(query.order_by(Organisation.slug)).all()


def particulars(session: Session, organisation_id: int, seq: int | None = None) -> Particulars:
    """The names of an organisation as of a sequence number."""
    asked = {"organisation_id": organisation_id, "seq": seq}
    return session.scalars(_particulars(now=seq is None), asked).one()


def licences(
    session: Session, isp_id: int, period: Period, seq: int | None = None
) -> Sequence[Licence]:
    """The licence spans that touch a period, by number."""
    days = {"first_day": period.first_day, "last_day": period.last_day}
    return session.scalars(_licences(now=seq is None), {"isp_id": isp_id, "seq": seq, **days}).all()


# Asked several times for every return: built once, and asked with other values (as its figures).
@cache
def _particulars(*, now: bool) -> Select[Particulars]:
    return select(Particulars).where(
        Particulars.organisation_id == bindparam("organisation_id"), as_of(Particulars, _SEQ[now])
    )


@cache
def _licences(*, now: bool) -> Select[Licence]:
    return (
        select(Licence)
        .where(
            Licence.isp_id == bindparam("isp_id"),
            as_of(Licence, _SEQ[now]),
            Licence.from_on <= bindparam("last_day"),
            or_(Licence.until_on.is_(None), Licence.until_on >= bindparam("first_day")),
        )
        .order_by(Licence.number)
    )


def is_licensed(session: Session, isp_id: int, period: Period, seq: int | None = None) -> bool:
    """Whether an active licence span touches the period (then a monthly return is owed)."""
    return any(x.status != LicenceStatus.SUSPENDED for x in licences(session, isp_id, period, seq))


def is_licensed_on(session: Session, isp_id: int, day: date) -> bool:
    """Whether a licence of the ISP was active on a day."""
    return any(
        x.status != LicenceStatus.SUSPENDED
        and x.from_on <= day
        and (x.until_on is None or day <= x.until_on)
        for x in licences(session, isp_id, Period.on(day))
    )


def licensees(session: Session, period: Period) -> Sequence[Organisation]:
    """Every ISP that owes a return for the period, by short name."""
    owing = select(Licence.isp_id).where(
        Licence.closed_seq.is_(None), Licence.status != LicenceStatus.SUSPENDED, _touches(period)
    )
    return session.scalars(
        select(Organisation).where(Organisation.id.in_(owing)).order_by(Organisation.slug)
    ).all()


def organisation_named(session: Session, slug: str) -> Organisation:
    """The organisation of a short name, whatever its kind; raises NotThere."""
    found = session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is None:
        raise NotThere("organisation", name=slug)
    return found


def somebody_may(session: Session, permission: Permission, day: date) -> bool:
    """Whether anybody at all may do this on a day; nobody can before the house is founded."""
    held = session.scalars(
        select(Membership.role).join(Person, Person.id == Membership.person_id).where(acts_on(day))
    )
    return any(may(role, permission) for role in held.unique())


def people_who_may(
    session: Session, permission: Permission, organisation_id: int, first: date, last: date
) -> Sequence[Person]:
    """Everybody who may do this for an organisation on some day of a span, oldest person first."""
    roles = [role for role in Role if may(role, permission)]
    held = select(Membership.person_id).where(
        Membership.organisation_id == organisation_id,
        Membership.role.in_(roles),
        Membership.from_on <= last,
        or_(Membership.until_on.is_(None), Membership.until_on >= first),
    )
    return session.scalars(
        select(Person).where(Person.id.in_(held), Person.active.is_(True)).order_by(Person.id)
    ).all()


def actors(session: Session, person_id: int, day: date) -> list[Actor]:
    """Every capacity in which a person may act on a day, oldest membership first."""
    rows = session.execute(
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.person_id == person_id, acts_on(day))
        .order_by(Membership.id)
    )
    return [Actor(p.id, p.name, m.role, m.organisation_id, m.desks) for m, p in rows]


def acts_on(day: date) -> ColumnElement[bool]:
    """The memberships that hold on a day, of people who are not disabled (joined)."""
    return and_(
        Person.active.is_(True),
        Membership.from_on <= day,
        or_(Membership.until_on.is_(None), Membership.until_on >= day),
    )


def _touches(period: Period) -> ColumnElement[bool]:
    return and_(
        Licence.from_on <= period.last_day,
        or_(Licence.until_on.is_(None), Licence.until_on >= period.first_day),
    )
