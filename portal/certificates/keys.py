"""The key that signs papers, and the trust anchor by which anybody can check them.

A development key is made at first run; production is given a PKCS#12 file instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from portal.authorities import Authorities
from portal.canonical import sha256
from portal.certificates.development import make_development_key
from portal.folders import keep_once

DEVELOPMENT_FILE = "development-key.p12"
DEVELOPMENT = "DEVELOPMENT KEY, NOT OFFICIAL"


class UnusableKey(ValueError):
    """The file holds no EC key with its certificate and issuer, or the passphrase is wrong."""


class Signs(Protocol):
    """A private key that is here, or one that a token keeps."""

    @property
    def key_size(self) -> int:
        """The bits of its curve."""
        ...

    def sign(self, data: bytes, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """An ECDSA signature over the data, as ASN.1."""
        ...


@dataclass(frozen=True)
class KeyMaterial:
    """A signing key, its certificate, and the issuers up to the trust anchor (last).

    ``authorities`` stamp what it signs; without any the time of signing is the signer's word.
    """

    private_key: Signs
    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...]
    authorities: Authorities | None = None

    @property
    def name(self) -> str:
        """The common name of the signing certificate."""
        return common_name(self.certificate)

    @property
    def fingerprint(self) -> bytes:
        """The SHA-256 of the public key, by which the key is named whoever certifies it."""
        return fingerprint(self.certificate)

    @property
    def is_development(self) -> bool:
        """True for a key that any machine may have made for itself."""
        return DEVELOPMENT in self.name

    def __repr__(self) -> str:
        return f"KeyMaterial({self.name!r})"


def common_name(certificate: x509.Certificate) -> str:
    """The common name of a certificate's subject, or the whole subject where it has none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def fingerprint(certificate: x509.Certificate) -> bytes:
    """The SHA-256 of the public key that a certificate is about (its SubjectPublicKeyInfo)."""
    public = certificate.public_key()
    return sha256(public.public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo))


def ensure_development_key(folder: Path) -> KeyMaterial:
    """The development key in the folder; made at first run, for the owner's eyes alone."""
    path = folder / DEVELOPMENT_FILE
    keep_once(path, lambda: to_pkcs12(KeyMaterial(*make_development_key(DEVELOPMENT))))
    return load_key(path)


def load_key(path: Path, passphrase: str | None = None) -> KeyMaterial:
    """The key in a PKCS#12 file. Raises UnusableKey, whose words never hold the passphrase."""
    try:
        held = pkcs12.load_pkcs12(path.read_bytes(), passphrase.encode() if passphrase else None)
    except (OSError, ValueError) as error:
        raise UnusableKey(f"cannot open {path.name}") from error
    if not isinstance(held.key, ec.EllipticCurvePrivateKey) or held.cert is None:
        raise UnusableKey(f"{path.name} holds no EC key with a certificate")
    extra = {one.certificate.subject: one.certificate for one in held.additional_certs}
    issuers = issuers_among(held.cert.certificate, extra)
    if not issuers:
        raise UnusableKey(f"{path.name} does not hold the issuer of its certificate")
    return KeyMaterial(held.key, held.cert.certificate, issuers)


def issuers_among(
    certificate: x509.Certificate, known: dict[x509.Name, x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """From the issuer of a certificate up to the one that nobody known has issued."""
    chain: list[x509.Certificate] = []
    while (issuer := known.get(certificate.issuer)) is not None and issuer not in chain:
        chain.append(issuer)
        certificate = issuer
    return tuple(chain)


def trust_anchor_pem(key: KeyMaterial) -> bytes:
    """The certificate that a verifier has to trust, to be given out freely."""
    return key.issuers[-1].public_bytes(form.Encoding.PEM)


def to_pkcs12(key: KeyMaterial, passphrase: str | None = None) -> bytes:
    """The key as a PKCS#12 file's bytes, encrypted where a passphrase is given."""
    if not isinstance(key.private_key, ec.EllipticCurvePrivateKey):
        raise UnusableKey("a token keeps the key")
    lock: form.KeySerializationEncryption = (
        form.BestAvailableEncryption(passphrase.encode()) if passphrase else form.NoEncryption()
    )
    return pkcs12.serialize_key_and_certificates(
        key.name.encode(), key.private_key, key.certificate, key.issuers, lock
    )
