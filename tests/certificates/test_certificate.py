"""The certificate: one conforming page that reads back as it was written."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.canonical import sha256
from portal.certificates import paper, textlayer
from portal.certificates.render import TooLong, render_certificate
from tests.certificates.reading import (
    agrees_with_golden,
    breaches,
    pages_of,
    text_by_pdfium,
    text_by_poppler,
)
from tests.certificates.samples import (
    POLICY,
    SUBJECT,
    URL,
    a_policy_of_another_country,
    a_sample_attestation,
    frozen,
)


def rendered(**changes):
    attestation = a_sample_attestation(**changes)
    return render_certificate(attestation, frozen(attestation), POLICY, qr_url=URL)


def test_it_is_one_page_of_an_archival_and_accessible_kind(certificate):
    assert pages_of(certificate) == 1
    assert breaches(certificate) == []


def test_its_text_is_the_golden_text(certificate):
    assert agrees_with_golden(text_by_poppler(certificate), "certificate-page.txt")


@pytest.mark.parametrize("read", [text_by_poppler, text_by_pdfium])
@pytest.mark.parametrize(
    "words",
    ["ជាតិ សាសនា ព្រះមហាក្សត្រ", "ព្រះរាជាណាចក្រកម្ពុជា", "វិញ្ញាបនបត្រអនុលោមភាព", "KINGDOM OF CAMBODIA"],
)
def test_khmer_reads_back_letter_by_letter(certificate, read, words):
    assert words in read(certificate).replace("\u200b", "")


def test_a_letter_drawn_after_its_cluster_is_still_itself():
    """The ta of the motto comes after the tra of the title; unrepaired it reads as tra."""
    name = {"name_km": "ត្រ ក្រ ជាតិ ក ត", "name_en": "Ta"}
    pdf = rendered(subject=SUBJECT | name)
    for read in (text_by_poppler, text_by_pdfium):
        assert "ត្រ ក្រ ជាតិ ក ត" in read(pdf)


def test_the_same_attestation_gives_the_same_bytes(certificate):
    assert rendered() == certificate


def test_another_process_with_another_hash_seed_gives_the_same_bytes(certificate):
    script = (
        "import sys; from tests.certificates.samples import *;"
        "from portal.certificates.render import render_certificate as r;"
        "a = a_sample_attestation();"
        "sys.stdout.buffer.write(r(a, frozen(a), POLICY, qr_url=URL))"
    )
    seeded = os.environ | {"PYTHONHASHSEED": "7", "TZ": "America/Lima"}
    command = [sys.executable, "-W", "ignore", "-c", script]
    there = subprocess.run(command, env=seeded, capture_output=True, check=True)  # noqa: S603
    assert there.stdout == certificate


def test_the_attestation_is_inside_byte_for_byte(certificate):
    with pypdfium2.PdfDocument(certificate) as document:
        assert document.count_attachments() == 1
        inside = document.get_attachment(0)
        assert inside.get_name() == "attestation.json"
        assert bytes(inside.get_data()) == frozen(a_sample_attestation())
    (file,) = PdfFileReader(BytesIO(certificate)).root["/AF"]
    assert file.get_object()["/AFRelationship"] == "/Data"


def test_a_telephone_reads_the_code_from_the_picture(certificate):
    with pypdfium2.PdfDocument(certificate) as document:
        picture = document[0].render(scale=110 / 72).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [URL]


def test_long_names_and_many_observations_still_make_one_page():
    long = {
        "name_km": "ក្រុមហ៊ុន មេគង្គ ហ្វាយប័រ ណេត អន្តរជាតិ វិនិយោគ និងអភិវឌ្ឍន៍ទូរគមនាគមន៍ ឯ.ក " * 2,
        "name_en": "Mekong Fibre Net International Investment and Telecommunications Development "
        "Company Limited, Cambodia Branch (fictional)",
        "licences": [{"number": f"ISP-{at:04d}/2021", "kind": "FIXED"} for at in range(6)],
    }
    pdf = rendered(
        subject=SUBJECT | long,
        observations=[{"code": "SP5-03", "text": "An observation of many words. " * 12}] * 9,
        supersedes="KH-SP5-2026-000012-3",
        draft=True,
    )
    assert pages_of(pdf) == 1
    assert breaches(pdf) == []
    assert "And 6 more: see the compliance report." in text_by_poppler(pdf)


def test_what_no_page_can_hold_is_refused():
    endless = [{"code": "SP5-03", "text": "x"}] * 3
    results = a_sample_attestation()["results"] * 4
    with pytest.raises(TooLong):
        rendered(observations=endless, results=results)


def test_a_statement_of_findings_is_no_certificate():
    text = text_by_poppler(rendered(kind="FINDINGS"))
    assert "Statement of Findings" in text
    assert "did not meet" in text
    assert "Certificate of Compliance" not in text


@pytest.mark.parametrize(
    ("demo", "draft", "seen", "unseen"),
    [
        (True, False, "DEMO", "DRAFT"),
        (False, True, "DRAFT", "DEMO"),
        (True, True, "DRAFT", "official act"),
        (False, False, "Certificate", "Demonstration"),
    ],
)
def test_a_paper_that_is_not_official_says_so_across_the_page(demo, draft, seen, unseen):
    text = text_by_poppler(rendered(demo=demo, draft=draft))
    assert seen in text
    assert unseen not in text


def test_no_figure_of_the_statement_is_on_the_public_page(certificate):
    assert "%" not in text_by_poppler(certificate)


def test_what_a_frozen_document_leaves_out_does_not_stop_the_paper():
    bare = {"number": "KH-SP5-2026-000045-2", "kind": "CERTIFICATE"}
    pdf = render_certificate(bare, frozen(bare), POLICY, qr_url=URL)
    assert pages_of(pdf) == 1
    assert breaches(pdf) == []


def test_another_country_has_its_own_heading_and_clocks():
    attestation = a_sample_attestation()
    there = a_policy_of_another_country()
    text = text_by_poppler(
        render_certificate(attestation, frozen(attestation), there, qr_url=URL)
    ).replace("\u200b", "")

    assert pages_of(render_certificate(attestation, frozen(attestation), there, qr_url=URL)) == 1
    for words in ("REPUBLIC OF XY", "SEA AND SKY", "សាធារណរដ្ឋ", "សមុទ្រ មេឃ", "ម៉ោងកំពង់ផែ"):
        assert words in text
    assert "9 November 2026, 13:57 (Harbour time)" in text
    assert not [words for words in ("CAMBODIA", "Phnom", "ភ្នំពេញ", "កម្ពុជា") if words in text]


def test_text_from_outside_is_text_and_never_markup():
    name = {"name_en": '<img src="file:///etc/passwd"> & Sons', "name_km": "<b>ក</b>"}
    assert '<img src="file:///etc/passwd"> & Sons' in text_by_poppler(
        rendered(subject=SUBJECT | name)
    )


@pytest.mark.parametrize(
    "address",
    ["https://portal.example/a.css", "file:///etc/passwd", "file://host/a", "data:text/css,a",
     f"{paper.STATIC.as_uri()}/../../setup.cfg"],
)  # fmt: skip
def test_a_paper_fetches_nothing_from_outside_its_folder(address):
    with pytest.raises(paper.OutOfBounds):
        paper.FoldersOnly().fetch(address)


def test_another_renderer_than_the_tested_one_is_refused(monkeypatch):
    monkeypatch.setattr("weasyprint.__version__", "70.1")
    with pytest.raises(textlayer.UntestedRenderer):
        textlayer.install.__wrapped__()


def test_the_digest_printed_is_that_of_the_bytes_inside(certificate):
    digest = sha256(frozen(a_sample_attestation())).hex()
    text = text_by_poppler(certificate)
    assert digest[:32] in text
    assert digest[32:] in text
