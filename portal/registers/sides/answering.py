"""An ISP answers an order with one tap: entries and events are made from it (chairs A3).

There is no table of answers. Who logs item by item, or by file, has answered just the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor, Permission
from portal.accounts.desks import must_write
from portal.canonical import digest_of
from portal.entries.codes import CorrectionReason
from portal.entries.entry import stamp
from portal.errors import NotThere, Refused
from portal.notices.codes import Instrument
from portal.notices.model import Notice
from portal.notices.queries import brought_at, name_of, received_notice
from portal.policy.codes import ActionType, ServiceRole
from portal.policy.document import Policy
from portal.policy.queries import policy_at
from portal.registers import course
from portal.registers.case import Case
from portal.registers.codes import Progress, TimeSource
from portal.registers.folds import is_open
from portal.registers.register import REGISTERS
from portal.registers.sides.applying import apply_waiting
from portal.registers.sides.folded import LIFTABLE, NOT_DONE, WAITING, Because
from portal.registers.sides.inputs import Answer, AnswerIn, LiftedIn
from portal.registers.sides.matches import matched
from portal.registers.sides.refusals import AlreadyAnswered, NothingToLift, OrderWithdrawn
from portal.registers.sides.taking_in import items_missing, take_in
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.registers.writing import next_version, version_in_force
from portal.rows import among, chunks, insert_rows

_TABLE: Any = TakedownEvent.__table__
_TAKEDOWNS = REGISTERS["takedowns"]
_PASSES_ON: Final = frozenset({ServiceRole.ACCESS, ServiceRole.DNS_RESOLVER})
_NO_DOING: Final = frozenset(
    {*NOT_DONE.values(), ActionType.FORWARDED_TO_HOST, ActionType.WITHDRAWN_BY_NOTIFIER}
)
Step = tuple[Progress, dict[str, Any]]


def answer(
    session: Session, isp_id: int, notice: int, value: AnswerIn, *, by: Actor, at: datetime
) -> int:
    """Answer an order for all its items that the answer fits; returns how many that were.

    What is not logged yet is taken in first. RECEIVED acknowledges; APPLIED says what was done, and
    by the same word tells the sender that its order reached (the acts of blocking and passing on);
    CANNOT says why, or asks the clock to stand; LIFTED puts back what a withdrawn order had taken.
    Raises NotThere (no order, or not this ISP's), AlreadyAnswered, OrderWithdrawn, NothingToLift,
    and Refused: before-the-notice, before-receipt, domain-block-needs-a-second, ...
    """
    must_write(Permission.TAKEDOWN_WRITE, by)
    asked, _ = received_notice(session, isp_id, notice)
    if asked.instrument != Instrument.ORDER:
        raise NotThere("order")
    policy = policy_at(session, at).policy
    _must_follow_the_order(asked, value, policy)
    book = ledger.take(session, isp_id)
    if value.answer != Answer.LIFTED:
        _take_in_missing(session, asked, value, book, by=by, at=at)
        _name_handler(session, notice, value, book, by=by, at=at)
    cases = _cases(session, isp_id, notice, at)
    rows = [row for case in cases for row in _say(case, asked, value, policy, at)]
    if not rows:
        raise _why_nothing(value, cases)
    return _write(session, book, notice, value, rows, by=by, at=at)


def _write(
    session: Session,
    book: ledger.Ledger,
    notice: int,
    value: AnswerIn,
    rows: Sequence[dict[str, Any]],
    *,
    by: Actor,
    at: datetime,
) -> int:
    """Admit the events of an answer as one act; returns of how many items they are."""
    lines = digest_of([row["digest"].hex() for row in rows]).hex()
    facts = {"answer": str(value.answer), "because": getattr(value, "because", None)}
    seq = trail.append(
        session, book, "order.answered", by=by, at=at, subject=name_of(notice),
        items=len({row["key"] for row in rows}), lines=lines, **facts,
    )  # fmt: skip
    for row in rows:
        stamp(row, seq, by=by.person_id, at=at)
    insert_rows(session, _TABLE, rows)
    changed = sorted({row["key"] for row in rows})
    for keys in chunks(changed):
        apply_waiting(session, book, among(Takedown.key, keys), by=by, at=at)
    return len(changed)


def doings(policy: Policy, role: ServiceRole) -> list[ActionType]:
    """What somebody in this service role can do to carry an order out, the usual first."""
    return [action for action in policy.actions[role] if action not in _NO_DOING]


def grounds(policy: Policy, role: ServiceRole) -> list[Because]:
    """Why somebody in this service role may answer that it cannot. That material is not illegal
    is said item by item in the register: here nobody weighs material (chairs B9).
    """
    offered = [b for b in Because if b != Because.REFUSED_NOT_ILLEGAL]
    return [b for b in offered if b in WAITING or policy.allows(role, NOT_DONE[b])]


def _must_follow_the_order(asked: Notice, value: AnswerIn, policy: Policy) -> None:
    skew = timedelta(seconds=policy.limits.clock_skew_s)
    early = [
        (name, "before-the-notice", {"issued_at": asked.issued_at})
        for name in ("received_at", "occurred_at")
        if (moment := getattr(value, name, None)) is not None and moment + skew < asked.issued_at
    ]
    if early:
        raise Refused(list(early))


def _take_in_missing(
    session: Session,
    asked: Notice,
    value: AnswerIn,
    book: ledger.Ledger,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Log what is not logged yet; where no time of receipt is said, it came with the portal, or
    before it was applied.
    """
    if not items_missing(session, book.isp_id, asked):
        return
    received_at, occurred_at = (getattr(value, n, None) for n in ("received_at", "occurred_at"))
    came_at = brought_at(session, book.isp_id, asked.key)
    take_in(
        session,
        book.isp_id,
        asked.key,
        received_at=received_at or min(came_at, occurred_at or came_at),
        handled_by=getattr(value, "handled_by", None),
        by=by,
        at=at,
    )


def _name_handler(
    session: Session, notice: int, value: AnswerIn, book: ledger.Ledger, *, by: Actor, at: datetime
) -> None:
    """Say who handles the open items that name nobody yet: a block of a whole domain needs two."""
    name = getattr(value, "handled_by", None)
    if name is None:
        return
    mine = matched(book.isp_id, None, notice)
    unnamed = (
        select(Takedown.key, Takedown.version)
        .join(mine, mine.c.key == Takedown.key)
        .where(
            Takedown.isp_id == book.isp_id,
            Takedown.closed_seq.is_(None),
            Takedown.handled_by.is_(None),
            is_open(),
        )
    )
    for key, version in session.execute(unnamed).all():
        former = version_in_force(session, book.isp_id, _TAKEDOWNS, key, version)
        row = {**former, "handled_by": name}
        reason = CorrectionReason.PROGRESS
        next_version(session, book, _TAKEDOWNS, row, reason=reason, by=by, at=at)


def _cases(session: Session, isp_id: int, notice: int, at: datetime) -> list[Case]:
    mine = matched(isp_id, None, notice)
    keys = session.scalars(select(mine.c.key).order_by(mine.c.item_no)).all()
    return Case.several(session, isp_id, keys, at)


def _say(
    case: Case, asked: Notice, value: AnswerIn, policy: Policy, at: datetime
) -> Iterator[dict[str, Any]]:
    """The events that an answer makes of one item; none where it has nothing to say of it."""
    if isinstance(value, LiftedIn):
        if is_to_lift(case.events):
            yield case.take(case.row(Progress.REINSTATED, occurred_at=value.occurred_at))
        return
    possible = case.possible
    if Progress.ACTIONED not in possible:
        return
    if Progress.ACKNOWLEDGED in possible:
        yield case.take(case.row(Progress.ACKNOWLEDGED, occurred_at=at))
    for kind, columns in _steps(case, asked, value, policy):
        yield case.take(case.row(kind, **columns))
        yield from _passed_on(case, asked, kind, columns, at)


def _steps(case: Case, asked: Notice, value: Any, policy: Policy) -> Iterator[Step]:
    if value.answer == Answer.RECEIVED:
        return
    occurred: dict[str, Any] = {"occurred_at": value.occurred_at}
    pause = course.running_pause(case.events)
    if value.answer == Answer.CANNOT and value.because in WAITING:
        if pause is None:
            yield Progress.PAUSED, {**occurred, "pause_reason": WAITING[value.because]}
        return
    if pause is not None:
        ended_at = max(value.occurred_at, case.event(pause).occurred_at)
        yield Progress.RESUMED, {"occurred_at": ended_at, "refers_to": pause}
    columns = {**occurred, "time_source": TimeSource.OPERATOR_ENTRY}
    if value.answer == Answer.CANNOT:
        columns["action"] = NOT_DONE[value.because]
    else:
        columns["action"] = value.action or doings(policy, asked.service_role)[0]
        columns |= {"late_reason": value.late_reason, "second_approver": value.second_approver}
    yield Progress.ACTIONED, columns


def _passed_on(
    case: Case, asked: Notice, kind: Progress, columns: dict[str, Any], at: datetime
) -> Iterator[dict[str, Any]]:
    """What cannot be taken down here goes back to the sender with the answer itself."""
    blocks = columns.get("action") == ActionType.BLOCKED and asked.service_role in _PASSES_ON
    not_ours = columns.get("action") == ActionType.NOT_OUR_SERVICE
    if kind == Progress.ACTIONED and (blocks or not_ours) and not _was_passed_on(case.events):
        yield case.take(case.row(Progress.FORWARDED, occurred_at=at))


def _was_passed_on(events: Sequence[TakedownEvent]) -> bool:
    """Whether an item was passed on since it was last opened."""
    known = course.in_order(events)
    opened = [
        i for i, e in enumerate(known) if e.kind in {Progress.REOPENED, Progress.REFUSAL_REJECTED}
    ]
    return any(e.kind == Progress.FORWARDED for e in known[max(opened, default=-1) + 1 :])


def is_to_lift(events: Sequence[TakedownEvent]) -> bool:
    """Whether an order was taken back that still keeps people out here."""
    held, withdrawn = False, False
    for event in course.in_order(events):
        if event.kind == Progress.ACTIONED and event.action in LIFTABLE:
            held = True
        elif event.kind == Progress.REINSTATED:
            held = False
        elif event.kind == Progress.WITHDRAWN:
            withdrawn = True
        elif event.kind == Progress.REOPENED:
            withdrawn = False
    return held and withdrawn


def _why_nothing(value: AnswerIn, cases: Sequence[Case]) -> Exception:
    if value.answer == Answer.LIFTED:
        return NothingToLift()
    withdrawn = [e for case in cases for e in case.events if e.kind == Progress.WITHDRAWN]
    return OrderWithdrawn() if withdrawn or not cases else AlreadyAnswered()
