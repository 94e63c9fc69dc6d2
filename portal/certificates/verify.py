"""Is this paper genuine? Answered from its own bytes and a trust anchor; never from the network.

Two who do not know of each other have to agree: the verifier that goes out to everybody, and
pyHanko, which follows the document's structure. Whether a genuine certificate was superseded or
revoked since is the register's knowledge, and is added by whoever can ask it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, async_validate_pdf_signature

from portal.canonical import sha256
from portal.certificates.contexts import context, context_inside
from portal.certificates.inside import ATTESTATION_FILE, files_inside
from portal.verifier.chain import read_anchors
from portal.verifier.paper import LARGEST, examine
from portal.verifier.verdict import Verdict, VerdictKind

__all__ = ["LARGEST", "Verdict", "VerdictKind", "agreed", "verify"]

# The library tells a page-long story about each suspicious file; the verdict says it in a word.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def verify(pdf: bytes, trust: Sequence[bytes], stamps: Sequence[bytes] = ()) -> Verdict:
    """Examine a file against the trust anchors (PEM) of signers, and of those who stamp the time.
    An answer, never an exception for any file; ValueError for an anchor that is none.

    A certificate does not expire (chairs B3): the signer's own certificate is judged at the time
    of a stamp that leads to ``stamps``, else at the time the signer stated, which is the signer's
    word.
    """
    return agreed(examine(pdf, trust, stamps), pdf, trust, stamps)


def agreed(
    verdict: Verdict, pdf: bytes, trust: Sequence[bytes], stamps: Sequence[bytes] = ()
) -> Verdict:
    """A verdict of the verifier, GENUINE only where the second opinion is the same.

    Only a file each byte of which the issuer signed is given to a parser of PDF.
    """
    if not verdict.is_genuine:
        return verdict
    try:
        sound = asyncio.run(_is_sound(pdf, verdict, read_anchors(trust), read_anchors(stamps)))
    except Exception:  # noqa: BLE001 - whatever a parser trips over, it is not as signed
        sound = False
    return verdict if sound else Verdict(VerdictKind.ALTERED, notes=("changed-after-signing",))


async def _is_sound(
    pdf: bytes, said: Verdict, roots: list[x509.Certificate], stampers: list[x509.Certificate]
) -> bool:
    """The bottom line, no change that its certification forbids, and the whole file: together."""
    reader = PdfFileReader(BytesIO(pdf))
    (signature,) = reader.embedded_signatures
    if (moment := said.signed_at) is None:
        return False
    stamped = said.stamped_by is not None
    # A signer's own word on the time may be a second older than the evidence it then gathered.
    status = await async_validate_pdf_signature(
        signature,
        signer_validation_context=(
            context_inside(reader, roots, moment) if stamped else context(roots, moment)
        ),
        ts_validation_context=context_inside(reader, stampers, moment),
    )
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    # Of a stamp that leads to nobody we trust no more is asked than that it is whole.
    by_itself = status.intact and status.valid and status.trusted and status.seed_value_ok
    sound = status.bottom_line if stamped else by_itself
    inside = dict(files_inside(reader))
    same = sha256(inside[ATTESTATION_FILE]).hex() == said.attestation_digest
    return bool(sound and status.docmdp_ok and whole and same)
