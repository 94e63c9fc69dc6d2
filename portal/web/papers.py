"""The papers themselves, to download: for the ISP they speak of, for the authority and auditors."""

from __future__ import annotations

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from portal.accounts import Permission, may
from portal.certificates import queries
from portal.certificates.model import PaperKind
from portal.errors import NotThere
from portal.redactions.papers import is_paper_withheld
from portal.redactions.refusals import PaperWithheld
from portal.web.gate import allow, me
from portal.web.limits import Limit, limited
from portal.web.reading import takes
from portal.web.session import session

bp = Blueprint("papers", __name__, url_prefix="/certificates")


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


def _paper(number: str, kind: PaperKind) -> Response:
    certificate = queries.by_number(session(), number)
    if certificate is None or not _concerned(certificate.isp_id):
        raise NotThere("number")
    paper = queries.paper(session(), certificate.serial, kind)
    if paper is None:
        raise NotThere("paper")
    if kind == PaperKind.REPORT and is_paper_withheld(session(), certificate):
        raise PaperWithheld
    takes(certificate.isp_id, "read.paper", f"{certificate.number} {kind}")
    response = make_response(paper.pdf)
    name = f"{certificate.number}{'-report' if kind == PaperKind.REPORT else ''}.pdf"
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _concerned(isp_id: int) -> bool:
    return isp_id == me().organisation_id or may(me().role, Permission.CERTIFICATE_FIND)
