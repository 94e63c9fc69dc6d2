"""What is done between both sides: the notifier's acts, matches undone, notices taken in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor
from portal.entries.codes import CorrectionReason
from portal.entries.entry import line_digest, stamp
from portal.entries.inputs import check
from portal.errors import NotThere, Refused
from portal.notices.acts import record_acts
from portal.notices.codes import ActKind
from portal.notices.inputs import ActIn
from portal.notices.model import Notice, NoticeAct
from portal.notices.queries import addressed, name_of, own_notice, received_notice
from portal.policy.queries import policy_at
from portal.registers.actions import Admission, admit
from portal.registers.case import Case
from portal.registers.inputs_takedowns import TakedownIn
from portal.registers.register import REGISTERS
from portal.registers.sides.applying import applied_to, apply_waiting, event_of
from portal.registers.sides.matches import accounted, gaps, matched
from portal.registers.sides.model import AppliedAct, MatchUndone, UndoReason

_TAKEDOWNS = REGISTERS["takedowns"]
_UNDONE: Any = MatchUndone.__table__
_ANSWERS = frozenset({ActKind.REFUSAL_CONFIRMED, ActKind.REFUSAL_REJECTED})
_SAME = (
    "source_type",
    "source_ref",
    "instrument",
    "legal_basis",
    "category",
    "priority",
    "service_role",
    "harm",
    "assessment",
    "assessed_by",
    "media",
    "locator_kind",
    "hosting_country",
    "issued_at",
)


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
    book = ledger.take(session, isp_id)
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


def take_in(
    session: Session,
    isp_id: int,
    notice: int,
    *,
    received_at: datetime,
    handled_by: str | None = None,
    by: Actor,
    at: datetime,
) -> Admission:
    """Record every item of a notice that the ISP has not logged yet, as the notice says it.

    Raises NotThere (also where nothing is missing), and Refused as ``admit``.
    """
    asked, _ = received_notice(session, isp_id, notice)
    ledger.take(session, isp_id)
    wanted = items_missing(session, isp_id, asked)
    if not wanted:
        raise NotThere("items")
    policy = policy_at(session, at).policy
    common = {name: getattr(asked, name) for name in _SAME}
    common |= {"received_at": received_at, "handled_by": handled_by}
    rows = [check(TakedownIn, {**common, "item_no": no}, now=at, policy=policy) for no in wanted]
    undone = session.scalars(
        select(MatchUndone.key).where(MatchUndone.isp_id == isp_id, MatchUndone.notice == notice)
    )
    besides = frozenset(undone)
    return admit(session, isp_id, _TAKEDOWNS, rows, besides=besides, by=by, at=at)


def items_missing(session: Session, isp_id: int, notice: Notice) -> list[int]:
    """The numbers of a notice's items that the ISP has not logged and that still stand."""
    done = accounted(isp_id, None, notice.key)
    mine = done.c.notice == notice.key
    known = session.scalars(select(done.c.item_no).where(mine).order_by(done.c.item_no))
    return [no for first, last in gaps(known, notice.items) for no in range(first, last + 1)]


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
