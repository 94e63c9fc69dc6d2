"""The verifier's own arithmetic says what an independent library says."""

from __future__ import annotations

import pytest
from asn1crypto import algos, keys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.verifier.curves import P256, P384
from portal.verifier.signatures import Unsupported, is_signed

CURVES = {"secp256r1": (ec.SECP256R1(), P256), "secp384r1": (ec.SECP384R1(), P384)}


def public(private):
    der = private.public_key().public_bytes(
        form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo
    )
    return keys.PublicKeyInfo.load(der)


def by(name, **parameters):
    return algos.SignedDigestAlgorithm({"algorithm": name, **parameters})


@settings(max_examples=25, deadline=None)
@given(
    curve=st.sampled_from(sorted(CURVES)),
    digest=st.sampled_from(["SHA256", "SHA384", "SHA512"]),
    secret=st.integers(1, P256.n - 1),
    data=st.binary(max_size=64),
    flip=st.integers(0, 511),
)
def test_a_signature_on_a_curve_holds_for_its_own_bytes_alone(curve, digest, secret, data, flip):
    private = ec.derive_private_key(secret, CURVES[curve][0])
    named = by(f"{digest.lower()}_ecdsa")
    signature = private.sign(data, ec.ECDSA(getattr(hashes, digest)()))
    r, s = decode_dss_signature(signature)
    assert is_signed(data, signature, public(private), named)
    assert not is_signed(data + b"x", signature, public(private), named)
    other = encode_dss_signature(r ^ (1 << flip % 200), s)
    assert not is_signed(data, other, public(private), named)


def test_numbers_out_of_range_and_points_off_the_curve_are_nobodys():
    private = ec.generate_private_key(ec.SECP256R1())
    key = P256.read(public(private)["public_key"].native)
    for pair in ((0, 1), (1, 0), (P256.n, 1), (1, P256.n), (P256.n + 5, 5)):
        assert not P256.signed(key, bytes(32), *pair)
    assert not P256.signed((key[0], key[1] ^ 1), bytes(32), 5, 5)
    for data in (b"", b"\x04", bytes(65), b"\x04" + bytes(64), b"\x04" + b"\xff" * 64):
        with pytest.raises(ValueError, match="no point"):
            P256.read(data)


@pytest.fixture(scope="module")
def of_rsa():
    return rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize("digest", ["SHA256", "SHA384", "SHA512"])
def test_signatures_by_rsa_hold_for_their_own_bytes_alone(of_rsa, digest):
    made = getattr(hashes, digest)()
    name = digest.lower()
    pss = by(
        "rsassa_pss",
        parameters={
            "hash_algorithm": {"algorithm": name},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": name}},
            "salt_length": made.digest_size,
        },
    )
    mask = padding.PSS(padding.MGF1(made), made.digest_size)
    for pad, named in ((padding.PKCS1v15(), by(f"{name}_rsa")), (mask, pss)):
        signature = of_rsa.sign(b"data", pad, made)
        assert is_signed(b"data", signature, public(of_rsa), named)
        assert not is_signed(b"date", signature, public(of_rsa), named)
        broken = bytes([*signature[:-1], signature[-1] ^ 1])
        assert not is_signed(b"data", broken, public(of_rsa), named)
        assert not is_signed(b"data", b"\xff" * 256, public(of_rsa), named)


def test_what_no_paper_bears_is_not_checked_at_all(of_rsa):
    for name in ("sha1_rsa", "md5_rsa", "sha256_ecdsa"):
        with pytest.raises(Unsupported):
            is_signed(b"", bytes(256), public(of_rsa), by(name))
