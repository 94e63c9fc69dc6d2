"""Legal holds: what is kept beyond its term because somebody may need it, and what became of it.

They stand under the system's ledger and in its chain, never in the ISP's: a hold of the police must
not be recognisable by the ISP (chairs C1, domain §6 rules 12 and 13).
"""

from __future__ import annotations

import enum
from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Octets, code
from portal.entries.entry import IN_FORCE, SALT_BYTES, Recorded


class HoldGround(enum.StrEnum):
    """What kind of instrument a hold rests on."""

    COURT_ORDER = "COURT_ORDER"
    PROSECUTOR_ORDER = "PROSECUTOR_ORDER"
    POLICE_REQUEST = "POLICE_REQUEST"
    APPEAL_OR_SUIT = "APPEAL_OR_SUIT"
    AUDIT = "AUDIT"


class StepKind(enum.StrEnum):
    """What became of a hold."""

    REVIEWED = "REVIEWED"
    LIFTED = "LIFTED"


class LiftReason(enum.StrEnum):
    """Why a hold was lifted."""

    CASE_ENDED = "CASE_ENDED"
    INSTRUMENT_EXPIRED = "INSTRUMENT_EXPIRED"
    SET_IN_ERROR = "SET_IN_ERROR"


class LegalHold(Recorded, Base):
    """One hold on the values of one ISP: all of them, those of some months, or of one entry.

    The row is none of the ISP's, which is its ``subject_id``. ``reference`` is the instrument's
    number, sealed; months are written 2026-10. It holds from ``from_on`` until the end of
    ``until_on`` (None: until it is lifted). Lifting closes it.
    """

    __tablename__ = "legal_hold"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("reference",)
    __table_args__ = (
        Index(
            "ix_legal_hold_in_force", "subject_id", sqlite_where=IN_FORCE, postgresql_where=IN_FORCE
        ),
        CheckConstraint("(first_month IS NULL) = (last_month IS NULL)", name="months"),
        CheckConstraint("first_month <= last_month", name="months_in_order"),
        CheckConstraint("(place IS NULL) = (key IS NULL)", name="entry"),
        CheckConstraint("first_month IS NULL OR place IS NULL", name="one_scope"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="span"),
    )

    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    subject_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    ground: Mapped[HoldGround] = mapped_column(code(HoldGround))
    reference: Mapped[str | None] = mapped_column(String(64))
    reference_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    first_month: Mapped[str | None] = mapped_column(String(7))
    last_month: Mapped[str | None] = mapped_column(String(7))
    place: Mapped[str | None] = mapped_column(String(40))
    key: Mapped[int | None] = mapped_column(BigInteger)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)


class HoldStep(Recorded, Base):
    """A hold was looked at again and stays, or was lifted; ``recorded_by`` is the officer."""

    __tablename__ = "hold_step"
    __growing__ = ()
    __table_args__ = (CheckConstraint("(kind = 'LIFTED') = (reason IS NOT NULL)", name="reason"),)

    hold: Mapped[int] = mapped_column(ForeignKey("legal_hold.no"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[StepKind] = mapped_column(code(StepKind))
    on_day: Mapped[date] = mapped_column(Date)
    reason: Mapped[LiftReason | None] = mapped_column(code(LiftReason))
