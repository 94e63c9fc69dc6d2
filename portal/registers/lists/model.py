"""The nouns of how lists are applied: an ISP's standing say, and an upstream's consent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Instant, code
from portal.entries.entry import IN_FORCE, Line
from portal.registers.codes import ListMode

_IN_FORCE: dict[str, Any] = {"sqlite_where": IN_FORCE, "postgresql_where": IN_FORCE}


class ListStanding(Line, Base):
    """How an ISP applies a list from a day on, until a later day's standing (chairs A5).

    ``upstream_id`` enforces it where the mode is UPSTREAM. ``from_at`` is when the day began on
    the policy's clocks, for comparing with times. Saying otherwise for the same day is the next
    version.
    """

    __tablename__ = "list_standing"
    __growing__ = ("closed_seq",)
    __table_args__ = (
        Index(
            "ux_list_standing_in_force", "isp_id", "list_code", "from_on", unique=True, **_IN_FORCE
        ),
        Index("ix_list_standing_upstream_id", "upstream_id"),
        CheckConstraint("(mode = 'UPSTREAM') = (upstream_id IS NOT NULL)", name="upstream"),
        CheckConstraint("upstream_id <> isp_id", name="another"),
    )

    list_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    from_on: Mapped[date] = mapped_column(Date, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    mode: Mapped[ListMode] = mapped_column(code(ListMode))
    upstream_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    from_at: Mapped[datetime] = mapped_column(Instant)


class UpstreamConsent(Line, Base):
    """An upstream (``isp_id``, whose ledger holds it) lets an ISP inherit its evidence from a day
    on; taking it back is the next version, with the last day that still counts.
    """

    __tablename__ = "upstream_consent"
    __growing__ = ("closed_seq",)
    __table_args__ = (
        Index(
            "ux_upstream_consent_in_force",
            "isp_id",
            "downstream_id",
            "from_on",
            unique=True,
            **_IN_FORCE,
        ),
        Index("ix_upstream_consent_downstream_id", "downstream_id"),
        CheckConstraint("downstream_id <> isp_id", name="another"),
    )

    downstream_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(Date, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    until_on: Mapped[date | None] = mapped_column(Date)
