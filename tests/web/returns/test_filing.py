"""Approving and filing by page: another person, exactly what was prepared, once; the receipt."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.returns.model import Filing
from tests.town import Town
from tests.visitors import Visitor
from tests.web.returns.months import ALL_NIL, MONTH, begins_the_review, findings, takes_in


def prepared_by(town: Town, name: str = "chea") -> Visitor:
    return town.visit(name).opens(MONTH).fills_in(form="preparations", nils=ALL_NIL)


def filings(town: Town) -> int:
    with town.session() as session:
        return session.scalar(select(func.count()).select_from(Filing)) or 0


def test_one_prepares_another_approves_and_both_see_the_receipt(opened: Town) -> None:
    preparer = prepared_by(opened)
    assert preparer.page.xpath("//form[contains(@action, 'filings')]") == []
    assert "An approver of your organisation files it." in preparer.text
    approver = opened.visit("meas").opens(MONTH).fills_in(form="filings")
    number = f"R-2026-10-{opened.bodies['mekong-net']:04d}-1"
    assert approver.heading == f"Filed: receipt {number}"
    assert "prepared and approved by two people" in approver.text
    assert "NOT FILED" not in approver.text
    assert number in preparer.opens("/returns").text
    preparer.follows(number)
    assert preparer.path == f"{MONTH}/filings/1"


def test_who_prepared_is_told_that_somebody_else_approves(opened: Town) -> None:
    approver = prepared_by(opened, "meas")
    assert "You prepared it, so somebody else must approve it." in approver.text
    token = approver.page.xpath("//input[@name='csrf_token']/@value")[0]
    sent = {"csrf_token": token, "preparation": "1"}
    answer = approver.client.post(f"{MONTH}/filings", data=sent)
    assert answer.status_code == 409
    assert "somebody else must approve it" in answer.get_data(as_text=True)
    assert filings(opened) == 0
    opened.visit("noun").opens(MONTH).fills_in(form="filings")
    assert filings(opened) == 1


def test_case_21_pressing_twice_and_two_officers_at_once_file_once(opened: Town) -> None:
    prepared_by(opened)
    first, second = opened.visit("meas").opens(MONTH), opened.visit("noun").opens(MONTH)
    token = first.page.xpath("//input[@name='csrf_token']/@value")[0]
    first.fills_in(form="filings")
    twice = first.client.post(f"{MONTH}/filings", data={"csrf_token": token, "preparation": "1"})
    second.fills_in(form="filings")
    assert twice.status_code == 303
    assert twice.headers["Location"].endswith(f"{MONTH}/filings/1")
    assert (second.path, second.heading) == (first.path, first.heading)
    assert filings(opened) == 1


def test_case_21_filing_again_without_a_change_names_the_receipt_that_stands(filed: Town) -> None:
    officer = filed.visit("chea").opens(MONTH)
    officer.fills_in(409, form="preparations", nils=ALL_NIL, reason="LATE_ENTRY")
    [error] = officer.errors()
    assert f"R-2026-10-{filed.bodies['mekong-net']:04d}-1" in error
    assert officer.page.xpath("//option[@selected]/@value") == ["LATE_ENTRY"]
    assert len(officer.page.xpath("//input[@name='nils'][@checked]")) == 3
    assert filings(filed) == 1


def test_an_older_preparation_is_not_filed_in_place_of_the_newer(opened: Town) -> None:
    prepared_by(opened)
    stale = opened.visit("meas").opens(MONTH)
    takes_in(opened, 1)
    opened.moves_to("2026-11-05 11:00")
    officer = opened.visit("chea").opens(MONTH)
    assert "Entries changed after it was prepared." in officer.text
    officer.fills_in(form="preparations", nils=ALL_NIL[1:])
    stale.fills_in(409, form="filings")
    assert "A newer preparation (no. 2) exists" in stale.text
    assert filings(opened) == 0


def test_the_receipt_says_what_was_filed_and_stays_when_entries_change(filed: Town) -> None:
    takes_in(filed, 1)
    officer = filed.visit("chea").opens(f"{MONTH}/filings/1")
    for fact in ("Filed", "Due", "Figures as of", "Nil", "Fingerprint (SHA-256)"):
        assert fact in officer.text, fact
    rows = officer.page.xpath("//div[@class='flow']//tr[contains(., 'Received')]/td")
    assert [row.text_content().split()[0] for row in rows] == ["0"]
    for said in ("No item was received.", "Nothing else."):
        assert said in officer.text, said
    officer.opens(f"{MONTH}/filings/2", expect=404)


def test_a_filing_is_recalled_until_its_review_begins(filed: Town) -> None:
    stale = filed.visit("noun").opens(MONTH)
    approver = filed.visit("meas").opens(MONTH).presses("Recall version 1")
    assert "Recalled. The month is NOT FILED now." in approver.text
    assert "was recalled" in approver.opens(f"{MONTH}/filings/1").text
    stale.presses("Recall version 1", expect=404)
    assert "Recall version" not in filed.visit("chea").opens(MONTH).text


def test_once_the_review_began_it_cannot_be_recalled_or_amended(filed: Town) -> None:
    stale, officer = filed.visit("meas").opens(MONTH), filed.visit("chea").opens(MONTH)
    begins_the_review(filed)
    stale.presses("Recall version 1", expect=409)
    assert "The authority is reviewing" in stale.text
    assert "Recall version" not in stale.opens(MONTH).text
    takes_in(filed, 1)
    officer.fills_in(409, form="preparations", nils=ALL_NIL[1:], reason="LATE_ENTRY")
    assert any("The authority is reviewing" in error for error in officer.errors())


def test_case_21_late_entries_are_amended_with_a_reason_before_review(filed: Town) -> None:
    takes_in(filed, 2)
    officer = filed.visit("chea").opens(MONTH)
    assert "Entries have changed since version 1 was filed." in officer.text
    assert any("Open past their limit: 6." in line for line in findings(officer))
    officer.fills_in(422, form="preparations", nils=ALL_NIL[1:])
    [error] = officer.errors()
    assert error.startswith("Why this later version is filed")
    assert len(officer.page.xpath("//input[@name='nils'][@checked]")) == 2
    officer.fills_in(form="preparations", nils=ALL_NIL[1:], reason="LATE_ENTRY")
    approver = filed.visit("meas").opens(MONTH).fills_in(form="filings")
    assert approver.heading.endswith("-2")
    versions = approver.opens(MONTH).page.xpath("//tbody//a[contains(@href, '/filings/')]/@href")
    assert versions == [f"{MONTH}/filings/2", f"{MONTH}/filings/1"]


def test_a_stranger_finds_nothing_of_another_isp(filed: Town) -> None:
    stranger = filed.visit("uk")
    stranger.opens(f"{MONTH}/filings/1", expect=404)
    assert "Mekong Net" not in stranger.opens(MONTH).text
    token = stranger.page.xpath("//input[@name='csrf_token']/@value")[0]
    for act in ("filings", "filings/1/recall"):
        sent = {"csrf_token": token, "preparation": "1"}
        assert stranger.client.post(f"{MONTH}/{act}", data=sent).status_code == 404, act
    for name in ("sok", "ly"):
        assert filed.visit(name).client.get(MONTH).status_code in (403, 404), name
