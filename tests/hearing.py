"""The way to an adverse decision or a revocation: a draft first, and the ISP has nothing to say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.certificates.model import RevocationReason
from portal.certificates.revoking import draft_revocation
from portal.returns.hearing import Adverse
from portal.returns.model import ACCEPTED, DecisionOutcome, Filing
from portal.reviews.adverse import findings_of
from portal.reviews.hearing import draft_finding, reply

INTENDED = "This is what we intend to decide. Please say what you have to say."


def is_heard(
    session: Session,
    filing: Filing,
    outcome: DecisionOutcome,
    *,
    excused: Collection[str] = (),
    officer: Actor,
    approver: Actor,
    at: datetime,
) -> None:
    """Hear the ISP on a filing under review, if the outcome is adverse."""
    found = findings_of(session, filing, at, excused=excused) if outcome in ACCEPTED else ()
    if outcome == DecisionOutcome.REJECT_VOID or found:
        kind = Adverse.FINDING if found else Adverse.VOID
        draft = draft_finding(session, filing, kind, INTENDED, excused=excused, by=officer, at=at)
        reply(session, draft, None, by=approver, at=at)


def is_heard_on_revoking(
    session: Session,
    serial: int,
    reason: RevocationReason,
    *,
    officer: Actor,
    approver: Actor,
    at: datetime,
) -> None:
    """Hear the ISP on the revocation of its certificate."""
    draft = draft_revocation(session, serial, reason, INTENDED, by=officer, at=at)
    reply(session, draft, None, by=approver, at=at)
