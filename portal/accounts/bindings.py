"""Bindings: two officers give an ISP an administrator, on its letter (chairs A8)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.accounts.actions import join
from portal.accounts.model import Actor, Organisation, OrganisationKind, Person
from portal.accounts.permissions import Permission, Role, may
from portal.accounts.refusals import BindingDone, OwnRights, SameOfficerBinds
from portal.db import Base, Instant
from portal.errors import NotThere
from portal.ledger import take
from portal.trail import append


class Binding(Base):
    """Two officers give an ISP an administrator, on a letter (chairs A8): one asks, another
    confirms.
    """

    __tablename__ = "administrator_binding"
    __growing__ = ("confirmed_by", "confirmed_at", "closed_seq")
    __table_args__ = (
        CheckConstraint("confirmed_by <> asked_by", name="four_eyes"),
        CheckConstraint("person_id <> asked_by AND person_id <> confirmed_by", name="not_oneself"),
    )

    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reference: Mapped[str] = mapped_column(String(64))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)


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


def _must_bind(isp: Organisation, by: Actor) -> None:
    if not may(by.role, Permission.ADMINISTRATOR_BIND) or isp.kind != OrganisationKind.ISP:
        raise NotThere("isp")
