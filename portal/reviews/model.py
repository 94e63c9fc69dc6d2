"""What is judged: the comments of a review; they belong to one version of one month."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, ForeignKeyConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Instant

MOST_WORDS = 500


class ReviewComment(Base):
    """One comment on one obligation of a filing (empty code: on the whole return).

    A later comment ``replaces`` an earlier one while the review is open. The ISP reads what stands
    once the filing is decided, not before.
    """

    __tablename__ = "review_comment"
    __growing__ = ()
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "version"], ["filing.isp_id", "filing.period", "filing.version"]
        ),
    )

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    obligation: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(MOST_WORDS))
    taken_back: Mapped[bool] = mapped_column(Boolean, default=False)
    replaces: Mapped[int | None] = mapped_column(Integer)
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
