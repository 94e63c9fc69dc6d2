"""The verbs that end a certificate: say so first, revoke, appeal against it (chairs C8)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.certificates import queries
from portal.certificates.actions import tell
from portal.certificates.model import Certificate, Revocation, RevocationReason
from portal.certificates.refusals import AlreadyRevoked, CourtNeedsReason
from portal.entries.guards import names_a_locator
from portal.ledger import SYSTEM, take
from portal.mail import MailKind
from portal.returns.hearing import Adverse, FindingDraft, draft_about
from portal.reviews.appeal import Appeal
from portal.reviews.appealing import Against, appeal
from portal.reviews.hearing import Intended, must_be_over, send_draft
from portal.reviews.refusals import LooksLikeLocator, NotAppealable, NotYetHeard
from portal.trail import append


def draft_revocation(
    session: Session, serial: int, reason: RevocationReason, text: str, *, by: Actor, at: datetime
) -> FindingDraft:
    """Tell the ISP that its certificate would be revoked, and why; it may reply.

    Raises AlreadyRevoked, AlreadyDrafted, and the guards' refusals of the text.
    """
    certificate = session.get_one(Certificate, serial)
    take(session, certificate.isp_id)
    must_hold(session, certificate)
    filing = queries.filing_of(session, certificate)
    meant = Intended(Adverse.REVOCATION, certificate.number, filing, reason=str(reason))
    return send_draft(session, meant, text, by=by, at=at)


def revoke(
    session: Session,
    serial: int,
    reason: RevocationReason,
    *,
    court_reference: str | None = None,
    by: Actor,
    at: datetime,
) -> Revocation:
    """Declare that a certificate no longer holds, after the ISP was heard on exactly that.

    What a court decided needs no hearing here: ``court_reference`` numbers its decision. Raises
    AlreadyRevoked, NotYetHeard, ReplyOpen, CourtNeedsReason, LooksLikeLocator.
    """
    certificate = session.get_one(Certificate, serial)
    book, system = take(session, certificate.isp_id), take(session, SYSTEM)
    must_hold(session, certificate)
    court = (court_reference or "").strip() or None
    if court is None:
        _must_have_been_heard(session, certificate, reason, at)
    else:
        _must_be_a_courts(reason, court)
    facts = {"reason": str(reason), "court": court is not None}
    for each in (book, system):
        number = certificate.number
        append(session, each, "certificate.revoked", by=by, at=at, subject=number, **facts)
    revoked = Revocation(
        serial=serial, reason=reason, revoked_by=by.person_id, revoked_at=at, court_reference=court
    )
    session.add(revoked)
    session.flush()
    tell(session, MailKind.CERTIFICATE_REVOKED, certificate, at)
    return revoked


def appeal_revocation(
    session: Session, serial: int, text: str, *, by: Actor, at: datetime
) -> Appeal:
    """Appeal against a revocation; raises NotAppealable where there is none, and what ``appeal``
    raises.
    """
    certificate = session.get_one(Certificate, serial)
    against = revocation_of(session, certificate)
    if against is None:
        raise NotAppealable(subject=certificate.number)
    return appeal(session, against, text, by=by, at=at)


def revocation_of(session: Session, certificate: Certificate) -> Against | None:
    """The revocation of a certificate as an act that can be appealed against."""
    revoked = session.get(Revocation, certificate.serial)
    if revoked is None:
        return None
    filing = queries.filing_of(session, certificate)
    by, at = revoked.revoked_by, revoked.revoked_at
    return Against(Adverse.REVOCATION, certificate.number, filing, by, at)


def must_hold(session: Session, certificate: Certificate) -> None:
    """Raises AlreadyRevoked."""
    if session.get(Revocation, certificate.serial) is not None:
        raise AlreadyRevoked(number=certificate.number)


def _must_have_been_heard(
    session: Session, certificate: Certificate, reason: RevocationReason, at: datetime
) -> None:
    draft = draft_about(session, certificate.isp_id, certificate.number)
    if draft is None or draft.reason != reason:
        raise NotYetHeard("reason", codes="")
    must_be_over(session, draft, at)


def _must_be_a_courts(reason: RevocationReason, reference: str) -> None:
    if reason != RevocationReason.COURT_OR_AUTHORITY:
        raise CourtNeedsReason("court_reference")
    if names_a_locator(reference):
        raise LooksLikeLocator("court_reference")
