"""The public page: is a number in the register, and does it hold today?"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.certificates.hearings import appeal_about
from portal.certificates.model import Certificate
from portal.certificates.queries import by_number, example_number, number_in, status
from portal.certificates.witnesses import sealed_then
from portal.period import Period
from portal.wall import Step, stepping
from portal.web.gate import public
from portal.web.limits import Limit, limited
from portal.web.pages import page
from portal.web.session import now, session, today

bp = Blueprint("verify", __name__, url_prefix="/verify")


@bp.get("")
@public
@limited(Limit.VERIFY)
def index() -> Response:
    """Ask for a number."""
    given = request.args.get("number", "")
    number = number_in(session(), given)
    if number is not None:
        return redirect(url_for(".show", number=str(number)))
    example = example_number(session(), today().year)
    return page("verify/index.html", mistyped=bool(given.strip()), example=example)


@bp.get("/<string(maxlength=60):number>")
@public
@limited(Limit.VERIFY)
def show(number: str) -> Response:
    """What the register says of a number: no more than the paper itself, and its standing today.

    An unknown number is unknown, never revoked.
    """
    with stepping(session(), Step.LOOK_UP):
        certificate = by_number(session(), number)
        found = None if certificate is None else _found(certificate)
    if found is None:
        return page("verify/unknown.html", 404, number=number_in(session(), number))
    return page("verify/show.html", **found)


def _found(certificate: Certificate) -> dict[str, Any]:
    return {
        "certificate": certificate,
        "status": status(session(), certificate),
        "said": _said(certificate),
        "sealed": sealed_then(_said(certificate)),
        "period": Period.parse(certificate.period),
        "appeal": _appeal_about(certificate),
    }


def _appeal_about(certificate: Certificate) -> str | None:
    """How the appeal against its revocation stands; None where there is none."""
    found = appeal_about(session(), certificate.isp_id, certificate.number)
    if found is None:
        return None
    return found.code(now()) if found.ruling else "APPEAL_WAITS"


def _said(certificate: Certificate) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(certificate.attestation)
    return found
