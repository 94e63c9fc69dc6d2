"""Codes, lists and attestations: signed by us, read by anybody, and never one for another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as joserfc
from joserfc.jwk import ECKey

from portal.canonical import sha256
from portal.certificates.keys import ensure_development_key
from portal.certificates.qr import qr_address
from portal.certificates.render import render_certificate
from portal.certificates.signing_texts import chain_of, code_of, es256, signed_attestation
from portal.verifier import jws
from portal.verifier.chain import read_anchor
from portal.verifier.codes import read_code
from portal.verifier.jws import NotSigned
from portal.verifier.lists import EACH, Past, PastList, read_list, write_list
from portal.verifier.standing import standings_by
from portal.verifier.verdict import Verdict, VerdictKind
from tests.certificates.samples import POLICY, a_sample_attestation, frozen

NUMBER = "KH-SP5-2026-000045-2"
HERE = "https://portal.example/verify"
AT = datetime(2026, 12, 1, 3, tzinfo=UTC)
ATTESTATION = frozen(a_sample_attestation())
DIGEST = sha256(ATTESTATION)


@pytest.fixture(scope="module")
def signers(key):
    return [read_anchor(der) for der in chain_of(key)]


@pytest.fixture(scope="module")
def anchors(trust):
    return [read_anchor(anchor) for anchor in trust]


@pytest.fixture(scope="module")
def code(key):
    return code_of(NUMBER, DIGEST, key)


@pytest.fixture(scope="module")
def past(key):
    states = [
        Past("KH-SP5-2026-000003-1", "REVOKED", AT, "ISSUED_IN_ERROR", None),
        Past("KH-SP5-2026-000003-1", "SUPERSEDED", AT - timedelta(1), None, NUMBER),
    ]
    chain = chain_of(key)
    lost = {"ab" * 32: AT - timedelta(1)}
    told = PastList(AT, AT + EACH, 45, tuple(states), lost=lost)
    return write_list(told, chain, chain, es256(key))


def test_the_code_of_a_paper_says_number_and_digest(code, signers, key):
    for text in (code, qr_address(HERE, NUMBER, code)):
        found = read_code(text, signers)
        assert found.number == NUMBER
        assert found.fits(DIGEST)
        assert not found.fits(sha256(b"another"))
    assert code_of(NUMBER, DIGEST, key) == code


def test_a_telephone_reads_the_signed_code_from_the_picture(code, signers):
    """25 mm, error correction M, as coarse as 110 dots an inch."""
    url = qr_address(HERE, NUMBER, code)
    page = render_certificate(a_sample_attestation(), ATTESTATION, POLICY, qr_url=url)
    with pypdfium2.PdfDocument(page) as document:
        picture = document[0].render(scale=110 / 72).to_pil()
        assert f"portal.example/verify/{NUMBER}\r\n" in document[0].get_textpage().get_text_range()
    (read,) = zxingcpp.read_barcodes(picture)
    assert read.text == url
    assert read.ec_level == "M"
    assert read_code(read.text, signers).number == NUMBER


def test_a_code_that_a_stranger_made_is_nobodys(signers, tmp_path):
    stranger = ensure_development_key(tmp_path)
    with pytest.raises(NotSigned):
        read_code(code_of(NUMBER, DIGEST, stranger), signers)


@given(data=st.data())
def test_a_code_with_another_sign_is_nobodys(code, signers, data):
    at = data.draw(st.integers(0, len(code) - 1))
    sign = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda one: one != code[at]))
    with pytest.raises(NotSigned):
        read_code(code[:at] + sign + code[at + 1 :], signers)


@given(text=st.text(max_size=60) | st.just("a" * 90 + "." + "b" * 90 + "." + "c" * 86))
def test_any_other_text_is_no_code(signers, text):
    with pytest.raises(NotSigned):
        read_code(text, signers)


def test_another_program_reads_what_is_signed(code, past, key):
    """A library that knows nothing of us checks all three."""
    public = ECKey.import_key(
        key.certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    signed = signed_attestation(ATTESTATION, key)
    large = joserfc.JWSRegistry()
    large.max_header_length = large.max_payload_length = 50_000
    read = [
        joserfc.deserialize_compact(text, public, registry=large) for text in (code, past, signed)
    ]
    assert read[2].payload == ATTESTATION


def test_none_of_the_three_passes_for_another(code, past, key, signers, anchors):
    attestation = signed_attestation(ATTESTATION, key)
    for text in (past, attestation):
        with pytest.raises(NotSigned):
            read_code(text, signers)
    for text in (code, attestation):
        with pytest.raises(NotSigned):
            read_list(text, anchors)
    assert jws.read(attestation, kind="attestation+jwt").signer(anchors, AT).subject


def test_a_list_tells_every_state_and_until_when_it_is_good(past, anchors):
    read = read_list(past, anchors)
    told = standings_by(read, "KH-SP5-2026-000003-1", at=AT)
    assert [(one.code, one.successor, one.due_at) for one in told] == [
        ("SUPERSEDED", NUMBER, None),
        ("REVOKED", None, None),
    ]
    assert [one.code for one in standings_by(read, NUMBER, at=AT)] == ["NOT_LISTED"]
    assert [one.code for one in standings_by(read, "KH-SP5-2026-000046-1", at=AT)] == ["TOO_NEW"]
    (late,) = standings_by(read, NUMBER, at=AT + timedelta(days=1, seconds=1))
    assert late.due_at == AT + timedelta(days=1)
    assert len(read.signers) == 1


def test_a_list_tells_of_a_lost_key_what_can_be_believed(past, anchors):
    read = read_list(past, anchors)
    signed = Verdict(VerdictKind.GENUINE, fingerprint="ab" * 32, signed_at=AT - timedelta(2))
    assert read.is_lost(signed)  # a thief writes any time he likes
    assert not read.is_lost(replace(signed, stamped_by="an authority"))
    assert read.is_lost(replace(signed, stamped_by="an authority", signed_at=AT))
    assert not read.is_lost(replace(signed, fingerprint="cd" * 32))


def test_a_list_by_a_stranger_or_changed_says_nothing(past, anchors, tmp_path):
    stranger = ensure_development_key(tmp_path)
    chain = chain_of(stranger)
    theirs = write_list(PastList(AT, AT + EACH, 45, ()), chain, chain, es256(stranger))
    head, _, signature = past.split(".")
    mixed = ".".join((head, theirs.split(".")[1], signature))
    for text in (theirs, mixed, past[:-1], ""):
        with pytest.raises(NotSigned):
            read_list(text, anchors)
