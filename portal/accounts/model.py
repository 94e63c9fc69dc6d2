"""People, organisations, licences and who may act for whom; all of it dated, none of it deleted."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.columns import DeskSet, some_of
from portal.accounts.permissions import Desk, Permission, Role, may
from portal.accounts.reach import Scope
from portal.db import Base, Instant, Name, code


class OrganisationKind(enum.StrEnum):
    """What an organisation is to the portal."""

    ISP = "ISP"
    AUTHORITY = "AUTHORITY"
    NOTIFIER = "NOTIFIER"
    AUDITOR = "AUDITOR"
    OBSERVER = "OBSERVER"


class SizeClass(enum.StrEnum):
    """How large an ISP is in the eyes of the policy (its training sets differ, chairs B8)."""

    SMALL = "SMALL"
    STANDARD = "STANDARD"


class LicenceKind(enum.StrEnum):
    """What a licence allows its holder to run."""

    MNO = "MNO"
    FIXED_ISP = "FIXED_ISP"
    HOSTING = "HOSTING"


class LicenceStatus(enum.StrEnum):
    """How a licence stands during its dated span."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    MERGED = "MERGED"


class SuccessionKind(enum.StrEnum):
    """How the business of one ISP went to another."""

    MERGER = "MERGER"
    TRANSFER_OF_CUSTOMERS = "TRANSFER_OF_CUSTOMERS"


@dataclass(frozen=True)
class Actor:
    """Who acts for an organisation in a role, within some desks and scopes (None: no limit)."""

    person_id: int
    name: str
    role: Role
    organisation_id: int
    desks: frozenset[Desk] | None = None
    scopes: frozenset[Scope] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether role, desks and scopes allow it."""
        return may(self.role, permission, self.desks, self.scopes)


class Organisation(Base):
    """A body that people act for; an ISP is an organisation of kind ISP, its id the ``isp_id``."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    slug: Mapped[str] = mapped_column(String(40))
    kind: Mapped[OrganisationKind] = mapped_column(code(OrganisationKind))
    body: Mapped[str | None] = mapped_column(String(40))


class Particulars(Base):
    """What an organisation is called, by version; a figure prints the names as of its seq."""

    __tablename__ = "particulars"
    __growing__ = ("closed_seq",)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name_en: Mapped[str] = mapped_column(Name)
    name_km: Mapped[str] = mapped_column(Name)
    registration_no: Mapped[str] = mapped_column(String(40))
    size: Mapped[SizeClass] = mapped_column(code(SizeClass))
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)


class Licence(Base):
    """One dated span of one licence; a later version of the span closes the one before it."""

    __tablename__ = "licence"
    __growing__ = ("closed_seq",)
    __table_args__ = (CheckConstraint("until_on IS NULL OR until_on >= from_on", name="span"),)

    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[LicenceKind] = mapped_column(code(LicenceKind))
    status: Mapped[LicenceStatus] = mapped_column(code(LicenceStatus))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)


class Person(Base):
    """A human being; disabled, never deleted, so that the trail stays readable. A program has a
    row, too, by which entries name it: it is never active, so nobody signs in as it.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    title_en: Mapped[str] = mapped_column(Name, default="")
    title_km: Mapped[str] = mapped_column(Name, default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class Membership(Base):
    """A person may act for an organisation in a role, from a day on until a day; a preparer of some
    ``desks`` writes what those write, one of none in particular (None) writes every register.
    """

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id", "role"),
        CheckConstraint("desks IS NULL OR role = 'PREPARER'", name="desks_of_preparers"),
        CheckConstraint(some_of(*Desk), name="desks"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role] = mapped_column(code(Role))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    desks: Mapped[frozenset[Desk] | None] = mapped_column(DeskSet)


class Waiver(Base):
    """A dated grant by the authority: in these days one person may both prepare and approve."""

    __tablename__ = "waiver"
    __growing__ = ("closed_seq",)

    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    key: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    reference: Mapped[str] = mapped_column(String(64))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    granted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)
