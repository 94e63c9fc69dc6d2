"""What annexes A to J of the report say, from the frozen statement and attestation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.certificates import figures, khmer
from portal.certificates.definitions import GLOSSARY, definitions
from portal.certificates.flow_chart import flow_drawing
from portal.certificates.indicators import indicator_rows
from portal.certificates.limits import limits_in_words
from portal.certificates.lists import lagging
from portal.certificates.measures import (
    ALSO_COUNTED,
    ANSWERS,
    BANDS,
    COHORTS,
    EXCLUDED,
    FLOWS,
    KINDS,
    OTHER_SIDE,
    REGISTERS,
    ROLE_GROUPS,
    SENDERS,
)
from portal.certificates.words import Words, words_for
from portal.policy.document import Policy

SMALL_GROUPS = "OTHER"
_STAFF = ("in_scope", "covered", "in_induction")
Facts = Mapping[str, Any]


def annexes(facts: Facts, statement: Facts, policy: Policy) -> dict[str, Any]:
    """All that the annexes print; both documents are completed ones."""
    return {
        "indicators": indicator_rows(statement, facts, policy),
        "flow": (flow := _in_words(FLOWS, statement["roll_forward"])),
        "flow_drawing": flow_drawing(flow),
        "bands": list(BANDS.values()),
        "carried": _carried(statement["carried_forward"]),
        "lists": [_list(one) for one in statement["lists"]],
        **lagging(statement),
        "staff": [
            one | {"words": words_for(ROLE_GROUPS, one["role_group"])}
            for one in merged(statement["staff"], policy.small_cell)
        ],
        "small": policy.small_cell,
        "taught": figures.hours(60 * statement["sessions"]["person_minutes"]),
        "excluded": _in_words(EXCLUDED, statement["excluded"]),
        "counted": _in_words(ALSO_COUNTED, statement["excluded"]),
        "senders": [
            one | {"words": words_for(SENDERS, one["source_type"])} for one in statement["senders"]
        ],
        "known": _in_words(OTHER_SIDE, statement["counterparty"]),
        "asked": _asked(facts),
        "definitions": definitions(policy.papers.clock_en, policy.papers.clock_km),
        "glossary": GLOSSARY,
        **_return_relied_on(facts, statement, policy),
    }


def merged(staff: list[dict[str, Any]], small: int) -> list[dict[str, Any]]:
    """Role groups of fewer than ``small`` people in one row (chairs C7); where these are few
    themselves, with the next smallest group.
    """
    by_size = sorted(staff, key=lambda one: (one["in_scope"], one["role_group"]))
    few = [one for one in by_size if one["in_scope"] < small]
    rest = by_size[len(few) :]
    while few and rest and sum(one["in_scope"] for one in few) < small:
        few.append(rest.pop(0))
    kept = sorted(rest, key=lambda one: str(one["role_group"]))
    if not few:
        return kept
    total = {name: sum(one[name] for one in few) for name in _STAFF}
    return [*kept, {"role_group": SMALL_GROUPS, **total}]


def _return_relied_on(facts: Facts, statement: Facts, policy: Policy) -> dict[str, Any]:
    zone = policy.time_zone
    titles = {one["code"]: Words(one["title_km"], one["title_en"]) for one in facts["results"]}
    return {
        "kind": words_for(KINDS, statement["kind"]),
        "opens_at": statement.get("opening_filing") or "–",
        "longest_delay": figures.hours(statement["longest_entry_delay_s"]),
        "declarations": [
            one
            | {
                "words": words_for(ANSWERS, str(one["answer"])),
                "title": titles.get(one["obligation"]),
            }
            for one in statement["declarations"]
        ],
        "registers": [
            {"words": words_for(REGISTERS, name), **register}
            for name, register in statement["registers"].items()
        ],
        "cut_off": khmer.moments(statement["cut_off_at"], zone),
        "due": khmer.moments(statement["due_at"], zone),
        "filed": khmer.moments(facts["filing"]["filed_at"], zone),
    }


def _asked(facts: Facts) -> list[dict[str, Any]]:
    """One row an obligation that has limits: what was asked, by which versions, since when."""
    since = {one["version"]: one["effective_from"] or "–" for one in facts["policy"]}
    return [
        {
            "code": one["code"],
            "limits": limits_in_words(one["thresholds"]),
            "versions": {
                version: since.get(version, "–")
                for version in dict.fromkeys(row["policy"] for row in one["thresholds"])
            },
        }
        for one in facts["results"]
        if one["thresholds"]
    ]


def _in_words(table: dict[str, Words], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    # What came from a predecessor is told where there is any, as in the statement.
    told = [name for name in table if name in counts]
    return [{"name": name, "words": table[name], "count": counts[name]} for name in told]


def _carried(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a cohort, one count an age."""
    cohorts = dict.fromkeys(one["cohort"] for one in rows)
    return [
        {
            "cohort": cohort,
            "words": COHORTS.get(cohort),
            "counts": [
                sum(one["count"] for one in rows if (one["cohort"], one["band"]) == (cohort, band))
                for band in BANDS
            ],
        }
        for cohort in cohorts
    ]


def _list(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "coverage": figures.percent(one["coverage_tenths"]),
        "points": figures.percent(one["points_tenths"]),
        "accepted": figures.percent(one["accepted_tenths"]),
        "currency": figures.percent(one["currency_tenths"]),
    }
