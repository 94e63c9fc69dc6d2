"""The certificate: one public page from an attestation, with the attestation's own bytes inside.

It prints who, when, under which policy, and a word for each obligation; never a figure (chairs B5).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pydyf
from weasyprint import Document

from portal.canonical import sha256
from portal.certificates import frame, khmer, paper
from portal.certificates.attestation import NOT_ASSESSED
from portal.certificates.field import signature_field
from portal.certificates.inside import ATTESTATION_FILE
from portal.certificates.limits import limits_in_words
from portal.certificates.qr import qr_drawing
from portal.certificates.shapes import ATTESTATION, completed
from portal.certificates.words import (
    BASES,
    LICENCE_KINDS,
    NO_INSTRUMENT,
    NOTICES,
    OBSERVED,
    RESULTS,
    TITLES,
    WATERMARKS,
    WHOLE_RETURN,
    Words,
    words_for,
)
from portal.policy.document import Policy

_DENSITIES = ("plain", "close", "dense")


class TooLong(ValueError):
    """The attestation does not fit on one page, however closely it is set."""


def render_certificate(
    attestation: Mapping[str, Any], attestation_bytes: bytes, policy: Policy, *, qr_url: str
) -> bytes:
    """The unsigned certificate: one A4 page, PDF/A-3a and PDF/UA-1, deterministic bytes.

    ``attestation_bytes`` are the frozen bytes of ``attestation``; they are embedded as they are and
    their SHA-256 is printed. ``policy`` gives the country's heading and clocks; ``qr_url`` is the
    public verify address. Raises TooLong.
    """
    facts = completed(attestation, ATTESTATION)
    document = _on_one_page(_values(facts, attestation_bytes, policy, qr_url))
    inside = paper.Inside(
        ATTESTATION_FILE, attestation_bytes, "The attestation behind this page (RFC 8785)"
    )
    return paper.write(
        document,
        created=khmer.instant(facts["issued_at"]),
        identifier=sha256(attestation_bytes),
        inside=[inside],
        finish=_frame_and_field,
    )


def _frame_and_field(document: Document, pdf: pydyf.PDF) -> None:
    frame.draw_under(pdf)
    signature_field(document, pdf)


def _on_one_page(values: dict[str, Any]) -> Document:
    for density in _DENSITIES:
        html = paper.page("certificate.html", density=density, **values)
        document = paper.lay_out(html, "paper.css", "certificate.css")
        if len(document.pages) == 1:
            return document
    raise TooLong(values["facts"]["number"])


def _values(
    facts: dict[str, Any], attestation_bytes: bytes, policy: Policy, qr_url: str
) -> dict[str, Any]:
    return {
        "facts": facts,
        "papers": policy.papers,
        "title": words_for(TITLES, facts["kind"]),
        "met": facts["kind"] == "CERTIFICATE",
        "rows": result_rows(facts["results"]),
        "licences": licences(facts["subject"]["licences"]),
        "days": days(facts, policy.time_zone),
        "policy": policy_line(facts["policy"]),
        "observed": observed(facts["observations"]),
        "digest": sha256(attestation_bytes).hex(),
        "qr": qr_drawing(qr_url),
        "address": qr_url.partition("://")[2] or qr_url,
        **marks(facts),
    }


def marks(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The watermark and the spoken notice of a paper that is not what it looks like."""
    said = [name for name in ("draft", "demo") if facts[name]]
    return {
        "watermark": WATERMARKS[said[0]] if said else None,
        "notices": [NOTICES[name] for name in said],
    }


def result_rows(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row an obligation: number in Khmer digits, titles, the limits that were in force, and
    words for result and basis (None where there is no result that rests on anything).
    """
    return [
        result
        | {
            "no": khmer.digits(number),
            "limits": limits_in_words(result["thresholds"]),
            "word": words_for(RESULTS, result["result"]),
            "by": _basis(result),
            "look": result["result"].lower().replace("_", "-"),
        }
        for number, result in enumerate(results, 1)
    ]


def _basis(result: Mapping[str, Any]) -> Words | None:
    # Attestations of the first days name what the basis would have been.
    if result["basis"] is None or result["result"] == NOT_ASSESSED:
        return None
    return words_for(BASES, result["basis"])


def observed(observations: list[dict[str, Any]]) -> Words | None:
    """Which obligations were observed, in one line; what was observed is not public (chairs B5)."""
    if not observations:
        return None
    codes = [str(item["code"]) for item in observations if item["code"]]
    whole = [] if len(codes) == len(observations) else [WHOLE_RETURN]
    said = [*whole, *(Words(code, code) for code in codes)]
    return Words(
        f"{', '.join(one.km for one in said)}៖ {OBSERVED.km}",
        f"{', '.join(one.en for one in said)}: {OBSERVED.en}",
    )


def licences(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each licence with its number and its kind in words."""
    return [
        {"number": item["number"], "kind": words_for(LICENCE_KINDS, item["kind"])} for item in held
    ]


def days(facts: Mapping[str, Any], zone: ZoneInfo) -> dict[str, tuple[str, str]]:
    """The days a paper names, each in Khmer and English, on the clocks of the zone."""
    first = date.fromisoformat(facts["period_from"])
    issued = khmer.local(facts["issued_at"], zone).date()
    return {
        "period": (khmer.month_km(first), khmer.month_en(first)),
        "issued": (khmer.day_km(issued), khmer.day_en(issued)),
        "cut_off": khmer.moments(facts["filing"]["cut_off_at"], zone),
    }


def policy_line(policy: list[dict[str, Any]]) -> dict[str, Words]:
    """The instruments and versions in force; two where the month had two."""
    instruments = " · ".join(dict.fromkeys(one["instrument"] for one in policy if one["instrument"]))
    versions = ", ".join(item["version"] for item in policy)
    return {
        "instrument": Words(instruments, instruments) if instruments else NO_INSTRUMENT,
        "versions": Words(khmer.digits(versions), versions),
    }
