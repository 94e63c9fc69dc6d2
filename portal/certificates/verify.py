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

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    SignatureCoverageLevel,
    async_validate_cms_signature,
    async_validate_pdf_signature,
)

from portal.canonical import sha256
from portal.certificates.contexts import context, context_inside, first_valid, stamped_by
from portal.certificates.envelope import Envelope, NoSignature, is_pdf, open_envelope
from portal.certificates.inside import (
    ATTESTATION_FILE,
    STATEMENT_FILE,
    Disagreement,
    attestation_among,
    files_inside,
)
from portal.certificates.keys import DEVELOPMENT
from portal.certificates.stamping import Stamped, anchors_of
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
    fingerprint: str
    signed_at: datetime
    stamped: Stamped | None
    inside: dict[str, bytes]


def verify(pdf: bytes, trust: Sequence[bytes], stamps: Sequence[bytes] = ()) -> Verdict:
    """Examine a file against the trust anchors (PEM) of signers, and of those who stamp the time.
    An answer, never an exception for any file; ValueError for an anchor that is none.

    A certificate does not expire (chairs B3): the signer's own certificate is judged at the time
    of a stamp that leads to ``stamps``, else at the time the signer stated, which is the signer's
    word.
    """
    try:
        return asyncio.run(_examine(pdf, _anchors(trust), _anchors(stamps)))
    except _Found as found:
        return found.verdict


async def _examine(
    pdf: bytes, roots: list[x509.Certificate], stampers: list[x509.Certificate]
) -> Verdict:
    if len(pdf) > LARGEST:
        raise _Found(VerdictKind.UNREADABLE, "too-large")
    if not is_pdf(pdf):
        raise _Found(VerdictKind.UNREADABLE, "not-a-pdf")
    envelope = _envelope(pdf)
    await _check_envelope(envelope, roots)
    stamped = await _check_stamp(envelope, stampers)
    try:
        checked = await _check_document(pdf, roots, stampers, stamped)
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
        where = context(roots, first_valid(envelope))
        status = await async_validate_cms_signature(
            envelope.signed_data, raw_digest=envelope.digest, validation_context=where
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


async def _check_stamp(envelope: Envelope, stampers: list[x509.Certificate]) -> Stamped | None:
    try:
        return await stamped_by(envelope, stampers)
    except Exception as error:  # any byte of it may be hostile
        raise _Found(VerdictKind.ALTERED, "signature-broken") from error


async def _check_document(
    pdf: bytes,
    roots: list[x509.Certificate],
    stampers: list[x509.Certificate],
    stamped: Stamped | None,
) -> _Checked:
    """The same questions to the document itself, whose structure may still tell another story."""
    reader = PdfFileReader(BytesIO(pdf))
    (signature,) = reader.embedded_signatures
    claimed = signature.self_reported_timestamp.astimezone(UTC)
    moment = stamped.at if stamped else claimed
    status = await async_validate_pdf_signature(
        signature,
        signer_validation_context=context_inside(reader, roots, moment),
        ts_validation_context=context_inside(reader, stampers, moment),
    )
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    # Of a stamp that leads to nobody we trust no more is asked than that it is whole.
    by_itself = status.intact and status.valid and status.trusted and status.seed_value_ok
    sound = status.bottom_line if stamped else by_itself
    if not (sound and status.docmdp_ok and whole):
        raise _Found(VerdictKind.ALTERED, "changed-after-signing")
    return _Checked(
        str(status.signing_cert.subject.native.get("common_name", "")),
        sha256(status.signing_cert.public_key.dump()).hex(),
        moment,
        stamped,
        dict(files_inside(reader)),
    )


def _verdict(checked: _Checked, attestation: dict[str, Any]) -> Verdict:
    said = {
        "time-claimed": checked.stamped is None,
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
        stamped_by=checked.stamped.by if checked.stamped else None,
        fingerprint=checked.fingerprint,
        notes=tuple(note for note, holds in said.items() if holds),
    )


def _anchors(texts: Sequence[bytes]) -> list[x509.Certificate]:
    return [anchor for text in texts for anchor in anchors_of(text)]
