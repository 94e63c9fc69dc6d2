"""Certificates: an ISP's own, the authority's issuing, the auditor's search; papers to download."""

from __future__ import annotations

from typing import Literal

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import Organisation, OrganisationKind, Permission
from portal.accounts.queries import isp_named
from portal.certificates import queries, revoking
from portal.certificates.model import Certificate, RevocationReason
from portal.certificates.queries import StatusCode
from portal.entries.texts import Reference
from portal.errors import NotThere, Refusal
from portal.period import Period
from portal.returns import queries as returns
from portal.reviews.queries import comments
from portal.web import issuing, showing
from portal.web.fairly import about_certificate, appeals_against
from portal.web.forms import form_for
from portal.web.gate import allow, i_may, me, my_isp
from portal.web.nav import organisation_names
from portal.web.pages import before_number, page, slice_of, watched
from portal.web.reading import opens
from portal.web.session import now, session

bp = Blueprint("certificates", __name__, url_prefix="/certificates")
SHOWN = 50


class Revoking(BaseModel):
    """Why a certificate no longer holds."""

    reason: RevocationReason = Field(title="Why it is revoked")
    court_reference: Reference | None = Field(
        default=None,
        title="Reference of a court's decision",
        description="Only with that reason. What a court decided needs no draft first.",
    )
    sure: Literal["yes"] = Field(
        title="This cannot be undone",
        description="Reinstatement is a new certificate that cites this one. Type yes.",
    )


RevokingForm = form_for(Revoking)


@bp.get("/own")
@allow(Permission.CERTIFICATE_OWN)
def own() -> Response:
    """The certificates of the asker's ISP."""
    found = queries.find(session(), isp_id=my_isp().id, before=before_number(), limit=SHOWN + 1)
    rows = slice_of(found, SHOWN, lambda one: one.certificate.serial)
    return page("certificates/own.html", slice=rows, **appeals_against(my_isp()))


@bp.get("")
@allow(Permission.CERTIFICATE_FIND)
def index() -> Response:
    """Find certificates by ISP, month and status; for issuers, what waits to be issued."""
    asked = {name: request.args.get(name, "").strip() for name in ("isp", "period", "status")}
    found, problem = _search(asked)
    rows = slice_of(found, SHOWN, lambda one: one.certificate.serial)
    named = organisation_names(one.isp.id for one in found)
    return page(
        "certificates/index.html",
        slice=rows,
        names=named,
        asked=asked,
        problem=problem,
        codes=list(StatusCode),
        isps=_isps(),
        **(issuing.to_issue(request.args) if i_may(Permission.CERTIFICATE_ISSUE) else {}),
    )


@bp.post("")
@allow(Permission.CERTIFICATE_ISSUE, fresh=True)
def issue() -> Response:
    """Issue for one accepted month, some, or all that wait in a month; papers follow."""
    only = request.form.get("only", "")
    if not only:
        return issuing.issue_many(request.form.getlist("each"), request.form.get("whole", ""))
    made = issuing.issue_one(only)
    session().commit()
    flash(_("Issued: %(number)s", number=made.number))
    issuing.tell_of_papers(1)
    return redirect(url_for(".show", number=made.number), 303)


@bp.post("/papers")
@allow(Permission.CERTIFICATE_ISSUE)
def finish() -> Response:
    """Let the papers that are missing be made."""
    count = issuing.ask_for_all()
    session().commit()
    issuing.tell_of_papers(count)
    number = request.form.get("number")
    return redirect(url_for(".show", number=number) if number else url_for(".index"), 303)


@bp.get("/<string(maxlength=60):number>")
@allow(Permission.CERTIFICATE_FIND)
def show(number: str) -> Response:
    """One certificate: its standing, what it attests, and the frozen filing behind it."""
    certificate = _certificate(number)
    opens(certificate.isp_id, "read.certificate", certificate.number)
    filing = queries.filing_of(session(), certificate)
    decision = returns.decision_of(session(), filing)
    status = queries.status(session(), certificate)
    return watched(
        "certificates/show.html",
        certificate.issued_at if status.code == StatusCode.BEING_PREPARED else None,
        certificate=certificate,
        status=status,
        isp=session().get_one(Organisation, certificate.isp_id),
        filing=filing,
        decision=decision,
        comments=comments(session(), filing),
        **about_certificate(certificate),
        **showing.attested(certificate),
        **showing.filed(session(), filing, now(), decision),
    )


@bp.get("/<string(maxlength=60):number>/revocation")
@allow(Permission.CERTIFICATE_REVOKE)
def ask_revocation(number: str) -> Response:
    """Ask why a certificate is revoked."""
    return page("certificates/revoke.html", form=RevokingForm(), certificate=_certificate(number))


@bp.post("/<string(maxlength=60):number>/revocation")
@allow(Permission.CERTIFICATE_REVOKE, fresh=True)
def revoke(number: str) -> Response:
    """Declare that a certificate no longer holds."""
    certificate = _certificate(number)
    value = RevokingForm().checked("certificates/revoke.html", certificate=certificate)
    court = value.court_reference
    revoking.revoke(
        session(), certificate.serial, value.reason, court_reference=court, by=me(), at=now()
    )
    session().commit()
    flash(_("Revoked: %(number)s", number=certificate.number), "warning")
    return redirect(url_for(".show", number=certificate.number), 303)


def _certificate(number: str) -> Certificate:
    found = queries.by_number(session(), number)
    if found is None:
        raise NotThere("number")
    return found


def _isps() -> list[tuple[str, str]]:
    """Every ISP's short name and name, for the search."""
    query = select(Organisation).where(Organisation.kind == OrganisationKind.ISP)
    isps = session().scalars(query).all()
    names = organisation_names(isp.id for isp in isps)
    return sorted(((isp.slug, names[isp.id]) for isp in isps), key=lambda pair: pair[1])


def _search(asked: dict[str, str]) -> tuple[list[queries.Found], Refusal | None]:
    try:
        isp = isp_named(session(), asked["isp"]).id if asked["isp"] else None
        period = Period.parse(asked["period"]) if asked["period"] else None
    except Refusal as refusal:
        return [], refusal
    code = StatusCode(asked["status"]) if asked["status"] in set(StatusCode) else None
    found = queries.find(
        session(), isp_id=isp, period=period, code=code, before=before_number(), limit=SHOWN + 1
    )
    return found, None
