"""A key that a token keeps: it signs as one in a file does, survives forks and losses."""

from __future__ import annotations

import logging
import multiprocessing
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from portal.authorities import read_token
from portal.certificates.keys import UnusableKey, to_pkcs12, trust_anchor_pem
from portal.certificates.refusals import TokenAway
from portal.certificates.sign import sign
from portal.certificates.token import load_token_key
from portal.certificates.verify import verify
from tests.certificates.samples import POLICY
from tests.certificates.softhsm import LIBRARY, a_token, put_back, take_out, with_pin

SHA256 = ec.ECDSA(hashes.SHA256())


@pytest.fixture(scope="module")
def token(authority, tmp_path_factory):
    return a_token(tmp_path_factory.mktemp("softhsm"), authority.key())


def test_a_paper_signed_in_a_token_is_as_good_as_any(certificate, token, authority):
    key = load_token_key(token, authority.stamps("tsa"))
    assert key.fingerprint == authority.key().fingerprint
    assert trust_anchor_pem(key) == authority.anchor
    signed = sign(certificate, key, POLICY, at=datetime.now(UTC))
    verdict = verify(signed, [authority.anchor], [authority.anchor])
    assert (verdict.is_genuine, verdict.signer) == (True, "TEST signer")
    with pytest.raises(UnusableKey):
        to_pkcs12(key)


def _sign_in_child(key, answers) -> None:
    answers.put([key.private_key.sign(b"in a child", SHA256) for _ in range(2)])


def test_sessions_are_opened_anew_in_a_forked_worker(token):
    key = load_token_key(token)
    key.private_key.sign(b"before the fork", SHA256)
    fork = multiprocessing.get_context("fork")
    answers = fork.Queue()
    workers = [fork.Process(target=_sign_in_child, args=(key, answers)) for _ in range(2)]
    for worker in workers:
        worker.start()
    made = [signature for _ in workers for signature in answers.get(timeout=60)]
    for worker in workers:
        worker.join()
    assert len(made) == 4
    for signature in made:
        key.certificate.public_key().verify(signature, b"in a child", SHA256)
    key.private_key.sign(b"and the parent goes on", SHA256)


def test_a_token_taken_out_is_named_and_works_when_it_is_back(token):
    key = load_token_key(token)
    away = take_out(token)
    try:
        with pytest.raises(TokenAway):
            key.private_key.sign(b"gone", SHA256)
    finally:
        put_back(token, away)
    signature = key.private_key.sign(b"back", SHA256)
    key.certificate.public_key().verify(signature, b"back", SHA256)


def test_a_wrong_pin_is_tried_once_and_told_to_nobody(token, caplog):
    caplog.set_level(logging.DEBUG)
    wrong = with_pin(token, "not-the-pin-9431")
    with pytest.raises(TokenAway) as refused:
        load_token_key(wrong)
    cause = repr((refused.value, refused.value.__cause__, wrong, load_token_key(token)))
    assert "9431" not in cause + caplog.text
    assert token.pin not in cause + caplog.text


def test_a_token_without_the_certificate_is_of_no_use(token, tmp_path, trust):
    other = tmp_path / "other.pem"
    other.write_bytes(trust[0])
    environment = {
        "SIGNING_TOKEN": str(LIBRARY),
        "SIGNING_TOKEN_LABEL": token.label,
        "SIGNING_TOKEN_KEY": token.key,
        "SIGNING_PIN": token.pin,
        "SIGNING_CERTIFICATE": str(other),
    }
    found, faults = read_token(environment)
    assert faults == []
    with pytest.raises(UnusableKey, match="no certificate"):
        load_token_key(found)
    # Nor does the token itself hold one.
    found, _ = read_token({**environment, "SIGNING_CERTIFICATE": ""})
    with pytest.raises(UnusableKey, match="no certificate"):
        load_token_key(found)
    assert x509.load_pem_x509_certificate(trust[0])


def test_a_token_is_described_whole_or_not_at_all(tmp_path):
    pin = tmp_path / "pin"
    pin.write_text("1234\n", encoding="utf-8")
    assert read_token({}) == (None, [])
    assert read_token({"SIGNING_PIN": "1234"})[1] == [
        "SIGNING_PIN: means nothing without SIGNING_TOKEN"
    ]
    _, faults = read_token({"SIGNING_TOKEN": "/no/library.so"})
    assert [fault.partition(":")[0] for fault in faults] == [
        "SIGNING_TOKEN", "SIGNING_TOKEN_LABEL", "SIGNING_TOKEN_KEY", "SIGNING_PIN",
    ]  # fmt: skip
    whole = {"SIGNING_TOKEN": str(LIBRARY), "SIGNING_TOKEN_LABEL": "a", "SIGNING_TOKEN_KEY": "b"}
    found, faults = read_token({**whole, "SIGNING_PIN_FILE": str(pin)})
    assert (found.pin, faults) == ("1234", [])
    assert "1234" not in repr(found)
