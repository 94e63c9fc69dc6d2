"""Papers about a filing, drawn anew from its rows each time: receipt, decision, draft of one.

They are unsigned: the acts stand in the ISP's trail, and each paper says under which number. For
the ISP they speak of, officers who may read of any ISP, and auditors whose engagement covers the
month; a draft is for the two sides of the hearing alone (decision 0041).
"""

from __future__ import annotations

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.certificates.decided import render_decision, render_draft
from portal.certificates.hearings import hearing
from portal.certificates.letter_facts import decision_facts, draft_facts, receipt_facts
from portal.certificates.receipt import render_receipt
from portal.errors import NotThere
from portal.period import Period
from portal.returns import queries as returns
from portal.returns.model import Filing
from portal.reviews.hearing import draft_number
from portal.reviews.queries import decisions
from portal.web import showing
from portal.web.gate import allow, i_may, isp_or_404
from portal.web.limits import Limit, limited
from portal.web.passes import engaged
from portal.web.reading import takes
from portal.web.session import session, settings

bp = Blueprint("filing_papers", __name__, url_prefix="/filings")
_FILING = "/<slug:slug>/<period:period>/<int:version>"


@bp.get(f"{_FILING}/receipt.pdf")
@allow(Permission.ACCOUNT_USE)
@limited(Limit.DOWNLOAD)
def receipt(slug: str, period: Period, version: int) -> Response:
    """Download the receipt of one version, with the statement that was filed inside."""
    isp, filing = _filing(slug, period, version)
    statement = returns.read(filing.statement)
    policy, facts = showing.judging(session(), statement), receipt_facts(session(), filing, _us())
    takes(isp.id, "read.receipt", filing.receipt)
    drawn = render_receipt(facts, statement, filing.statement, policy)
    return _download(drawn, filing.receipt)


@bp.get(f"{_FILING}/decision-<int:no>.pdf")
@allow(Permission.ACCOUNT_USE)
@limited(Limit.DOWNLOAD)
def decision(slug: str, period: Period, version: int, no: int) -> Response:
    """Download the letter about one decision, also one that an appeal put aside."""
    isp, filing = _filing(slug, period, version)
    found = next((one for one in decisions(session(), filing) if one.no == no), None)
    if found is None:
        raise NotThere("decision")
    policy = showing.judging(session(), returns.read(filing.statement))
    facts = decision_facts(session(), filing, found, _us())
    takes(isp.id, "read.decision", f"{filing.receipt} {no}")
    return _download(render_decision(facts, policy), f"{filing.receipt}-decision-{no}")


@bp.get("/<slug:slug>/drafts/<int:no>.pdf")
@allow(Permission.ACCOUNT_USE)
@limited(Limit.DOWNLOAD)
def draft(slug: str, no: int) -> Response:
    """Download a draft as a letter: for the ISP it went to, and for officers."""
    isp = isp_or_404(slug)
    heard = hearing(session(), isp.id, no)
    if heard is None:
        raise NotThere("draft")
    found = heard.draft
    filing = session().get_one(Filing, (isp.id, found.period, found.version))
    policy = showing.judging(session(), returns.read(filing.statement))
    facts = draft_facts(session(), filing, found, _us())
    takes(isp.id, "read.hearing", draft_number(found))
    return _download(render_draft(facts, policy), draft_number(found))


def _filing(slug: str, period: Period, version: int) -> tuple[Organisation, Filing]:
    isp = engaged(slug, period) if i_may(Permission.AUDIT_READ) else isp_or_404(slug)
    found = returns.filing(session(), isp.id, period, version)
    if found is None:
        raise NotThere("version", version=version)
    return isp, found


def _us() -> dict[str, str]:
    return {"km": settings().authority_km, "en": settings().authority_en}


def _download(pdf: bytes, name: str) -> Response:
    response = make_response(pdf)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response
