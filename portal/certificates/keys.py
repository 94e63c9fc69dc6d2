"""The key that signs papers, and the trust anchor by which anybody can check them.

A development key is made at first run; production is given a PKCS#12 file instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from portal.folders import keep_once

DEVELOPMENT_FILE = "development-key.p12"
DEVELOPMENT = "DEVELOPMENT KEY, NOT OFFICIAL"
# Wide and fixed, so that the clock of the machine that happens to make the key does not matter.
_FROM, _TO = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
_NEVER = (
    "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only",
)  # fmt: skip


class UnusableKey(ValueError):
    """The file holds no EC key with its certificate and issuer, or the passphrase is wrong."""


@dataclass(frozen=True)
class KeyMaterial:
    """A signing key, its certificate, and the issuers up to the trust anchor (last)."""

    private_key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...]

    @property
    def name(self) -> str:
        """The common name of the signing certificate."""
        return common_name(self.certificate)

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


def ensure_development_key(folder: Path) -> KeyMaterial:
    """The development key in the folder; made at first run, for the owner's eyes alone."""
    path = folder / DEVELOPMENT_FILE
    keep_once(path, lambda: to_pkcs12(_make_development_key()))
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
    issuers = _issuers(held.cert.certificate, extra)
    if not issuers:
        raise UnusableKey(f"{path.name} does not hold the issuer of its certificate")
    return KeyMaterial(held.key, held.cert.certificate, issuers)


def _issuers(
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
    lock: form.KeySerializationEncryption = (
        form.BestAvailableEncryption(passphrase.encode()) if passphrase else form.NoEncryption()
    )
    return pkcs12.serialize_key_and_certificates(
        key.name.encode(), key.private_key, key.certificate, key.issuers, lock
    )


def _make_development_key() -> KeyMaterial:
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name, root_name = _name(DEVELOPMENT), _name(f"Root - {DEVELOPMENT}")
    root = (
        _certificate(root_name, root_name, root_key.public_key(), root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    own = (
        _certificate(name, root_name, key.public_key(), root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    return KeyMaterial(key, own, (root,))


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
) -> x509.CertificateBuilder:
    of_issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_TO)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(of_issuer, critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    signs_papers = not signs_certificates
    return x509.KeyUsage(
        digital_signature=signs_papers,
        content_commitment=signs_papers,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        **dict.fromkeys(_NEVER, False),
    )
