"""In which light a signature is judged: whom to trust, at what moment, by which evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import ValidationContext

from portal.canonical import sha256
from portal.certificates.stamping import Stamped, anchors_of, examine
from portal.verifier.envelope import Envelope

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks of the portal and of the authorities may lie apart: what one says minutes
after a signature was begun is no word from the future.
"""


def context(roots: Sequence[x509.Certificate], moment: datetime) -> ValidationContext:
    """Whether a chain leads to a root at a moment; of revocation nothing is known."""
    return ValidationContext(trust_roots=list(roots), allow_fetching=False, moment=moment)


def context_inside(
    reader: PdfFileReader, roots: Sequence[x509.Certificate], moment: datetime
) -> ValidationContext:
    """The same; and the evidence in the file, if there is any, says whether its certificates held.

    It counts as far as the signature covers it, which the caller asks separately.
    """
    told: dict[str, Any] = {"trust_roots": list(roots), "moment": moment, "allow_fetching": False}
    told |= {"time_tolerance": CLOCKS_DIFFER}
    try:
        held = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return ValidationContext(**told)
    found: ValidationContext = held.as_validation_context(told | {"revocation_mode": "hard-fail"})
    return found


def first_valid(envelope: Envelope) -> datetime:
    """A moment at which any certificate in the envelope is valid: its chain is judged, not time."""
    starts = (one.chosen["tbs_certificate"]["validity"]["not_before"].native
              for one in envelope.signed_data["certificates"])  # fmt: skip
    latest: datetime = max(starts)
    return latest


async def stamped_by(envelope: Envelope, stampers: Sequence[x509.Certificate]) -> Stamped | None:
    """What the time stamp over a signature says; None where there is none, or one that leads to
    nobody we trust. Raises ValueError, and what the library raises, for a broken one.
    """
    if envelope.stamp is None:
        return None
    said = await examine(envelope.stamp, sha256(envelope.signature), stampers)
    if said is None:
        raise ValueError("not a stamp over this signature")
    if said.path is None:
        return None
    if len(envelope.stamp["certificates"]) != said.path.pkix_len:
        raise ValueError("more certificates than lead to whom we trust")
    return said


def stamped_by_in(envelope: Envelope, stamps: Sequence[bytes]) -> datetime | None:
    """When a paper of ours was stamped, by somebody who leads to an anchor (PEM)."""
    roots = [anchor for text in stamps for anchor in anchors_of(text)]
    said = asyncio.run(stamped_by(envelope, roots))
    return said.at if said else None
