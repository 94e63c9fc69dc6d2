"""What an auditor's pass is made of: who of whom may look at which ISPs, months, on which days."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Instant, code
from portal.entries.entry import Recorded


class EndReason(enum.StrEnum):
    """Why an engagement ended before its last day."""

    WORK_DONE = "WORK_DONE"
    AUDITOR_CHANGED = "AUDITOR_CHANGED"
    INDEPENDENCE_IN_DOUBT = "INDEPENDENCE_IN_DOUBT"
    BEYOND_THE_TASK = "BEYOND_THE_TASK"
    PROPOSED_IN_ERROR = "PROPOSED_IN_ERROR"


class Engagement(Recorded, Base):
    """An officer proposes that people of an auditing organisation may look at some ISPs, months
    and no others, from one day to another (both included); it holds once a second officer confirmed
    it, and ends by itself.

    ``instrument`` is the number of the mandate or contract. Sequence numbers are those of the
    system's ledger.
    """

    __tablename__ = "engagement"
    __growing__ = ("closed_seq",)
    __table_args__ = (
        CheckConstraint("first_period <= last_period", name="months"),
        CheckConstraint("from_on <= until_on", name="days"),
        # What a confirmation leans on, so that its four eyes are the database's.
        UniqueConstraint("no", "proposed_by"),
    )

    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    instrument: Mapped[str] = mapped_column(String(64))
    first_period: Mapped[str] = mapped_column(String(7))
    last_period: Mapped[str] = mapped_column(String(7))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    @property
    def name(self) -> str:
        """How it is called: EN-0007."""
        return engagement_name(self.no)


class EngagementPerson(Base):
    """One of the people who may look."""

    __tablename__ = "engagement_person"
    __growing__ = ()

    engagement: Mapped[int] = mapped_column(ForeignKey("engagement.no"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class EngagementIsp(Base):
    """One of the ISPs that may be looked at."""

    __tablename__ = "engagement_isp"
    __growing__ = ()

    engagement: Mapped[int] = mapped_column(ForeignKey("engagement.no"), primary_key=True)
    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)


class EngagementConfirmation(Base):
    """The second officer's act, from which on the engagement holds."""

    __tablename__ = "engagement_confirmation"
    __growing__ = ()
    __table_args__ = (
        ForeignKeyConstraint(
            ["engagement", "proposed_by"],
            ["engagement.no", "engagement.proposed_by"],
            name="fk_engagement_confirmation_engagement",
        ),
        CheckConstraint("proposed_by <> confirmed_by", name="four_eyes"),
    )

    engagement: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    proposed_by: Mapped[int] = mapped_column(Integer)
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)


class EngagementEnd(Base):
    """An engagement ended early, or was never confirmed and withdrawn, with a reason."""

    __tablename__ = "engagement_end"
    __growing__ = ()

    engagement: Mapped[int] = mapped_column(ForeignKey("engagement.no"), primary_key=True)
    reason: Mapped[EndReason] = mapped_column(code(EndReason))
    ended_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)


def engagement_name(no: int) -> str:
    """How an engagement is called on pages and in the trail."""
    return f"EN-{no:04d}"
