"""The notifier's acts take effect on the ISP's entries, as soon as there are any (chairs A1).

An act waits until its item is logged and its place in the item's course can hold it: a hotline
may confirm that something is gone before the ISP has said that it removed it. Waiting acts are
tried again whenever the item changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, insert, select
from sqlalchemy.orm import Session, aliased

from portal.accounts import Actor
from portal.entries.entry import line_digest, stamp
from portal.errors import Refused
from portal.ledger import Ledger
from portal.notices.codes import ActKind, SourceType
from portal.notices.model import Notice, NoticeAct, NoticeIsp
from portal.notices.queries import sent
from portal.registers.case import Case
from portal.registers.codes import Progress, Verifier
from portal.registers.sides.matches import is_its_item
from portal.registers.sides.model import AppliedAct
from portal.registers.takedowns import Takedown

_TABLE: Any = AppliedAct.__table__
_BECOMES: Final = {
    ActKind.WITHDRAWN: Progress.WITHDRAWN,
    ActKind.STILL_UP: Progress.REOPENED,
    ActKind.CONFIRMED_GONE: Progress.VERIFIED,
    ActKind.REFUSAL_CONFIRMED: Progress.REFUSAL_CONFIRMED,
    ActKind.REFUSAL_REJECTED: Progress.REFUSAL_REJECTED,
}
_DEPENDS: Final = "later-events-depend-on-it"


@dataclass(frozen=True)
class Waiting:
    """An act that has not become an event, the notice it is of, and the entry it is for."""

    act: NoticeAct
    notice: Notice
    key: int


def apply_waiting(
    session: Session, book: Ledger, *narrowed: ColumnElement[bool], by: Actor, at: datetime
) -> int:
    """Let the acts that wait become events where they can; how many did.

    ``narrowed`` speaks of Takedown (the entries that changed) or NoticeAct (the acts just made).
    Call under the ISP's lock. An act that its item cannot hold (yet) goes on waiting.
    """
    applied = 0
    for waiting in _waiting(session, book.isp_id, narrowed):
        applied += _apply(session, book, waiting, by=by, at=at)
    return applied


def _waiting(
    session: Session, isp_id: int, narrowed: Sequence[ColumnElement[bool]]
) -> list[Waiting]:
    if not session.scalar(select(exists().where(NoticeAct.isp_id == isp_id))):
        return []
    earlier = aliased(Takedown)
    became = exists().where(
        AppliedAct.isp_id == NoticeAct.isp_id,
        AppliedAct.notice == NoticeAct.notice,
        AppliedAct.item_no == NoticeAct.item_no,
        AppliedAct.no == NoticeAct.no,
        AppliedAct.key == Takedown.key,
        AppliedAct.closed_seq.is_(None),
    )
    # Asked as two ISPs that are one now: the entry that came over hears it beside the own one.
    before = exists().where(
        is_its_item(None, earlier),
        earlier.item_no == Takedown.item_no,
        earlier.key < Takedown.key,
        earlier.carried_isp.is_not_distinct_from(Takedown.carried_isp),
    )
    query = (
        sent(isp_id, None)
        .with_only_columns(NoticeAct, Notice, Takedown.key)
        .join(Takedown, is_its_item(None))
        .join(NoticeAct, _of_item())
        .where(~became, ~before, *narrowed)
        .order_by(Takedown.key, NoticeAct.notice, NoticeAct.no)
    )
    return [Waiting(*row) for row in session.execute(query)]


def _of_item() -> ColumnElement[bool]:
    return and_(
        NoticeAct.isp_id == NoticeIsp.isp_id,
        NoticeAct.notice == Notice.key,
        NoticeAct.item_no == Takedown.item_no,
    )


def _apply(session: Session, book: Ledger, waiting: Waiting, *, by: Actor, at: datetime) -> bool:
    """Write the event of an act if the item's course can hold it."""
    case = Case(session, book.isp_id, waiting.key, at)
    act = waiting.act
    for moment in _moments(case, act, at):
        try:
            row = event_of(case, waiting.notice, act.kind, act.reference, moment)
            event_no = case.append(book, row, by=by, at=at)
        except Refused as refused:
            if {code for _, code, _ in refused.problems} != {_DEPENDS}:
                return False
            continue
        _note(session, book, waiting, event_no, by=by, at=at)
        return True
    return False


def _moments(case: Case, act: NoticeAct, at: datetime) -> list[datetime]:
    """When an act takes effect, the next where the first does not fit in the item's course."""
    # What was said before the notice even came takes effect when it came.
    said = max(act.occurred_at, case.received_at)
    if act.kind != ActKind.WITHDRAWN:
        return [said]
    if any(event.kind == Progress.ACTIONED for event in case.events):
        # The ISP acted before it could know: the withdrawal counts from when it was made known,
        # and so does the time to lift a block.
        said = max(act.recorded_at, case.received_at)
    return [said, max(at, case.received_at)]


def _note(
    session: Session, book: Ledger, waiting: Waiting, event_no: int, *, by: Actor, at: datetime
) -> None:
    act = waiting.act
    row: dict[str, Any] = {"isp_id": book.isp_id, "notice": act.notice, "item_no": act.item_no}
    row |= {"no": act.no, "key": waiting.key, "event_no": event_no}
    row["digest"] = line_digest(AppliedAct, row)
    stamp(row, book.seq, by=by.person_id, at=at)
    session.execute(insert(_TABLE), [row])


def event_of(
    case: Case, notice: Notice, kind: ActKind, reference: str | None, moment: datetime
) -> dict[str, Any]:
    """The event that an act of a notice's sender becomes in the course of an item."""
    said: dict[str, Any] = {"occurred_at": moment, "reference": reference or notice.source_ref}
    if kind == ActKind.CONFIRMED_GONE:
        police = notice.source_type == SourceType.POLICE
        said["verifier"] = Verifier.POLICE if police else Verifier.HOTLINE
    return case.row(_BECOMES[kind], **said)


def applied_to(
    session: Session, isp_id: int, key: int, notices: Iterable[int] | None = None
) -> Sequence[AppliedAct]:
    """The acts that are events of an entry now, latest event first."""
    query = select(AppliedAct).where(
        AppliedAct.isp_id == isp_id, AppliedAct.key == key, AppliedAct.closed_seq.is_(None)
    )
    if notices is not None:
        query = query.where(AppliedAct.notice.in_(notices))
    return session.scalars(query.order_by(AppliedAct.event_no.desc())).all()
