"""The signed papers of the demonstration, made when everything else stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from portal.certificates.actions import finish
from portal.certificates.keys import KeyMaterial
from portal.certificates.model import Certificate
from portal.db import begin_write

_AFTER_ISSUING: Final = timedelta(minutes=2)


def finish_all(session: Session, serials: Sequence[int], key: KeyMaterial, verify_at: str) -> None:
    """Render, sign and store the papers of some certificates, one commit each."""
    for serial in serials:
        begin_write(session)
        at = session.get_one(Certificate, serial).issued_at + _AFTER_ISSUING
        finish(session, serial, key, verify_at=verify_at, at=at)
        session.commit()
