"""What a notifier says of its items later on: appended under the ledger of the ISP concerned.

What it does to the ISP's entries is decided above, where both sides can be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal import trail
from portal.accounts import Actor
from portal.canonical import digest_of
from portal.entries.entry import line_digest, seal, stamp
from portal.errors import Refused
from portal.ledger import Ledger
from portal.notices.codes import ActKind, SourceType
from portal.notices.inputs import ActIn
from portal.notices.model import Notice, NoticeAct
from portal.notices.queries import acts_of, name_of
from portal.notices.refusals import NoSuchItems

_K = ActKind
# Who can tell that something is gone: a hotline or the police (data dictionary, ``verified_by``).
CONFIRMS: Final = frozenset(
    {SourceType.HOTLINE_NATIONAL, SourceType.HOTLINE_INHOPE_PEER, SourceType.POLICE}
)
_TABLE: Any = NoticeAct.__table__


def record_acts(
    session: Session,
    book: Ledger,
    notice: Notice,
    item_nos: Iterable[int],
    value: ActIn,
    *,
    by: Actor,
    at: datetime,
) -> list[dict[str, Any]]:
    """Append the same act for each item, as one act of the ISP's ledger; returns the rows.

    Raises NoSuchItems, and Refused with why an item cannot bear it (already-withdrawn, ...).
    """
    wanted = sorted(set(item_nos))
    if not wanted or wanted[0] < 1 or wanted[-1] > notice.items:
        raise NoSuchItems("items", items=notice.items)
    said = _said(session, book.isp_id, notice.key, wanted)
    _must_make_sense(notice, wanted, said, value)
    rows = [_row(book.isp_id, notice.key, no, said.get(no, ()), value) for no in wanted]
    for row in rows:
        seal(session, row, NoticeAct.__sealed__)
        row["digest"] = line_digest(NoticeAct, row)
    facts: dict[str, Any] = {"kind": str(value.kind), "count": len(rows)}
    facts |= {"lines": digest_of([row["digest"].hex() for row in rows]).hex()}
    name = name_of(notice.key)
    seq = trail.append(session, book, "notice.acted", by=by, at=at, subject=name, **facts)
    for row in rows:
        stamp(row, seq, by=by.person_id, at=at)
    session.execute(insert(_TABLE), rows)
    return rows


def _said(
    session: Session, isp_id: int, notice: int, wanted: Sequence[int]
) -> Mapping[int, list[NoticeAct]]:
    found: dict[int, list[NoticeAct]] = {}
    for start in range(0, len(wanted), 5000):
        for act in acts_of(session, isp_id, notice, wanted[start : start + 5000]):
            found.setdefault(act.item_no, []).append(act)
    return found


def _must_make_sense(
    notice: Notice, wanted: Sequence[int], said: Mapping[int, Sequence[NoticeAct]], value: ActIn
) -> None:
    if value.kind == _K.CONFIRMED_GONE and notice.source_type not in CONFIRMS:
        raise Refused([("kind", "only-these-confirm", {})])
    if value.occurred_at < notice.issued_at:
        raise Refused([("occurred_at", "before-the-notice", {"issued_at": notice.issued_at})])
    problems = [(no, _objection([a.kind for a in said.get(no, ())], value.kind)) for no in wanted]
    found = [("items", code, {"item": no}) for no, code in problems if code]
    if found:
        raise Refused(list(found))


def _objection(before: Sequence[ActKind], kind: ActKind) -> str | None:
    """Why an item cannot bear an act after those before it; what the ISP did is asked above."""
    life = [k for k in before if k in {_K.WITHDRAWN, _K.STILL_UP, _K.CONFIRMED_GONE}]
    last = life[-1] if life else None
    if last == _K.WITHDRAWN and kind != _K.STILL_UP:
        return "already-withdrawn"
    if last == _K.CONFIRMED_GONE and kind == _K.CONFIRMED_GONE:
        return "already-confirmed"
    if last == _K.CONFIRMED_GONE and kind == _K.STILL_UP:
        return "send-a-new-notice"
    return None


def _row(
    isp_id: int, notice: int, item_no: int, before: Sequence[NoticeAct], value: ActIn
) -> dict[str, Any]:
    row: dict[str, Any] = {**value.columns(), "isp_id": isp_id, "notice": notice}
    return row | {"item_no": item_no, "no": max((act.no for act in before), default=0) + 1}
