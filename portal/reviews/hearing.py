"""The verbs of the right of reply: send a draft, answer it; nothing adverse comes before (C8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts import Actor, Permission, may
from portal.entries.refusals import ChangedMeanwhile
from portal.errors import NotThere
from portal.ledger import take
from portal.mail import MailKind, post
from portal.period import Period
from portal.policy.calendar import working_days_after
from portal.policy.queries import policy_at
from portal.returns.hearing import (
    MOST_SIGNS,
    Adverse,
    FindingDraft,
    FindingReply,
    draft_about,
    draft_on,
    reply_to,
)
from portal.returns.model import ACCEPTED, DecisionOutcome, Filing
from portal.returns.queries import decision_of
from portal.reviews.adverse import findings_of
from portal.reviews.lines import admit, next_no
from portal.reviews.refusals import (
    AlreadyDecided,
    AlreadyDrafted,
    AlreadyReplied,
    NothingAdverse,
    NotYetHeard,
    ReplyNotYours,
    ReplyOpen,
    ReplyTooLate,
)
from portal.reviews.rules import guarded, in_force, must_be_open, must_say
from portal.reviews.telling import tell_authority


@dataclass(frozen=True)
class Intended:
    """What an authority intends: its kind, what it is about, and why."""

    kind: Adverse
    subject: str
    filing: Filing
    obligations: frozenset[str] = frozenset()
    reason: str | None = None


def draft_finding(
    session: Session,
    filing: Filing,
    kind: Adverse,
    text: str,
    *,
    excused: Collection[str] = (),
    by: Actor,
    at: datetime,
) -> FindingDraft:
    """Send the ISP what a decision would find not met, or that the filing would be void.

    From now on it reads the comments, and it may reply until the day that the draft names, or file
    a later version. Raises ReviewNotBegun, AlreadyDecided, NotInForce, NothingAdverse,
    AlreadyDrafted, and the guards' refusals of the text.
    """
    take(session, filing.isp_id)
    must_be_open(session, filing)
    in_force(session, filing.isp_id, Period.parse(filing.period), filing.version)
    found = findings_of(session, filing, at, excused=excused)
    if kind is Adverse.REVOCATION or (kind is Adverse.FINDING and not found):
        raise NothingAdverse("kind", receipt=filing.receipt)
    obligations = found if kind is Adverse.FINDING else frozenset()
    meant = Intended(kind, filing.receipt, filing, obligations)
    return send_draft(session, meant, text, by=by, at=at)


def send_draft(
    session: Session, meant: Intended, text: str, *, by: Actor, at: datetime
) -> FindingDraft:
    """Send a draft of anything adverse; a later one on the same subject begins the days anew."""
    book = take(session, meant.filing.isp_id)
    words = must_say(guarded(text.strip(), most=MOST_SIGNS))
    before = draft_about(session, book.isp_id, meant.subject)
    said = " ".join(sorted(meant.obligations))
    if before and (before.kind, before.obligations, before.reason) == (
        meant.kind, said, meant.reason
    ):  # fmt: skip
        raise AlreadyDrafted(due=before.due_at)
    policy = policy_at(session, at).policy
    due_at = working_days_after(session, at, policy.fair.reply_working_days, policy)
    row: dict[str, Any] = {
        "no": next_no(session, FindingDraft, book.isp_id),
        "kind": meant.kind,
        "subject": meant.subject,
        "period": meant.filing.period,
        "version": meant.filing.version,
        "obligations": said,
        "reason": meant.reason,
        "text": words,
        "due_at": due_at,
    }
    facts = {"no": row["no"], "kind": str(meant.kind), "obligations": said}
    drafted = admit(
        session, book, FindingDraft, "finding.drafted", row, closes={"subject": meant.subject},
        by=by, at=at, subject=meant.subject, **facts,
    )  # fmt: skip
    day = str(due_at.astimezone(policy.time_zone).date())
    about: dict[str, str | int] = {"period": meant.filing.period, "due_on": day, "no": drafted.no}
    named = draft_number(drafted)
    post(session, MailKind.FINDING_DRAFTED, book.isp_id, named, at=at, **about)
    return drafted


def reply(
    session: Session,
    draft: FindingDraft,
    text: str | None,
    *,
    expects: int = 0,
    by: Actor,
    at: datetime,
) -> FindingReply:
    """Say to a draft what the ISP has to say; ``text`` None: nothing. ``expects`` is the version
    that the writer saw, 0 for none: a second reply is a correction or is refused.

    Raises ReplyNotYours, ReplyTooLate, AlreadyReplied, ChangedMeanwhile, AlreadyDecided, NotThere
    (a later draft stands), and the guards' refusals of the text.
    """
    if by.organisation_id != draft.isp_id or not may(by.role, Permission.HEARING_ANSWER):
        raise ReplyNotYours
    book = take(session, draft.isp_id)
    _must_be_heard_still(session, draft, at)
    words = None if text is None else must_say(guarded(text.strip(), most=MOST_SIGNS))
    row: dict[str, Any] = {
        "draft": draft.no,
        "version": _version_after(session, draft, expects),
        "silent": words is None,
        "text": words,
    }
    facts = {"no": draft.no, "version": row["version"], "silent": words is None}
    said = admit(
        session, book, FindingReply, "finding.replied", row, closes={"draft": draft.no},
        by=by, at=at, subject=draft.subject, **facts,
    )  # fmt: skip
    number = f"{draft_number(draft)}-{said.version}"
    about: dict[str, str | int] = {"period": draft.period, "no": draft.no}
    tell_authority(session, MailKind.FINDING_REPLIED, draft.isp_id, number, at=at, **about)
    return said


def _version_after(session: Session, draft: FindingDraft, expects: int) -> int:
    before = reply_to(session, draft)
    if before is None:
        return 1
    if expects == 0:
        raise AlreadyReplied(at=before.recorded_at)
    if expects != before.version:
        raise ChangedMeanwhile(version=before.version)
    return before.version + 1


def must_have_been_heard(
    session: Session,
    filing: Filing,
    outcome: DecisionOutcome,
    excused: Collection[str],
    *,
    at: datetime,
) -> None:
    """Nothing adverse is decided before the ISP was heard on exactly that; raises NotYetHeard, or
    ReplyOpen while it may still reply.
    """
    found: frozenset[str] = frozenset()
    if outcome in ACCEPTED:
        found = findings_of(session, filing, at, excused=excused)
    void = outcome == DecisionOutcome.REJECT_VOID
    if not found and not void:
        return
    draft = draft_on(session, filing)
    kind = Adverse.VOID if void else Adverse.FINDING
    if draft is None or draft.kind != kind or not found <= set(draft.obligations.split()):
        raise NotYetHeard("outcome", codes=" ".join(sorted(found)))
    must_be_over(session, draft, at)


def must_be_over(session: Session, draft: FindingDraft, at: datetime) -> None:
    """The reply is in, or its day is over; raises ReplyOpen with the day."""
    if at <= draft.due_at and reply_to(session, draft) is None:
        raise ReplyOpen("outcome", due=draft.due_at)


def draft_number(draft: FindingDraft) -> str:
    """What a draft is called: ``D-0007-2``."""
    return f"D-{draft.isp_id:04d}-{draft.no}"


def _must_be_heard_still(session: Session, draft: FindingDraft, at: datetime) -> None:
    stands = draft_about(session, draft.isp_id, draft.subject)
    if stands is None or stands.no != draft.no:
        raise NotThere("draft")
    filing = session.get_one(Filing, (draft.isp_id, draft.period, draft.version))
    if draft.kind is not Adverse.REVOCATION and decision_of(session, filing) is not None:
        raise AlreadyDecided(receipt=filing.receipt)
    if at > draft.due_at:
        raise ReplyTooLate(due=draft.due_at)
