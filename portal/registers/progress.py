"""What happens to a takedown item after it was recorded: progress, corrections, pauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal import ledger
from portal.accounts import Actor, Permission, may
from portal.accounts.desks import must_write
from portal.entries.codes import CorrectionReason
from portal.entries.inputs import Problem
from portal.errors import NotThere
from portal.policy.queries import policy_at
from portal.registers import course
from portal.registers.case import Case
from portal.registers.codes import Progress
from portal.registers.course_rules import Item
from portal.registers.inputs_progress import ProgressIn
from portal.registers.refusals import AuthorityOnly, CarriedOver
from portal.registers.sides.applying import applied_to, apply_waiting
from portal.registers.sides.guard import SendersOwn, must_be_the_isps
from portal.registers.takedowns import Takedown, TakedownEvent


def progress(
    session: Session,
    isp_id: int,
    key: int,
    kind: Progress,
    value: ProgressIn,
    *,
    expects_no: int,
    by: Actor,
    at: datetime,
) -> int:
    """Record that something happened to an item; returns the event's number.

    ``expects_no`` is the number of the last event the reader saw (0: none). Raises NotThere,
    EntryVoid, IsADuplicate, ChangedMeanwhile, and Refused with what the item's course says:
    not-open, before-receipt, already-acknowledged, pauses-overlap, record-as-reappearance, ...
    Raises SendersOwn for what the sender says itself, in the portal; NotYourDesk.
    """
    must_write(Permission.TAKEDOWN_WRITE, by)
    if value.kind != kind:
        raise NotThere("kind")
    book = ledger.take(session, isp_id)
    case = Case(session, isp_id, key, at)
    case.expect(expects_no)
    row = case.row(kind, **value.columns())
    must_be_the_isps(session, isp_id, key, row, at)
    if kind == Progress.RESUMED and row["refers_to"] is None:
        row["refers_to"] = course.running_pause(case.events)
    no = case.append(book, row, by=by, at=at)
    apply_waiting(session, book, Takedown.key == key, by=by, at=at)
    return no


def correct_event(
    session: Session,
    isp_id: int,
    key: int,
    no: int,
    value: ProgressIn | None,
    *,
    expects_no: int,
    reason: CorrectionReason,
    by: Actor,
    at: datetime,
) -> int:
    """Replace a wrong event by a right one, or by the statement that it never was (``value`` None).

    The wrong event stays readable. Raises as ``progress``, and Unchanged, AuthorityOnly, and
    Refused(later-events-depend-on-it) where others could not stand any more.
    """
    must_write(Permission.TAKEDOWN_WRITE, by)
    book = ledger.take(session, isp_id)
    case = Case(session, isp_id, key, at)
    case.expect(expects_no)
    former = case.event(no)
    if former.kind == Progress.PAUSE_APPROVED:
        raise AuthorityOnly
    if former.carried_line is not None and former.effect is not None:
        raise CarriedOver
    row = case.replacement(former, value)
    if value is not None:
        must_be_the_isps(session, isp_id, key, row, at)
    if any(applied.event_no == no for applied in applied_to(session, isp_id, key)):
        raise SendersOwn
    row |= {"corrects": no, "reason": reason, "retracted": value is None}
    later = case.append(book, row, by=by, at=at, instead_of=no)
    apply_waiting(session, book, Takedown.key == key, by=by, at=at)
    return later


def approve_pause(
    session: Session, isp_id: int, key: int, no: int, *, by: Actor, at: datetime
) -> int:
    """Let a pause stop the clock; the authority's act alone, and it says no reason (chairs C1)."""
    if not may(by.role, Permission.PAUSE_APPROVE):
        raise AuthorityOnly
    book = ledger.take(session, isp_id)
    case = Case(session, isp_id, key, at)
    row = case.row(Progress.PAUSE_APPROVED, occurred_at=at, refers_to=no, approved=True)
    return case.append(book, row, by=by, at=at)


def problems_after(
    session: Session, row: Mapping[str, Any], events: Sequence[TakedownEvent], at: datetime
) -> list[Problem]:
    """Why an item's events could not stand any more if its particulars were ``row``."""
    if not events:
        return []
    steps = course.walk(Item.of(row), events, policy_at(session, at).policy)
    return [
        Problem(None, "events-do-not-fit", {"no": step.event.no, "why": step.problem.code})
        for step in steps
        if step.problem
    ]
