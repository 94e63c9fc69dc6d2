"""The report: conforming, of fixed length, with every figure written as figures are."""

from __future__ import annotations

import json

import pypdfium2
import pytest

from portal.certificates import figures
from portal.certificates.annexes import merged
from portal.certificates.chart import bar
from portal.certificates.indicators import indicator_rows
from portal.certificates.report import PAGES, render_report
from portal.certificates.shapes import ATTESTATION, STATEMENT, completed
from portal.certificates.sign import sign
from portal.certificates.verify import VerdictKind, verify
from portal.returns.statement import check
from tests.certificates.conftest import AT
from tests.certificates.reading import breaches, pages_of, text_by_poppler
from tests.certificates.samples import (
    POLICY,
    URL,
    a_policy_of_another_country,
    a_sample_attestation,
    a_sample_statement,
    frozen,
    the_largest_month,
    the_longest_attestation,
)

SCHEMA = b'{"type":"object"}'


def rendered(policy=POLICY, **changes):
    statement = a_sample_statement(**changes)
    return render_report(
        a_sample_attestation(), statement, frozen(statement), SCHEMA, policy, qr_url=URL
    )


def plain(text):
    """Without what only breaks or ties lines."""
    return text.replace("\u200b", "").replace("\u00a0", " ")


def test_it_is_of_an_archival_and_accessible_kind(report):
    assert pages_of(report) == PAGES
    assert breaches(report) == []


def test_the_smallest_and_the_largest_month_have_reports_of_one_length():
    """chairs B5: fixed length however many entries."""
    small = rendered(
        indicators=[], carried_forward=[], senders=[], lists=[], staff=[], declarations=[],
        kind="NIL",
    )  # fmt: skip
    statement = the_largest_month()
    large = render_report(
        the_longest_attestation(), statement, frozen(statement), SCHEMA, POLICY, qr_url=URL
    )
    assert (pages_of(small), pages_of(large)) == (PAGES, PAGES)
    assert breaches(large) == []


def test_every_annex_is_there(report):
    """domain §5: A to J."""
    lines = plain(text_by_poppler(report)).splitlines()
    for letter, km, en in (
        ("A", "សូចនាករ", "Indicators"),
        ("B", "លំហូរ និងករណីផ្ទេរទៅខែក្រោយ", "Roll-forward, and items carried forward"),
        ("C", "បច្ចុប្បន្នភាពបញ្ជី", "List updates"),
        ("D", "ការបណ្តុះបណ្តាលតាមតួនាទី", "Training by role group"),
        ("E", "របាយការណ៍ដែលយកជាមូលដ្ឋាន", "The return relied on"),
        ("F", "ករណីមិនរាប់បញ្ចូល និងចំនួនផ្សេងទៀត", "Items left out, and other counts"),
        ("G", "ការកែប្រែ និងការដាក់យឺត", "Amendments and late filing"),
        ("H", "និយមន័យ", "Definitions"),
        ("I", "កម្រិតកំណត់ជាធរមាន", "Thresholds in force"),
        ("J", "វាក្យសព្ទ", "Glossary"),
    ):
        assert f"{letter} {km} · {en}" in lines


def test_annex_a_has_every_indicator_that_is_judged_with_its_parts_and_minimum():
    statement = a_sample_statement()
    facts = completed(a_sample_attestation(), ATTESTATION)
    rows = indicator_rows(completed(statement, STATEMENT), facts, POLICY)
    judged = [code for one in POLICY.obligations for code in one.indicators]
    assert [row["code"] for row in rows] == [*judged, "own_initiative"]
    by_code = {row["code"]: row for row in rows}
    told = {c: (by_code[c]["parts"], by_code[c]["minimum"]) for c in judged if c[:6] in _STANDING}
    assert told == {
        "SP5-08.coverage": ("183\u00a0420 / 184\u00a0009", "99.0 %"),
        "SP5-08.points": ("6 / 6", "100.0 %"),
        "SP5-09.tests": ("1 / 1", "100.0 %"),
        "SP5-12.coverage": ("19 / 24", "90.0 %"),
        "SP5-12.induction": ("3 / 3", "90.0 %"),
        "SP5-15.on_time": ("1 / 1", "100.0 %"),
    }


_STANDING = {"SP5-08", "SP5-09", "SP5-12", "SP5-15"}


def test_annex_a_shows_the_list_with_the_least_share():
    lists = a_sample_statement()["lists"]
    lists[1]["tests_passed"] = 0
    statement = completed(a_sample_statement(lists=lists), STATEMENT)
    facts = completed(a_sample_attestation(), ATTESTATION)
    [tests] = [
        row for row in indicator_rows(statement, facts, POLICY) if row["code"] == "SP5-09.tests"
    ]
    assert (tests["cohort"], tests["parts"]) == ("IWF_URL", "0 / 1")


def test_a_list_enforced_upstream_or_out_of_reach_is_not_the_one_that_is_worst() -> None:
    """Whoever enforces counts the subscribers; what nobody reaches is not judged (chairs A5)."""
    first = a_sample_statement()["lists"][0]
    upstream = first | {"list": "NATIONAL_CSAM", "enforced_by": 12}
    upstream |= {"subscribers_in_scope": 0, "subscribers_covered": 0, "points_live": 1}
    idle = first | {"list": "IWF_URL", "points_live": 0, "subscribers_covered": 0}
    said = [{"list": "IWF_URL", "mode": "NOT_REACHABLE", "since": "2026-01-01"}]
    statement = a_sample_statement() | {
        "lists": [first, upstream, idle],
        "list_standings": {"lines": 1, "digest": "0" * 64, "lists": said},
    }
    facts = completed(a_sample_attestation(), ATTESTATION)
    told = indicator_rows(completed(statement, STATEMENT), facts, POLICY)
    rows = {row["code"]: row for row in told}

    assert rows["SP5-08.coverage"]["cohort"] == first["list"]
    assert rows["SP5-08.points"]["cohort"] == "NATIONAL_CSAM"


def test_what_was_carried_in_is_one_row_re_summed():
    """§4.10: percentages are never averaged."""
    own = a_sample_statement()["indicators"][1]
    carried = [
        own | {"cohort": "2026-08", "numerator": 1, "denominator": 1, "n": 1, "late": 0},
        own | {"cohort": "2026-09", "numerator": 0, "denominator": 9, "n": 9, "late": 9},
    ]
    statement = completed(a_sample_statement(indicators=[own, *carried]), STATEMENT)
    facts = completed(a_sample_attestation(), ATTESTATION)
    rows = indicator_rows(statement, facts, POLICY)
    acted = [row for row in rows if row["code"] == "SP5-03.act"]
    assert [(row["cohort"], row["parts"], row["tenths"]) for row in acted] == [
        ("2026-10", "20 / 21", 952), ("earlier", "1 / 10", 100),
    ]  # fmt: skip


def test_what_came_from_a_predecessor_has_its_column_where_there_is_any(report):
    """Hard case 14."""
    flow = a_sample_statement()["roll_forward"]
    paper = rendered(roll_forward=flow | {"transferred_in": 17, "closing": flow["closing"] + 17})

    assert "មកពីអ្នកមុន From" not in " ".join(plain(text_by_poppler(report)).split())
    lines = plain(text_by_poppler(paper)).splitlines()
    assert any(line.split()[3:4] == ["17"] for line in lines)
    assert pages_of(paper) == PAGES


def test_role_groups_of_fewer_than_five_are_merged():
    """chairs C7."""

    def group(name, in_scope):
        return {"role_group": name, "in_scope": in_scope, "covered": in_scope, "in_induction": 1}

    assert merged([group("NOC_DNS", 8), group("ABUSE_DESK", 5)], 5) == [
        group("NOC_DNS", 8), group("ABUSE_DESK", 5),
    ][::-1]  # fmt: skip
    three = [group("MANAGEMENT", 3), group("NOC_DNS", 8), group("CONTRACTOR", 2)]
    assert merged(three, 5) == [group("NOC_DNS", 8), group("OTHER", 5) | {"in_induction": 2}]
    alone = [group("MANAGEMENT", 1), group("NOC_DNS", 8), group("ABUSE_DESK", 6)]
    assert merged(alone, 5) == [group("NOC_DNS", 8), group("OTHER", 7) | {"in_induction": 2}]
    assert merged([group("MANAGEMENT", 1)], 5) == [group("OTHER", 1)]


def test_reasons_kinds_and_clocks_are_said_in_khmer_too(report):
    text = plain(text_by_poppler(report))
    for words in (
        "SP5-06 អាជ្ញាធរមិនទាន់ផ្តល់ការអនុញ្ញាតជាលាយលក្ខណ៍អក្សរ។",
        "SP5-06 no written cover by the authority.",
        "កំណែទី១ ធម្មតា · version 1, normal",
        "ការដកចេញពីបញ្ជី បានអនុវត្តទាន់ពេល",
        "SP5-07 Delistings applied in time",
        "ថ្ងៃទី៩ ខែវិច្ឆិកា ឆ្នាំ២០២៦ ម៉ោង ១៥:១២ · 9 November 2026, 15:12",
        "១៤ ក្នុង ១៤",
    ):
        assert words in text


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


def test_a_bar_tells_its_value_in_figures():
    first, act, forward = a_sample_statement()["indicators"][:3]
    assert "<title>95.2 % (≥ 95.0 %)</title>" in bar(act)
    assert "<title>14 of 14 (≥ 95.0 %)</title>" in bar(forward)
    assert "<title>97.1 %</title>" in bar(first | {"minimum_tenths": None})
    assert bar(act | {"denominator": 0, "tenths": None}) == ""


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
