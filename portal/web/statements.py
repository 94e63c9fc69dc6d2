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
from portal.returns.sources import register_of

FLOW = (
    "opening",
    "adjustments",
    "received",
    "transferred_in",
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


def links(policy: Policy, period: str, statement: Mapping[str, Any]) -> dict[str, str]:
    """The page behind each figure: by obligation; by obligation and cohort, ``SP5-03 2026-09``,
    for those carried from other months; by list; and for what is received and who is in scope.
    """
    registers = {o.code: slug for o in policy.obligations if (slug := register_of(o))}
    # What came in more than a few months ago has no one month to lead to.
    clocks = [
        i
        for i in statement["indicators"]
        if i["obligation"] in registers and i["cohort"] != "earlier"
    ]
    return {
        **{code: register_href(slug, period) for code, slug in registers.items()},
        **{
            f"{i['obligation']} {i['cohort']}": register_href(
                registers[i["obligation"]], i["cohort"]
            )
            for i in clocks
        },
        **{
            row["list"]: url_for(
                "registers.index", slug="blocklists", period=period, list_code=row["list"]
            )
            for row in statement["lists"]
        },
        "received": register_href("takedowns", period),
        "staff": url_for("registers.index", slug="roster"),
    }


def flow(statement: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The roll-forward in reading order; what came from a predecessor only where there is any."""
    told = statement["roll_forward"]
    return [(name, told[name]) for name in FLOW if name in told]
