"""Whom a return speaks of."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.model import LicenceStatus
from portal.accounts.queries import licences, particulars
from portal.entries.entry import plain
from portal.period import Period


def subject(session: Session, isp_id: int, period: Period, seq: int | None) -> dict[str, Any]:
    """Whom the return speaks of: names and licences as of the sequence number."""
    named = particulars(session, isp_id, seq)
    spans = licences(session, isp_id, period, seq)
    return {
        "isp": isp_id,
        "name_en": named.name_en,
        "name_km": named.name_km,
        "registration_no": named.registration_no,
        "size": str(named.size),
        "licences": [
            {
                "number": span.number,
                "kind": str(span.kind),
                "from_on": plain(span.from_on),
                "until_on": plain(span.until_on),
            }
            for span in spans
            if span.status != LicenceStatus.SUSPENDED
        ],
    }
