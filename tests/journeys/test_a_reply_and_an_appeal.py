"""A finding with its reply, a revocation with reply and appeal, across the Water Festival."""

from __future__ import annotations

import json

from sqlalchemy import select

from portal.certificates.model import Certificate
from portal.trail import verify
from tests.build import TAKEDOWN
from tests.journeys.acts import (
    OCTOBER,
    files,
    is_heard,
    opens_the_books,
    prepares,
    records,
    reviews,
)
from tests.town import Town
from tests.visitors import Visitor

REVIEW = "/reviews/mekong-net/2026-10/1"
SAID = "The mail server was down for two days. We have put it right."
GROUNDS = "The return was true when it was filed. The log of the mail server shows it."
REASONS = "The log was looked at; what the return said was true."


def test_a_revocation_with_reply_and_appeal(town: Town) -> None:
    _is_filed_with_an_item_nobody_acted_on(town)
    _is_not_decided_before_the_reply(town)
    number = _is_found_against_and_issued(town)
    _is_revoked_when_the_day_of_the_reply_is_over(town, number)
    appeal = _is_appealed_against_once_and_in_time(town, number)
    _is_allowed_by_another_officer(town, appeal)
    _is_reinstated_by_a_new_number(town, number)


def _is_filed_with_an_item_nobody_acted_on(town: Town) -> None:
    town.moves_to("2026-11-06 09:00")
    officer = town.visit("chea")
    records(officer, "takedowns", TAKEDOWN)
    opens_the_books(officer)
    prepares(officer, nils=["blocklists", "training"])
    files(town.visit("meas"))


def _is_not_decided_before_the_reply(town: Town) -> None:
    town.moves_to("2026-11-17 09:00")
    reviewer = town.visit("sok").opens(REVIEW).presses("Begin the review")
    reviewer.fills_in(409, form="decision", outcome="ACCEPT")
    assert "send the ISP a draft of exactly this first" in reviewer.errors()[0]
    reviewer.opens(REVIEW).follows("Send the ISP a draft first")
    reviewer.fills_in(422, kind="FINDING")
    reviewer.fills_in(kind="FINDING", text="Nobody acted on one item. What happened?")
    # Ten working days after the 17th: the Water Festival (23 to 25 November) does not count.
    assert "Reply until 4 Dec 2026, 23:59" in reviewer.text
    reviewer.opens(REVIEW).fills_in(409, form="decision", outcome="ACCEPT")
    assert "The ISP may reply until 4 Dec 2026, 23:59" in reviewer.errors()[0]

    town.moves_to("2026-11-26 09:00")
    preparer = town.visit("chea").opens("/returns")
    assert "Reply until 4 Dec 2026, 23:59" in preparer.text
    _sees_to_it(preparer)
    assert "An approver of your organisation replies." in preparer.text
    approver = _sees_to_it(town.visit("meas").opens("/returns"))
    approver.fills_in(422, form="replies", text="See www.isp.example")
    approver.fills_in(form="replies", text=SAID)
    approver.fills_in(form="replies", text=f"{SAID} It will not happen again.")
    other = town.visit("tep")
    other.opens(approver.path, 404)
    assert town.visit("sok").opens("/reviews").text.count("The ISP has replied") == 1


def _is_found_against_and_issued(town: Town) -> str:
    reviewer = town.visit("sok").opens(REVIEW)
    assert "It will not happen again." in reviewer.text
    reviewer.fills_in(form="decision", outcome="ACCEPT")
    issuer = town.visit("chan").opens("/certificates").presses("Issue for mekong-net")
    assert "Statement of findings" in issuer.text
    return issuer.heading


def _is_revoked_when_the_day_of_the_reply_is_over(town: Town, number: str) -> None:
    issuer = town.visit("chan").opens(f"/certificates/{number}")
    issuer.follows("Say that you intend to revoke it")
    issuer.fills_in(reason="FALSE_STATEMENT", text="We think that the return was not true.")
    assert "Reply until 10 Dec 2026, 23:59" in issuer.text
    _revokes(issuer, number, 409)
    assert "The ISP may reply until 10 Dec 2026, 23:59" in issuer.errors()[0]
    # The 10th is Human Rights Day in many places, and a working day here.
    town.moves_to("2026-12-11 09:00")
    approver = _sees_to_it(town.visit("meas").opens("/hearings"))
    assert "No reply, and the day is over" in approver.text
    _revokes(town.visit("chan"), number, 200)


def _is_appealed_against_once_and_in_time(town: Town, number: str) -> str:
    town.moves_to("2026-12-21 09:00")
    approver = town.visit("meas").opens("/certificates/own")
    assert "until 11 Jan 2027, 23:59" in approver.text
    approver.follows("Appeal against this").fills_in(text=GROUNDS)
    assert "The authority answers by" in approver.text
    appeal = approver.path
    approver.opens(f"/appeals/revocations/{number}").fills_in(409, text=GROUNDS)
    assert "There is an appeal against this decision" in approver.errors()[0]
    assert "Waits for the authority" in town.visit("chan").opens("/requests").text
    public = town.stranger().opens(f"/verify/{number}")
    assert "The ISP has appealed against this; the authority has not answered yet." in public.text
    return appeal


def _is_allowed_by_another_officer(town: Town, appeal: str) -> None:
    town.moves_to("2027-02-10 09:00")
    assert "The authority is late" in town.visit("meas").opens("/returns").text
    first = town.visit("chan").opens(appeal)
    assert "You decided first, so another officer decides the appeal." in first.text
    token = first.page.xpath("//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token, "outcome": "ALLOWED", "text": REASONS}
    assert first.client.post(f"{appeal}/ruling", data=data).status_code == 409
    town.visit("sok").opens(appeal).fills_in(form="ruling", outcome="ALLOWED", text=REASONS)
    assert REASONS in town.visit("chea").opens(appeal).text


def _is_reinstated_by_a_new_number(town: Town, number: str) -> None:
    issuer = town.visit("chan").opens("/certificates").presses("Issue for mekong-net")
    successor = issuer.heading
    assert f"replaces {number}" in issuer.text
    public = town.stranger().opens(f"/verify/{number}")
    assert "Revoked" in public.text
    assert successor in public.text
    with town.session() as session:
        query = select(Certificate.attestation).where(Certificate.number == successor)
        said = json.loads(session.scalars(query).one())
        assert verify(session) == []
    assert [one["outcome"] for one in said["appeals"]] == ["ALLOWED"]
    assert said["hearing"]["replied_at"] is not None


def test_an_appeal_against_a_finding_is_answered_by_a_second_decision(town: Town) -> None:
    _is_filed_with_an_item_nobody_acted_on(town)
    # Thursday before Constitution Day; Pchum Ben is from 29 September to 1 October.
    town.moves_to("2027-09-23 09:00")
    reviewer = reviews(town, 1, "ACCEPT", {}, heard=True)
    assert "Accepted" in reviewer.text
    approver = town.visit("meas").opens(f"{OCTOBER}/filings/1").follows("Appeal against this")
    approver.fills_in(text=GROUNDS)
    # Twenty working days: neither those of Pchum Ben nor 15 October counted.
    assert "The authority answers by 28 Oct 2027, 23:59" in approver.text
    appeal = approver.path
    ruling = town.visit("chan").opens(appeal)
    ruling.fills_in(409, form="ruling", outcome="ALLOWED", text=REASONS)
    assert "sets at least one of these findings aside" in ruling.errors()[0]
    ruling.opens(appeal)
    boxes = ruling.page.xpath("//input[@name='set_aside']/@value")
    ruling.fills_in(form="ruling", outcome="ALLOWED", set_aside=boxes, text=REASONS)
    assert "Findings that do not stand:" in ruling.text
    assert "Allowed" in town.visit("meas").opens(f"{OCTOBER}/filings/1").text
    # Who decided it last does not issue, and who decided first may.
    assert town.visit("chan").opens("/certificates").presses("Issue for mekong-net", 409)


def test_a_void_filing_is_under_review_again_when_the_appeal_is_allowed(town: Town) -> None:
    _is_filed_with_an_item_nobody_acted_on(town)
    town.moves_to("2026-11-17 09:00")
    reviewer = town.visit("sok").opens(REVIEW).presses("Begin the review")
    reviewer.fills_in(form="comments", obligation="ALL", text="It is of another month.")
    is_heard(town, reviewer, "VOID")
    reviewer.fills_in(form="decision", outcome="REJECT_VOID")
    approver = town.visit("meas").opens(f"{OCTOBER}/filings/1").follows("Appeal against this")
    appeal = approver.fills_in(text=GROUNDS).path
    town.visit("chan").opens(appeal).fills_in(form="ruling", outcome="ALLOWED", text=REASONS)
    assert "Under review" in town.visit("meas").opens("/returns").text


def _sees_to_it(visitor: Visitor) -> Visitor:
    [href] = visitor.page.xpath("//a[contains(@href, '/hearings/mekong-net/')]/@href")[:1]
    return visitor.opens(href)


def _revokes(issuer: Visitor, number: str, expect: int) -> None:
    issuer.opens(f"/certificates/{number}/revocation")
    issuer.fills_in(expect, form="revocation", reason="FALSE_STATEMENT", sure="yes")
