"""More time for a month's return: what an ISP asked for, and what the authority answered."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Instant, code


class ExtensionReason(enum.StrEnum):
    """Why an ISP asks for more time."""

    OWN_SYSTEM_FAILED = "OWN_SYSTEM_FAILED"
    STAFF_ABSENT = "STAFF_ABSENT"
    DATA_FROM_OTHERS_LATE = "DATA_FROM_OTHERS_LATE"
    FORCE_MAJEURE = "FORCE_MAJEURE"
    FIRST_RETURNS = "FIRST_RETURNS"


class AnswerReason(enum.StrEnum):
    """Why the authority grants or refuses it."""

    REASON_ACCEPTED = "REASON_ACCEPTED"
    REASON_NOT_ACCEPTED = "REASON_NOT_ACCEPTED"
    ASKED_TOO_OFTEN = "ASKED_TOO_OFTEN"
    MOVED_BY_OUTAGE = "MOVED_BY_OUTAGE"

    @property
    def grants(self) -> bool:
        """Whether this is a reason to grant; every other one is a reason to refuse."""
        return self is AnswerReason.REASON_ACCEPTED


class ExtensionRequest(Base):
    """An ISP asks for ``days`` more calendar days for one month's return."""

    __tablename__ = "extension_request"
    __growing__ = ()

    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    reason: Mapped[ExtensionReason] = mapped_column(code(ExtensionReason))
    days: Mapped[int] = mapped_column(Integer)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)


class ExtensionAnswer(Base):
    """The authority's one answer to a request, by somebody who did not ask."""

    __tablename__ = "extension_answer"
    __growing__ = ()
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "no"],
            ["extension_request.isp_id", "extension_request.period", "extension_request.no"],
            name="fk_extension_answer_request",
        ),
        CheckConstraint("asked_by <> answered_by", name="four_eyes"),
        CheckConstraint("granted = (reason = 'REASON_ACCEPTED')", name="reason_fits"),
    )

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    granted: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[AnswerReason] = mapped_column(code(AnswerReason))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)
