"""The nouns of policy: documents that were loaded, acts that put them in force, days, bodies."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts import OrganisationKind
from portal.db import Base, Code, Digest, Instant, Name
from portal.db import code as coded
from portal.policy.codes import DayKind

_Words = String(600)
_Version = String(10)


class FrameworkVersion(Base):
    """A plan as one load knew it; a later load that says otherwise closes it.

    ``document`` is canonical JSON; ``admitted_seq`` counts in the system's ledger.
    """

    __tablename__ = "framework"
    __growing__ = ("closed_seq",)

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    pack: Mapped[str] = mapped_column(Code)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(Digest)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)


class PolicyVersion(Base):
    """A policy document, loaded once and never changed; loading puts nothing in force."""

    __tablename__ = "policy_version"
    __growing__ = ()

    version: Mapped[str] = mapped_column(_Version, primary_key=True)
    pack: Mapped[str] = mapped_column(Code)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(Digest)
    loaded_at: Mapped[datetime] = mapped_column(Instant)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)


class Adoption(Base):
    """The act that puts a policy version in force from a day on: instrument, date, signatory."""

    __tablename__ = "adoption"
    __growing__ = ()
    __table_args__ = (UniqueConstraint("effective_from"),)

    version: Mapped[str] = mapped_column(
        _Version, ForeignKey("policy_version.version"), primary_key=True
    )
    instrument: Mapped[str] = mapped_column(Name)
    adopted_on: Mapped[date] = mapped_column(Date)
    effective_from: Mapped[date] = mapped_column(Date)
    signatory: Mapped[str] = mapped_column(Name)
    demo: Mapped[bool] = mapped_column(Boolean)
    adopted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)


class CalendarDay(Base):
    """A day that a sub-decree made a holiday or a working day; a later version closes it."""

    __tablename__ = "calendar_day"
    __growing__ = ("closed_seq",)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[DayKind] = mapped_column(coded(DayKind))
    name_en: Mapped[str] = mapped_column(_Words)
    name_km: Mapped[str] = mapped_column(_Words)
    sub_decree: Mapped[str] = mapped_column(String(64))
    confirmed: Mapped[bool] = mapped_column(Boolean)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)


class BodyVersion(Base):
    """An institution that takes part, as one load knew it (chairs A7).

    ``may_see`` are codes of ``Sight``, sorted and joined by a space.
    """

    __tablename__ = "body"
    __growing__ = ("closed_seq",)

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    pack: Mapped[str] = mapped_column(Code)
    kind: Mapped[OrganisationKind] = mapped_column(coded(OrganisationKind))
    name_en: Mapped[str] = mapped_column(_Words)
    name_km: Mapped[str] = mapped_column(_Words)
    task_en: Mapped[str] = mapped_column(_Words)
    task_km: Mapped[str] = mapped_column(_Words)
    may_see: Mapped[str] = mapped_column(String(200))
    confirmed: Mapped[bool] = mapped_column(Boolean)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)


class Outage(Base):
    """A failure, recorded by the authority, that kept ISPs from filing (chairs A8).

    ``everybody`` or the ISPs of ``OutageIsp``. One that was recorded in error is closed; both
    numbers count in the system's ledger.
    """

    __tablename__ = "outage"
    __growing__ = ("closed_seq",)
    __table_args__ = (CheckConstraint("from_at < until_at", name="forward"),)

    key: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    from_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime] = mapped_column(Instant)
    everybody: Mapped[bool] = mapped_column(Boolean)
    instrument: Mapped[str] = mapped_column(String(64))
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
    closed_seq: Mapped[int | None] = mapped_column(BigInteger)


class OutageIsp(Base):
    """One ISP that an outage kept from filing."""

    __tablename__ = "outage_isp"
    __growing__ = ()

    key: Mapped[int] = mapped_column(ForeignKey("outage.key"), primary_key=True)
    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
