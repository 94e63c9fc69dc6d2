"""Whom a return speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.accounts.model import Licence, LicenceStatus, Particulars
from portal.entries.entry import plain


def subject(named: Particulars, spans: Sequence[Licence]) -> dict[str, Any]:
    """Whom the return speaks of: names, and licences of the month."""
    return {
        "isp": named.organisation_id,
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
