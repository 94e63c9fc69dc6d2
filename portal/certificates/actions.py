"""The verbs of attesting: issue a number, finish its papers, revoke."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.canonical import sha256
from portal.certificates import queries
from portal.certificates.attestation import attest
from portal.certificates.gathering import filed, issued, judged, policies_of
from portal.certificates.keys import KeyMaterial
from portal.certificates.model import (
    Certificate,
    CertificateKind,
    Paper,
    PaperKind,
    Revocation,
    RevocationReason,
)
from portal.certificates.number import certificate_number
from portal.certificates.refusals import AlreadyIssued, AlreadyRevoked, NotAccepted, SameOfficer
from portal.certificates.render import render_certificate
from portal.certificates.report import render_report
from portal.certificates.sign import sign
from portal.ledger import SYSTEM, Ledger, take
from portal.period import Period
from portal.returns import queries as returns
from portal.returns.model import ACCEPTED, Decision, Filing
from portal.returns.statement import schema_bytes
from portal.trail import append


def issue(session: Session, isp_id: int, period: Period, *, by: Actor, at: datetime) -> Certificate:
    """Give the accepted filing in force the next number; papers follow (``finish``).

    Raises NotAccepted, SameOfficer, AlreadyIssued, PolicyNotAdopted and NoFrameworkInForce. The
    number is taken under the system's ledger, so that none is given twice and none is left out.
    """
    book, system = take(session, isp_id), take(session, SYSTEM)
    filing, decision = _accepted(session, isp_id, period)
    if decision.decided_by == by.person_id:
        raise SameOfficer(receipt=filing.receipt)
    before = queries.newest(session, isp_id, period)
    _must_be_new(session, before, filing)
    serial = (session.scalar(select(func.max(Certificate.serial))) or 0) + 1
    frozen = _attested(session, serial, filing, decision, before, by=by, at=at)
    certificate = Certificate(
        serial=serial,
        number=json.loads(frozen)["number"],
        isp_id=isp_id,
        period=str(period),
        version=filing.version,
        kind=CertificateKind(json.loads(frozen)["kind"]),
        attestation=frozen,
        attestation_digest=sha256(frozen),
        decided_by=decision.decided_by,
        issued_by=by.person_id,
        issued_at=at,
        supersedes=before.serial if before else None,
    )
    for each in (system, book):
        certificate.seq = _tell(session, each, certificate, by=by, at=at)
    session.add(certificate)
    session.flush()
    return certificate


def _attested(
    session: Session,
    serial: int,
    filing: Filing,
    decision: Decision,
    before: Certificate | None,
    *,
    by: Actor,
    at: datetime,
) -> bytes:
    statement, period = returns.read(filing.statement), Period.parse(filing.period)
    force = policies_of(session, statement, period)
    policy = force[-1].policy
    number = certificate_number(serial, at.astimezone(policy.time_zone).year)
    return attest(
        statement,
        policy,
        filed(session, filing, at),
        judged(session, filing, decision),
        issued(session, number, period, force, before, by=by, at=at),
    )


def _tell(
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


def finish(
    session: Session, serial: int, key: KeyMaterial, *, verify_at: str, at: datetime
) -> list[Paper]:
    """Render, sign and store the papers that a certificate does not have yet; can be repeated.

    ``verify_at`` is the address before the number on the verify page.
    """
    return keep(session, serial, render(session, serial, key, verify_at=verify_at, at=at))


def render(
    session: Session, serial: int, key: KeyMaterial, *, verify_at: str, at: datetime
) -> list[Paper]:
    """The signed papers that a certificate does not have yet. It takes seconds and writes nothing,
    so that it can be done while nobody has to wait for a lock.
    """
    certificate = session.get_one(Certificate, serial)
    have = _kinds(session, serial)
    return [
        _paper(session, certificate, kind, key, verify_at=verify_at, at=at)
        for kind in PaperKind
        if kind not in have
    ]


def keep(session: Session, serial: int, papers: Sequence[Paper]) -> list[Paper]:
    """Store papers, and return what was stored: of two who did the same work the first is kept."""
    take(session, SYSTEM)
    have = _kinds(session, serial)
    new = [paper for paper in papers if paper.kind not in have]
    session.add_all(new)
    session.flush()
    return new


def _kinds(session: Session, serial: int) -> frozenset[PaperKind]:
    return frozenset(session.scalars(select(Paper.kind).where(Paper.serial == serial)))


def revoke(
    session: Session, serial: int, reason: RevocationReason, *, by: Actor, at: datetime
) -> Revocation:
    """Declare that a certificate no longer holds; raises AlreadyRevoked."""
    certificate = session.get_one(Certificate, serial)
    book, system = take(session, certificate.isp_id), take(session, SYSTEM)
    if session.get(Revocation, serial) is not None:
        raise AlreadyRevoked(number=certificate.number)
    for each in (book, system):
        append(
            session,
            each,
            "certificate.revoked",
            by=by,
            at=at,
            subject=certificate.number,
            reason=str(reason),
        )
    revoked = Revocation(serial=serial, reason=reason, revoked_by=by.person_id, revoked_at=at)
    session.add(revoked)
    session.flush()
    return revoked


def _paper(
    session: Session,
    certificate: Certificate,
    kind: PaperKind,
    key: KeyMaterial,
    *,
    verify_at: str,
    at: datetime,
) -> Paper:
    said, url = json.loads(certificate.attestation), f"{verify_at}/{certificate.number}"
    if kind == PaperKind.CERTIFICATE:
        page = render_certificate(said, certificate.attestation, qr_url=url)
    else:
        statement = queries.filing_of(session, certificate).statement
        page = render_report(said, returns.read(statement), statement, schema_bytes(), qr_url=url)
    signed = sign(page, key, at=at)
    return Paper(
        serial=certificate.serial, kind=kind, sha256=sha256(signed), pdf=signed, made_at=at
    )


def _accepted(session: Session, isp_id: int, period: Period) -> tuple[Filing, Decision]:
    filing = returns.in_force(session, isp_id, period)
    decision = returns.decision_of(session, filing) if filing else None
    if filing is None or decision is None or decision.outcome not in ACCEPTED:
        raise NotAccepted("period", period=period)
    return filing, decision


def _must_be_new(session: Session, before: Certificate | None, filing: Filing) -> None:
    if before is None or before.version != filing.version:
        return
    if session.get(Revocation, before.serial) is None:
        raise AlreadyIssued("period", number=before.number)
