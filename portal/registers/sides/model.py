"""What ties a sent notice to the register: matches undone, and acts that became events."""

from __future__ import annotations

import enum

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, code
from portal.entries.entry import Line


class UndoReason(enum.StrEnum):
    """Why an entry is not what a notice of the same reference asked for."""

    OTHER_SENDER = "OTHER_SENDER"
    OTHER_ITEM = "OTHER_ITEM"
    REFERENCE_REUSED = "REFERENCE_REUSED"


class MatchUndone(Line, Base):
    """The ISP says that its entry ``key`` is not what the notice asked for; it stays undone."""

    __tablename__ = "match_undone"
    __growing__ = ("closed_seq",)

    notice: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reason: Mapped[UndoReason] = mapped_column(code(UndoReason))


class AppliedAct(Line, Base):
    """An act of the notifier that became event ``event_no`` of the ISP's entry ``key``; closed
    where the match was undone and the event taken back.
    """

    __tablename__ = "applied_act"
    __growing__ = ("closed_seq",)
    __table_args__ = (
        ForeignKeyConstraint(
            ["isp_id", "notice", "item_no", "no"],
            ["notice_act.isp_id", "notice_act.notice", "notice_act.item_no", "notice_act.no"],
        ),
        ForeignKeyConstraint(
            ["isp_id", "key", "event_no"],
            ["takedown_event.isp_id", "takedown_event.key", "takedown_event.no"],
        ),
        Index("ix_applied_act_event", "isp_id", "key", "event_no"),
    )

    notice: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    item_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class SettledBefore(Base):
    """An item of a notice that came to the ISP by a succession, and that the predecessor logged
    and closed: the ISP need not log it.
    """

    __tablename__ = "settled_before"
    __growing__ = ()

    isp_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    notice: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    item_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    admitted_seq: Mapped[int] = mapped_column(BigInteger)
