"""An estimate: the authority's placeholder for a month on which an ISP is silent (domain §3)."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Instant, code


class EstimateReason(enum.StrEnum):
    """Why the authority does not wait any longer."""

    NO_ANSWER = "NO_ANSWER"
    OUT_OF_BUSINESS = "OUT_OF_BUSINESS"
    REFUSES_TO_FILE = "REFUSES_TO_FILE"


class Estimate(Base):
    """A long overdue month counts as estimated until it is filed; it holds no figure, and nothing
    is ever certified on it.
    """

    __tablename__ = "estimate"
    __growing__ = ()

    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    reason: Mapped[EstimateReason] = mapped_column(code(EstimateReason))
    estimated_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    estimated_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)
