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
from portal.certificates.field import signature_field
from portal.certificates.inside import ATTESTATION_FILE
from portal.certificates.qr import qr_drawing
from portal.certificates.shapes import ATTESTATION, completed
from portal.certificates.words import (
    BASES,
    LICENCE_KINDS,
    NOTICES,
    RESULTS,
    TITLES,
    WATERMARKS,
    words_for,
)
from portal.policy.document import Policy

OBSERVATIONS_SHOWN = 3
_OBSERVATION_LENGTH = 150
_DENSITIES = ("airy", "plain", "close", "dense")


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
    # With observations the airy setting never fits; laying it out would only cost time.
    for density in _DENSITIES[1:] if values["observations"] else _DENSITIES:
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
        "observations": [short(item) for item in facts["observations"][:OBSERVATIONS_SHOWN]],
        "more_observations": max(0, len(facts["observations"]) - OBSERVATIONS_SHOWN),
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
    """One row an obligation: number in Khmer digits, titles, and words for basis and result."""
    return [
        result
        | {
            "no": khmer.digits(number),
            "word": words_for(RESULTS, result["result"]),
            "by": words_for(BASES, result["basis"]),
            "look": result["result"].lower().replace("_", "-"),
        }
        for number, result in enumerate(results, 1)
    ]


def licences(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each licence with its number and its kind in words."""
    return [
        {"number": item["number"], "kind": words_for(LICENCE_KINDS, item["kind"])} for item in held
    ]


def days(facts: Mapping[str, Any], zone: ZoneInfo) -> dict[str, tuple[str, str]]:
    """The days a paper names, each in Khmer and English, on the clocks of the zone."""
    first = date.fromisoformat(facts["period_from"])
    issued = khmer.local(facts["issued_at"], zone).date()
    cut_off = khmer.local(facts["filing"]["cut_off_at"], zone)
    return {
        "period": (khmer.month_km(first), khmer.month_en(first)),
        "issued": (khmer.day_km(issued), khmer.day_en(issued)),
        "cut_off": (
            f"{khmer.day_km(cut_off.date())} ម៉ោង {khmer.digits(f'{cut_off:%H:%M}')}",
            khmer.moment(facts["filing"]["cut_off_at"], zone),
        ),
    }


def policy_line(policy: list[dict[str, Any]]) -> dict[str, str]:
    """The instruments and versions in force; two where the month had two."""
    instruments = dict.fromkeys(item["instrument"] for item in policy if item["instrument"])
    return {
        "instrument": " · ".join(instruments) or "no adopted instrument",
        "versions": ", ".join(item["version"] for item in policy),
    }


def short(observation: Mapping[str, Any]) -> dict[str, str]:
    """An observation cut at a word to what a page with sixteen results has room for."""
    text = " ".join(str(observation["text"]).split())
    if len(text) > _OBSERVATION_LENGTH:
        text = f"{text[:_OBSERVATION_LENGTH].rsplit(' ', 1)[0]} …"
    return {"code": str(observation["code"]), "text": text}
