"""The letters an ISP was sent about a month that it had not filed: one a rung, never taken back."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Instant, code


class Rung(enum.StrEnum):
    """How far it has come: the rungs of the ladder, in order (domain §3)."""

    REMINDER = "REMINDER"
    OVERDUE = "OVERDUE"
    DELINQUENT = "DELINQUENT"


class Letter(Base):
    """One letter about one month of one ISP; ``due_at`` is the due instant that it named."""

    __tablename__ = "letter"
    __growing__ = ()

    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    rung: Mapped[Rung] = mapped_column(code(Rung), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)
