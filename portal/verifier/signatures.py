"""One signature over some bytes, by a key as a certificate names it: ECDSA or RSA."""

from __future__ import annotations

import hashlib
from typing import Any

from asn1crypto import algos, core, keys

from portal.verifier.curves import CURVES

DIGESTS = frozenset({"sha256", "sha384", "sha512"})
_LEAST_RSA, _MOST_RSA = 2048, 8192


class Unsupported(ValueError):
    """A kind of key or signature that no paper of ours bears."""


def is_signed(
    data: bytes, signature: bytes, key: keys.PublicKeyInfo, by: algos.SignedDigestAlgorithm
) -> bool:
    """Whether a signature is the key's. Raises Unsupported, ValueError for what cannot be read."""
    digest_name = _digest_of(by)
    digest = hashlib.new(digest_name, data).digest()
    if key.algorithm == "ec" and by.signature_algo == "ecdsa":
        return _by_curve(digest, signature, key)
    if key.algorithm == "rsa" and by.signature_algo in {"rsassa_pkcs1v15", "rsassa_pss"}:
        return _by_rsa(digest, signature, key, by, digest_name)
    raise Unsupported(f"{key.algorithm} with {by.signature_algo}")


def is_signed_es256(data: bytes, signature: bytes, key: keys.PublicKeyInfo) -> bool:
    """Whether the 64 bytes of a JSON web signature (RFC 7518 §3.4) are a P-256 key's."""
    if key.algorithm != "ec" or key.curve != ("named", "secp256r1") or len(signature) != 64:  # noqa: PLR2004
        return False
    curve = CURVES["secp256r1"]
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    return curve.signed(_point(key), hashlib.sha256(data).digest(), r, s)


def _digest_of(by: algos.SignedDigestAlgorithm) -> str:
    name = str(by.hash_algo)
    if name not in DIGESTS:
        raise Unsupported(name)
    return name


def _by_curve(digest: bytes, signature: bytes, key: keys.PublicKeyInfo) -> bool:
    kind, name = key.curve
    if kind != "named" or name not in CURVES:
        raise Unsupported(str(name))
    pair = algos.DSASignature.load(signature, strict=True)
    r, s = pair["r"].native, pair["s"].native
    return CURVES[name].signed(_point(key), digest, r, s)


def _point(key: keys.PublicKeyInfo) -> tuple[int, int]:
    return CURVES[key.curve[1]].read(key["public_key"].native)


def _by_rsa(
    digest: bytes, signature: bytes, key: keys.PublicKeyInfo, by: Any, digest_name: str
) -> bool:
    numbers = key["public_key"].parsed
    modulus, exponent = numbers["modulus"].native, numbers["public_exponent"].native
    bits = modulus.bit_length()
    if not (_LEAST_RSA <= bits <= _MOST_RSA and exponent % 2 and 1 < exponent < 2**33):
        raise Unsupported("an RSA key of another size")
    size = (bits + 7) // 8
    if len(signature) != size or int.from_bytes(signature) >= modulus:
        return False
    opened = pow(int.from_bytes(signature), exponent, modulus).to_bytes(size)
    if by.signature_algo == "rsassa_pkcs1v15":
        return bool(opened == _padded(digest, digest_name, size))
    return _is_pss(opened, digest, bits, by, digest_name)


def _padded(digest: bytes, name: str, size: int) -> bytes:
    """The one form that PKCS #1 v1.5 allows, made anew instead of taken apart (RFC 8017 §8.2.2)."""
    info: bytes = algos.DigestInfo(
        {"digest_algorithm": {"algorithm": name, "parameters": core.Null()}, "digest": digest}
    ).dump()
    return b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info


def _is_pss(opened: bytes, digest: bytes, bits: int, by: Any, name: str) -> bool:
    """RFC 8017 §9.1.2, with one digest for message and mask and a salt as long as it."""
    told = by["parameters"]
    length = len(digest)
    mask_by = told["mask_gen_algorithm"]["parameters"]["algorithm"].native
    if mask_by != name or told["salt_length"].native != length:
        raise Unsupported("another mask or salt")
    opened = opened[-((bits - 1 + 7) // 8) :]
    spare = 8 * len(opened) - (bits - 1)
    masked, check, end = opened[: -length - 1], opened[-length - 1 : -1], opened[-1:]
    if end != b"\xbc" or masked[0] >> (8 - spare) if spare else end != b"\xbc":
        return False
    mask = b"".join(
        hashlib.new(name, check + count.to_bytes(4)).digest()
        for count in range(-(-len(masked) // length))
    )
    block = bytearray(a ^ b for a, b in zip(masked, mask, strict=False))
    block[0] &= 0xFF >> spare
    front = bytes(len(block) - length - 1) + b"\x01"
    salt = bytes(block[len(front) :])
    fits = bytes(block[: len(front)]) == front
    return fits and hashlib.new(name, bytes(8) + digest + salt).digest() == check
