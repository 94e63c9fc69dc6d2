"""A paper with a trusted time and its evidence: one revision, and every judge agrees."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    SignatureCoverageLevel,
    validate_pdf_signature,
)

from portal.authorities import Authorities
from portal.certificates.refusals import SignerRevoked, StampAway
from portal.certificates.sign import sign
from portal.certificates.stamping import anchors_of
from portal.certificates.verify import VerdictKind, verify
from portal.verifier.envelope import open_envelope
from tests.certificates.authority import Authority
from tests.certificates.reading import breaches, text_by_poppler
from tests.certificates.samples import POLICY

NOBODY = "http://127.0.0.1:1/tsa"


@pytest.fixture(scope="session")
def paper(certificate: bytes, authority: Authority) -> bytes:
    return sign(certificate, authority.key(), POLICY, at=datetime.now(UTC))


def test_its_time_is_an_authoritys_and_not_the_signers_word(paper, authority):
    anchor = authority.anchor
    verdict = verify(paper, [anchor], [anchor])
    assert (verdict.kind, verdict.notes) == (VerdictKind.GENUINE, ("demo",))
    assert verdict.stamped_by == "TEST tsa"
    assert abs(verdict.signed_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert verdict.fingerprint == authority.key().fingerprint.hex()
    # Who does not know the authority has the signer's word alone.
    alone = verify(paper, [anchor])
    assert (alone.kind, alone.notes) == (VerdictKind.GENUINE, ("time-claimed", "demo"))
    assert alone.stamped_by is None


def test_it_stays_archival_and_accessible_and_is_one_revision(paper, certificate):
    assert breaches(paper) == []
    assert paper.startswith(certificate)
    assert paper.count(b"%%EOF") == certificate.count(b"%%EOF") + 1


def test_the_seal_says_where_the_time_is_the_signers_own(paper, signed):
    claim = "time as stated by the signer"
    assert claim in text_by_poppler(signed.read_bytes())
    assert claim not in text_by_poppler(paper)


def test_other_programs_find_it_valid_and_whole(paper, tmp_path):
    file = tmp_path / "paper.pdf"
    file.write_bytes(paper)
    said = _said("pdfsig", "-nocert", str(file))
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "No syntax or stream encoding errors" in _said("qpdf", "--check", str(file))


def test_openssl_agrees_and_stops_agreeing_with_one_bit_flipped(paper, authority, tmp_path):
    first, before, after, rest = PdfFileReader(BytesIO(paper)).embedded_signatures[0].byte_range
    signed = bytearray(paper[first : first + before] + paper[after : after + rest])
    digits = paper[before + 1 : after - 1].rstrip(b"0")
    (tmp_path / "der").write_bytes(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()))
    (tmp_path / "root").write_bytes(authority.anchor)
    asked = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "der", "-content", "signed")
    asked += ("-CAfile", "root", "-purpose", "any", "-out", "out")
    for flipped, agrees in ((0, True), (1, False)):
        signed[1000] ^= flipped
        (tmp_path / "signed").write_bytes(signed)
        run = subprocess.run(["openssl", *asked], cwd=tmp_path, capture_output=True, check=False)  # noqa: S603, S607
        assert (run.returncode == 0) is agrees


def test_it_is_checked_offline_by_the_evidence_it_carries(paper, authority):
    reader = PdfFileReader(BytesIO(paper))
    [signature] = reader.embedded_signatures
    told = {"trust_roots": anchors_of(authority.anchor), "allow_fetching": False}
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(
        told | {"revocation_mode": "require"}
    )
    status = validate_pdf_signature(signature, context, context)
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.timestamp_validity.trusted


@settings(max_examples=60)
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_seen(paper, authority, data):
    at = data.draw(st.integers(0, len(paper) - 1))
    changed = bytearray(paper)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify(bytes(changed), [authority.anchor], [authority.anchor]).is_genuine


def test_a_changed_digit_anywhere_in_signature_and_stamp_is_seen(paper, authority):
    start = paper.index(b"/Contents <") + len(b"/Contents <")
    used = len(paper[start : paper.index(b">", start)].rstrip(b"0"))
    for at in range(1, used + 8, 23):
        changed = bytearray(paper)
        changed[start + at] = ord("1") if changed[start + at] == ord("0") else ord("0")
        assert not verify(bytes(changed), [authority.anchor], [authority.anchor]).is_genuine


def test_another_papers_stamp_does_not_fit(paper, certificate, authority):
    own = open_envelope(paper).stamp.dump()

    def others() -> Iterator[bytes]:
        while True:
            other = sign(certificate, authority.key("next"), POLICY, at=datetime.now(UTC))
            yield open_envelope(other).stamp.dump()

    foreign = next(one for one in others() if len(one) == len(own))
    digits, wrong = own.hex().upper().encode()[8:], foreign.hex().upper().encode()[8:]
    assert paper.count(digits) == 1
    swapped = paper.replace(digits, wrong)
    assert verify(swapped, [authority.anchor], [authority.anchor]).kind is VerdictKind.ALTERED


def test_two_signatures_differ_in_nothing_but_themselves(certificate, authority):
    at = datetime.now(UTC)
    one, other = (sign(certificate, authority.key(), POLICY, at=at) for _ in range(2))
    start = one.index(b"/Contents <")
    end = one.index(b">", start)
    assert (one[:start], one[end:]) == (other[:start], other[end:])


def test_authorities_are_asked_in_turn(certificate, authority):
    key = authority.key(authorities=authority.stamps(NOBODY, "expired", "later"))
    signed = sign(certificate, key, POLICY, at=datetime.now(UTC))
    assert verify(signed, [authority.anchor], [authority.anchor]).stamped_by == "TEST later"


@pytest.mark.parametrize(
    ("who", "by", "refusal"),
    [
        ("signer", {"names": (NOBODY,)}, StampAway),
        ("signer", {"names": ("expired",)}, StampAway),
        ("signer", {"names": ("nobody-by-that-name",)}, StampAway),
        # Where a certificate says that it is asked about is believed of listed machines alone.
        ("signer", {"names": ("tsa",), "hosts": frozenset()}, StampAway),
        ("revoked", {"names": ("tsa",)}, SignerRevoked),
    ],
)
def test_nothing_is_signed_without_a_stamp_or_with_a_bad_key(
    certificate, authority, who, by, refusal
):
    names = by.pop("names")
    key = authority.key(who, authority.stamps(*names, **by))
    with pytest.raises(refusal):
        sign(certificate, key, POLICY, at=datetime.now(UTC))


def test_a_stamp_of_somebody_nobody_trusts_is_no_time(paper, certificate, authority, trust):
    assert verify(paper, [authority.anchor], trust).notes == ("time-claimed", "demo")
    stranger = Authorities(authority.stamps("tsa").stamps, trust[0])
    with pytest.raises(StampAway):
        sign(certificate, authority.key(authorities=stranger), POLICY, at=datetime.now(UTC))


def test_evidence_is_asked_for_again_after_minutes(certificate, authority):
    key, at = authority.key(), datetime.now(UTC)
    log = Path(authority.folder / "log")

    def asked(moment: datetime) -> int:
        before = log.read_text(encoding="utf-8").count("/ocsp/")
        sign(certificate, key, POLICY, at=moment)
        return log.read_text(encoding="utf-8").count("/ocsp/") - before

    asked(at)
    assert asked(at + timedelta(minutes=1)) == 0
    with pytest.raises(StampAway):
        # What was said minutes ago says nothing of tomorrow.
        sign(certificate, key, POLICY, at=at + timedelta(days=60))


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
