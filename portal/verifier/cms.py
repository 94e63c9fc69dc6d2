"""A signature container: did a key that we trust sign what it says (RFC 5652, RFC 5035)?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, tsp, x509

from portal.verifier.chain import holds, path_to
from portal.verifier.signatures import is_signed
from portal.verifier.verdict import Found, VerdictKind

_ = tsp  # teaches the reader the attribute that names the signer's certificate


@dataclass(frozen=True)
class Signed:
    """Who signed, and how they are certified (up to the anchor, included)."""

    path: list[x509.Certificate]

    @property
    def name(self) -> str:
        """The common name of the signer."""
        return str(self.path[0].subject.native.get("common_name", ""))


def check(
    signed_data: cms.SignedData, digest: bytes, anchors: Sequence[x509.Certificate]
) -> Signed:
    """Whether the container signs what has this digest, with a key certified by an anchor.

    Raises Found (altered, or an unknown signer), and whatever hostile bytes make a parser raise.
    """
    certificate, certificates = signer_of(signed_data, "data", digest)
    path = path_to(anchors, certificate, certificates)
    if path is None:
        raise Found(VerdictKind.UNKNOWN_SIGNER, "unknown-signer")
    return Signed(path)


def signer_of(
    signed_data: cms.SignedData, kind: str, digest: bytes
) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The certificate that a container's one signature is by, whoever that is, and all it carries;
    what is signed is of this kind and has this digest.

    Raises Found (altered), and whatever hostile bytes make a parser raise.
    """
    (signer,) = signed_data["signer_infos"]
    certificates = [one.chosen for one in signed_data["certificates"]]
    certificate = _named(signer, certificates)
    attributes = _attributes(signer)
    if attributes["content_type"] != kind:
        raise ValueError("it signs something else")
    signature, by = signer["signature"].native, signer["signature_algorithm"]
    content = signer["signed_attrs"].untag().dump()
    by = _with_digest(by, signer["digest_algorithm"]["algorithm"].native)
    if not is_signed(content, signature, certificate.public_key, by):
        raise Found(VerdictKind.ALTERED, "signature-broken")
    _must_name(attributes, certificate)
    if attributes["message_digest"] != digest:
        raise Found(VerdictKind.ALTERED, "bytes-changed")
    return certificate, certificates


def must_hold(signed: Signed, moment: datetime) -> None:
    """Raise Found unless every certificate of the path was good for signing papers then."""
    if not holds(signed.path, moment):
        raise Found(VerdictKind.UNKNOWN_SIGNER, "signer-not-valid-then")


def signing_time(signed_data: cms.SignedData) -> datetime | None:
    """When the signer says that it signed, where the container says so."""
    (signer,) = signed_data["signer_infos"]
    found: datetime | None = _attributes(signer).get("signing_time")
    return found


def _named(signer: cms.SignerInfo, certificates: list[x509.Certificate]) -> x509.Certificate:
    who = signer["sid"].chosen
    if signer["sid"].name != "issuer_and_serial_number":
        raise ValueError("a signer named in another way")
    (found,) = (
        one
        for one in certificates
        if one.issuer.dump() == who["issuer"].dump()
        and one.serial_number == who["serial_number"].native
    )
    return found


def _attributes(signer: cms.SignerInfo) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        (value,) = attribute["values"]
        if name in found:
            raise ValueError("an attribute twice")
        found[name] = value.native
    return found


def _must_name(attributes: dict[str, Any], certificate: x509.Certificate) -> None:
    """The signed attributes name the signer's certificate, so that none can take its place."""
    if "signing_certificate_v2" in attributes:
        first = attributes["signing_certificate_v2"]["certs"][0]
        by = (first["hash_algorithm"] or {}).get("algorithm", "sha256")
    else:  # as older authorities stamp (RFC 2634 §5.4)
        first, by = attributes["signing_certificate"]["certs"][0], "sha1"
    if hashlib.new(by, certificate.dump()).digest() != first["cert_hash"]:
        raise Found(VerdictKind.ALTERED, "signature-broken")


def _with_digest(by: Any, digest: str) -> Any:
    """Some write only ``ecdsa`` or ``rsassa_pkcs1v15`` and leave the digest to the digest's own
    field.
    """
    plain = {"ecdsa": "ecdsa", "rsassa_pkcs1v15": "rsa"}.get(by["algorithm"].native)
    if plain is None:
        return by
    return type(by)({"algorithm": f"{digest}_{plain}"})
