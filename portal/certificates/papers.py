"""Finishing: render, sign and store the papers of an issued certificate; can be repeated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.canonical import sha256
from portal.certificates import queries
from portal.certificates.aside import aside
from portal.certificates.keys import KeyMaterial
from portal.certificates.model import Certificate, Paper, PaperKind
from portal.certificates.qr import qr_address
from portal.certificates.render import render_certificate
from portal.certificates.report import render_report
from portal.certificates.sign import sign
from portal.certificates.signing_texts import code_of
from portal.jobs import Job, JobKind, ask
from portal.jobs.actions import settle
from portal.ledger import SYSTEM, take
from portal.policy.queries import policy_of
from portal.returns import queries as returns
from portal.returns.statement import schema_bytes


def ask_for_papers(session: Session, certificate: Certificate, *, by: Actor, at: datetime) -> Job:
    """Let a worker make the papers of a number, after what gives the number is committed."""
    number, serial = certificate.number, certificate.serial
    return ask(session, JobKind.PAPERS, number, by=by, at=at, serial=serial)


def finish(
    session: Session, serial: int, key: KeyMaterial, *, verify_at: str, at: datetime
) -> list[Paper]:
    """Render, sign and store the papers that a certificate does not have yet; can be repeated.

    ``verify_at`` is the address before the number on the verify page.
    """
    return keep(session, serial, render(session, serial, key, verify_at=verify_at, at=at))


def _paper(
    session: Session,
    certificate: Certificate,
    kind: PaperKind,
    key: KeyMaterial,
    *,
    verify_at: str,
    at: datetime,
) -> Paper:
    said, number = json.loads(certificate.attestation), certificate.number
    url = qr_address(verify_at, number, code_of(number, certificate.attestation_digest, key))
    policy = policy_of(session, said["policy"][-1]["version"])  # the one that dated the number
    if kind == PaperKind.CERTIFICATE:
        page = render_certificate(said, certificate.attestation, policy, qr_url=url)
    else:
        filing = queries.filing_of(session, certificate)
        page = render_report(
            said,
            returns.read(filing.statement),
            filing.statement,
            schema_bytes(),
            policy,
            qr_url=url,
            aside=aside(session, filing, said),
        )
    signed = sign(page, key, policy, at=at)
    return Paper(
        serial=certificate.serial, kind=kind, sha256=sha256(signed), pdf=signed, made_at=at
    )


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
    if new:
        # Where no worker was waited for, there is nothing left for one.
        number = session.get_one(Certificate, serial).number
        settle(session, JobKind.PAPERS, number, at=new[0].made_at)
    return new


def _kinds(session: Session, serial: int) -> frozenset[PaperKind]:
    return frozenset(session.scalars(select(Paper.kind).where(Paper.serial == serial)))
