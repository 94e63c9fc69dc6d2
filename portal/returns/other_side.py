"""How far a month was confirmed by whoever sent its notices (chairs A1, B4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from portal.notices.model import NoticeIsp, Notifier
from portal.notices.notifiers import notifiers
from portal.period import start_of
from portal.registers.sides import counts
from portal.registers.sides.matches import sent_not_logged
from portal.registers.takedowns import Takedown
from portal.returns.basis import Frame
from portal.returns.blanks import (
    CUT_OFF_AT,
    ENDS_AT,
    ISP_ID,
    SEQ,
    STARTS_AT,
    ask,
    at,
    built_once,
    text,
)
from portal.returns.digests import NO_LINES, digested

_DAY = timedelta(days=1)
_MONTH = counts.Month(ISP_ID, SEQ, STARTS_AT, ENDS_AT, CUT_OFF_AT)


def other_side(session: Session, frame: Frame, items: int) -> dict[str, Any]:
    """What the senders of notices know of a month: of its ``items`` (received in it, duplicates
    left aside) how many they are known to have sent and what they said of them; how many items
    issued in it were sent and never logged, and how many were logged that a sender who sends
    everything through the portal does not know. ``lines`` and ``digest`` cover what was sent and
    said.
    """
    values, lines = frame.values, NO_LINES
    found = {"items": items, "sent": 0, **dict.fromkeys(counts.SAID, 0), "sent_not_logged": 0}
    if ask(session, _was_sent_anything(), values).scalar():
        found["sent"] = ask(session, _known(), values).scalar() or 0
        said = ask(session, _said(), values).one()
        found |= {str(name): int(value) for name, value in said._mapping.items()}  # noqa: SLF001 - public by name
        found["sent_not_logged"] = int(ask(session, _lacking(), values).one()[1])
        lines = digested(session, _lines(), values)
    sole = [one for one in notifiers(session, frame.system_seq) if one.sole]
    if sole and items:
        known = {**values, **_spans(sole, frame)}
        found["logged_not_known"] = ask(session, _unknown(len(sole)), known).scalar() or 0
    return {"logged_not_known": 0, **found, "lines": lines.count, "digest": lines.digest}


def _spans(sole: Sequence[Notifier], frame: Frame) -> dict[str, Any]:
    """Since when, and until when, everything of a kind of sender comes through the portal."""
    values: dict[str, Any] = {}
    for place, one in enumerate(sole):
        # What the month received was issued before it ended, but for clocks that differ.
        ends = start_of(one.until_on + _DAY, frame.zone) if one.until_on else frame.ends_at + _DAY
        values |= {
            f"source__{place}": str(one.source_type),
            f"since__{place}": start_of(one.from_on, frame.zone),
            f"before__{place}": ends,
        }
    return values


@built_once
def _was_sent_anything() -> Select[Any]:
    return select(exists().where(NoticeIsp.isp_id == ISP_ID))


@built_once
def _known() -> Select[Any]:
    return counts.known_to_senders(_MONTH)


@built_once
def _said() -> Select[Any]:
    return counts.said_by_senders(_MONTH)


@built_once
def _lacking() -> Select[Any]:
    return sent_not_logged(ISP_ID, SEQ, _MONTH.issued())


@built_once
def _lines() -> Select[Any]:
    return counts.lines_of_senders(_MONTH)


@built_once
def _unknown(spans: int) -> Select[Any]:
    through = [
        (text(f"source__{place}"), at(f"since__{place}"), at(f"before__{place}"))
        for place in range(spans)
    ]
    unknown = counts.logged_not_known(_MONTH, through).order_by(None)
    return select(func.count()).select_from(unknown.with_only_columns(Takedown.key).subquery())
