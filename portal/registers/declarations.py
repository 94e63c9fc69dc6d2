"""Standing declarations: the dated answers to obligations that have no register (chairs A2)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, code
from portal.entries.entry import IN_FORCE, Line
from portal.registers.codes import Answer


class Declaration(Line, Base):
    """An ISP's answer to one obligation, carried forward until a later version closes it.

    ``deputies`` is asked of the contact point only: how many people stand in for the first.
    """

    __tablename__ = "declaration"
    __growing__ = ("closed_seq",)
    __sealed__: ClassVar[tuple[str, ...]] = ()
    __table_args__ = (
        Index(
            "ux_declaration_in_force",
            "isp_id",
            "obligation",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
        CheckConstraint("checked_on >= since_on", name="days"),
    )

    obligation: Mapped[str] = mapped_column(String(10), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    answer: Mapped[Answer] = mapped_column(code(Answer))
    since_on: Mapped[date] = mapped_column(Date)
    checked_on: Mapped[date] = mapped_column(Date)
    deputies: Mapped[int | None] = mapped_column(Integer)
