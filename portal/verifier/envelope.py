"""Read a signature from a file's bytes alone, before any PDF parser sees them.

A PDF of a few kilobytes can unfold to gigabytes. What nobody we trust has signed is therefore
judged here, by its signature's own container, and is never parsed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, x509

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

    ``as_written`` is True if the container is, to the last byte, the one that we would write.
    ``dictionary`` is what stands round it in its object, ``end`` where what it signs ends, and
    ``stamp`` the time stamp over the signature, if it has one.
    """

    signed_data: cms.SignedData
    digest: bytes
    covers_file: bool
    as_written: bool
    dictionary: bytes
    end: int
    stamp: cms.SignedData | None = None

    @property
    def signature(self) -> bytes:
        """What a time stamp stamps: the bytes of the signature itself."""
        found: bytes = self.signed_data["signer_infos"][0]["signature"].native
        return found


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
    stamp = _stamp_of(signer)
    spelling = _as_we_write(signed_data, signer, stamp).hex().upper().ljust(len(digits), "0")
    return Envelope(
        signed_data,
        digest.digest(),
        covers_file=after + rest == len(pdf),
        as_written=digits == spelling,
        dictionary=_around(pdf, before, after),
        end=after + rest,
        stamp=stamp,
    )


def _around(pdf: bytes, before: int, after: int) -> bytes:
    start = max(pdf.rfind(b" obj", 0, before), 0)
    end = pdf.find(b"endobj", after)
    return pdf[start:before] + pdf[after : end if end >= 0 else len(pdf)]


def plain_stamp(stamp: cms.SignedData, certificates: list[x509.Certificate]) -> cms.ContentInfo:
    """A time stamp made anew from those of its parts that its signature protects, and from the
    certificates (their issuers') that lead to whom a verifier trusts.
    """
    (signer,) = stamp["signer_infos"]
    return _container(
        "v3",
        {"content_type": "tst_info", "content": stamp["encap_content_info"]["content"]},
        certificates,
        _signer_as_we_write(signer, certificates),
    )


def _stamp_of(signer: cms.SignerInfo) -> cms.SignedData | None:
    """The one unsigned thing that a signature of ours carries. Raises ValueError for another."""
    attributes = list(signer["unsigned_attrs"])
    if not attributes:
        return None
    (attribute,) = attributes
    if attribute["type"].native != "signature_time_stamp_token":
        raise ValueError("something else than a time stamp")
    (token,) = attribute["values"]
    return token["content"]


def _as_we_write(
    signed_data: cms.SignedData, signer: cms.SignerInfo, stamp: cms.SignedData | None
) -> bytes:
    """The container made anew from those of its parts that a signature protects.

    Nothing protects the others, so in them a changed byte would pass; here it stands out.
    """
    certificates = [one.chosen for one in signed_data["certificates"]]
    made = _signer_as_we_write(signer, certificates)
    if stamp is not None:
        token = plain_stamp(stamp, [one.chosen for one in stamp["certificates"]])
        made["unsigned_attrs"] = [{"type": "signature_time_stamp_token", "values": [token]}]
    written: bytes = _container("v1", {"content_type": "data"}, certificates, made).dump()
    return written


def _signer_as_we_write(
    signer: cms.SignerInfo, certificates: list[x509.Certificate]
) -> dict[str, Any]:
    named = signer["sid"].chosen
    # Names are compared without regard to capitals; the certificate's own is protected.
    (own,) = (
        one
        for one in certificates
        if (one.serial_number, one.issuer) == (named["serial_number"].native, named["issuer"])
    )
    sid = {"issuer": own.issuer, "serial_number": own.serial_number}
    return {
        "version": "v1",
        "sid": cms.SignerIdentifier("issuer_and_serial_number", sid),
        "digest_algorithm": {"algorithm": signer["digest_algorithm"]["algorithm"].native},
        "signed_attrs": signer["signed_attrs"],
        "signature_algorithm": {"algorithm": signer["signature_algorithm"]["algorithm"].native},
        "signature": signer["signature"],
    }


def _container(
    version: str,
    content: dict[str, Any],
    certificates: list[x509.Certificate],
    signer: dict[str, Any],
) -> cms.ContentInfo:
    made = {
        "version": version,
        "digest_algorithms": [signer["digest_algorithm"]],
        "encap_content_info": content,
        "certificates": [_certificate_as_we_write(one) for one in certificates],
        "signer_infos": [signer],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(made)})


def _certificate_as_we_write(one: x509.Certificate) -> x509.Certificate:
    return x509.Certificate(
        {
            "tbs_certificate": one["tbs_certificate"],
            "signature_algorithm": one["tbs_certificate"]["signature"],
            "signature_value": one["signature_value"].native,
        }
    )
