"""The papers of an ISP: the list of its certificates, and each paper as it was signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.certificates.model import Certificate, CertificateKind, PaperKind, Revocation
from portal.entries.entry import plain
from portal.web.api.answers import must_accept, sent, told
from portal.web.api.door import bp
from portal.web.api.shapes import Out
from portal.web.api.slices import KeysAsked, asked_as, next_address
from portal.web.api.tree import described
from portal.web.gate import allow, my_isp
from portal.web.papers import taken_out
from portal.web.session import session

_PDF: Final = "application/pdf"


class CertificateOut(Out):
    """A certificate or statement of findings, and where its two papers are."""

    serial: int
    number: str
    kind: CertificateKind
    period: str
    version: int
    issued_at: datetime
    revoked_at: datetime | None
    certificate: str
    report: str


class CertificatesOut(Out):
    """A stretch of the certificates, the newest first; ``next`` goes by serial."""

    certificates: list[CertificateOut]
    next: str | None


@bp.get("/certificates")
@allow(Permission.CERTIFICATE_OWN)
@described("Papers", query=KeysAsked, out=CertificatesOut)
def certificates() -> Response:
    """Your certificates, the newest first."""
    asked = asked_as(KeysAsked)
    query = (
        select(Certificate, Revocation.revoked_at)
        .outerjoin(Revocation, Revocation.serial == Certificate.serial)
        .where(Certificate.isp_id == my_isp().id)
        .order_by(Certificate.serial.desc())
    )
    if asked.before is not None:
        query = query.where(Certificate.serial < asked.before)
    rows = session().execute(query.limit(asked.limit + 1)).all()
    shown = rows[: asked.limit]
    more = shown[-1][0].serial if len(rows) > asked.limit else None
    found = [_certificate(one, revoked) for one, revoked in shown]
    return told({"certificates": found, "next": next_address(more)})


@bp.get("/certificates/<string(maxlength=60):number>/certificate.pdf")
@allow(Permission.CERTIFICATE_OWN)
@described("Papers")
def certificate(number: str) -> Response:
    """The certificate as PDF; that it was taken out stands in your trail."""
    return _paper(number, PaperKind.CERTIFICATE)


@bp.get("/certificates/<string(maxlength=60):number>/report.pdf")
@allow(Permission.CERTIFICATE_OWN)
@described("Papers")
def report(number: str) -> Response:
    """The compliance report as PDF; that it was taken out stands in your trail."""
    return _paper(number, PaperKind.REPORT)


def _paper(number: str, kind: PaperKind) -> Response:
    must_accept(_PDF)
    _, paper = taken_out(number, kind)
    return sent(paper.pdf, _PDF, paper.sha256.hex())


def _certificate(found: Certificate, revoked_at: datetime | None) -> dict[str, Any]:
    return {
        "serial": found.serial,
        "number": found.number,
        "kind": plain(found.kind),
        "period": found.period,
        "version": found.version,
        "issued_at": plain(found.issued_at),
        "revoked_at": plain(revoked_at),
        "certificate": url_for("api.certificate", number=found.number),
        "report": url_for("api.report", number=found.number),
    }
