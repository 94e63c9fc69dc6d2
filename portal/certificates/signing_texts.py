"""Sign short texts with the key of papers, wherever it is kept, as ES256 writes signatures."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from portal.certificates.keys import KeyMaterial
from portal.verifier import jws
from portal.verifier.codes import write_code

ATTESTATION_KIND = "attestation+jwt"


def es256(key: KeyMaterial) -> jws.Sign | None:
    """What signs bytes with the key; None for a key on another curve than P-256.

    The same bytes get the same signature (RFC 6979) where the key is in a file, so that the same
    paper gets the same code.
    """
    public = key.certificate.public_key()
    if not (isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name == "secp256r1"):
        return None
    by = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    return lambda data: jws.raw(key.private_key.sign(data, by))


def chain_of(key: KeyMaterial) -> list[bytes]:
    """The key's certificate and those of its issuers (DER) but the anchor, which a verifier has."""
    return [one.public_bytes(Encoding.DER) for one in (key.certificate, *key.issuers[:-1])]


def code_of(number: str, attestation_digest: bytes, key: KeyMaterial) -> str | None:
    """The signed code of a paper; None where the key cannot write one that a QR code can hold."""
    by = es256(key)
    return write_code(number, attestation_digest, by) if by else None


def signed_attestation(attestation: bytes, key: KeyMaterial) -> str | None:
    """The attestation's own bytes as a compact JWS that carries the chain of its signer."""
    by = es256(key)
    if by is None:
        return None
    return jws.sign(attestation, by, kind=ATTESTATION_KIND, chain=chain_of(key))
