"""Appeals: what an ISP says against an adverse act, and what another officer decides of it (C8)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Instant, Octets, code
from portal.entries.entry import SALT_BYTES, Line
from portal.returns.hearing import MOST_SIGNS, Adverse


class Appeal(Line, Base):
    """An ISP appeals, once against each act; the authority answers by ``due_at``.

    ``subject`` is the receipt of the filing that was decided (its decision ``decision_no``), or the
    number of the certificate that was revoked (0). ``against_by`` did it, at ``against_at``;
    ``text`` are the grounds.
    """

    __tablename__ = "appeal"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("text",)
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "period", "version"], ["filing.isp_id", "filing.period", "filing.version"]
        ),
        UniqueConstraint("isp_id", "subject", "decision_no"),
    )

    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[Adverse] = mapped_column(code(Adverse))
    subject: Mapped[str] = mapped_column(String(40))
    decision_no: Mapped[int] = mapped_column(Integer)
    period: Mapped[str] = mapped_column(String(7))
    version: Mapped[int] = mapped_column(Integer)
    against_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    against_at: Mapped[datetime] = mapped_column(Instant)
    text: Mapped[str | None] = mapped_column(String(MOST_SIGNS))
    text_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
    due_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def number(self) -> str:
        """What an appeal is called: ``A-0007-2``."""
        return f"A-{self.isp_id:04d}-{self.no}"


class Ruling(Line, Base):
    """How an appeal was decided, once, by somebody who did not decide first (four eyes).

    Where it was not ``allowed`` the first decision stands. ``set_aside`` are the findings that do
    not stand any more; ``text`` are the reasons.
    """

    __tablename__ = "ruling"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ("text",)
    __table_args__ = (
        ForeignKeyConstraint(["isp_id", "appeal"], ["appeal.isp_id", "appeal.no"]),
        CheckConstraint("first_by <> recorded_by", name="four_eyes"),
        CheckConstraint("allowed OR set_aside = ''", name="set_aside_fits"),
    )

    appeal: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    allowed: Mapped[bool] = mapped_column(Boolean)
    set_aside: Mapped[str] = mapped_column(String(200))
    first_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str | None] = mapped_column(String(MOST_SIGNS))
    text_salt: Mapped[bytes | None] = mapped_column(Octets(SALT_BYTES))
