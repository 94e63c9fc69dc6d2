"""The verbs of attesting: issue a number, finish its papers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.canonical import sha256
from portal.certificates import queries
from portal.certificates.attestation import attest
from portal.certificates.gathering import filed, issued, judged, policies_of
from portal.certificates.model import Certificate, CertificateKind, Revocation
from portal.certificates.number import certificate_number
from portal.certificates.papers import ask_for_papers, finish, keep, render
from portal.certificates.refusals import AlreadyIssued, NotAccepted, PracticeMonth, SameOfficer
from portal.ledger import SYSTEM, Ledger, take
from portal.mail import MailKind, post
from portal.period import Period
from portal.policy.queries import practice_months
from portal.returns import queries as returns
from portal.returns.model import ACCEPTED, Decision, Filing
from portal.trail import append


def issue(session: Session, isp_id: int, period: Period, *, by: Actor, at: datetime) -> Certificate:
    """Give the accepted filing in force the next number; papers follow (``finish``).

    Raises PracticeMonth, NotAccepted, SameOfficer, AlreadyIssued, PolicyNotAdopted and
    NoFrameworkInForce. The number is taken under the system's ledger, so that none is given twice
    and none is left out.
    """
    book, system = take(session, isp_id), take(session, SYSTEM)
    filing, decision = _accepted(session, isp_id, period)
    before = queries.newest(session, isp_id, period)
    must_be_another(filing, decision, by)
    _must_be_new(session, before, filing, decision)
    return give_number(session, (system, book), Ground(filing, decision, before), by=by, at=at)


@dataclass(frozen=True)
class Ground:
    """What a certificate rests on: the filing, its decision, the certificate before; and the
    particulars of the ISP, where they are not the ones that the statement was frozen with.
    """

    filing: Filing
    decision: Decision
    before: Certificate | None
    corrected: Mapping[str, Any] | None = None


def give_number(
    session: Session, books: Sequence[Ledger], ground: Ground, *, by: Actor, at: datetime
) -> Certificate:
    """Give the next number, under the system's ledger (the first of ``books``)."""
    filing, before = ground.filing, ground.before
    serial = (session.scalar(select(func.max(Certificate.serial))) or 0) + 1
    frozen = _attested(session, serial, ground, by=by, at=at)
    certificate = Certificate(
        serial=serial,
        number=json.loads(frozen)["number"],
        isp_id=filing.isp_id,
        period=filing.period,
        version=filing.version,
        kind=CertificateKind(json.loads(frozen)["kind"]),
        attestation=frozen,
        attestation_digest=sha256(frozen),
        decided_by=ground.decision.decided_by,
        issued_by=by.person_id,
        issued_at=at,
        supersedes=before.serial if before else None,
    )
    for each in books:
        certificate.seq = _event(session, each, certificate, by=by, at=at)
    session.add(certificate)
    session.flush()
    _follow(session, certificate, by=by, at=at)
    return certificate


def _follow(session: Session, certificate: Certificate, *, by: Actor, at: datetime) -> None:
    tell(session, MailKind.CERTIFICATE_ISSUED, certificate, at)
    ask_for_papers(session, certificate, by=by, at=at)


def tell(session: Session, kind: MailKind, certificate: Certificate, at: datetime) -> None:
    """Write to the ISP of a certificate that it was issued or revoked."""
    number, period = certificate.number, certificate.period
    post(session, kind, certificate.isp_id, number, at=at, period=period)


def _attested(session: Session, serial: int, ground: Ground, *, by: Actor, at: datetime) -> bytes:
    filing, before = ground.filing, ground.before
    statement, period = returns.read(filing.statement), Period.parse(filing.period)
    force = policies_of(session, statement, period)
    policy = force[-1].policy
    number = certificate_number(policy.papers.series, serial, at.astimezone(policy.time_zone).year)
    if ground.corrected is not None:
        statement = {**statement, "subject": ground.corrected}
    return attest(
        statement,
        [one.policy for one in force],
        filed(session, filing, at),
        judged(session, filing, ground.decision, before),
        issued(session, number, period, force, before, by=by, at=at),
    )


def _event(
    session: Session, book: Ledger, certificate: Certificate, *, by: Actor, at: datetime
) -> int:
    return append(
        session,
        book,
        "certificate.issued",
        by=by,
        at=at,
        subject=certificate.number,
        serial=certificate.serial,
        period=certificate.period,
        version=certificate.version,
        attestation=certificate.attestation_digest.hex(),
    )


def _accepted(session: Session, isp_id: int, period: Period) -> tuple[Filing, Decision]:
    if period in practice_months(session):
        raise PracticeMonth("period", period=period)
    filing = returns.in_force(session, isp_id, period)
    decision = returns.decision_of(session, filing) if filing else None
    if filing is None or decision is None or decision.outcome not in ACCEPTED:
        raise NotAccepted("period", period=period)
    return filing, decision


def must_be_another(filing: Filing, decision: Decision, by: Actor) -> None:
    """Who decided does not issue; raises SameOfficer."""
    if decision.decided_by == by.person_id:
        raise SameOfficer(receipt=filing.receipt)


def _must_be_new(
    session: Session, before: Certificate | None, filing: Filing, decision: Decision
) -> None:
    if before is None or before.version != filing.version or decision.seq > before.seq:
        return
    if session.get(Revocation, before.serial) is None:
        raise AlreadyIssued("period", number=before.number)


__all__ = ["finish", "issue", "keep", "render"]
