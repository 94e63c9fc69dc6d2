"""What the certificate and the front page of the report say alike, written in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from portal.certificates import khmer
from portal.certificates.limits import limits_in_words
from portal.certificates.model import CertificateKind
from portal.certificates.words import (
    BASES,
    HEARD,
    LICENCE_KINDS,
    NO_INSTRUMENT,
    NOTICES,
    OBSERVED,
    RESULTS,
    WATERMARKS,
    WHOLE_RETURN,
    Words,
    words_for,
)
from portal.returns.judge import NOT_ASSESSED


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


def heard(facts: Mapping[str, Any]) -> Words | None:
    """That the provider was heard before it was found against, in one line; with what words is for
    those concerned (chairs B5, C8).
    """
    hearing = facts["hearing"]
    if hearing is None or facts["kind"] != CertificateKind.FINDINGS:
        return None
    if hearing["reply"]:
        return HEARD["REPLIED"]
    return HEARD["NOTHING_TO_SAY" if hearing["replied_at"] else "NO_REPLY"]


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
    named = dict.fromkeys(one["instrument"] for one in policy if one["instrument"])
    instruments = " · ".join(named)
    versions = ", ".join(item["version"] for item in policy)
    return {
        "instrument": Words(instruments, instruments) if instruments else NO_INSTRUMENT,
        "versions": Words(khmer.digits(versions), versions),
    }
