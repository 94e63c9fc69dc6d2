"""The verbs of review: begin, comment, decide."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.entries.entry import line_digest, seal
from portal.ledger import Ledger, take
from portal.mail import MailKind, post
from portal.period import Period
from portal.policy.calendar import corrections_due
from portal.policy.queries import policy_at
from portal.returns.model import Decision, DecisionOutcome, Filing, ReviewStart
from portal.reviews import queries
from portal.reviews.hearing import must_have_been_heard
from portal.reviews.model import ReviewComment
from portal.reviews.refusals import NothingWritten
from portal.reviews.rules import (
    guarded,
    in_force,
    must_be_excusable,
    must_be_known,
    must_be_open,
    must_be_reasoned,
)
from portal.trail import append

_MAILS = {
    DecisionOutcome.ACCEPT: MailKind.RETURN_ACCEPTED,
    DecisionOutcome.ACCEPT_WITH_OBSERVATIONS: MailKind.RETURN_ACCEPTED,
    DecisionOutcome.RETURN_FOR_CORRECTION: MailKind.RETURN_SENT_BACK,
    DecisionOutcome.REJECT_VOID: MailKind.RETURN_VOIDED,
}


def open_review(
    session: Session, isp_id: int, period: Period, version: int, *, by: Actor, at: datetime
) -> ReviewStart:
    """Begin the review of the filing in force: from now on it cannot be recalled. Twice is once."""
    book = take(session, isp_id)
    filing = in_force(session, isp_id, period, version)
    begun = session.get(ReviewStart, (isp_id, str(period), version))
    if begun is not None:
        return begun
    seq = append(
        session, book, "review.begun", by=by, at=at, subject=filing.receipt, version=version
    )
    begun = ReviewStart(
        isp_id=isp_id,
        period=str(period),
        version=version,
        opened_by=by.person_id,
        opened_at=at,
        seq=seq,
    )
    session.add(begun)
    session.flush()
    return begun


def comment(
    session: Session, filing: Filing, obligation: str, text: str, *, by: Actor, at: datetime
) -> ReviewComment:
    """Draft a comment on an obligation (empty: the whole return); the newest on it stands.

    Raises ReviewNotBegun, AlreadyDecided, UnknownObligation, NothingWritten, and the guards'
    refusals of text.
    """
    book = take(session, filing.isp_id)
    must_be_open(session, filing)
    words = guarded(text.strip())
    must_be_known(filing, obligation)
    standing = {c.obligation: c.no for c in queries.comments(session, filing)}
    if not words and obligation not in standing:
        raise NothingWritten("text")
    row: dict[str, Any] = {
        "isp_id": filing.isp_id,
        "period": filing.period,
        "version": filing.version,
        "no": queries.last_comment(session, filing) + 1,
        "obligation": obligation,
        "text": words,
        "taken_back": not words,
        "replaces": standing.get(obligation),
    }
    seal(session, row, ReviewComment.__sealed__)
    row["digest"] = line_digest(ReviewComment, row)
    facts = {"obligation": obligation, "no": row["no"], "line": row["digest"].hex()}
    seq = append(session, book, "review.commented", by=by, at=at, subject=filing.receipt, **facts)
    written = ReviewComment(**row, admitted_seq=seq, written_by=by.person_id, written_at=at)
    session.add(written)
    session.flush()
    return written


def decide(
    session: Session,
    filing: Filing,
    outcome: DecisionOutcome,
    *,
    excused: Collection[str] = (),
    by: Actor,
    at: datetime,
) -> Decision:
    """Judge a filing, once; its comments reach the ISP with this.

    ``excused`` names obligations whose one late item had a reason that the authority accepts
    (chairs B6). Raises AlreadyDecided, NotInForce, ReviewNotBegun, NeedsReasons, NotExcusable, and
    NotYetHeard where it is adverse and the ISP could not reply to a draft of it (chairs C8).
    """
    book = take(session, filing.isp_id)
    no = must_be_open(session, filing) + 1
    in_force(session, filing.isp_id, Period.parse(filing.period), filing.version)
    must_be_reasoned(session, filing, outcome)
    must_be_excusable(filing, excused)
    must_have_been_heard(session, filing, outcome, excused, at=at)
    return _decide(session, book, filing, outcome, excused, no=no, by=by, at=at)


def _decide(
    session: Session,
    book: Ledger,
    filing: Filing,
    outcome: DecisionOutcome,
    excused: Collection[str],
    *,
    no: int,
    by: Actor,
    at: datetime,
) -> Decision:
    facts = {"outcome": str(outcome), "excused": sorted(excused)}
    seq = append(session, book, "review.decided", by=by, at=at, subject=filing.receipt, **facts)
    decision = Decision(
        isp_id=filing.isp_id,
        period=filing.period,
        version=filing.version,
        no=no,
        outcome=outcome,
        decided_by=by.person_id,
        decided_at=at,
        seq=seq,
        excused=" ".join(sorted(excused)),
    )
    session.add(decision)
    session.flush()
    _tell(session, filing, decision)
    return decision


def _tell(session: Session, filing: Filing, decision: Decision) -> None:
    """Write to the ISP that it was decided; of a return sent back also until when (domain §3)."""
    at = decision.decided_at
    about: dict[str, str | int] = {"period": filing.period, "version": filing.version}
    if decision.outcome == DecisionOutcome.RETURN_FOR_CORRECTION:
        zone = policy_at(session, at).policy.time_zone
        about["due_on"] = str(corrections_due(session, [at])[at].astimezone(zone).date())
    kind = _MAILS[decision.outcome]
    # A later decision on the same filing is told, too.
    named = filing.receipt if decision.no == 1 else f"{filing.receipt}/{decision.no}"
    post(session, kind, filing.isp_id, named, at=at, **about)
