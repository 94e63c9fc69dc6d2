"""Every state that numbers came into, for the list that goes out to whoever asks without a net."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from portal.certificates.model import Certificate
from portal.certificates.status import CertificateStatus, Known, StatusCode
from portal.verifier.lists import Past

_AT_ONCE = 500
_OVER = frozenset({StatusCode.SUPERSEDED, StatusCode.REVOKED})


def past_papers(session: Session) -> tuple[list[Past], int]:
    """Every state of every number that does not hold any more, and the newest serial given."""
    newest = session.scalar(select(func.max(Certificate.serial))) or 0
    return [one for certificates in _some(session, newest) for one in certificates], newest


def _some(session: Session, newest: int) -> Iterator[list[Past]]:
    query = select(Certificate).options(defer(Certificate.attestation))
    for first in range(1, newest + 1, _AT_ONCE):
        which = Certificate.serial.between(first, first + _AT_ONCE - 1)
        found = session.scalars(query.where(which).order_by(Certificate.serial)).all()
        known = Known.of(session, found)
        yield [
            _past(certificate.number, state)
            for certificate in found
            for state in known.history(certificate)
            if state.code in _OVER
        ]


def _past(number: str, state: CertificateStatus) -> Past:
    return Past(number, str(state.code), state.since_at, state.reason, state.successor)
