"""Compact JSON web signatures (RFC 7515) by ES256, the one kind that the portal writes.

Three things are written so: what the QR code of a paper says, the list of past numbers, and the
attestation beside a paper. ``typ`` in the header says which, so that none passes for another.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import algos, keys, x509

from portal.canonical import canonical
from portal.verifier.chain import holds, path_to
from portal.verifier.signatures import is_signed_es256

_SHAPE = re.compile(r"([A-Za-z0-9_-]{4,16000})\.([A-Za-z0-9_-]{4,40000000})\.([A-Za-z0-9_-]{86})")
_SIZE = 32

Sign = Callable[[bytes], bytes]
"""Signs bytes: gives the 64 bytes (r, s) of an ES256 signature over them."""


class NotSigned(ValueError):
    """A text is no signed one, or not by whom it should be."""


@dataclass(frozen=True)
class Signed:
    """A signed text, taken apart; whether it is signed is asked of it."""

    header: dict[str, Any]
    payload: bytes
    signed: bytes
    signature: bytes

    def by(self, key: keys.PublicKeyInfo) -> bool:
        """Whether a key signed it."""
        return is_signed_es256(self.signed, self.signature, key)

    def signer(self, anchors: Sequence[x509.Certificate], at: datetime) -> x509.Certificate:
        """Who signed it, by the chain in its header, good at an instant. Raises NotSigned."""
        try:
            chain = [x509.Certificate.load(b64decode(one)) for one in self.header["x5c"]]
            path = path_to(anchors, chain[0], chain[1:])
            if path and holds(path, at) and self.by(chain[0].public_key):
                return chain[0]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise NotSigned("no chain") from error
        raise NotSigned("by somebody else")


def sign(payload: bytes, by: Sign, *, kind: str | None = None, chain: Sequence[bytes] = ()) -> str:
    """The compact form of a signed payload; ``chain``: DER certificates, the signer's first."""
    header: dict[str, Any] = {"alg": "ES256"}
    if kind:
        header["typ"] = kind
    if chain:
        header["x5c"] = [b64encode(one).decode() for one in chain]
    signed = f"{_text(canonical(header))}.{_text(payload)}"
    return f"{signed}.{_text(by(signed.encode()))}"


def read(text: str, *, kind: str | None = None) -> Signed:
    """Take a compact text apart. Raises NotSigned for what has another form or is another kind."""
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        raise NotSigned("another form")
    try:
        header, payload, signature = (_bytes(part) for part in found.groups())
        told = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise NotSigned("another form") from error
    if not isinstance(told, dict) or told.get("alg") != "ES256" or told.get("typ") != kind:
        raise NotSigned("another kind")
    if "crit" in told:
        raise NotSigned("it asks for more than is known here")
    return Signed(told, payload, f"{found[1]}.{found[2]}".encode(), signature)


def raw(der: bytes) -> bytes:
    """An ASN.1 signature as the 64 bytes that ES256 writes."""
    pair = algos.DSASignature.load(der)
    return b"".join(pair[name].native.to_bytes(_SIZE) for name in ("r", "s"))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(data) != text:  # one spelling for one text
        raise ValueError("another spelling")
    return data
