"""XARF v4 reports (github.com/xarf/xarf-spec) as rows of the takedown register (chairs B10).

Of a report ten things are looked at, each against a closed list: its number, its time, its type
and what follows from them. Of the places it names only *whether* they are named is asked, never
which. Evidence, hashes, addresses, accounts, contacts, tags and whatever is said of a person stay
in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from portal.extract.reading import Refused

COLUMNS: Final = (
    "own_ref", "source_type", "source_ref", "item_no", "instrument", "legal_basis", "priority",
    "service_role", "harm", "assessment", "assessed_by", "media", "locator_kind",
    "hosting_country", "issued_at", "received_at", "handled_by",
)  # fmt: skip
"""The columns of the row, as the takedown register names them."""

HARMS: Final = {
    "grooming": "GROOMING_SOLICITATION",
    "solicitation": "GROOMING_SOLICITATION",
    "sextortion": "SEXTORTION",
    "trafficking": "CSEM_OTHER",
    "distribution": "CSEM_OTHER",
    "production": "CSEM_OTHER",
    "possession": "CSEM_OTHER",
}
"""``exploitation_type`` of content/csem as the register's category of harm."""
ASSESSMENTS: Final = {
    "baseline": "BASELINE",
    "A1": "NATIONALLY_ILLEGAL",
    "A2": "NATIONALLY_ILLEGAL",
    "B1": "NATIONALLY_ILLEGAL",
    "B2": "NATIONALLY_ILLEGAL",
}
"""``classification`` as what the assessing body found, where a body did."""
MEDIA: Final = frozenset({"image", "video", "audio", "text", "mixed"})
NOBODY: Final = "PROVIDER_UNVERIFIED"
# What names a place, the plainest first; a report always names the machine it came from.
_PLACES: Final = (
    ("url", "URL"),
    ("domain", "DOMAIN"),
    ("perpetrator_indicators", "ACCOUNT"),
    ("hash_values", "HASH"),
    ("file_hash", "HASH"),
)
_VERSION: Final = re.compile(r"4\.[0-9]{1,3}\.[0-9]{1,3}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Desk:
    """What no report says and the abuse desk knows: by whom it was sent, on what ground."""

    source_type: str
    legal_basis: str
    assessed_by: str
    priority: str
    service_role: str
    country: str
    handled_by: str


def row_of(report: Any, desk: Desk, received_at: datetime) -> dict[str, str]:
    """The row of a report that reached the desk at ``received_at`` (aware); raises Refused."""
    if not isinstance(report, dict):
        msg = "is not a report: a XARF report is one JSON object"
        raise Refused(msg)
    _is_ours(report)
    number, issued_at = _number(report), _instant(report)
    if issued_at > received_at:
        msg = "is dated later than it was received: see the clock, or give --received-at"
        raise Refused(msg)
    return {
        # The report's own number, so that reading it again adds nothing.
        "own_ref": number,
        "source_ref": number,
        "source_type": desk.source_type,
        "item_no": "1",
        "instrument": "NOTICE",
        "legal_basis": desk.legal_basis,
        "priority": desk.priority,
        "service_role": desk.service_role,
        "harm": _harm(report),
        "assessment": _assessment(report, desk),
        "assessed_by": desk.assessed_by,
        "media": _media(report),
        "locator_kind": next((kind for name, kind in _PLACES if report.get(name)), "IP_PORT"),
        "hosting_country": desk.country,
        "issued_at": _written(issued_at),
        "received_at": _written(received_at),
        "handled_by": desk.handled_by,
    }


def _is_ours(report: Mapping[str, Any]) -> None:
    version, kind = report.get("xarf_version"), (report.get("category"), report.get("type"))
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        msg = "is not a XARF report of version 4"
        raise Refused(msg)
    if kind not in (("content", "csam"), ("content", "csem")):
        msg = "is of another type than content/csam and content/csem, which alone belong here"
        raise Refused(msg)


def _number(report: Mapping[str, Any]) -> str:
    number = report.get("report_id")
    if not isinstance(number, str) or not _UUID.fullmatch(number.lower()):
        msg = "has no report_id that is a UUID"
        raise Refused(msg)
    return number.lower()


def _instant(report: Mapping[str, Any]) -> datetime:
    told = report.get("timestamp")
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) else None
        instant = found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        msg = "has no timestamp with a time zone, such as 2026-10-05T03:00:00Z"
        raise Refused(msg)
    return instant


def _harm(report: Mapping[str, Any]) -> str:
    if report["type"] == "csam":
        return "CSAM"
    return _listed(report, "exploitation_type", HARMS)


def _assessment(report: Mapping[str, Any], desk: Desk) -> str:
    if report["type"] == "csam":
        found = _listed(report, "classification", ASSESSMENTS)
    elif "classification" in report:
        found = ASSESSMENTS.get(str(report["classification"]), "PENDING")
    else:
        found = "PENDING"
    # Nobody but a hotline, police or court finds that something is illegal (chairs C2).
    return "PENDING" if desk.assessed_by == NOBODY else found


def _listed(report: Mapping[str, Any], name: str, codes: Mapping[str, str]) -> str:
    told = report.get(name)
    if not isinstance(told, str) or told not in codes:
        msg = f"has no {name} of the list ({', '.join(codes)})"
        raise Refused(msg)
    return codes[told]


def _media(report: Mapping[str, Any]) -> str:
    told = report.get("media_type")
    return told.upper() if isinstance(told, str) and told in MEDIA else "UNKNOWN"


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
