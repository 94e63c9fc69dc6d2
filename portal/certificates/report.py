"""The compliance report: the figures behind a certificate, for ISP, regulator and auditors only.

Its length is fixed by the policy and not by the month: no table has a row for an item. The full
statement, its schema and the attestation are inside (chairs B5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.canonical import canonical, sha256
from portal.certificates import figures, khmer, paper
from portal.certificates.aside import NOTHING_ASIDE, Aside
from portal.certificates.chart import shares_drawing
from portal.certificates.field import signature_field
from portal.certificates.inside import ATTESTATION_FILE, SCHEMA_FILE, STATEMENT_FILE
from portal.certificates.qr import qr_drawing
from portal.certificates.render import days, licences, marks, policy_line, result_rows
from portal.certificates.shapes import ATTESTATION, STATEMENT, completed
from portal.certificates.words import (
    ALSO_COUNTED,
    ANSWERS,
    BASES,
    EXCLUDED,
    EXTENSION_REASONS,
    FLOWS,
    GLOSSARY,
    MOVES,
    OUTCOMES,
    REGISTERS,
    REPORT_TITLE,
    ROLE_GROUPS,
    SENDERS,
    TITLES,
    definitions,
    words_for,
)
from portal.policy.document import Policy


def render_report(
    attestation: Mapping[str, Any],
    statement: Mapping[str, Any],
    statement_bytes: bytes,
    schema_bytes: bytes,
    policy: Policy,
    *,
    qr_url: str,
    aside: Aside = NOTHING_ASIDE,
) -> bytes:
    """The unsigned report: three to five A4 pages, PDF/A-3a and PDF/UA-1, deterministic bytes.

    ``statement_bytes`` are the frozen bytes of ``statement`` and are embedded as they are, with
    ``schema_bytes`` (the published JSON Schema) and the attestation's canonical bytes. ``policy``
    says whose clocks the times are on; ``aside`` is what only those concerned may read.
    """
    facts = completed(attestation, ATTESTATION)
    attestation_bytes = canonical(dict(attestation))
    html = paper.page(
        "report.html",
        **_front(facts, attestation_bytes, policy, qr_url),
        **_annexes(facts, completed(statement, STATEMENT), statement_bytes, policy),
        **_aside(facts, aside),
    )
    return paper.write(
        paper.lay_out(html, "paper.css", "report.css"),
        created=khmer.instant(facts["issued_at"]),
        identifier=sha256(attestation_bytes + statement_bytes),
        inside=[
            paper.Inside(STATEMENT_FILE, statement_bytes, "The statement filed (RFC 8785)"),
            paper.Inside(SCHEMA_FILE, schema_bytes, "Its JSON Schema", "Supplement"),
            paper.Inside(ATTESTATION_FILE, attestation_bytes, "The attestation (RFC 8785)"),
        ],
        finish=signature_field,
    )


def _front(
    facts: dict[str, Any], attestation_bytes: bytes, policy: Policy, qr_url: str
) -> dict[str, Any]:
    return {
        "facts": facts,
        "title": REPORT_TITLE,
        "of": words_for(TITLES, facts["kind"]),
        "outcome": words_for(OUTCOMES, facts["decision"]["outcome"]),
        "rows": result_rows(facts["results"]),
        "reasons": [
            {"code": result["code"], "said": words_for({}, result["reason"]).en.lower()}
            for result in facts["results"]
            if result["reason"]
        ],
        "licences": licences(facts["subject"]["licences"]),
        "days": days(facts, policy.time_zone),
        "policy": policy_line(facts["policy"]),
        "digest": sha256(attestation_bytes).hex(),
        "qr": qr_drawing(qr_url),
        "address": qr_url.partition("://")[2] or qr_url,
        **marks(facts),
    }


def _annexes(
    facts: dict[str, Any], statement: dict[str, Any], statement_bytes: bytes, policy: Policy
) -> dict[str, Any]:
    titles = {result["code"]: result["title_km"] for result in facts["results"]}
    return {
        "statement": statement,
        "statement_digest": sha256(statement_bytes).hex(),
        "chart": shares_drawing(statement["indicators"], titles),
        "indicators": [_indicator(one) for one in statement["indicators"]],
        "flow": _in_words(FLOWS, statement["roll_forward"]),
        "excluded": _in_words(EXCLUDED, statement["excluded"]),
        "counted": _in_words(ALSO_COUNTED, statement["excluded"]),
        "senders": [one | {"words": words_for(SENDERS, one["source_type"])}
                    for one in statement["senders"]],
        "longest_delay": figures.hours(statement["longest_entry_delay_s"]),
        "taught": figures.hours(60 * statement["sessions"]["person_minutes"]),
        "lists": [_list(one) for one in statement["lists"]],
        "staff": [one | {"words": words_for(ROLE_GROUPS, one["role_group"])}
                  for one in statement["staff"]],
        "declarations": [one | {"words": words_for(ANSWERS, str(one["answer"]))}
                         for one in statement["declarations"]],
        "registers": [{"words": words_for(REGISTERS, name), **register}
                      for name, register in statement["registers"].items()],
        "effective": {one["version"]: one["effective_from"] for one in statement["policy"]},
        "definitions": definitions(policy.papers.clock_en, policy.papers.clock_km),
        "glossary": GLOSSARY,
        "cut_off": khmer.moment(statement["cut_off_at"], policy.time_zone),
        "due": khmer.moment(facts["filing"]["due_at"], policy.time_zone),
        "filed": khmer.moment(facts["filing"]["filed_at"], policy.time_zone),
    }  # fmt: skip


def _aside(facts: dict[str, Any], aside: Aside) -> dict[str, Any]:
    return {
        "moves": [
            move
            | {
                "words": words_for(MOVES, move["kind"]),
                "why": words_for(EXTENSION_REASONS, aside.reasons.get(move["number"], "")),
            }
            for move in facts["filing"]["moves"]
        ]
    }


def _in_words(table: dict[str, Any], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"words": words_for(table, name), "count": counts[name]} for name in table]


def _indicator(one: dict[str, Any]) -> dict[str, Any]:
    """One row of annex A, each figure as it is written."""
    return one | {
        "parts": f"{figures.thousands(one['numerator'])} / {figures.thousands(one['denominator'])}",
        "missed": f"{one['late']} · {one['open_overdue']} · {one['open_not_due']}",
        "share": figures.share(one),
        "minimum": figures.percent(one["minimum_tenths"]),
        "median": figures.hours(one["median_s"]),
        "p90": figures.p90(one),
        "with_open": figures.p90_with_open(one),
        "limit": figures.limit(one["limit_s"]),
        "by": words_for(BASES, one["basis"]),
    }


def _list(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "coverage": figures.percent(one["coverage_tenths"]),
        "points": figures.percent(one["points_tenths"]),
        "accepted": figures.percent(one["accepted_tenths"]),
        "currency": figures.percent(one["currency_tenths"]),
    }
