"""The verbs of appeals: make one, decide it; the authority has a clock of its own (chairs C8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Permission, may
from portal.entries.entry import close
from portal.ledger import Ledger, take
from portal.mail import MailKind, post
from portal.policy.calendar import calendar_of, end_of, working_days_after
from portal.policy.queries import policy_at
from portal.returns.hearing import MOST_SIGNS, Adverse
from portal.returns.model import ACCEPTED, Decision, DecisionOutcome, Filing
from portal.returns.queries import decision_of
from portal.reviews.adverse import findings_of
from portal.reviews.appeal import Appeal, Ruling
from portal.reviews.lines import admit, next_no
from portal.reviews.queries import decisions
from portal.reviews.refusals import (
    AlreadyAppealed,
    AppealDecided,
    AppealNotYours,
    AppealTooLate,
    NotAppealable,
    NothingSetAside,
    OwnDecision,
    ReplyNotYours,
)
from portal.reviews.rules import guarded, must_say
from portal.reviews.telling import tell_authority


@dataclass(frozen=True)
class Against:
    """What an appeal is against: which act on which filing or certificate, by whom, when."""

    kind: Adverse
    subject: str
    filing: Filing
    by: int
    at: datetime
    decision_no: int = 0


def adverse_decision(session: Session, filing: Filing, at: datetime) -> Against | None:
    """The decision in force on a filing, if it is one that can be appealed against."""
    decision = decision_of(session, filing)
    if decision is None:
        return None
    void = decision.outcome == DecisionOutcome.REJECT_VOID
    if not void and not standing_findings(session, filing, decision, at):
        return None
    kind = Adverse.VOID if void else Adverse.FINDING
    by, when = decision.decided_by, decision.decided_at
    return Against(kind, filing.receipt, filing, by, when, decision.no)


def standing_findings(
    session: Session, filing: Filing, decision: Decision, at: datetime
) -> frozenset[str]:
    """The core obligations that a decision leaves not met."""
    if decision.outcome not in ACCEPTED:
        return frozenset()
    excused, aside = decision.excused.split(), decision.set_aside.split()
    return findings_of(session, filing, at, excused=excused, set_aside=aside)


def appeal_decision(
    session: Session, filing: Filing, text: str, *, by: Actor, at: datetime
) -> Appeal:
    """Appeal against an adverse decision; raises NotAppealable for every other one, and what
    ``appeal`` raises.
    """
    take(session, filing.isp_id)
    against = adverse_decision(session, filing, at)
    if against is None:
        raise NotAppealable(subject=filing.receipt)
    return appeal(session, against, text, by=by, at=at)


def appeal(session: Session, against: Against, text: str, *, by: Actor, at: datetime) -> Appeal:
    """Record an appeal with its grounds, and by when the authority answers it.

    Raises ReplyNotYours, AppealTooLate, AlreadyAppealed, and the guards' refusals of the text.
    """
    if by.organisation_id != against.filing.isp_id or not may(by.role, Permission.HEARING_ANSWER):
        raise ReplyNotYours
    book = take(session, against.filing.isp_id)
    until = appeal_until(session, against.at)
    if at > until:
        raise AppealTooLate(due=until)
    if appeal_against(session, against) is not None:
        raise AlreadyAppealed(subject=against.subject)
    policy = policy_at(session, at).policy
    row: dict[str, Any] = {
        "no": next_no(session, Appeal, book.isp_id),
        "kind": against.kind,
        "subject": against.subject,
        "decision_no": against.decision_no,
        "period": against.filing.period,
        "version": against.filing.version,
        "against_by": against.by,
        "against_at": against.at,
        "text": must_say(guarded(text.strip(), most=MOST_SIGNS)),
        "due_at": working_days_after(session, at, policy.fair.appeal_working_days, policy),
    }
    facts = {"no": row["no"], "kind": str(against.kind), "decision": against.decision_no}
    made = admit(
        session, book, Appeal, "appeal.made", row, by=by, at=at, subject=against.subject, **facts
    )
    day = str(made.due_at.astimezone(policy.time_zone).date())
    about: dict[str, str | int] = {"period": made.period, "due_on": day, "no": made.no}
    tell_authority(session, MailKind.APPEAL_MADE, book.isp_id, made.number, at=at, **about)
    return made


def rule(
    session: Session,
    made: Appeal,
    text: str,
    *,
    allowed: bool,
    set_aside: Collection[str] = (),
    by: Actor,
    at: datetime,
) -> Ruling:
    """Decide an appeal, once, with reasons; late too. Allowed against findings, those named
    ``set_aside`` do not stand and the filing has a second decision; against a void filing, it is
    under review again; against a revocation, a new certificate may be issued.
    """
    book = take(session, made.isp_id)
    _must_be_decidable(session, made, by)
    filing = session.get_one(Filing, (made.isp_id, made.period, made.version))
    findings = allowed and made.kind is Adverse.FINDING
    aside = _set_aside(session, filing, set_aside, at) if findings else ""
    row: dict[str, Any] = {
        "appeal": made.no,
        "allowed": allowed,
        "set_aside": aside,
        "first_by": made.against_by,
        "text": must_say(guarded(text.strip(), most=MOST_SIGNS)),
    }
    facts: dict[str, Any] = {"no": made.no, "allowed": allowed, "set_aside": aside}
    ruling = admit(
        session, book, Ruling, "appeal.decided", row, by=by, at=at, subject=made.subject, **facts
    )
    if allowed and made.kind is not Adverse.REVOCATION:
        _redo(session, book, filing, ruling, by=by, at=at)
    about: dict[str, str | int] = {"period": made.period, "no": made.no}
    post(session, MailKind.APPEAL_DECIDED, made.isp_id, made.number, at=at, **about)
    return ruling


def appeal_until(session: Session, at: datetime) -> datetime:
    """Until when an act of an instant may be appealed against: so many days after it as the policy
    then in force says, and where that is no working day the next one, to its last second, in UTC.
    """
    policy = policy_at(session, at).policy
    last = at.astimezone(policy.time_zone).date() + timedelta(days=policy.fair.appeal_days)
    return end_of(calendar_of(session, policy, None).on_or_after(last), policy)


def appeal_against(session: Session, against: Against) -> Appeal | None:
    """The appeal against an act, if there is one."""
    return session.scalar(
        select(Appeal).where(
            Appeal.isp_id == against.filing.isp_id,
            Appeal.subject == against.subject,
            Appeal.decision_no == against.decision_no,
        )
    )


def _must_be_decidable(session: Session, made: Appeal, by: Actor) -> None:
    if not may(by.role, Permission.APPEAL_DECIDE):
        raise AppealNotYours
    if session.get(Ruling, {"isp_id": made.isp_id, "appeal": made.no}) is not None:
        raise AppealDecided(number=made.number)
    if made.against_by == by.person_id:
        raise OwnDecision


def _set_aside(session: Session, filing: Filing, named: Collection[str], at: datetime) -> str:
    decision = decision_of(session, filing)
    found = standing_findings(session, filing, decision, at) if decision else frozenset()
    if not named or not set(named) <= found:
        raise NothingSetAside("set_aside", codes=" ".join(sorted(found)))
    return " ".join(sorted(named))


def _redo(
    session: Session, book: Ledger, filing: Filing, ruling: Ruling, *, by: Actor, at: datetime
) -> None:
    """Close the decision appealed against; what was found is decided anew at once, what was void
    is under review again.
    """
    first = decision_of(session, filing)
    if first is None:  # an appeal is against a decision in force, and only its ruling closes one
        raise NotAppealable(subject=filing.receipt)
    named = {"isp_id": book.isp_id, "period": filing.period, "version": filing.version}
    close(session, Decision, ruling.admitted_seq, **named)
    session.expire(first)
    if first.outcome == DecisionOutcome.REJECT_VOID:
        return
    again = Decision(
        **named,
        no=len(decisions(session, filing)) + 1,
        outcome=first.outcome,
        decided_by=by.person_id,
        decided_at=at,
        seq=ruling.admitted_seq,
        excused=first.excused,
        set_aside=" ".join(sorted({*first.set_aside.split(), *ruling.set_aside.split()})),
    )
    session.add(again)
    session.flush()
