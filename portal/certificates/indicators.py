"""Annex A: one row for every indicator of the policy, and for the clocks that are shown apart.

The month's own cohort stands by itself, by policy version where there are two; what was carried in
is re-summed (§4.10: percentages are never averaged), so that the annex has the same length whatever
the month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from portal.certificates import figures
from portal.certificates.chart import bar
from portal.certificates.measures import COHORTS, INDICATORS
from portal.certificates.words import words_for
from portal.policy.codes import Measure
from portal.policy.document import Policy
from portal.returns.indicators import indicator
from portal.returns.judge import IDLE

EARLIER = "earlier"
_VERSIONS_APART = 2
_COUNTS = ("numerator", "denominator", "late", "open_overdue", "open_not_due", "n", "estimated")
_OF_A_LIST = {
    "coverage": ("subscribers_covered", "subscribers_in_scope"),
    "points": ("points_live", "points_in_scope"),
    "tests": ("tests_passed", "tests_run"),
}
_STAFF = ("covered", "in_scope")
_NO_CLOCK = {*_OF_A_LIST, "staff", "on_time"}
Row = dict[str, Any]


def indicator_rows(
    statement: Mapping[str, Any], facts: Mapping[str, Any], policy: Policy
) -> list[Row]:
    """The rows of annex A as they are written, in the policy's order; ``policy`` is the newest that
    judged. ``statement`` and ``facts`` (the attestation) are completed ones.
    """
    named = [code for one in policy.obligations for code in one.indicators]
    clocks = dict.fromkeys(one["code"] for one in statement["indicators"])
    apart = [code for code in clocks if code not in named]
    return [
        _written(row)
        for code in [*named, *apart]
        for row in _clock(code, statement) or _standing(code, statement, facts, policy)
    ]


def _clock(code: str, statement: Mapping[str, Any]) -> list[Row]:
    rows = [one for one in statement["indicators"] if one["code"] == code]
    own = [one for one in rows if one["cohort"] == statement["period"]]
    carried = [one for one in rows if one["cohort"] != statement["period"]]
    if len(own) > _VERSIONS_APART:
        own = list(_summed(own, statement["period"]))
    return [*own, *_summed(carried, EARLIER)]


def _summed(rows: Sequence[Row], cohort: str) -> Iterator[Row]:
    """Several cohorts or versions as one row: counts are added, ranks cannot be."""
    if not rows:
        return
    counts = {name: sum(one[name] for one in rows) for name in _COUNTS}
    limits = {one["limit_s"] for one in rows}
    minima = {one["minimum_tenths"] for one in rows}
    yield indicator(
        {
            "code": rows[0]["code"],
            "cohort": cohort,
            "policy": ", ".join(sorted({one["policy"] for one in rows})),
            "limit_s": limits.pop() if len(limits) == 1 else None,
            "minimum_tenths": minima.pop() if len(minima) == 1 else None,
            **counts,
        }
    )


def _standing(
    code: str, statement: Mapping[str, Any], facts: Mapping[str, Any], policy: Policy
) -> list[Row]:
    """An indicator that no clock answers, or whose clock did not run."""
    obligation, name = policy.obligation(code.split(".", 1)[0]), code.split(".", 1)[1]
    where, part, whole, called = statement["period"], 0, 0, name
    if obligation.measured_by == Measure.FILING:
        part, whole = int(facts["filing"]["days_late"] == 0), 1
    elif obligation.measured_by == Measure.TRAINING and name == "coverage":
        part, whole = (sum(one[key] for one in statement["staff"]) for key in _STAFF)
        called = "staff"
    elif name in _OF_A_LIST and (lists := _judged(statement, name)):
        where, part, whole = _least(lists, *_OF_A_LIST[name])
    said = {"code": code, "cohort": where, "policy": policy.version, "called": called}
    counts = {"numerator": part, "denominator": whole, "late": 0}
    asked = {"limit_s": None, "minimum_tenths": obligation.minimum_of(code)}
    return [indicator(said | counts | asked)]


def _judged(statement: Mapping[str, Any], name: str) -> list[Row]:
    """The lists that can be applied; the subscribers of an upstream's are counted there."""
    said = statement.get("list_standings", {}).get("lists", ())
    idle = {one["list"] for one in said if one["mode"] in IDLE}
    upstream = {one["list"] for one in statement["lists"] if one.get("enforced_by")}
    left_out = idle | (upstream if name == "coverage" else set())
    return [one for one in statement["lists"] if one["list"] not in left_out]


def _least(lists: Iterable[Row], part: str, whole: str) -> tuple[str, int, int]:
    """The list with the least share: no list makes up for another."""
    worst = min(lists, key=lambda one: (one[part] / max(one[whole], 1), one["list"]))
    return worst["list"], worst[part], worst[whole]


def _written(one: Row) -> Row:
    few = 0 < one["denominator"] < figures.FEW
    clock = one.get("called", "") not in _NO_CLOCK
    parts = f"{figures.thousands(one['numerator'])} / {figures.thousands(one['denominator'])}"
    missed = f"{one['late']} · {one['open_overdue']} · {one['open_not_due']}"
    return one | {
        "name": words_for(INDICATORS, one.get("called") or one["code"].split(".", 1)[-1]),
        "month": words_for(COHORTS, one["cohort"]) if one["cohort"] in COHORTS else None,
        "bar": bar(one),
        "few": figures.few(one) if few else None,
        "share": figures.share(one),
        "parts": parts,
        "missed": missed if clock else "–",
        "n": one["n"] if clock else "–",
        "estimated": one["estimated"] if clock else "–",
        "minimum": figures.percent(one["minimum_tenths"]),
        "median": figures.hours(one["median_s"]),
        "p90": figures.p90(one),
        "with_open": figures.p90_with_open(one),
        "limit": figures.limit(one["limit_s"]),
    }
