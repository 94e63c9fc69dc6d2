"""The report: conforming, of fixed length, with every figure written as figures are."""

from __future__ import annotations

import json

import pypdfium2
import pytest

from portal.certificates import figures
from portal.certificates.chart import shares_drawing
from portal.certificates.report import render_report
from portal.certificates.sign import sign
from portal.certificates.verify import VerdictKind, verify
from portal.returns.statement import check
from tests.certificates.conftest import AT
from tests.certificates.reading import agrees_with_golden, breaches, pages_of, text_by_poppler
from tests.certificates.samples import (
    POLICY,
    URL,
    a_policy_of_another_country,
    a_sample_attestation,
    a_sample_statement,
    frozen,
)

SCHEMA = b'{"type":"object"}'


def rendered(policy=POLICY, **changes):
    statement = a_sample_statement(**changes)
    return render_report(
        a_sample_attestation(), statement, frozen(statement), SCHEMA, policy, qr_url=URL
    )


def test_it_has_three_to_five_pages_of_an_archival_and_accessible_kind(report):
    assert 3 <= pages_of(report) <= 5
    assert breaches(report) == []


def test_its_text_is_the_golden_text(report):
    assert agrees_with_golden(text_by_poppler(report), "certificate-report.txt")


def test_the_same_documents_give_the_same_bytes(report):
    assert rendered() == report


def test_it_stays_conforming_when_signed(report, key):
    assert breaches(sign(report, key, POLICY, at=AT)) == []


def test_statement_schema_and_attestation_are_inside(report):
    with pypdfium2.PdfDocument(report) as document:
        files = [document.get_attachment(at) for at in range(document.count_attachments())]
        inside = {file.get_name(): bytes(file.get_data()) for file in files}
    assert inside == {
        "statement.json": frozen(a_sample_statement()),
        "statement.schema.json": SCHEMA,
        "attestation.json": frozen(a_sample_attestation()),
    }


def test_it_tells_time_on_the_clocks_of_its_country():
    text = text_by_poppler(rendered(a_policy_of_another_country())).replace("\u200b", "")

    assert "received in the month on Harbour time" in text
    assert "តាមម៉ោងកំពង់ផែ" in text
    assert "10 November 2026, 22:44" in text
    assert not [words for words in ("Phnom", "ភ្នំពេញ") if words in text]


def test_a_quiet_month_has_its_report_too():
    quiet = rendered(
        indicators=[], carried_forward=[], lists=[], staff=[], declarations=[], kind="NIL"
    )
    assert breaches(quiet) == []
    assert "No item is carried forward." in text_by_poppler(quiet)


def test_a_report_whose_statement_is_another_is_not_ours(key, trust):
    other = sign(rendered(seq=999), key, POLICY, at=AT)
    verdict = verify(other, trust)
    assert (verdict.kind, verdict.notes) == (VerdictKind.NOT_OURS, ("inside-does-not-agree",))


def test_the_drawing_tells_its_values_in_words():
    drawing = shares_drawing(a_sample_statement()["indicators"], {"SP5-03": "លុប <CSAM>"})
    title = drawing.split("<title>")[1].split("</title>")[0]
    assert "SP5-03.act 95.2 %, minimum 95.0 %" in title
    assert "SP5-04.block_forward 14 of 14" in title
    assert "SP5-11" not in title
    assert "លុប &lt;CSAM&gt;" in drawing


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(None, "–"), (0, "0.0 h"), (179, "0.0 h"), (180, "0.1 h"), (19440, "5.4 h"),
     (360000, "100.0 h")],
)  # fmt: skip
def test_hours_have_one_decimal_rounded_half_up(seconds, written):
    assert figures.hours(seconds) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(None, "–"), (3600, "1 h"), (86400, "24 h"), (1209600, "14 d"), (5400, "1.5 h")],
)
def test_limits_are_written_as_they_were_set(seconds, written):
    assert figures.limit(seconds) == written


def test_few_items_are_counted_and_many_are_a_share():
    few = {"numerator": 14, "denominator": 15, "tenths": 933}
    assert figures.share(few) == "14 of 15"
    assert figures.share(few | {"denominator": 20, "tenths": 700}) == "70.0 %"
    assert figures.share(few | {"denominator": 0, "tenths": None}) == "n/a"


def test_a_rank_that_falls_on_an_open_item_says_more_than():
    closed = {"p90_with_open_s": 68400, "p90_with_open_is_open": False}
    assert figures.p90_with_open(closed) == "19.0 h"
    assert figures.p90_with_open(closed | {"p90_with_open_is_open": True}) == "> 19.0 h"
    assert figures.p90({"p90_s": None, "n": 9}) == "n<10"
    assert figures.p90({"p90_s": None, "n": 0}) == "–"


def test_the_sample_is_a_statement_as_published():
    check(a_sample_statement())


def test_the_sample_agrees_with_itself():
    statement = json.loads(frozen(a_sample_statement()))
    flow = statement["roll_forward"]
    arrived = flow["opening"] + flow["adjustments"] + flow["received"] + flow["reopened"]
    left = flow["closed"] + flow["withdrawn"] + flow["duplicate"] + flow["transferred"]
    assert arrived - left == flow["closing"]
