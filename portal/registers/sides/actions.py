"""What is done between both sides: the notifier's acts, matches undone, notices taken in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor, Permission
from portal.accounts.desks import must_write
from portal.accounts.successions import succession_of
from portal.entries.codes import CorrectionReason
from portal.entries.entry import line_digest, stamp
from portal.errors import NotThere, Refused
from portal.notices.acts import record_acts
from portal.notices.codes import ActKind
from portal.notices.inputs import ActIn
from portal.notices.model import Notice, NoticeAct
from portal.notices.queries import addressed, name_of, own_notice, received_notice
from portal.registers.case import Case
from portal.registers.codes import Progress
from portal.registers.refusals import WentToSuccessor
from portal.registers.register import REGISTERS
from portal.registers.sides.applying import applied_to, apply_waiting, event_of
from portal.registers.sides.matches import matched
from portal.registers.sides.model import AppliedAct, MatchUndone, UndoReason
from portal.registers.takedowns import TakedownEvent
from portal.wall import Step, stepping

_TAKEDOWNS = REGISTERS["takedowns"]
_UNDONE: Any = MatchUndone.__table__
_ANSWERS = frozenset({ActKind.REFUSAL_CONFIRMED, ActKind.REFUSAL_REJECTED})


@dataclass(frozen=True)
class Acted:
    """What became of a notifier's act: for how many items it was said, and in how many of the
    ISP's entries it took effect at once; the others wait.
    """

    said: int
    applied: int


def act(
    session: Session,
    notice: int,
    isp_id: int,
    item_nos: Collection[int],
    value: ActIn,
    *,
    by: Actor,
    at: datetime,
) -> Acted:
    """Say something of items of one's own notice, as one ISP has them; its entries follow.

    Raises NotThere, NoSuchItems, and Refused: already-withdrawn, nothing-refused, ...
    """
    mine = own_notice(session, notice, by)
    if isp_id not in {row.isp_id for row in addressed(session, notice)}:
        raise NotThere("isp")
    with stepping(session, Step.SAYING):
        book = ledger.take(session, isp_id)
        _must_be_there(session, isp_id, mine, item_nos)
        if value.kind in _ANSWERS:
            _must_answer(session, isp_id, mine, item_nos, value, at=at)
        rows = record_acts(session, book, mine, item_nos, value, by=by, at=at)
        just_said = NoticeAct.admitted_seq == book.seq
        return Acted(len(rows), apply_waiting(session, book, just_said, by=by, at=at))


def undo_match(
    session: Session,
    isp_id: int,
    notice: int,
    key: int,
    *,
    reason: UndoReason,
    by: Actor,
    at: datetime,
) -> None:
    """Say that an entry is not what a notice asked for; what the notice's sender did to it is
    taken back.

    Raises NotThere where they do not match, Refused where a later step depends on such an act.
    """
    must_write(Permission.TAKEDOWN_WRITE, by)
    received_notice(session, isp_id, notice)
    book = ledger.take(session, isp_id)
    found = matched(isp_id, None, notice)
    if session.scalar(select(found.c.key).where(found.c.key == key)) is None:
        raise NotThere("key")
    row: dict[str, Any] = {"isp_id": isp_id, "notice": notice, "key": key, "reason": reason}
    row["digest"] = line_digest(MatchUndone, row)
    facts = {"entry": _TAKEDOWNS.name(key), "reason": str(reason), "line": row["digest"].hex()}
    seq = trail.append(
        session, book, "match.undone", by=by, at=at, subject=name_of(notice), **facts
    )
    stamp(row, seq, by=by.person_id, at=at)
    session.execute(insert(_UNDONE), [row])
    for applied in applied_to(session, isp_id, key, [notice]):
        _take_back(session, book, applied, by=by, at=at)
    apply_waiting(session, book, NoticeAct.notice == notice, by=by, at=at)


def _must_be_there(
    session: Session, isp_id: int, notice: Notice, item_nos: Collection[int]
) -> None:
    """Of an ISP that went on as another, only what it closed can be spoken of; the rest is there.

    Raises Refused with every item that went.
    """
    if succession_of(session, isp_id) is None:
        return
    mine = matched(isp_id, None, notice.key)
    gone = select(TakedownEvent.key).where(
        TakedownEvent.isp_id == isp_id, TakedownEvent.kind == Progress.TRANSFERRED
    )
    stayed = set(session.scalars(select(mine.c.item_no).where(mine.c.key.not_in(gone))))
    went = sorted(set(item_nos) - stayed)
    if went:
        raise Refused([("items", WentToSuccessor.code, {"item": no}) for no in went])


def _must_answer(
    session: Session,
    isp_id: int,
    notice: Notice,
    item_nos: Collection[int],
    value: ActIn,
    *,
    at: datetime,
) -> None:
    """Only a refusal that stands can be answered: what cannot take effect now never will."""
    mine = matched(isp_id, None, notice.key)
    known = {row.item_no: row.key for row in session.execute(select(mine.c.item_no, mine.c.key))}
    wrong: list[tuple[str | None, str, dict[str, Any]]] = []
    for no in sorted(item_nos):
        if no not in known:
            wrong.append(("items", "nothing-refused", {"item": no}))
            continue
        case = Case(session, isp_id, known[no], at)
        try:
            case.must_hold(event_of(case, notice, value.kind, value.reference, value.occurred_at))
        except Refused as refused:
            wrong += [
                ("items", code, {**params, "item": no}) for _, code, params in refused.problems
            ]
    if wrong:
        raise Refused(wrong)


def _take_back(
    session: Session, book: ledger.Ledger, applied: AppliedAct, *, by: Actor, at: datetime
) -> None:
    """State that an event made by an act for another item never was."""
    case = Case(session, book.isp_id, applied.key, at)
    row = case.replacement(case.event(applied.event_no), None)
    wrong: dict[str, Any] = {"corrects": applied.event_no, "retracted": True}
    row |= wrong | {"reason": CorrectionReason.WRONGLY_RECORDED}
    case.append(book, row, by=by, at=at, instead_of=applied.event_no)
    session.execute(
        update(AppliedAct)
        .where(
            AppliedAct.isp_id == book.isp_id,
            AppliedAct.key == applied.key,
            AppliedAct.event_no == applied.event_no,
        )
        .values(closed_seq=book.seq)
    )
