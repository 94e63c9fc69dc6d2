"""Who saw or pasted something they should not have (chairs C6): known to one officer alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Instant


class Sighting(Base):
    """Somebody said that they saw or pasted something. No description is asked for.

    ``isp_id`` and ``withholding_no`` name what was hidden because of it, if anything was. No event
    of the trail names the person, no figure counts the row, and it is deleted when the officer has
    talked to them.
    """

    __tablename__ = "sighting"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    said_at: Mapped[datetime] = mapped_column(Instant)
    isp_id: Mapped[int | None] = mapped_column(Integer)
    withholding_no: Mapped[int | None] = mapped_column(Integer)
