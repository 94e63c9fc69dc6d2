"""Read a signature from a file's bytes alone, before any PDF parser sees them.

A PDF of a few kilobytes can unfold to gigabytes. What nobody we trust has signed is therefore
judged here, by its signature's own container, and is never parsed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from asn1crypto import cms

_RANGE = re.compile(
    rb"/ByteRange\s{0,9}\[\s{0,99}(\d{1,10})\s{1,9}(\d{1,10})\s{1,9}(\d{1,10})\s{1,9}(\d{1,10})"
)
_HEADER = b"%PDF-"
_ENCRYPTED = re.compile(rb"/Encrypt\s{1,9}\d{1,10}\s{1,9}\d{1,5}\s{1,9}R\b|/Encrypt\s{0,9}<<")
_DIGESTS = frozenset({"sha256", "sha384", "sha512"})
_MOST_DIGITS, _MOST_CERTIFICATES = 262_144, 12  # no honest signature needs more


class NoSignature(Exception):
    """The file carries no signature."""


@dataclass(frozen=True)
class Envelope:
    """The first signature of a file: what it signs, and whether that is the whole file.

    ``as_written`` is True if the container is, to the last byte, the one that we would write;
    ``dictionary`` is what stands round it in its object, ``end`` where what it signs ends.
    """

    signed_data: cms.SignedData
    digest: bytes
    covers_file: bool
    as_written: bool
    dictionary: bytes = b""
    end: int = 0


def is_pdf(data: bytes) -> bool:
    """True if the file begins as a PDF does."""
    return data.startswith(_HEADER)


def is_encrypted(data: bytes) -> bool:
    """True if the file says that one needs a key to read it."""
    return _ENCRYPTED.search(data) is not None


def open_envelope(pdf: bytes) -> Envelope:
    """The file's first signature. Raises NoSignature, or ValueError where it cannot be read."""
    found = _RANGE.search(pdf)
    if not found:
        raise NoSignature
    start, before, after, rest = (int(number) for number in found.groups())
    contents = pdf[before:after]
    if start != 0 or not before < after <= len(pdf) or contents[:1] + contents[-1:] != b"<>":
        raise ValueError("the range and the signature do not meet")
    if len(contents) > _MOST_DIGITS:
        raise ValueError("a signature of more than 128 KiB")
    digits = contents[1:-1].decode("ascii")
    signed_data = cms.ContentInfo.load(bytes.fromhex(digits))["content"]
    (signer,) = signed_data["signer_infos"]
    algorithm = signer["digest_algorithm"]["algorithm"].native
    if algorithm not in _DIGESTS or len(signed_data["certificates"]) > _MOST_CERTIFICATES:
        raise ValueError("a digest of old, or more certificates than a chain has")
    digest = hashlib.new(algorithm, pdf[:before])
    digest.update(pdf[after : after + rest])
    spelling = _as_we_write(signed_data, signer, algorithm).hex().upper().ljust(len(digits), "0")
    return Envelope(
        signed_data,
        digest.digest(),
        covers_file=after + rest == len(pdf),
        as_written=digits == spelling,
        dictionary=_around(pdf, before, after),
        end=after + rest,
    )


def _around(pdf: bytes, before: int, after: int) -> bytes:
    start = max(pdf.rfind(b" obj", 0, before), 0)
    end = pdf.find(b"endobj", after)
    return pdf[start:before] + pdf[after : end if end >= 0 else len(pdf)]


def _as_we_write(signed_data: cms.SignedData, signer: cms.SignerInfo, algorithm: str) -> bytes:
    """The container made anew from those of its parts that a signature protects.

    Nothing protects the others, so in them a changed byte would pass; here it stands out.
    """
    made = {
        "version": "v1",
        "sid": signer["sid"],
        "digest_algorithm": {"algorithm": algorithm},
        "signed_attrs": signer["signed_attrs"],
        "signature_algorithm": {"algorithm": signer["signature_algorithm"]["algorithm"].native},
        "signature": signer["signature"],
    }
    content = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": algorithm}],
        "encap_content_info": {"content_type": "data"},
        "certificates": signed_data["certificates"],
        "signer_infos": [made],
    }
    container = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)})
    written: bytes = container.dump()
    return written
