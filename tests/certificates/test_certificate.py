"""The certificate: one conforming page that reads back as it was written."""

from __future__ import annotations

import re
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.canonical import sha256
from portal.certificates import paper, textlayer
from portal.certificates.render import TooLong, render_certificate
from portal.certificates.thresholds import thresholds_of
from tests.certificates.reading import breaches, pages_of, text_by_pdfium, text_by_poppler
from tests.certificates.samples import (
    PACK,
    POLICY,
    SUBJECT,
    URL,
    a_policy_of_another_country,
    a_sample_attestation,
    frozen,
    the_longest_attestation,
)


def rendered(**changes):
    attestation = a_sample_attestation(**changes)
    return render_certificate(attestation, frozen(attestation), POLICY, qr_url=URL)


RESULTS = a_sample_attestation()["results"]


def plain(text):
    """Without what only breaks or ties lines."""
    return text.replace("\u200b", "").replace("\u00a0", " ")


def test_it_is_one_page_of_an_archival_and_accessible_kind(certificate):
    assert pages_of(certificate) == 1
    assert breaches(certificate) == []


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
    longest = the_longest_attestation()
    pdf = render_certificate(longest, frozen(longest), POLICY, qr_url=URL)
    assert pages_of(pdf) == 1
    assert breaches(pdf) == []
    assert "Observations the whole return, SP5-01, SP5-02" in text_by_poppler(pdf)


def test_it_prints_the_checkpoint_in_force_when_there_was_one():
    assert "Sealed trail: 182500 · 3f9a3f9a3f9a … 3f9a" in text_by_poppler(rendered())
    earlier = a_sample_attestation()
    del earlier["checkpoint"]
    for attestation in (earlier, a_sample_attestation(checkpoint=None)):
        pdf = render_certificate(attestation, frozen(attestation), POLICY, qr_url=URL)
        assert "Sealed trail" not in text_by_poppler(pdf)


def test_what_no_page_can_hold_is_refused():
    results = a_sample_attestation()["results"] * 4
    with pytest.raises(TooLong):
        rendered(results=results)


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


@pytest.mark.parametrize("kind", ["CERTIFICATE", "FINDINGS"])
def test_the_page_prints_for_each_obligation_the_limits_in_force(kind):
    """chairs B5: the result word and the policy's limits, in both languages; never a figure."""
    text = plain(text_by_poppler(rendered(kind=kind)))
    for asked in (
        "priority 1 ≤ 30 min, 2–3 ≤ 4 h; ≥ 95 %", "អាទិភាព ១ ≤ ៣០ នាទី, ២–៣ ≤ ៤ ម៉ោង; ≥ ៩៥ %",
        "priority 1 ≤ 1 h, 2 ≤ 48 h, 3 ≤ 72 h; ≥ 95 %",
        "additions, delistings ≤ 24 h, emergencies ≤ 2 h; ≥ 95 %",
        "subscribers ≥ 99 %; points 100 %", "អតិថិជន ≥ ៩៩ %; ចំណុចអនុវត្ត ១០០ %",
        "tests passed 100 %", "ការសាកល្បងជោគជ័យ ១០០ %", "≤ 14 d; ≥ 95 %",
        "handlers 100 %, others ≥ 90 %; induction ≤ 30 d; 100 %",
        "by day 10 of the month after", "ត្រឹមថ្ងៃទី១០ នៃខែបន្ទាប់",
    ):  # fmt: skip
        assert asked in text
    shares = {row["minimum_tenths"] for one in RESULTS for row in one["thresholds"]}
    assert {float(share) for share in re.findall(r"([0-9.]+) %", text)} == {
        tenths / 10 for tenths in shares
    }


def test_where_two_policies_asked_differently_both_are_printed():
    later = next(one for one in PACK.policies.values() if one.version == "2026.2")
    results = a_sample_attestation()["results"]
    results[2]["thresholds"] = thresholds_of(POLICY.obligation("SP5-03"), [POLICY, later])
    results[4]["thresholds"] = thresholds_of(POLICY.obligation("SP5-05"), [POLICY, later])
    text = plain(text_by_poppler(rendered(results=results)))
    assert "2026.1: priority 1 ≤ 1 h, 2 ≤ 48 h, 3 ≤ 72 h" in text
    assert "2026.2: priority 1" in text
    assert text.count("priority 1 ≤ 1 h, 2–3 ≤ 24 h; ≥ 98 %") == 1


def test_a_basis_stands_only_where_something_was_assessed():
    """Attestations of the first days named what the basis would have been."""
    results = a_sample_attestation()["results"]
    for one in results:
        one |= {"result": "NOT_ASSESSED", "basis": "COMPUTED"}
    text = text_by_poppler(rendered(results=results))
    assert "Not assessed" in text
    assert "Computed" not in text
    assert "គណនា" not in text


def test_an_observation_is_said_once_in_both_languages(certificate):
    text = plain(text_by_poppler(certificate))
    assert "SP5-03, SP5-12៖ អាជ្ញាធរបានសង្កេត; មូលហេតុមានក្នុងសេចក្តីសម្រេចរបស់អាជ្ញាធរ។" in text
    assert text.count("Observed by the authority") == 1


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
