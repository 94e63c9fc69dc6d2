"""What is judged: the comments of a review, and samples drawn of quiet returns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Digest, Instant, Octets
from portal.entries.entry import SALT_BYTES, Recorded

MOST_WORDS = 500


class ReviewComment(Base):
    """One comment on one obligation of a filing (empty code: on the whole return).

    A later comment ``replaces`` an earlier one while the review is open. The ISP reads what stands
    once the filing is decided, not before. ``digest`` is that of its line, which the trail names.
    """

    __tablename__ = "review_comment"
    __growing__ = ()
    __sealed__: ClassVar[tuple[str, ...]] = ("text",)
    __kin__: ClassVar[Mapping[str, str]] = {}
    __outside__: ClassVar[frozenset[str]] = frozenset(
        {"digest", "admitted_seq", "written_by", "written_at"}
    )
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
    # Comments from before they could be withheld have none of these.
    text_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    admitted_seq: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[bytes | None] = mapped_column(Digest)


class NilDraw(Recorded, Base):
    """A sample drawn of a month's unflagged nil returns, before the others are accepted together
    (chairs B7, domain §2.4): whoever knows the seed can draw it again.

    ``tenths`` of a percent of the ``listed`` filings were ``chosen``, one at least; ``list_digest``
    is the SHA-256 of their receipts, sorted, one a line. ``seed_given``: an officer brought the
    seed; else the portal made it. Sequence numbers are those of the system's ledger.
    """

    __tablename__ = "nil_draw"
    __growing__ = ("closed_seq",)
    __table_args__ = (CheckConstraint("chosen BETWEEN 1 AND listed", name="chosen"),)

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seed: Mapped[str] = mapped_column(String(64))
    seed_given: Mapped[bool] = mapped_column(Boolean)
    tenths: Mapped[int] = mapped_column(Integer)
    listed: Mapped[int] = mapped_column(Integer)
    chosen: Mapped[int] = mapped_column(Integer)
    list_digest: Mapped[bytes] = mapped_column(Digest)
    sample_digest: Mapped[bytes] = mapped_column(Digest)


class DrawnFiling(Base):
    """A filing that a draw was made from; the key makes a second draw over it impossible, so that
    nobody draws until the sample pleases.
    """

    __tablename__ = "drawn_filing"
    __growing__ = ()
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "version"],
            ["filing.isp_id", "filing.period", "filing.version"],
            name="fk_drawn_filing_filing",
        ),
        ForeignKeyConstraint(
            ["period", "draw"], ["nil_draw.period", "nil_draw.no"], name="fk_drawn_filing_draw"
        ),
        Index("ix_drawn_filing_draw", "period", "draw"),
    )

    isp_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    draw: Mapped[int] = mapped_column(Integer)
    receipt: Mapped[str] = mapped_column(String(40))
    by_hand: Mapped[bool] = mapped_column(Boolean)
