"""How notices, orders and what becomes of them look to programs."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from portal.notices.inputs import NoticeIn
from portal.registers.sides.folded import RoundState
from portal.registers.sides.inputs import Answer
from portal.web.api.shapes import Out, RowOut, fields_out

NoticeFields: Final = fields_out(NoticeIn, "NoticeFields")


class NoticeOut(Out):
    """A notice or an order, as its sender wrote it; never where anything is."""

    key: int
    name: str
    sender: str
    brought_at: datetime
    withheld: list[str]
    notice: NoticeFields  # type: ignore[valid-type]


class NoticesOut(Out):
    """A stretch of the notices, the newest first."""

    notices: list[NoticeOut]
    next: str | None


class StretchOut(Out):
    """Items of a notice, from one number to another."""

    first: int
    last: int


class OrderOut(Out):
    """Where an order stands: its limit, and which answers are open."""

    state: RoundState
    due_at: datetime | None
    answers: list[Answer]


class NoticeWholeOut(NoticeOut):
    """A notice with what of it is not logged and, of an order, where it stands."""

    lacking: list[StretchOut]
    order: OrderOut | None


class TakenOut(Out):
    """The entries that were made of a notice's items."""

    entries: list[RowOut]


class AnsweredOut(Out):
    """For how many items an order was answered."""

    items: int
