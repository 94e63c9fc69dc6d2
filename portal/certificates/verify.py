"""Is this paper genuine? Answered from its own bytes and a trust anchor; never from the network.

Two who do not know of each other have to agree: the verifier that goes out to everybody, and
pyHanko, which follows the document's structure. Whether a genuine certificate was superseded or
revoked since is the register's knowledge, and is added by whoever can ask it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from portal.canonical import sha256
from portal.certificates.inside import ATTESTATION_FILE, files_inside
from portal.verifier.chain import read_anchor
from portal.verifier.paper import LARGEST, examine
from portal.verifier.verdict import Verdict, VerdictKind

__all__ = ["LARGEST", "Verdict", "VerdictKind", "agreed", "verify"]

# The library tells a page-long story about each suspicious file; the verdict says it in a word.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def verify(pdf: bytes, trust: Sequence[bytes]) -> Verdict:
    """Examine a file against the trust anchors (PEM). An answer, never an exception for any file;
    ValueError for an anchor that is none.

    A certificate does not expire (chairs B3): the signer's own certificate is judged at the time
    the signer stated, which is the signer's word until papers carry a trusted time stamp.
    """
    return agreed(examine(pdf, trust), pdf, trust)


def agreed(verdict: Verdict, pdf: bytes, trust: Sequence[bytes]) -> Verdict:
    """A verdict of the verifier, GENUINE only where the second opinion is the same.

    Only a file each byte of which the issuer signed is given to a parser of PDF.
    """
    if not verdict.is_genuine or verdict.signed_at is None:
        return verdict
    roots = [read_anchor(anchor) for anchor in trust]
    try:
        sound = asyncio.run(_is_sound(pdf, roots, verdict.signed_at, verdict.attestation_digest))
    except Exception:  # noqa: BLE001 - whatever a parser trips over, it is not as signed
        sound = False
    return verdict if sound else Verdict(VerdictKind.ALTERED, notes=("changed-after-signing",))


async def _is_sound(
    pdf: bytes, roots: list[x509.Certificate], moment: datetime, digest: str | None
) -> bool:
    """The bottom line, no change that its certification forbids, and the whole file: together."""
    reader = PdfFileReader(BytesIO(pdf))
    (signature,) = reader.embedded_signatures
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment)
    status = await async_validate_pdf_signature(signature, signer_validation_context=context)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    inside = dict(files_inside(reader))
    same = sha256(inside[ATTESTATION_FILE]).hex() == digest
    return bool(status.bottom_line and status.docmdp_ok and whole and same)
