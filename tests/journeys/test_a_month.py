"""One month of one ISP through the whole corridor, as its people and officers live it."""

from __future__ import annotations

from portal.certificates.verify import VerdictKind, verify
from portal.web.keyring import trust_anchor
from tests.build import TAKEDOWN
from tests.journeys.acts import (
    OCTOBER,
    a_good_month,
    files,
    opens_the_books,
    prepares,
    records,
    reviews,
)
from tests.town import Town
from tests.visitors import Visitor

SENT_BACK = "The ticket IHC-2026-0417 says 11:00; the register says 15:00."


def test_a_month_from_the_first_entry_to_the_second_certificate(town: Town) -> None:
    item = _is_recorded_and_filed(town)
    _is_sent_back(town)
    _is_corrected_filed_and_accepted(town, item)
    number = _is_certified(town)
    _proves_genuine(town, number)
    _is_amended_late(town, number)
    successor = _is_certified_again(town, number)
    _is_found_by_the_auditor(town, number, successor)

    assert "Every chain holds." in town.runs("trail", "verify")
    assert "3 equal, 0 different" in town.runs("returns", "reperform", "--all")


def _is_recorded_and_filed(town: Town) -> str:
    officer = town.visit("chea")
    assert "NOT FILED: October 2026." in officer.text
    item = a_good_month(officer)
    officer.opens(OCTOBER)
    assert "This is your first month." in officer.text
    opens_the_books(officer)
    prepares(officer)
    assert "You prepared it" not in officer.text
    assert "An approver of your organisation files it." in officer.text

    town.moves_to("2026-11-06 09:00")
    approver = town.visit("meas")
    assert "Approve and file it" in approver.text
    assert files(approver) == f"R-2026-10-{town.bodies['mekong-net']:04d}-1"
    assert "NOT FILED" not in approver.text
    approver.opens("/registers/takedowns")
    assert "NOT FILED" not in approver.text
    return item


def _is_sent_back(town: Town) -> None:
    town.moves_to("2026-11-09 09:00")
    reviewer = town.visit("sok").opens("/reviews").follows("Mekong Net")
    reviewer.presses("Begin the review")
    reviewer.fills_in(form="comments", obligation="SP5-03", text=SENT_BACK)
    assert "the ISP reads them with the decision" in reviewer.text
    assert SENT_BACK not in town.visit("meas").opens(f"{OCTOBER}/filings/1").text
    reviewer.fills_in(form="decision", outcome="RETURN_FOR_CORRECTION")

    officer = town.visit("chea")
    assert "SENT BACK: October 2026 needs a later version." in officer.text
    officer.opens(f"{OCTOBER}/filings/1")
    assert SENT_BACK in officer.text
    assert "SP5-03" in officer.text


def _is_corrected_filed_and_accepted(town: Town, item: str) -> None:
    town.moves_to("2026-11-10 09:00")
    officer = town.visit("chea").opens(item)
    corrections = officer.page.xpath("//a[contains(@href, '/corrections/new')]/@href")
    officer.opens(corrections[-1])
    officer.fills_in(occurred_at="2026-10-12T11:00", reason="SOURCE_CORRECTED")
    assert "Corrected:" in officer.text
    prepares(officer, reason="RETURNED_BY_AUTHORITY")
    assert files(town.visit("meas")).endswith("-2")

    town.moves_to("2026-11-12 09:00")
    reviewer = reviews(town, 2, "ACCEPT", {}, heard=True)
    assert "Accept" in reviewer.text
    assert "Accepted" in town.visit("chea").opens("/returns").text


def _is_certified(town: Town) -> str:
    issue = {"isp": "mekong-net", "period": "2026-10"}
    reviewer = town.visit("sok").opens("/certificates")
    assert "Issue for" not in reviewer.text
    token = reviewer.page.xpath("//input[@name='csrf_token']/@value")[0]
    refused = reviewer.client.post("/certificates", data={**issue, "csrf_token": token})
    assert refused.status_code == 403

    town.moves_to("2026-11-13 09:00")
    issuer = town.visit("chan").opens("/certificates").presses("Issue for mekong-net")
    assert issuer.heading.startswith("KH-SP5-2026-")
    assert "1 paper is being prepared." in issuer.text
    assert "its paper is being prepared" in town.stranger().opens(f"/verify/{issuer.heading}").text
    assert issuer.response.headers["Refresh"] == "5"
    assert town.works() == 1
    issuer.opens(issuer.path)
    assert "Download the certificate" in issuer.text
    assert "Refresh" not in issuer.response.headers
    return issuer.heading


def _proves_genuine(town: Town, number: str) -> None:
    officer = town.visit("chea").opens("/certificates/own")
    with town.app.app_context():
        anchors = [trust_anchor()]
    for paper in ("certificate", "report"):
        pdf = _downloads(officer, f"/certificates/{number}/{paper}.pdf")
        verdict = verify(pdf, anchors)
        assert (verdict.kind, verdict.number) == (VerdictKind.GENUINE, number)

    public = town.stranger().opens(f"/verify/{number}")
    assert public.heading == number
    assert "Issued" in public.text
    assert "Mekong Net" in public.text


def _downloads(visitor: Visitor, path: str) -> bytes:
    answer = visitor.opens(path).response
    assert answer is not None
    assert answer.mimetype == "application/pdf"
    return answer.get_data()


def _is_amended_late(town: Town, number: str) -> None:
    town.moves_to("2026-11-20 09:00")
    officer = town.visit("chea")
    records(officer, "takedowns", TAKEDOWN, source_ref="IHC-2026-0419", own_ref="INC-9")
    officer.opens(OCTOBER)
    assert "Entries have changed since version 2 was filed." in officer.text
    prepares(officer, reason="LATE_ENTRY")
    files(town.visit("meas"))
    assert "Issued" in town.stranger().opens(f"/verify/{number}").text

    said = {"ALL": "One item came to light late."}
    reviews(town, 3, "ACCEPT_WITH_OBSERVATIONS", said, heard=True)
    public = town.stranger().opens(f"/verify/{number}")
    assert "Superseded" in public.text
    assert "Its successor" not in public.text


def _is_certified_again(town: Town, number: str) -> str:
    issuer = town.visit("chan").opens("/certificates").presses("Issue for mekong-net")
    successor = issuer.heading
    assert town.works() == 1
    assert successor != number
    assert f"replaces {number}" in issuer.text
    assert successor in town.stranger().opens(f"/verify/{number}").text
    public = town.stranger().opens(f"/verify/{successor}")
    assert "Issued" in public.text
    assert f"replaces {number}" in public.text
    return successor


def _is_found_by_the_auditor(town: Town, number: str, successor: str) -> None:
    town.engages("mekong-net")
    auditor = town.visit("ly").opens("/audits/mekong-net").follows("October 2026, version 2")
    assert f"{number} ▲ Superseded" in auditor.text
    assert f"{successor} ✔ Issued" in auditor.text
    assert f"R-2026-10-{town.bodies['mekong-net']:04d}-2" in auditor.text
    for paper in ("certificate", "report"):
        assert _downloads(auditor, f"/certificates/{number}/{paper}.pdf").startswith(b"%PDF")
