"""How a number stands in the register, for whoever holds a paper."""

from __future__ import annotations

from portal.certificates.queries import CertificateStatus, by_number, status
from portal.web.session import session


def register_status(number: str) -> CertificateStatus | None:
    """The status of a number; None for a number that was never given."""
    found = by_number(session(), number)
    return status(session(), found) if found else None
