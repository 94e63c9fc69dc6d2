"""The certificate: one public page from an attestation, with the attestation's own bytes inside.

It prints who, when, under which policy, and a word for each obligation; never a figure (chairs B5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pydyf
from weasyprint import Document

from portal.canonical import sha256
from portal.certificates import frame, khmer, paper
from portal.certificates.field import signature_field
from portal.certificates.front import (
    days,
    heard,
    licences,
    marks,
    observed,
    policy_line,
    result_rows,
)
from portal.certificates.inside import ATTESTATION_FILE
from portal.certificates.qr import printed_address, qr_drawing
from portal.certificates.shapes import ATTESTATION, completed
from portal.certificates.words import TITLES, words_for
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
        "heard": heard(facts),
        "digest": sha256(attestation_bytes).hex(),
        "qr": qr_drawing(qr_url),
        "address": printed_address(qr_url),
        **marks(facts),
    }
