"""The look ahead at a month: what is missing or odd, in words, and how far the month has come."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.period import Period
from portal.policy.document import Policy
from portal.returns.preflight import Finding, Preflight
from portal.returns.standing import StandingCode
from portal.web.labels import label
from portal.web.statements import register_href, titled
from portal.web.words import sentence


def findings(
    ahead: Preflight, policy: Policy, period: Period, nils: Collection[str] = ()
) -> list[tuple[str, str, str]]:
    """Each finding's weight, its sentence, and the page where it is seen to; no register is missed
    that is declared nil already.
    """
    titles = {o.code: f"{o.code} {titled(o)}" for o in policy.obligations}
    return [
        _told(finding, titles, period)
        for finding in ahead.findings
        if finding.params.get("register") not in nils
    ]


def stations(ahead: Preflight, *, over: bool) -> list[tuple[str, str]]:
    """The stations of a month in order, each ``done``, ``now`` or ``next``."""
    names = [_("Record"), _("Prepare"), _("Approve and file"), _("Review")]
    here = _reached(ahead, over=over)
    states = ["done" if n < here else "now" if n == here else "next" for n in range(len(names))]
    return list(zip(names, states, strict=True))


def _reached(ahead: Preflight, *, over: bool) -> int:
    code = ahead.standing.code
    if ahead.prepared is not None:
        return 2
    if code in (StandingCode.FILED, StandingCode.UNDER_REVIEW):
        return 3
    if code.is_filed:
        return 4
    return 1 if over and code != StandingCode.RETURNED else 0


def _told(finding: Finding, titles: dict[str, str], period: Period) -> tuple[str, str, str]:
    params = {name: _named(value, titles) for name, value in finding.params.items()}
    return finding.weight, sentence(finding.code, **params), _place(finding.place, period)


def _named(value: Any, titles: dict[str, str]) -> Any:
    return titles.get(value) or label(value) if isinstance(value, str) else value


def _place(place: str, period: Period) -> str:
    if place == "opening":
        return url_for("returns.ask_balance", period=period)
    if place in _PAGES:
        return url_for(_PAGES[place])
    return "#results" if place == "results" else register_href(place, str(period))


_PAGES = {
    "received": "received.index",
    "trainings": "trainings.index",
    "lists": "lists.index",
    "picks": "picks.index",
}
