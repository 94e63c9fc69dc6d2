"""Hard case 14 as people live it: two ISPs merge on the 17th, and every paper holds."""

from __future__ import annotations

from portal.certificates.verify import VerdictKind, verify
from portal.web.keyring import trust_anchor
from tests.build import TAKEDOWN
from tests.journeys.acts import (
    a_good_month,
    files,
    is_heard,
    opens_the_books,
    prepares,
    records,
    steps,
)
from tests.town import Town

NOVEMBER = "/returns/2026-11"
ADVERSE = {("mekong-net", "2026-10"), ("mekong-net", "2026-11"), ("tonle-net", "2026-11")}
DECIDED = {
    "predecessor": "mekong-net",
    "successor": "tonle-net",
    "first_day": "2026-11-17",
    "kind": "MERGER",
    "reference": "MPTC/2026/88",
}


def test_case_14_a_merger_on_the_17th(town: Town) -> None:
    old = _has_a_paper_of_october(town)
    _is_notified(town)
    _merges(town)
    _is_told_to_both(town)
    _is_dealt_with_by_the_successor(town)
    last = _files_and_is_certified(town, ("chea", "meas", "mekong-net"), ["blocklists", "training"])
    other = _files_and_is_certified(town, ("tep", "uk", "tonle-net"), ["blocklists", "training"])

    for number, name in ((old, "Mekong Net"), (last, "Mekong Net"), (other, "Tonle Net")):
        public = town.stranger().opens(f"/verify/{number}")
        assert "Issued" in public.text
        assert name in public.text
    assert _is_genuine(town, old)
    assert "Every chain holds." in town.runs("trail", "verify")
    assert "3 equal, 0 different" in town.runs("returns", "reperform", "--all")


def _has_a_paper_of_october(town: Town) -> str:
    officer = town.visit("chea")
    a_good_month(officer)
    opens_the_books(officer)
    prepares(officer)
    files(town.visit("meas"))
    return _is_accepted_and_issued(town, "mekong-net", "2026-10")


def _is_notified(town: Town) -> None:
    town.moves_to("2026-11-15 10:00")
    times = {"issued_at": "2026-11-14 09:00", "received_at": "2026-11-14 09:10"}
    item = records(town.visit("chea"), "takedowns", TAKEDOWN, source_ref="IHC-2026-0500", **times)
    officer = town.visit("chea")
    steps(officer, item, "ACKNOWLEDGED", "2026-11-14 09:40")
    officer.opens(item)
    assert "TRANSFERRED" not in {o.get("value") for o in officer.page.xpath("//option")}


def _merges(town: Town) -> None:
    town.moves_to("2026-11-17 09:00")
    officer = town.visit("pich").opens("/requests").follows("Successions")
    officer.fills_in(form="Record", expect=409, **{**DECIDED, "successor": "mekong-net"})
    assert "A succession leads onward only." in officer.text
    officer.fills_in(form="Record", expect=409, **{**DECIDED, "first_day": "2026-11-18"})
    assert "has not come yet" in officer.text
    officer.opens("/successions").fills_in(form="Record", **DECIDED)
    assert "Recorded: MPTC/2026/88. 1 open item went over." in officer.text
    officer.fills_in(form="Record", expect=409, **DECIDED)
    assert "nobody is succeeded twice" in officer.text


def _is_told_to_both(town: Town) -> None:
    old = town.visit("chea").opens("/returns").text
    assert "From 17 Nov 2026 on Tonle Net is your successor (decision MPTC/2026/88)." in old
    assert "The return for November 2026 is your last; it is owed as ever. 1 open item went" in old
    new = town.visit("tep").opens("/returns").text
    assert "From 17 Nov 2026 on you are the successor of Mekong Net (decision MPTC/2026/88)." in new
    assert "1 open item came to you, with its first receipt." in new
    assert "MPTC/2026/88" not in town.visit("small").opens("/returns").text


def _is_dealt_with_by_the_successor(town: Town) -> None:
    gone = town.visit("chea").opens("/registers/takedowns").follows("TD-000005")
    assert "Went to Tonle Net on 17 Nov 2026. It is dealt with there." in gone.text
    assert "Record a step" not in gone.text
    came = town.visit("tep").opens("/registers/takedowns/entries/1")
    assert "Came from Mekong Net on 17 Nov 2026, where it was TD-000005." in came.text
    assert "at the predecessor" in came.text
    steps(
        came, "/registers/takedowns/entries/1", "ACTIONED", "2026-11-17 08:30",
        action="REMOVED", time_source="SYSTEM_LOG",
    )  # fmt: skip


def _files_and_is_certified(town: Town, people: tuple[str, str, str], nils: list[str]) -> str:
    preparer, approver, isp = people
    town.moves_to("2026-12-03 10:00")
    officer = town.visit(preparer)
    if isp == "tonle-net":
        officer.opens(f"{NOVEMBER}/opening").fills_in(open_items="0")
    officer.opens(NOVEMBER).fills_in(form="preparations", nils=nils)
    assert "Prepared. It is NOT FILED yet" in officer.text
    filed = town.visit(approver).opens(NOVEMBER).fills_in(form="filings")
    moved = "Handed to a successor1" if isp == "mekong-net" else "Came from a predecessor1"
    assert moved in filed.text
    return _is_accepted_and_issued(town, isp, "2026-11")


def _is_accepted_and_issued(town: Town, isp: str, period: str) -> str:
    reviewer = town.visit("sok").opens(f"/reviews/{isp}/{period}/1")
    reviewer.presses("Begin the review")
    if (isp, period) in ADVERSE:
        is_heard(town, reviewer, approver="meas" if isp == "mekong-net" else "uk")
    reviewer.fills_in(form="decision", outcome="ACCEPT")
    issuer = town.visit("chan").opens("/certificates").presses(f"Issue for {isp}")
    assert issuer.heading.startswith("KH-SP5-2026-")
    town.works()
    return issuer.heading


def _is_genuine(town: Town, number: str) -> bool:
    answer = town.visit("chea").opens(f"/certificates/{number}/certificate.pdf").response
    assert answer is not None
    with town.app.app_context():
        verdict = verify(answer.get_data(), [trust_anchor()])
    return (verdict.kind, verdict.number) == (VerdictKind.GENUINE, number)
