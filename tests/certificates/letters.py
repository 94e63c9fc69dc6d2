"""Facts of letters about the month of the samples, as the portal gathers them from its rows."""

from __future__ import annotations

from typing import Any

from portal.canonical import sha256
from tests.certificates.samples import SUBJECT, a_sample_statement, frozen

_ABOUT: dict[str, Any] = {
    "seq": 412,
    "authority": {"km": "អាជ្ញាធរសុវត្ថិភាពឌីជីថល (ប្រឌិត)", "en": "Digital Safety Authority (fictional)"},
    "holder": {"km": SUBJECT["name_km"], "en": SUBJECT["name_en"]},
    "demo": True,
    "period": "2026-10",
    "receipt": "R-2026-10-0007-1",
    "version": 1,
    "filed_at": "2026-11-09T08:12:30Z",
    "statement_digest": sha256(frozen(a_sample_statement())).hex(),
}


def a_receipt(**changes: Any) -> dict[str, Any]:
    """Filed in time by two people."""
    about = {
        "schema": "receipt/1", "at": "2026-11-09T08:12:30Z", "kind": "NORMAL", "reason": None,
        "first_filed_at": "2026-11-09T08:12:30Z", "due_at": "2026-11-10T16:59:59Z",
        "cut_off_at": "2026-11-09T08:12:30Z", "waived": False, "practice": False,
        "recalled": False,
    }  # fmt: skip
    return _ABOUT | about | changes


def a_decision(outcome: str, **changes: Any) -> dict[str, Any]:
    """Decided with a comment on the whole return in English, and on one obligation in Khmer."""
    reasons = [
        {
            "obligation": "",
            "text": "Please look again at what the hotline sent and was not logged.",
        },
        {
            "obligation": "SP5-03",
            "text": "ករណី IHC-2026-0412 មិនទាន់បានបិទទេ។ សូមបំពេញពេលវេលានៃការចាត់វិធានការ។",
        },
    ]
    back = outcome == "RETURN_FOR_CORRECTION"
    about = {
        "schema": "decision/1", "at": "2026-11-18T02:30:00Z", "no": 1, "outcome": outcome,
        "correct_by": "2026-11-25T16:59:59Z" if back else None, "appeal_until": None,
        "excused": [] if back else ["SP5-03"], "set_aside": [], "closed": False,
        "reasons": reasons,
    }  # fmt: skip
    return _ABOUT | about | changes


def a_draft(**changes: Any) -> dict[str, Any]:
    """A finding that is intended, and may be replied to."""
    about = {
        "schema": "draft/1", "at": "2026-11-12T03:00:00Z", "number": "D-0007-1", "kind": "FINDING",
        "subject": "R-2026-10-0007-1", "obligations": ["SP5-03", "SP5-05"], "reason": None,
        "reply_until": "2026-12-01T16:59:59Z",
        "text": "Two core obligations are below their minimum. Please say what happened.",
    }  # fmt: skip
    return _ABOUT | about | changes


def a_reminder() -> dict[str, Any]:
    """A month that is due soon."""
    about = {
        "schema": "reminder/1", "at": "2026-11-05T03:00:00Z", "rung": "REMINDER",
        "due_at": "2026-11-10T16:59:59Z",
        "title": {
            "km": "របាយការណ៍ខែ តុលា 2026 ផុតកំណត់ថ្ងៃទី 10 វិច្ឆិកា 2026",
            "en": "The return of October 2026 is due on 10 Nov 2026",
        },
        "sentence": {
            "km": "របាយការណ៍ប្រចាំខែ សម្រាប់ខែ តុលា 2026 មិនទាន់បានដាក់នៅឡើយ។ សូមរៀបចំ នៅទីនេះ៖",
            "en": "The monthly return for October 2026 is not filed yet. Please prepare it here:",
        },
        "address": "https://portal.example/returns/2026-10",
    }  # fmt: skip
    return _ABOUT | about
