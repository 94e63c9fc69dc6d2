"""How a statement is shown: every figure with its parts, its limit and the entries behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import get_locale

from portal.policy.codes import Measure
from portal.policy.document import Policy
from portal.policy.obligations import Obligation
from portal.returns.judge import MET, NOT_MET

# Where the entries behind an obligation's figures are found.
REGISTER_OF = {
    Measure.TAKEDOWNS: "takedowns",
    Measure.BLOCKLISTS: "blocklists",
    Measure.TRAINING: "training",
    Measure.DECLARATION: "declarations",
}
FLOW = (
    "opening",
    "adjustments",
    "received",
    "reopened",
    "closed",
    "withdrawn",
    "duplicate",
    "transferred",
    "closing",
)


@dataclass(frozen=True)
class Row:
    """One obligation's result, with its title in the reader's language."""

    code: str
    title: str
    core: bool
    confirmed: bool
    minimum_tenths: int | None
    result: Mapping[str, Any]


def titled(obligation: Obligation) -> str:
    """An obligation's title in the reader's language."""
    return obligation.title_km if str(get_locale()) == "km" else obligation.title_en


def rows(policy: Policy, results: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The results with the policy's words for their obligations."""
    found = {result["code"]: result for result in results}
    return [
        Row(o.code, titled(o), o.core, o.confirmed, o.minimum_tenths, found[o.code])
        for o in policy.obligations
        if o.code in found
    ]


def with_timeliness(
    policy: Policy, results: Sequence[Mapping[str, Any]], *, late: bool
) -> list[Mapping[str, Any]]:
    """The results once the return is filed: the duty to file it can be judged from then on."""
    of_filing = {o.code for o in policy.obligations if o.measured_by == Measure.FILING}
    said = {"result": NOT_MET, "reason": "filed-late"} if late else {"result": MET, "reason": None}
    return [{**found, **said} if found["code"] in of_filing else found for found in results]


def register_href(slug: str, period: str) -> str:
    """The page with the entries of one register behind a month's figures."""
    if slug == "declarations":
        return url_for("declarations.index")
    return url_for("registers.index", slug=slug, period=period)


def links(policy: Policy, period: str) -> dict[str, str]:
    """The page behind each obligation's figures, by its code."""
    return {
        o.code: register_href(REGISTER_OF[o.measured_by], period)
        for o in policy.obligations
        if o.measured_by in REGISTER_OF
    }


def flow(statement: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The roll-forward in reading order."""
    return [(name, statement["roll_forward"][name]) for name in FLOW]
