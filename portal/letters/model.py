"""What an ISP was sent about a month it had not filed, or an order it had not answered: one a rung,
never taken back.
"""

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


class OrderRung(enum.StrEnum):
    """How long an ISP has been silent on an order: a share of its limit, or all of it."""

    REMINDER = "REMINDER"
    OVERDUE = "OVERDUE"


class OrderReminder(Base):
    """One reminder of one order (the key of its notice) to one ISP; ``due_at`` ends its limit."""

    __tablename__ = "order_reminder"
    __growing__ = ()

    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    notice: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    rung: Mapped[OrderRung] = mapped_column(code(OrderRung), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(BigInteger)
