"""A signing key that never leaves its token (PKCS#11): sessions that survive forks and losses.

A library of a token may be used by one process only: a worker that was forked off opens it anew.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ecdsa_signature

from portal.authorities import Authorities, Token
from portal.canonical import sha256
from portal.certificates.keys import KeyMaterial, UnusableKey, issuers_among
from portal.certificates.refusals import TokenAway

_lock = threading.RLock()
_sessions: dict[Token, pkcs11.Session] = {}
_begun = {"pid": os.getpid()}


class TokenKey:
    """A private key in a token: it signs what it is given, and can be asked for nothing else."""

    def __init__(self, token: Token, key_size: int) -> None:
        self._token = token
        self.key_size = key_size

    def sign(self, data: bytes, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """An ECDSA signature over the SHA-256 of the data. Raises TokenAway."""
        if not isinstance(signature_algorithm.algorithm, hashes.SHA256):
            raise TypeError(signature_algorithm)
        raw = asked(self._token, lambda session: _sign(session, self._token, sha256(data)))
        return bytes(encode_ecdsa_signature(raw))

    def __repr__(self) -> str:
        return f"TokenKey({self._token.key!r})"


def load_token_key(token: Token, authorities: Authorities | None = None) -> KeyMaterial:
    """The key in a token with its certificate and issuers, from the token or the PEM file beside
    it. Raises TokenAway, and UnusableKey, neither with the PIN in its words.
    """
    with _lock:
        held = _certificates(token)
        point = asked(token, lambda session: _public_point(session, token))
    public = [(one, one.public_key()) for one in held]
    own = [
        (one, key.key_size)
        for one, key in public
        if isinstance(key, ec.EllipticCurvePublicKey) and _point(key) == point
    ]
    if not own:
        raise UnusableKey(f"no certificate of the key {token.key} (EC) is there")
    certificate, size = own[0]
    issuers = issuers_among(certificate, {one.subject: one for one in held})
    if not issuers:
        raise UnusableKey(f"the issuer of the certificate of {token.key} is not there")
    return KeyMaterial(TokenKey(token, size), certificate, issuers, authorities)


def asked(token: Token, question: Any) -> Any:
    """What a question to an open session answers; a session that was lost is opened once more.

    Raises TokenAway.
    """
    with _lock:
        for last in (False, True):
            try:
                return question(_session(token))
            except (pkcs11.exceptions.PKCS11Error, RuntimeError) as error:
                _sessions.pop(token, None)
                if last or isinstance(error, _NO_USE_TO_TRY_AGAIN):
                    raise TokenAway from error
    raise TokenAway


_NO_USE_TO_TRY_AGAIN = (
    pkcs11.exceptions.PinIncorrect,  # a third wrong PIN would lock the token
    pkcs11.exceptions.PinLocked,
    pkcs11.exceptions.NoSuchKey,
)


def _session(token: Token) -> pkcs11.Session:
    if token in _sessions and _begun["pid"] == os.getpid():
        return _sessions[token]
    library = pkcs11.lib(str(token.library))
    _begin_again(library)
    _sessions[token] = library.get_token(token_label=token.label).open(user_pin=token.pin)
    return _sessions[token]


def _begin_again(library: Any) -> None:
    """Let go of what a parent process opened, and of a token that was taken out."""
    _sessions.clear()
    with suppress(pkcs11.exceptions.PKCS11Error):  # some say there is nothing of ours to let go of
        library.finalize()
    library.initialize()
    _begun["pid"] = os.getpid()


def _sign(session: pkcs11.Session, token: Token, digest: bytes) -> bytes:
    key: Any = session.get_key(ObjectClass.PRIVATE_KEY, KeyType.EC, label=token.key)
    # The raw mechanism: many tokens, SoftHSM among them, do not hash for ECDSA.
    return bytes(key.sign(digest, mechanism=Mechanism.ECDSA))


def _public_point(session: pkcs11.Session, token: Token) -> bytes:
    key = session.get_key(ObjectClass.PUBLIC_KEY, KeyType.EC, label=token.key)
    return bytes(key[Attribute.EC_POINT])


def _certificates(token: Token) -> list[x509.Certificate]:
    if token.certificate is not None:
        return x509.load_pem_x509_certificates(token.certificate.read_bytes())
    return [x509.load_der_x509_certificate(der) for der in asked(token, _stored)]


def _stored(session: pkcs11.Session) -> list[bytes]:
    found = session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    return [bytes(one[Attribute.VALUE]) for one in found]


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as tokens write it: an octet string that holds the point, uncompressed."""
    numbers, size = key.public_numbers(), (key.key_size + 7) // 8
    point = b"\x04" + numbers.x.to_bytes(size, "big") + numbers.y.to_bytes(size, "big")
    return b"\x04" + bytes([len(point)]) + point
