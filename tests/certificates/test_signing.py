"""A signed paper stays what it was, and no byte of it can change unnoticed."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.canonical import sha256
from portal.certificates.keys import ensure_development_key, trust_anchor_pem
from portal.certificates.sign import AlreadySigned, sign
from portal.certificates.verify import LARGEST, VerdictKind, verify
from tests.certificates.conftest import AT
from tests.certificates.reading import breaches, text_by_pdfium, text_by_poppler
from tests.certificates.samples import (
    POLICY,
    a_policy_of_another_country,
    a_sample_attestation,
    a_sample_statement,
    frozen,
)


@pytest.fixture(scope="session")
def paper(signed: Path) -> bytes:
    return signed.read_bytes()


def test_it_stays_archival_and_accessible(paper):
    assert breaches(paper) == []


def test_the_page_is_the_rendered_page_to_the_last_byte(certificate, paper):
    assert paper.startswith(certificate)


def test_it_is_genuine_and_says_what_it_is(paper, trust, key):
    verdict = verify(paper, trust)
    assert verdict.kind is VerdictKind.GENUINE
    assert verdict.is_genuine
    assert verdict.number == "KH-SP5-2026-000045-2"
    assert verdict.attestation == a_sample_attestation()
    assert verdict.signer == key.name
    assert verdict.signed_at == AT
    assert verdict.notes == ("time-claimed", "development-key", "demo")


def test_another_program_finds_the_signature_valid_and_whole(signed):
    command = ["pdfsig", "-nocert", str(signed)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


def test_the_seal_tells_the_time_in_khmer(paper):
    assert "បានចុះហត្ថលេខាឌីជីថល" in text_by_pdfium(paper) + text_by_poppler(paper)


@pytest.mark.parametrize(
    ("policy", "place", "time"),
    [
        (POLICY, "Phnom Penh", "20 November 2026, 10:01 UTC+07"),
        (a_policy_of_another_country(), "Harbour", "20 November 2026, 08:46 UTC+05:45"),
    ],
)
def test_place_and_clocks_of_a_signature_are_the_policys(certificate, key, policy, place, time):
    signed = sign(certificate, key, policy, at=AT)

    [signature] = PdfFileReader(BytesIO(signed)).embedded_signatures
    assert signature.sig_object["/Location"] == place
    assert time in text_by_pdfium(signed) + text_by_poppler(signed)


def test_a_signed_paper_cannot_be_signed_again(paper, key):
    with pytest.raises(AlreadySigned):
        sign(paper, key, POLICY, at=AT)


@settings(max_examples=150)
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_seen(paper, trust, data):
    at = data.draw(st.integers(0, len(paper) - 1))
    changed = bytearray(paper)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify(bytes(changed), trust).is_genuine


def test_a_changed_digit_anywhere_in_the_signature_is_seen(paper, trust):
    """No signature covers the container of the signature itself; its own form has to."""
    start = paper.index(b"/Contents <") + len(b"/Contents <")
    used = len(paper[start : paper.index(b">", start)].rstrip(b"0"))
    for at in range(0, used + 8, 3):
        changed = bytearray(paper)
        changed[start + at] = ord("1") if changed[start + at] == ord("0") else ord("0")
        assert verify(bytes(changed), trust).kind is VerdictKind.ALTERED
    lower = paper[:start] + paper[start : start + used].lower() + paper[start + used :]
    assert verify(lower, trust).kind is VerdictKind.ALTERED


@pytest.mark.parametrize("more", [b" ", b"%junk\n", b"\0" * 4096, b"%%EOF"])
def test_appended_bytes_are_seen(paper, trust, more):
    verdict = verify(paper + more, trust)
    assert (verdict.kind, verdict.notes) == (VerdictKind.ALTERED, ("bytes-added",))


def test_an_added_revision_is_seen(paper, trust):
    writer = IncrementalPdfFileWriter(BytesIO(paper))
    writer.root["/PageMode"] = NameObject("/UseNone")
    writer.update_root()
    changed = BytesIO()
    writer.write(changed)
    assert changed.getvalue().startswith(paper)
    assert verify(changed.getvalue(), trust).kind is VerdictKind.ALTERED


@pytest.mark.parametrize("cut", [1, 100, 10_000])
def test_a_cut_file_is_seen(paper, trust, cut):
    assert not verify(paper[:-cut], trust).is_genuine


def test_a_signer_nobody_trusts_is_unknown_and_not_named(certificate, trust, tmp_path):
    stranger = ensure_development_key(tmp_path)
    verdict = verify(sign(certificate, stranger, POLICY, at=AT), trust)
    assert (verdict.kind, verdict.signer) == (VerdictKind.UNKNOWN_SIGNER, None)
    both = [*trust, trust_anchor_pem(stranger)]
    assert verify(sign(certificate, stranger, POLICY, at=AT), both).is_genuine


def test_a_signature_before_the_signer_existed_is_not_genuine(certificate, trust, key):
    early = sign(certificate, key, POLICY, at=datetime(2019, 1, 1, tzinfo=UTC))
    assert not verify(early, trust).is_genuine


@pytest.mark.parametrize(
    ("file", "kind", "note"),
    [
        (b"", VerdictKind.UNREADABLE, "not-a-pdf"),
        (b"PK\x03\x04", VerdictKind.UNREADABLE, "not-a-pdf"),
        (b"%PDF-1.7\n%%EOF", VerdictKind.NOT_OURS, "no-signature"),
        (b"%PDF-1.7\n/ByteRange [0 1 2 3]", VerdictKind.ALTERED, "signature-broken"),
        (b"%PDF-1.7\n/ByteRange [0 9 8 7]", VerdictKind.ALTERED, "signature-broken"),
        (b"%PDF-" + bytes(LARGEST), VerdictKind.UNREADABLE, "too-large"),
        (
            b"%PDF-1.7 /ByteRange [0 44 900046 0]       <" + b"0" * 900_000 + b">",
            VerdictKind.ALTERED,
            "signature-broken",
        ),
    ],
)
def test_every_other_file_has_its_verdict_too(file, kind, note, trust):
    verdict = verify(file, trust)
    assert (verdict.kind, verdict.notes) == (kind, (note,))


def test_an_unsigned_paper_is_not_ours(certificate, trust):
    assert verify(certificate, trust).kind is VerdictKind.NOT_OURS


@settings(max_examples=60)
@given(noise=st.binary(max_size=400))
def test_no_bytes_at_all_make_it_raise(noise, trust):
    assert not verify(b"%PDF-1.7\n/ByteRange [0 28 40 9]" + noise, trust).is_genuine


def test_a_report_is_genuine_with_its_statement(report, key, trust):
    verdict = verify(sign(report, key, POLICY, at=AT), trust)
    assert verdict.is_genuine
    assert "report" in verdict.notes
    statement = frozen(a_sample_statement())
    assert verdict.attestation["filing"]["statement_digest"] == sha256(statement).hex()
