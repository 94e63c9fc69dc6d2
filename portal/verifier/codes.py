"""What the QR code of a paper says: its number and the digest of its attestation, signed.

A site that looks like the portal can say of any paper that it is genuine; it cannot sign a code.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import x509

from portal.canonical import canonical
from portal.verifier import jws
from portal.verifier.jws import NotSigned, Sign

_KEPT = 16  # half of the digest: as hard to meet as the signature is to forge, and half as large


@dataclass(frozen=True)
class Code:
    """The claims of a code, whose signature was checked."""

    number: str
    digest: str

    def fits(self, attestation_digest: bytes) -> bool:
        """Whether it is the code of the paper whose attestation has this digest."""
        return self.digest == _half(attestation_digest)


def write_code(number: str, attestation_digest: bytes, by: Sign) -> str:
    """The signed code of a paper, as short as a compact signature can be."""
    claims = {"d": _half(attestation_digest), "n": number}
    return jws.sign(canonical(claims), by)


def read_code(text: str, signers: Sequence[x509.Certificate]) -> Code:
    """The code in a text (it alone, or the address that a QR code holds), signed by one of the
    issuer's certificates. Raises NotSigned.
    """
    signed = jws.read(text.strip().rpartition("/")[2])
    if not any(signed.by(one.public_key) for one in signers):
        raise NotSigned("by somebody else")
    try:
        claims = json.loads(signed.payload)
        if canonical(claims) != signed.payload or set(claims) != {"d", "n"}:
            raise NotSigned("another kind")
        return Code(str(claims["n"]), str(claims["d"]))
    except (ValueError, TypeError, RecursionError) as error:
        raise NotSigned("another kind") from error


def _half(digest: bytes) -> str:
    return urlsafe_b64encode(digest[:_KEPT]).rstrip(b"=").decode()
