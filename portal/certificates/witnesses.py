"""Certificates as witnesses: each names the checkpoint of the trail when it was issued."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.certificates.model import Certificate
from portal.trail.note import Head


def sealed_then(attestation: Mapping[str, Any]) -> Head | None:
    """The log as it stood when a certificate was issued; None before the first checkpoint."""
    found = attestation.get("checkpoint")
    return Head("", found["size"], bytes.fromhex(found["root"])) if found else None


def witnesses(session: Session) -> dict[str, Head]:
    """The heads that certificates in the register name, by their numbers."""
    rows = session.execute(
        select(Certificate.number, Certificate.attestation).order_by(Certificate.serial)
    )
    heads = ((number, sealed_then(json.loads(said))) for number, said in rows)
    return {number: head for number, head in heads if head is not None}
