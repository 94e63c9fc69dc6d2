"""Certificates: an ISP's own, the authority's issuing, the auditor's search; papers to download."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission, may
from portal.accounts.queries import isp_named
from portal.certificates import actions, queries
from portal.certificates.model import Certificate, PaperKind, RevocationReason
from portal.certificates.queries import StatusCode
from portal.errors import NotThere, Refusal
from portal.period import Period
from portal.returns import queries as returns
from portal.returns.standing import Standing, StandingCode, standings
from portal.web import showing
from portal.web.forms import form_for
from portal.web.gate import allow, i_may, me, my_isp
from portal.web.keyring import signing_key, verify_at
from portal.web.pages import before, page, slice_of
from portal.web.session import now, session, today

bp = Blueprint("certificates", __name__, url_prefix="/certificates")
SHOWN = 50


class Revoking(BaseModel):
    """Why a certificate no longer holds."""

    reason: RevocationReason = Field(title="Why it is revoked")
    sure: Literal["yes"] = Field(
        title="This cannot be undone",
        description="Reinstatement is a new certificate that cites this one. Type yes.",
    )


RevokingForm = form_for(Revoking)


@dataclass(frozen=True)
class Waiting:
    """An accepted month without a certificate."""

    isp: Organisation
    standing: Standing


@bp.get("/own")
@allow(Permission.CERTIFICATE_OWN)
def own() -> Response:
    """The certificates of the asker's ISP."""
    found = queries.find(session(), isp_id=my_isp().id, before=_before(), limit=SHOWN + 1)
    rows = slice_of(found, SHOWN, lambda one: one.certificate.serial)
    return page("certificates/own.html", slice=rows)


@bp.get("")
@allow(Permission.CERTIFICATE_FIND)
def index() -> Response:
    """Find certificates by ISP, month and status; for issuers, what waits to be issued."""
    asked = {name: request.args.get(name, "").strip() for name in ("isp", "period", "status")}
    found, problem = _search(asked)
    rows = slice_of(found, SHOWN, lambda one: one.certificate.serial)
    month = Period.on(today()).previous()
    waiting = _waiting(month) if i_may(Permission.CERTIFICATE_ISSUE) else []
    return page(
        "certificates/index.html",
        slice=rows,
        asked=asked,
        problem=problem,
        codes=list(StatusCode),
        waiting=waiting,
        waiting_month=month,
    )


@bp.post("")
@allow(Permission.CERTIFICATE_ISSUE)
def issue() -> Response:
    """Issue the certificate of an accepted month, and finish its papers."""
    isp = isp_named(session(), request.form.get("isp", ""))
    period = Period.parse(request.form.get("period", ""))
    made = actions.issue(session(), isp.id, period, by=me(), at=now())
    session().commit()
    _finish(made.serial)
    flash(_("Issued: %(number)s", number=made.number))
    return redirect(url_for(".show", number=made.number), 303)


@bp.get("/<string(maxlength=60):number>")
@allow(Permission.CERTIFICATE_FIND)
def show(number: str) -> Response:
    """One certificate: its standing, what it attests, and the frozen filing behind it."""
    certificate = _certificate(number)
    filing = queries.filing_of(session(), certificate)
    return page(
        "certificates/show.html",
        certificate=certificate,
        status=queries.status(session(), certificate),
        isp=session().get_one(Organisation, certificate.isp_id),
        filing=filing,
        decision=returns.decision_of(session(), filing),
        **showing.attested(certificate),
        **showing.filed(session(), filing),
    )


@bp.post("/<string(maxlength=60):number>/papers")
@allow(Permission.CERTIFICATE_ISSUE)
def finish(number: str) -> Response:
    """Render and sign the papers again that an interruption left unfinished."""
    certificate = _certificate(number)
    _finish(certificate.serial)
    return redirect(url_for(".show", number=certificate.number), 303)


@bp.get("/<string(maxlength=60):number>/revocation")
@allow(Permission.CERTIFICATE_REVOKE)
def ask_revocation(number: str) -> Response:
    """Ask why a certificate is revoked."""
    return page("certificates/revoke.html", form=RevokingForm(), certificate=_certificate(number))


@bp.post("/<string(maxlength=60):number>/revocation")
@allow(Permission.CERTIFICATE_REVOKE)
def revoke(number: str) -> Response:
    """Declare that a certificate no longer holds."""
    certificate = _certificate(number)
    value = RevokingForm().checked("certificates/revoke.html", certificate=certificate)
    actions.revoke(session(), certificate.serial, value.reason, by=me(), at=now())
    session().commit()
    flash(_("Revoked: %(number)s", number=certificate.number), "warning")
    return redirect(url_for(".show", number=certificate.number), 303)


@bp.get("/<string(maxlength=60):number>/certificate.pdf")
@allow(Permission.ACCOUNT_USE)
def certificate_pdf(number: str) -> Response:
    """Download the certificate."""
    return _paper(number, PaperKind.CERTIFICATE)


@bp.get("/<string(maxlength=60):number>/report.pdf")
@allow(Permission.ACCOUNT_USE)
def report_pdf(number: str) -> Response:
    """Download the compliance report."""
    return _paper(number, PaperKind.REPORT)


def _paper(number: str, kind: PaperKind) -> Response:
    certificate = _certificate(number)
    concerned = certificate.isp_id == me().organisation_id
    if not concerned and not may(me().role, Permission.CERTIFICATE_FIND):
        raise NotThere("number")
    paper = queries.paper(session(), certificate.serial, kind)
    if paper is None:
        raise NotThere("paper")
    response = make_response(paper.pdf)
    name = f"{certificate.number}{'-report' if kind == PaperKind.REPORT else ''}.pdf"
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _certificate(number: str) -> Certificate:
    found = queries.by_number(session(), number)
    if found is None:
        raise NotThere("number")
    return found


def _finish(serial: int) -> None:
    actions.finish(session(), serial, signing_key(), verify_at=verify_at(), at=now())
    session().commit()


def _search(asked: dict[str, str]) -> tuple[list[queries.Found], Refusal | None]:
    try:
        isp = isp_named(session(), asked["isp"]).id if asked["isp"] else None
        period = Period.parse(asked["period"]) if asked["period"] else None
    except Refusal as refusal:
        return [], refusal
    code = StatusCode(asked["status"]) if asked["status"] in set(StatusCode) else None
    found = queries.find(
        session(), isp_id=isp, period=period, code=code, before=_before(), limit=SHOWN + 1
    )
    return found, None


def _waiting(month: Period) -> list[Waiting]:
    accepted = (StandingCode.ACCEPTED, StandingCode.ACCEPTED_WITH_OBSERVATIONS)
    rows = [Waiting(isp, s) for isp, s in standings(session(), month, now()) if s.code in accepted]
    issued = {f.certificate.isp_id for f in queries.find(session(), period=month, limit=1000)}
    return [row for row in rows if row.isp.id not in issued]


def _before() -> int | None:
    given = before()
    return int(given) if given and given.isdigit() else None
