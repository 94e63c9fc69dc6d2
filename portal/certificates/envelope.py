"""Read a signature from a file's bytes alone, before any PDF parser sees them.

A PDF of a few kilobytes can unfold to gigabytes. What nobody we trust has signed is therefore
judged here, by its signature's own container, and is never parsed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms

_RANGE = re.compile(
    rb"/ByteRange\s{0,9}\[\s{0,99}(\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10})\s{0,99}\]"
)
_HEADER = b"%PDF-"
_FORM = ("v1", "v1", "data")
_DIGESTS = frozenset({"sha256", "sha384", "sha512"})


class NoSignature(Exception):
    """The file carries no signature."""


@dataclass(frozen=True)
class Envelope:
    """The first signature of a file: what it signs, and whether that is the whole file."""

    signed_data: cms.SignedData
    digest: bytes
    covers_file: bool


def is_pdf(data: bytes) -> bool:
    """True if the file begins as a PDF does."""
    return data.startswith(_HEADER)


def open_envelope(pdf: bytes) -> Envelope:
    """The file's first signature. Raises NoSignature, or ValueError where it cannot be read."""
    found = _RANGE.search(pdf)
    if not found:
        raise NoSignature
    start, before, after, rest = (int(number) for number in found.groups())
    contents = pdf[before:after]
    if (
        start != 0
        or not before < after <= len(pdf)
        or (contents[:1], contents[-1:]) != (b"<", b">")
    ):
        raise ValueError("the range and the signature do not meet")
    signed_data = _container(contents[1:-1].decode("ascii"))["content"]
    if not isinstance(signed_data, cms.SignedData) or len(signed_data["signer_infos"]) != 1:
        raise ValueError("no signature of one signer")
    (signer,) = signed_data["signer_infos"]
    algorithm = signer["digest_algorithm"]["algorithm"].native
    if algorithm not in _DIGESTS or _unsigned_parts(signed_data, signer) != (*_FORM, [algorithm]):
        raise ValueError("not the form that we write")
    digest = hashlib.new(algorithm, pdf[:before])
    digest.update(pdf[after : after + rest])
    return Envelope(signed_data, digest.digest(), after + rest == len(pdf))


def _unsigned_parts(signed_data: cms.SignedData, signer: cms.SignerInfo) -> tuple[Any, ...]:
    """What stands in the container and is not signed: for each only one value will do."""
    return (
        signed_data["version"].native,
        signer["version"].native,
        signed_data["encap_content_info"]["content_type"].native,
        [one["algorithm"].native for one in signed_data["digest_algorithms"]],
    )


def _container(digits: str) -> cms.ContentInfo:
    """The container, in the one spelling that we write: DER in capital digits, zeros behind.

    No signature covers these bytes, so a second spelling would be a change nobody notices.
    """
    container = cms.ContentInfo.load(bytes.fromhex(digits))
    spelling = container.copy().dump(force=True).hex().upper()
    if not digits.startswith(spelling) or digits[len(spelling) :].strip("0"):
        raise ValueError("the container has another spelling")
    return container
