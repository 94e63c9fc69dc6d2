"""The compliance report: the figures behind a certificate, for ISP, regulator and auditors only.

Its length is fixed by the policy and not by the month: no table has a row for an item. The full
statement, its schema and the attestation are inside (chairs B5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weasyprint import Document

from portal.canonical import canonical, sha256
from portal.certificates import khmer, paper
from portal.certificates.annexes import annexes
from portal.certificates.aside import NOTHING_ASIDE, Aside
from portal.certificates.fairly import fairly
from portal.certificates.field import signature_field
from portal.certificates.front import days, licences, marks, observed, policy_line, result_rows
from portal.certificates.inside import ATTESTATION_FILE, SCHEMA_FILE, STATEMENT_FILE
from portal.certificates.qr import printed_address, qr_drawing
from portal.certificates.shapes import ATTESTATION, STATEMENT, completed
from portal.certificates.words import (
    EXTENSION_REASONS,
    MOVES,
    OUTCOMES,
    REASONS,
    REPORT_TITLE,
    TITLES,
    words_for,
)
from portal.policy.document import Policy

PAGES = 5  # the results; annex A; B to D; E to G; H to J with the proof
MORE_PAGES = 3  # at most, for a hearing and its appeals: what was said may be long
_DENSITIES = ("plain", "close")


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
    """The unsigned report: five A4 pages (more where the ISP was heard), PDF/A-3a and PDF/UA-1,
    deterministic bytes.

    ``statement_bytes`` are the frozen bytes of ``statement`` and are embedded as they are, with
    ``schema_bytes`` (the published JSON Schema), the attestation's canonical bytes and the
    policies. ``policy`` says whose clocks the times are on; ``aside`` is what only those concerned
    may read.
    """
    facts = completed(attestation, ATTESTATION)
    attestation_bytes = canonical(dict(attestation))
    told = completed(statement, STATEMENT)
    values = _front(facts, attestation_bytes, policy, qr_url) | annexes(facts, told, policy)
    values |= _moves(facts, aside) | fairly(facts, aside, policy.time_zone)
    values |= {"statement": told, "statement_digest": sha256(statement_bytes).hex()}
    return paper.write(
        _on_its_pages(values),
        created=khmer.instant(facts["issued_at"]),
        identifier=sha256(attestation_bytes + statement_bytes),
        inside=_inside(attestation_bytes, statement_bytes, schema_bytes, aside),
        finish=signature_field,
    )


def _inside(
    attestation_bytes: bytes, statement_bytes: bytes, schema_bytes: bytes, aside: Aside
) -> list[paper.Inside]:
    return [
        paper.Inside(STATEMENT_FILE, statement_bytes, "The statement filed (RFC 8785)"),
        paper.Inside(SCHEMA_FILE, schema_bytes, "Its JSON Schema", "Supplement"),
        paper.Inside(ATTESTATION_FILE, attestation_bytes, "The attestation (RFC 8785)"),
        *(
            paper.Inside(f"policy-{version}.json", data, f"Policy {version}", "Supplement")
            for version, data in aside.policies.items()
        ),
    ]


def _on_its_pages(values: dict[str, Any]) -> Document:
    # A year of many policies and the longest names may need the closer setting.
    for density in _DENSITIES:
        html = paper.page("report.html", density=density, **values)
        document = paper.lay_out(html, "paper.css", "report.css")
        if len(document.pages) <= PAGES + (MORE_PAGES if values["hearing"] else 0):
            break
    return document


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
            {"code": result["code"], "said": words_for(REASONS, result["reason"])}
            for result in facts["results"]
            if result["reason"]
        ],
        "observed": observed(facts["observations"]),
        "licences": licences(facts["subject"]["licences"]),
        "days": days(facts, policy.time_zone),
        "policy": policy_line(facts["policy"]),
        "digest": sha256(attestation_bytes).hex(),
        "qr": qr_drawing(qr_url),
        "address": printed_address(qr_url),
        **marks(facts),
    }


def _moves(facts: dict[str, Any], aside: Aside) -> dict[str, Any]:
    """What moved the due date; the reason of each is for those concerned alone."""
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
