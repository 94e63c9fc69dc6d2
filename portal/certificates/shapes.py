"""What the two frozen documents may leave out, and what the papers then read instead.

Renderers read these completed copies only, so no other line has to ask whether a key is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_RESULT = {
    "code": "", "title_en": "", "title_km": "", "core": False,
    "result": "NOT_ASSESSED", "basis": None, "reason": None,
    "thresholds": [{
        "policy": "", "indicator": "", "group": None,
        "limit_s": None, "minimum_tenths": None, "due_day": None,
    }],
}  # fmt: skip
_SUBJECT = {
    "isp": 0, "name_en": "", "name_km": "", "registration_no": None,
    "licences": [{"number": "", "kind": ""}],
}  # fmt: skip
_REGISTER = {"entries": 0, "lines": 0, "digest": "", "nil": False}

ATTESTATION: dict[str, Any] = {
    "schema": "attestation/1", "number": "", "kind": "CERTIFICATE",
    "issued_at": "1970-01-01T00:00:00Z",
    "period": "1970-01", "period_from": "1970-01-01", "period_to": "1970-01-31",
    "subject": _SUBJECT,
    "framework": {
        "code": "", "title_en": "", "title_km": "", "priority_en": "", "priority_km": "",
        "valid_from": None, "valid_to": None,
    },
    "policy": [{
        "version": "", "digest": "", "instrument": None, "adopted_on": None,
        "effective_from": None, "signatory": None,
    }],
    "filing": {
        "receipt": "", "version": 1, "filed_at": "1970-01-01T00:00:00Z",
        "cut_off_at": "1970-01-01T00:00:00Z", "due_at": "1970-01-01T00:00:00Z",
        "days_late": 0, "statement_digest": "", "amends": None, "waiver": None,
        "moves": [{"kind": "", "days": 0, "number": ""}],
    },
    "decision": {"outcome": "ACCEPT", "decided_at": None},
    "results": [_RESULT],
    "observations": [{"code": ""}],
    "issuer": dict.fromkeys(
        ("body_en", "body_km", "name_en", "name_km", "title_en", "title_km"), ""
    ),
    "supersedes": None, "checkpoint": None, "demo": False, "draft": False,
    "hearing": None,
    "appeals": [{
        "number": "", "against": "FINDING", "made_at": "1970-01-01T00:00:00Z",
        "outcome": None, "decided_at": None,
    }],
}  # fmt: skip

STATEMENT: dict[str, Any] = {
    "schema": "statement/1", "method": "", "isp": 0, "subject": _SUBJECT,
    "period": "1970-01", "kind": "NORMAL", "version": 1, "seq": 0,
    "cut_off_at": "1970-01-01T00:00:00Z", "due_at": "1970-01-01T00:00:00Z",
    "policy": [{"version": "", "digest": "", "effective_from": None}],
    "registers": dict.fromkeys(
        ("takedowns", "blocklists", "training", "roster", "complaints", "declarations"), _REGISTER
    ),
    "roll_forward": dict.fromkeys(
        (
            "opening", "adjustments", "received", "reopened", "closed", "withdrawn",
            "duplicate", "transferred", "closing",
        ),
        0,
    ),
    "excluded": dict.fromkeys(
        (
            "duplicate", "withdrawn", "not_our_service", "refused_confirmed", "transferred",
            "own_initiative", "orders", "reappearances", "notices",
        ),
        0,
    ),
    "counterparty": dict.fromkeys(
        (
            "items", "sent", "withdrawn", "confirmed_gone", "refusals_confirmed", "found_still_up",
            "sent_not_logged", "logged_not_known",
        ),
        0,
    ),
    "senders": [{"source_type": "", "items": 0, "notices": 0}],
    "indicators": [{
        "code": "", "obligation": None, "cohort": "", "numerator": 0, "denominator": 0, "n": 0,
        "late": 0, "open_overdue": 0, "open_not_due": 0, "tenths": None, "minimum_tenths": None,
        "median_s": None, "p90_s": None, "p90_with_open_s": None, "p90_with_open_is_open": False,
        "limit_s": None, "explained": 0, "estimated": 0, "policy": "", "basis": "COMPUTED",
    }],
    "carried_forward": [{"cohort": "", "band": "", "count": 0}],
    "pauses": 0, "pauses_approved_afterwards": 0, "entered_after_limit": 0,
    "longest_entry_delay_s": None,
    "lists": [{
        "list": "", "issues": 0, "applied": 0, "open": 0, "coverage_tenths": None,
        "points_tenths": None, "accepted_tenths": None, "currency_tenths": None,
        "tests_passed": 0, "tests_run": 0,
    }],
    "staff": [{"role_group": "", "in_scope": 0, "covered": 0, "in_induction": 0}],
    "sessions": {"sessions": 0, "completions": 0, "person_minutes": 0, "shared_completions": 0},
    "declarations": [{"obligation": "", "answer": "", "since": None, "checked_on": None}],
    "results": [_RESULT],
}  # fmt: skip


def completed(given: Any, shape: Any) -> Any:
    """A copy of a document in which every key of the shape has a value; extra keys stay."""
    if isinstance(shape, Mapping):
        had: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        return dict(had) | {key: completed(had.get(key), part) for key, part in shape.items()}
    if isinstance(shape, list):
        return [completed(item, shape[0]) for item in given or ()]
    return shape if given is None else given
