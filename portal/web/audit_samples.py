"""Samples: an auditor draws one, looks at its lines one by one, and says what the evidence said."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.period import Period
from portal.registers.register import register_named
from portal.returns.model import Filing
from portal.reviews.samples.actions import draw_sample, find
from portal.reviews.samples.model import Sample
from portal.reviews.samples.queries import findings, lines_of, redraw, the_line, the_sample
from portal.reviews.samples.queries import samples as samples_of
from portal.web.audit_entries import entry_shown
from portal.web.audits import opened, shown
from portal.web.gate import allow, me
from portal.web.pages import page
from portal.web.reading import opens
from portal.web.sample_forms import FindingForm, drawing_form
from portal.web.session import now, session

bp = Blueprint("audit_samples", __name__, url_prefix="/audits")
_FILING = "/<slug:slug>/<period:period>/<int:version>/samples"
_SAMPLE = f"{_FILING}/<slug:register>/<int:no>"


@bp.post(_FILING)
@allow(Permission.SAMPLE_DRAW)
def draw(slug: str, period: Period, version: int) -> Response:
    """Draw a sample of the entries of one register."""
    isp, filing = opened(slug, period, version, "read.filing")
    value = drawing_form().checked("audits/filing.html", **shown(isp, filing))
    made = draw_sample(
        session(), filing, value.slug, value.wanted, chance=value.chance, by=me(), at=now()
    )
    session().commit()
    flash(_("Drawn. Compare each line with its evidence at the ISP."))
    return redirect(url_for(".show", **_here(slug, filing, made)), 303)


@bp.get(_SAMPLE)
@allow(Permission.AUDIT_READ)
def show(slug: str, period: Period, version: int, register: str, no: int) -> Response:
    """One sample with all that is needed to draw it again, and what was found so far."""
    isp, filing = opened(slug, period, version, "read.filing")
    sample = the_sample(session(), filing, register, no)
    opens(isp.id, "read.sample", f"{filing.receipt} {register} {no}")
    told = [one for one in samples_of(session(), filing) if one.sample is sample]
    found = findings(session(), sample)
    return page(
        "audit_samples/show.html",
        isp=isp,
        filing=filing,
        period=period,
        sample=sample,
        register=register_named(register),
        lines=lines_of(session(), sample),
        found=found,
        next_place=next(iter(_waiting(sample, found)), None),
        outcome=told[0],
        again=redraw(session(), filing, sample),
        here=_here(slug, filing, sample),
    )


@bp.get(f"{_SAMPLE}/<int:place>")
@allow(Permission.AUDIT_READ)
def line(**named: Any) -> Response:
    """One sampled line: the entry as it stood, and what was found."""
    context = _line(**named)
    return page("audit_samples/line.html", form=FindingForm(), **context)


@bp.post(f"{_SAMPLE}/<int:place>/findings")
@allow(Permission.SAMPLE_DRAW)
def add_finding(place: int, **named: Any) -> Response:
    """Say what the evidence said of it; then the next line that waits."""
    context = _line(place=place, **named)
    value = FindingForm().checked("audit_samples/line.html", **context)
    sample: Sample = context["sample"]
    find(session(), sample, place, value.outcome, value.difference, by=me(), at=now())
    session().commit()
    here, waiting = context["here"], _waiting(sample, findings(session(), sample))
    flash(_("Recorded.") if waiting else _("Recorded. Every line of this sample was looked at."))
    if waiting:
        return redirect(url_for(".line", **here, place=waiting[0]), 303)
    return redirect(url_for(".show", **here), 303)


def _waiting(sample: Sample, found: Container[int]) -> list[int]:
    """The lines that nobody has looked at yet, by their places."""
    return [place for place in range(1, sample.chosen + 1) if place not in found]


def _line(
    *, slug: str, period: Period, version: int, register: str, no: int, place: int
) -> dict[str, Any]:
    isp, filing = opened(slug, period, version, "read.filing")
    sample = the_sample(session(), filing, register, no)
    drawn = the_line(session(), sample, place)
    entry = entry_shown(filing, register, drawn.key)
    opens(isp.id, "read.entry", f"{filing.receipt} {entry['entry']}")
    return {
        "isp": isp,
        "filing": filing,
        "period": period,
        "sample": sample,
        "drawn": drawn,
        "found": findings(session(), sample).get(place),
        "here": _here(slug, filing, sample),
        **entry,
    }


def _here(slug: str, filing: Filing, sample: Sample) -> dict[str, Any]:
    named = {"slug": slug, "period": Period.parse(filing.period), "version": filing.version}
    return {**named, "register": sample.register, "no": sample.no}
