"""Sample files: valid rows of each register, to learn the form from and to try an import with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from portal.intake.writing import csv_of
from portal.policy.document import Policy
from portal.registers.codes import Method
from portal.registers.register import Register

_SPREAD_DAYS: Final = 20
_STAFF: Final = 40


def sample_entry(register: Register, *, policy: Policy, at: datetime) -> dict[str, Any]:
    """What an entry of the register holds that it would take in at ``at``; as ``sample_csv``."""
    return _SAMPLES[register.slug](1, policy, at)


def sample_csv(register: Register, count: int, *, policy: Policy, at: datetime) -> str:
    """A CSV file of ``count`` rows that the register would take in at ``at``; fictional throughout,
    and the same for the same arguments.
    """
    make = _SAMPLES[register.slug]
    rows = [make(number, policy, at) for number in range(1, count + 1)]
    return csv_of(list(make(1, policy, at)), rows)


def sample_row(name: str, *, policy: Policy, at: datetime) -> dict[str, Any]:
    """One such row, of a register or of ``notices``; the same for the same arguments."""
    return _SAMPLES[name](1, policy, at)


def _moment(number: int, policy: Policy, at: datetime, hours: float = 0) -> str:
    """A minute within the last weeks, on the policy's clocks."""
    back = timedelta(minutes=number * 7 % (_SPREAD_DAYS * 24 * 60))
    moment = at - timedelta(days=1) - back + timedelta(hours=hours)
    return moment.astimezone(policy.time_zone).strftime("%Y-%m-%d %H:%M")


def _day(policy: Policy, at: datetime, back: int) -> str:
    return (at.astimezone(policy.time_zone).date() - timedelta(days=back)).isoformat()


def _takedown(number: int, policy: Policy, at: datetime) -> dict[str, Any]:
    return {
        "own_ref": f"SAMPLE-{number}",
        "source_type": "HOTLINE_NATIONAL",
        "source_ref": f"SAMPLE-NOTICE-{number // 10 + 1}",
        "item_no": number % 10 + 1,
        "instrument": "NOTICE",
        "legal_basis": policy.legal_bases[0].code,
        "priority": "P2_STANDARD",
        "service_role": "HOSTING",
        "harm": "CSAM",
        "assessment": "BASELINE",
        "assessed_by": "HOTLINE",
        "locator_kind": "URL",
        "hosting_country": policy.calendar.country,
        "issued_at": _moment(number // 10, policy, at),
        "received_at": _moment(number // 10, policy, at, hours=0.25),
        "handled_by": "S-0421",
    }


def _notice(number: int, policy: Policy, at: datetime) -> dict[str, Any]:
    alike = _takedown(number, policy, at)
    its_own = ("own_ref", "item_no", "received_at", "handled_by")
    said = {name: value for name, value in alike.items() if name not in its_own}
    return {**said, "items": 3, "isps": "mekong-net tonle-net"}


def _update(number: int, policy: Policy, at: datetime) -> dict[str, Any]:
    permitted = policy.permitted_lists[number % len(policy.permitted_lists)]
    is_hash = permitted.kinds[0].startswith("HASH_")
    return {
        "own_ref": f"SAMPLE-{number}",
        "list_code": permitted.code,
        "list_kind": permitted.kinds[0],
        "update_kind": "FULL_RESET",
        "transport": "VENDOR_FEED",
        "version_label": f"sample {number}",
        "content_digest": hashlib.sha256(f"sample issue {number}".encode()).hexdigest(),
        "published_at": _moment(number, policy, at),
        "fetched_at": _moment(number, policy, at, hours=0.5),
        "applied_at": _moment(number, policy, at, hours=3),
        "entries_total": 5000 + number % 50,
        "methods": Method.HASH_MATCH_UPLOAD if is_hash else Method.SNI,
        "points_in_scope": 4,
        "points_live": 4,
        "subscribers_in_scope": 40000,
        "subscribers_covered": 40000,
        "stop_page": "NOT_FEASIBLE" if is_hash else "YES",
        "test_result": "PASS",
        "tested_at": _moment(number, policy, at, hours=4),
        "vantage_points": 2,
    }


def _completion(number: int, policy: Policy, at: datetime) -> dict[str, Any]:
    modules = policy.training.required["STANDARD"]["DESIGNATED_HANDLER"]  # type: ignore[index]
    return {
        "own_ref": f"SAMPLE-{number}",
        "session_ref": f"SAMPLE-T-{number // _STAFF + 1}",
        "held_on": _day(policy, at, 1 + number % _SPREAD_DAYS),
        "module": modules[number % len(modules)],
        "level": "REFRESHER",
        "provider": "INTERNAL",
        "mode": "CLASSROOM",
        "language": "KM",
        "minutes": 60,
        "staff_ref": f"S-{number % _STAFF + 1:04d}",
        "result": "PASSED",
    }


def _span(number: int, policy: Policy, at: datetime) -> dict[str, Any]:
    return {
        "own_ref": f"SAMPLE-{number}",
        "staff_ref": f"S-{number:04d}",
        "role_group": "ABUSE_DESK",
        "joined_on": _day(policy, at, 90),
        "from_on": _day(policy, at, 60),
        "until_on": "",
        "handles_notices": "yes",
    }


def _complaint(number: int, policy: Policy, at: datetime) -> dict[str, Any]:
    return {
        "own_ref": f"SAMPLE-{number}",
        "list_code": policy.permitted_lists[0].code,
        "method": "DNS_RPZ",
        "received_at": _moment(number, policy, at),
        "acknowledged_at": _moment(number, policy, at, hours=2),
        "decided_at": _moment(number, policy, at, hours=20),
        "outcome": "REJECTED",
    }


_SAMPLES: Final[Mapping[str, Callable[[int, Policy, datetime], dict[str, Any]]]] = {
    "takedowns": _takedown,
    "blocklists": _update,
    "training": _completion,
    "roster": _span,
    "complaints": _complaint,
    "notices": _notice,
}
