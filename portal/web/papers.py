"""The papers themselves, to download: for the ISP they speak of, for the authority and auditors."""

from __future__ import annotations

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from portal.accounts import Permission, may
from portal.certificates import queries
from portal.certificates.model import Certificate, Paper, PaperKind
from portal.certificates.signing_texts import signed_attestation
from portal.errors import NotThere
from portal.period import Period
from portal.redactions.papers import is_paper_withheld
from portal.redactions.refusals import PaperWithheld
from portal.reviews.engagements.refusals import OutsideEngagement
from portal.web.gate import allow, me
from portal.web.keyring import signing_key
from portal.web.limits import Limit, limited
from portal.web.passes import must_be_open_to_me
from portal.web.reading import takes
from portal.web.session import session

bp = Blueprint("papers", __name__, url_prefix="/certificates")
_FINDS = Permission.CERTIFICATE_FIND


@bp.get("/<string(maxlength=60):number>/certificate.pdf")
@allow(Permission.ACCOUNT_USE)
@limited(Limit.DOWNLOAD)
def certificate(number: str) -> Response:
    """Download the certificate."""
    return _paper(number, PaperKind.CERTIFICATE)


@bp.get("/<string(maxlength=60):number>/report.pdf")
@allow(Permission.ACCOUNT_USE)
@limited(Limit.DOWNLOAD)
def report(number: str) -> Response:
    """Download the compliance report."""
    return _paper(number, PaperKind.REPORT)


@bp.get("/<string(maxlength=60):number>/attestation.jws")
@allow(Permission.ACCOUNT_USE)
@limited(Limit.DOWNLOAD)
def attestation(number: str) -> Response:
    """Download the attestation that the certificate carries, signed by itself, for machines.

    It is for those who may have the certificate: numbers can be guessed, and whoever guesses one
    learns its standing alone (chairs B5, C9).
    """
    certificate = _that_i_may_have(queries.by_number(session(), number))
    signed = signed_attestation(certificate.attestation, signing_key())
    if signed is None:
        raise NotThere("attestation")
    takes(certificate.isp_id, "read.paper", f"{certificate.number} ATTESTATION")
    response = make_response(f"{signed}\n")
    name = f"{certificate.number}-attestation.jws"
    response.headers["Content-Type"] = "application/jose; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def taken_out(number: str, kind: PaperKind) -> tuple[Certificate, Paper]:
    """A certificate with one of its papers, if the asker may have it; that it was taken out is
    kept. Raises NotThere, PaperWithheld, OutsideEngagement.
    """
    certificate = _that_i_may_have(queries.by_number(session(), number))
    paper = queries.paper(session(), certificate.serial, kind)
    if paper is None:
        raise NotThere("paper")
    if kind == PaperKind.REPORT and is_paper_withheld(session(), certificate):
        raise PaperWithheld
    takes(certificate.isp_id, "read.paper", f"{certificate.number} {kind}")
    return certificate, paper


def _paper(number: str, kind: PaperKind) -> Response:
    certificate, paper = taken_out(number, kind)
    response = make_response(paper.pdf)
    name = f"{certificate.number}{'-report' if kind == PaperKind.REPORT else ''}.pdf"
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _that_i_may_have(certificate: Certificate | None) -> Certificate:
    auditor = may(me().role, Permission.AUDIT_READ)
    if certificate is None:
        # To an auditor the second wall hides what is outside: it is not known apart from a typo.
        raise OutsideEngagement("number") if auditor else NotThere("number")
    if auditor:
        must_be_open_to_me(certificate.isp_id, Period.parse(certificate.period))
    elif not _concerned(certificate.isp_id):
        raise NotThere("number")
    return certificate


def _concerned(isp_id: int) -> bool:
    own = isp_id == me().organisation_id and may(me().role, Permission.CERTIFICATE_OWN)
    return own or may(me().role, Permission.CERTIFICATE_FIND)
