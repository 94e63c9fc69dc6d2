"""Is this paper genuine? Answered from its own bytes and a trust anchor; never from the network.

Whether a genuine certificate was superseded or revoked since is the register's knowledge, and is
added by whoever can ask it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    SignatureCoverageLevel,
    async_validate_cms_signature,
    async_validate_pdf_signature,
)
from pyhanko_certvalidator import ValidationContext

from portal.canonical import sha256
from portal.certificates.envelope import Envelope, NoSignature, is_pdf, open_envelope
from portal.certificates.inside import (
    ATTESTATION_FILE,
    STATEMENT_FILE,
    Disagreement,
    attestation_among,
    files_inside,
)
from portal.certificates.keys import DEVELOPMENT
from portal.certificates.verdict import Verdict, VerdictKind

__all__ = ["LARGEST", "Verdict", "VerdictKind", "verify"]

LARGEST = 20 * 1024 * 1024

# The library tells a page-long story about each suspicious file; the verdict says it in a word.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


class _Found(Exception):
    """Ends the examination with the verdict that is not GENUINE."""

    def __init__(self, kind: VerdictKind, note: str) -> None:
        super().__init__(kind, note)
        self.verdict = Verdict(kind, notes=(note,))


@dataclass(frozen=True)
class _Checked:
    """What the signature of a paper vouches for."""

    signer: str
    signed_at: datetime
    inside: dict[str, bytes]


def verify(pdf: bytes, trust: Sequence[bytes]) -> Verdict:
    """Examine a file against the trust anchors (PEM). An answer, never an exception for any file;
    ValueError for an anchor that is none.

    A certificate does not expire (chairs B3): the signer's own certificate is judged at the time
    the signer stated, which is the signer's word until papers carry a trusted time stamp.
    """
    try:
        return asyncio.run(_examine(pdf, [_certificate(anchor) for anchor in trust]))
    except _Found as found:
        return found.verdict


async def _examine(pdf: bytes, roots: list[x509.Certificate]) -> Verdict:
    if len(pdf) > LARGEST:
        raise _Found(VerdictKind.UNREADABLE, "too-large")
    if not is_pdf(pdf):
        raise _Found(VerdictKind.UNREADABLE, "not-a-pdf")
    await _check_envelope(_envelope(pdf), roots)
    try:
        checked = await _check_document(pdf, roots)
    except _Found:
        raise
    except Exception as error:  # whatever a parser trips over, it is not as signed
        raise _Found(VerdictKind.ALTERED, "changed-after-signing") from error
    try:
        return _verdict(checked, attestation_among(checked.inside))
    except KeyError:
        raise _Found(VerdictKind.NOT_OURS, "nothing-inside") from None
    except Disagreement:
        raise _Found(VerdictKind.NOT_OURS, "inside-does-not-agree") from None


def _envelope(pdf: bytes) -> Envelope:
    try:
        return open_envelope(pdf)
    except NoSignature:
        raise _Found(VerdictKind.NOT_OURS, "no-signature") from None
    except Exception as error:  # any byte of it may be hostile
        raise _Found(VerdictKind.ALTERED, "signature-broken") from error


async def _check_envelope(envelope: Envelope, roots: list[x509.Certificate]) -> None:
    """Whether somebody we trust signed these bytes, all of them, without parsing the document."""
    try:
        context = _context(roots, _first_valid(envelope))
        status = await async_validate_cms_signature(
            envelope.signed_data, raw_digest=envelope.digest, validation_context=context
        )
        sound, path = status.intact and status.valid, status.validation_path
    except Exception as error:  # any byte of it may be hostile
        raise _Found(VerdictKind.ALTERED, "signature-broken") from error
    if not sound:
        raise _Found(VerdictKind.ALTERED, "signature-broken")
    if path is None or not status.trusted:
        raise _Found(VerdictKind.UNKNOWN_SIGNER, "unknown-signer")
    if not envelope.as_written or len(envelope.signed_data["certificates"]) != path.pkix_len:
        raise _Found(VerdictKind.ALTERED, "signature-broken")
    if not envelope.covers_file:
        raise _Found(VerdictKind.ALTERED, "bytes-added")


async def _check_document(pdf: bytes, roots: list[x509.Certificate]) -> _Checked:
    """The same questions to the document itself, whose structure may still tell another story."""
    reader = PdfFileReader(BytesIO(pdf))
    (signature,) = reader.embedded_signatures
    signed_at = signature.self_reported_timestamp.astimezone(UTC)
    status = await async_validate_pdf_signature(
        signature, signer_validation_context=_context(roots, signed_at)
    )
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (status.bottom_line and status.docmdp_ok and whole):
        raise _Found(VerdictKind.ALTERED, "changed-after-signing")
    signer = str(status.signing_cert.subject.native.get("common_name", ""))
    return _Checked(signer, signed_at, dict(files_inside(reader)))


def _verdict(checked: _Checked, attestation: dict[str, Any]) -> Verdict:
    said = {
        "time-claimed": True,
        "development-key": DEVELOPMENT in checked.signer,
        "demo": attestation.get("demo"),
        "draft": attestation.get("draft"),
        "report": STATEMENT_FILE in checked.inside,
    }
    return Verdict(
        VerdictKind.GENUINE,
        number=attestation.get("number"),
        attestation=attestation,
        attestation_digest=sha256(checked.inside[ATTESTATION_FILE]).hex(),
        signer=checked.signer,
        signed_at=checked.signed_at,
        notes=tuple(note for note, holds in said.items() if holds),
    )


def _context(roots: list[x509.Certificate], moment: datetime) -> ValidationContext:
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment)


def _first_valid(envelope: Envelope) -> datetime:
    """A moment at which any certificate in the envelope is valid: its chain is judged, not time."""
    starts = (one.chosen["tbs_certificate"]["validity"]["not_before"].native
              for one in envelope.signed_data["certificates"])  # fmt: skip
    latest: datetime = max(starts)
    return latest


def _certificate(anchor: bytes) -> x509.Certificate:
    _, _, der = pem.unarmor(anchor)
    return x509.Certificate.load(der)
