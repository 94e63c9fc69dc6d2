"""The auditor's pages: what engagements cover, an ISP's months, one frozen month and its proofs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, stream_with_context
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.accounts import Organisation, Permission
from portal.accounts.queries import particulars
from portal.certificates.annexes import merged
from portal.certificates.queries import find as certificates_of
from portal.errors import NotThere
from portal.intake.writing import parts_of_csv
from portal.period import Period
from portal.returns import queries as returns
from portal.returns.basis import Frame
from portal.returns.frozen import counted, frozen_declarations, frozen_digests, frozen_work
from portal.returns.model import Filing
from portal.returns.reperform import reperform
from portal.reviews.engagements.covering import filings_covered, holding
from portal.reviews.engagements.queries import told
from portal.reviews.queries import comments_for_isp, decided_by
from portal.reviews.samples.queries import samples
from portal.web import showing
from portal.web.gate import allow, me, session_of
from portal.web.limits import Limit, limited
from portal.web.nav import organisation_names, spoken
from portal.web.pages import page
from portal.web.passes import engaged
from portal.web.reading import opens, takes
from portal.web.sample_forms import drawing_form
from portal.web.session import now, session

bp = Blueprint("audits", __name__, url_prefix="/audits")
_FILING = "/<slug:slug>/<period:period>/<int:version>"


@bp.get("")
@allow(Permission.AUDIT_READ)
def index() -> Response:
    """The engagements by which the asker may look today, and their ISPs."""
    found = told(session(), holding(session(), me(), now()), now())
    ids = {isp for one in found for isp in one.isps}
    isps = {one: session().get_one(Organisation, one) for one in ids}
    return page("audits/index.html", rows=found, isps=isps, names=organisation_names(ids))


@bp.get("/<slug:slug>")
@allow(Permission.AUDIT_READ)
def isp(slug: str) -> Response:
    """One ISP: every version filed for the months that are covered."""
    found = engaged(slug)
    opens(found.id, "read.isp", "")
    now_holding = told(session(), holding(session(), me(), now()), now())
    covers = [one.engagement for one in now_holding if found.id in one.isps]
    filings = filings_covered(session(), found.id, covers)
    return page(
        "audits/isp.html",
        isp=found,
        name=_name(found),
        covers=covers,
        rows=filings,
        decisions=decided_by(session(), filings) if filings else {},
    )


@bp.get(_FILING)
@allow(Permission.AUDIT_READ)
def filing(slug: str, period: Period, version: int) -> Response:
    """One frozen month: figures, decision, papers, entries behind it, samples."""
    found, filed = opened(slug, period, version, "read.filing")
    return page("audits/filing.html", form=drawing_form(), **shown(found, filed))


@bp.get(f"{_FILING}/reperformance")
@allow(Permission.AUDIT_READ)
def reperformance(slug: str, period: Period, version: int) -> Response:
    """The statement built anew from the entries, and whether it is the same, byte for byte."""
    found, filed = opened(slug, period, version, "read.reperformance")
    said = returns.read(filed.statement)["registers"]
    return page(
        "audits/reperformance.html",
        isp=found,
        name=_name(found),
        period=period,
        filing=filed,
        performed=reperform(session(), filed),
        registers=said,
    )


@bp.get(f"{_FILING}/statement.json")
@allow(Permission.AUDIT_READ)
@limited(Limit.DOWNLOAD)
def statement(slug: str, period: Period, version: int) -> Response:
    """Take out the statement's bytes as they were frozen."""
    found, filed = _filed(slug, period, version)
    takes(found.id, "read.statement", filed.receipt)
    return _download(filed.statement, "application/json", f"{filed.receipt}.json")


@bp.get(f"{_FILING}/lines/<string(maxlength=20):register>.csv")
@allow(Permission.AUDIT_READ)
@limited(Limit.DOWNLOAD)
def lines(slug: str, period: Period, version: int, register: str) -> Response:
    """Take out the digests of the lines behind a register's figures, in order of their keys."""
    found, filed = _filed(slug, period, version)
    if register not in returns.read(filed.statement)["registers"]:
        raise NotThere("register")
    frame = frozen_work(session(), filed).frame
    takes(found.id, "read.lines", f"{filed.receipt} {register}")
    parts = stream_with_context(_lines(session_of(me()), frame, register))
    return _download(parts, "text/csv; charset=utf-8", f"{filed.receipt}-{register}.csv")


def _lines(apart: Session, frame: Frame, register: str) -> Iterator[bytes]:
    with apart:
        names, rows = frozen_digests(apart, frame, register)
        for part in parts_of_csv(names, rows):
            yield part.encode()


def opened(slug: str, period: Period, version: int, kind: str) -> tuple[Organisation, Filing]:
    """A filing that the asker may look at, recorded as opened; else 404."""
    found, filed = _filed(slug, period, version)
    opens(found.id, kind, filed.receipt)
    return found, filed


def shown(found: Organisation, filed: Filing) -> dict[str, Any]:
    """Everything that the page of a frozen month shows."""
    decision = returns.decision_of(session(), filed)
    told_of = showing.filed(session(), filed, now(), decision)
    # Outside the ISP and the authority small groups of staff are merged (chairs C7).
    staff = merged(told_of["statement"]["staff"], told_of["policy"].small_cell)
    frame = frozen_work(session(), filed).frame
    return {
        **told_of,
        "statement": told_of["statement"] | {"staff": staff},
        "isp": found,
        "name": _name(found),
        "filing": filed,
        "decision": decision,
        "comments": comments_for_isp(session(), filed),
        "papers": certificates_of(session(), isp_id=found.id, period=told_of["period"]),
        "counts": counted(session(), frame),
        "declarations": frozen_declarations(session(), frame),
        "samples": samples(session(), filed),
    }


def _filed(slug: str, period: Period, version: int) -> tuple[Organisation, Filing]:
    found = engaged(slug, period)
    filed = returns.filing(session(), found.id, period, version)
    if filed is None:
        raise NotThere("version")
    return found, filed


def _name(found: Organisation) -> str:
    named = particulars(session(), found.id)
    return named.name_km if spoken() == "km" else named.name_en


def _download(data: bytes | Iterator[bytes], kind: str, name: str) -> Response:
    response = Response(data)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
