"""A new key in a token, and the request (PKCS#10) by which an authority certifies it."""

from __future__ import annotations

import pkcs11
from asn1crypto import csr, keys, pem, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import Attribute, KeyType
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

from portal.authorities import Token
from portal.canonical import sha256
from portal.certificates.token import TokenKey, asked


def make_key(token: Token, common_name: str) -> tuple[bytes, bytes]:
    """Make the key that the token is named to hold (EC P-256; it cannot be read out of it), and
    return its fingerprint and the request for its certificate (PEM). Raises TokenAway.
    """
    der = asked(token, lambda session: _generate(session, token))
    public = keys.PublicKeyInfo.load(der)
    wanted = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": x509.Name.build({"common_name": common_name}),
            "subject_pk_info": public,
            "attributes": [],
        }
    )
    signature = TokenKey(token, 256).sign(wanted.dump(), ec.ECDSA(hashes.SHA256()))
    request = csr.CertificationRequest(
        {
            "certification_request_info": wanted,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signature,
        }
    )
    return sha256(der), pem.armor("CERTIFICATE REQUEST", request.dump())


def _generate(session: pkcs11.Session, token: Token) -> bytes:
    # Who is let in once is let in by every session of the process.
    with session.token.open(rw=True) as writing:
        return _generated(writing, token)


def _generated(session: pkcs11.Session, token: Token) -> bytes:
    if list(session.get_objects({Attribute.LABEL: token.key, Attribute.KEY_TYPE: KeyType.EC})):
        raise pkcs11.exceptions.MultipleObjectsReturned
    curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
    parameters = session.create_domain_parameters(KeyType.EC, curve, local=True)
    public, _ = parameters.generate_keypair(
        store=True,
        label=token.key,
        private_template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
    )
    return bytes(encode_ec_public_key(public))
