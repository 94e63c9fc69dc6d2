"""What an authority intends, sent to the ISP first: a finding, a void filing, a revocation."""

from __future__ import annotations

from typing import Any, Literal

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.accounts.queries import isp_named
from portal.certificates import queries
from portal.certificates.model import Certificate, RevocationReason
from portal.certificates.revoking import draft_revocation
from portal.entries.texts import LongNote
from portal.errors import NotThere
from portal.period import Period
from portal.returns import queries as returns
from portal.returns.hearing import Adverse
from portal.returns.model import Filing
from portal.reviews.hearing import draft_finding
from portal.web import showing
from portal.web.forms import ModelForm, form_for
from portal.web.gate import allow, me
from portal.web.nav import organisation_names
from portal.web.pages import page
from portal.web.session import now, session

bp = Blueprint("drafts", __name__, url_prefix="/drafts")


class DraftingFinding(BaseModel):
    """What would be decided against a filing."""

    kind: Literal[Adverse.FINDING, Adverse.VOID] = Field(
        title="What you intend", json_schema_extra={"x-widget": "radio"}
    )
    excused: list[str] = Field(
        default=[],
        title="Accept the reason of the one late item",
        description="The obligation then counts as met, with an observation.",
    )
    text: LongNote = Field(
        title="To the ISP",
        description=(
            "What you intend and why, at most 2,000 signs. The ISP reads it at once and may reply."
        ),
        json_schema_extra={"x-widget": "textarea"},
    )


class DraftingRevocation(BaseModel):
    """Why a certificate would be revoked."""

    reason: RevocationReason = Field(title="Why it would be revoked")
    text: LongNote = Field(
        title="To the ISP",
        description=(
            "What you intend and why, at most 2,000 signs. The ISP reads it at once and may reply."
        ),
        json_schema_extra={"x-widget": "textarea"},
    )


RevocationForm = form_for(DraftingRevocation)


@bp.get("/findings/<slug:slug>/<period:period>/<int:version>")
@allow(Permission.FILING_DECIDE)
def ask_finding(slug: str, period: Period, version: int) -> Response:
    """Ask what is intended and why."""
    shown = _filing(slug, period, version)
    return page("drafts/finding.html", form=_form(shown["filing"]), **shown)


@bp.post("/findings/<slug:slug>/<period:period>/<int:version>")
@allow(Permission.FILING_DECIDE)
def finding(slug: str, period: Period, version: int) -> Response:
    """Send the ISP a draft of what would be decided."""
    shown = _filing(slug, period, version)
    filing = shown["filing"]
    value = _form(filing).checked("drafts/finding.html", **shown)
    made = draft_finding(
        session(), filing, value.kind, value.text, excused=value.excused, by=me(), at=now()
    )
    session().commit()
    flash(_("Sent. The ISP reads it with your comments and may reply."))
    return redirect(url_for("hearings.show", slug=slug, no=made.no), 303)


@bp.get("/revocations/<string(maxlength=60):number>")
@allow(Permission.CERTIFICATE_REVOKE)
def ask_revocation(number: str) -> Response:
    """Ask why a certificate would be revoked."""
    return page("drafts/revocation.html", form=RevocationForm(), **_certificate(number))


@bp.post("/revocations/<string(maxlength=60):number>")
@allow(Permission.CERTIFICATE_REVOKE)
def revocation(number: str) -> Response:
    """Tell the ISP that its certificate would be revoked."""
    shown = _certificate(number)
    value = RevocationForm().checked("drafts/revocation.html", **shown)
    serial = shown["certificate"].serial
    made = draft_revocation(session(), serial, value.reason, value.text, by=me(), at=now())
    session().commit()
    flash(_("Sent. The ISP may reply; until then nothing is revoked."))
    return redirect(url_for("hearings.show", slug=shown["isp"].slug, no=made.no), 303)


def _form(filing: Filing) -> ModelForm[DraftingFinding]:
    rows = showing.rows(session(), filing)
    late = [(r.code, f"{r.code} {r.title}") for r in rows if r.result["excusable"]]
    left_out = [] if late else ["excused"]
    return form_for(DraftingFinding, choices={"excused": late}, leave_out=left_out)()


def _filing(slug: str, period: Period, version: int) -> dict[str, Any]:
    isp = isp_named(session(), slug)
    filing = returns.filing(session(), isp.id, period, version)
    if filing is None:
        raise NotThere("version", version=version)
    name = organisation_names([isp.id])[isp.id]
    return {"isp": isp, "name": name, "period": period, "filing": filing}


def _certificate(number: str) -> dict[str, Any]:
    found: Certificate | None = queries.by_number(session(), number)
    if found is None:
        raise NotThere("number")
    isp = session().get_one(Organisation, found.isp_id)
    return {"isp": isp, "name": organisation_names([isp.id])[isp.id], "certificate": found}
