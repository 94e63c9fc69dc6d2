"""Certificates by page: issuing, finding, downloading, revoking, and what the public may see."""

from __future__ import annotations

from sqlalchemy import select

from portal.certificates.model import Certificate, Paper
from portal.jobs import Job, JobKind
from portal.period import Period
from portal.returns.actions import declare_opening, file, prepare
from portal.returns.model import DecisionOutcome
from portal.reviews import decide, open_review
from tests.town import Town
from tests.visitors import Visitor

OCTOBER = Period(2026, 10)
QUIET = ("takedowns", "blocklists", "training")
TEAMS = {"mekong-net": ("chea", "meas"), "tonle-net": ("tep", "uk"), "small-net": ("small", "boss")}


def accepted(town: Town, *slugs: str, by: str = "sok") -> None:
    """Quiet months of October, filed and accepted."""
    with town.session() as session:
        for slug in slugs:
            isp, at = town.bodies[slug], town.now
            preparer, approver = (town.actors[name] for name in TEAMS[slug])
            declare_opening(session, isp, OCTOBER, 0, by=preparer, at=at)
            made = prepare(session, isp, OCTOBER, nils=QUIET, by=preparer, at=at)
            filing = file(session, isp, OCTOBER, made.no, by=approver, at=at)
            officer = town.actors[by]
            open_review(session, isp, OCTOBER, 1, by=officer, at=at)
            decide(session, filing, DecisionOutcome.ACCEPT, by=officer, at=at)


def hears(town: Town, number: str) -> None:
    """The ISP is told that its certificate would be revoked, and has nothing to say."""
    issuer = town.visit("chan").opens(f"/certificates/{number}")
    issuer.follows("Say that you intend to revoke it")
    issuer.fills_in(reason="ISSUED_IN_ERROR", text="It names the wrong licence.")
    approver = town.visit("meas").opens("/returns").follows("See to it: D-0003-1")
    approver.fills_in(form="replies")


def boxes(visitor: Visitor) -> list[str]:
    return [str(box.get("value")) for box in visitor.page.xpath("//input[@name='each']")]


def test_a_month_of_certificates_is_issued_in_one_sitting(town: Town) -> None:
    """chairs B3."""
    accepted(town, "mekong-net", "tonle-net")
    issuer = town.visit("chan").opens("/certificates")
    assert boxes(issuer) == ["mekong-net 2026-10", "tonle-net 2026-10"]
    issuer.fills_in(form="Issue all that are ticked", each=boxes(issuer))
    assert "2 certificates issued." in issuer.text
    assert "2 papers are being prepared." in issuer.text
    assert "2 numbers have no paper yet" in issuer.text
    assert boxes(issuer) == []
    assert "Mekong Net" in issuer.text
    with town.session() as session:
        assert session.scalars(select(Certificate.serial).order_by(Certificate.serial)).all() == [
            1,
            2,
        ]
        assert session.scalar(select(Paper)) is None
        asked = session.execute(select(Job.kind, Job.params).order_by(Job.id)).all()
        assert asked == [(JobKind.PAPERS, f'{{"serial":{serial}}}') for serial in (1, 2)]


def test_what_is_refused_is_said_for_each_and_the_others_are_issued(town: Town) -> None:
    accepted(town, "mekong-net")
    accepted(town, "tonle-net", by="chan")
    issuer = town.visit("chan").opens("/certificates")
    issuer.fills_in(form="Issue all that are ticked", each=boxes(issuer))
    assert "1 certificate issued." in issuer.text
    assert "tonle-net 2026-10: " in issuer.text
    assert boxes(issuer) == ["tonle-net 2026-10"]
    issuer.fills_in(form="Issue all that are ticked")
    assert "Tick the months to issue for." in issuer.text
    issuer.presses("Issue for tonle-net", 409)
    assert "another officer" in issuer.text


def test_papers_are_for_those_concerned_and_a_stranger_learns_nothing(town: Town) -> None:
    accepted(town, "mekong-net", "tonle-net")
    town.visit("chan").opens("/certificates").presses("Issue for mekong-net")
    with town.session() as session:
        number = session.scalars(select(Certificate.number)).one()
    assert number in town.visit("chea").opens("/certificates/own").text
    other = town.visit("tep").opens("/certificates/own")
    assert number not in other.text
    for path in (f"/certificates/{number}", "/certificates", f"/certificates/{number}/revocation"):
        other.opens(path, 403)
    unknown = other.opens("/certificates/KH-SP5-2026-000099-9/certificate.pdf", 404).text
    assert other.opens(f"/certificates/{number}/certificate.pdf", 404).text == unknown
    assert town.stranger().opens(f"/certificates/{number}/report.pdf").path.startswith("/login")


def test_a_number_is_revoked_once_for_a_coded_reason_and_can_be_issued_anew(town: Town) -> None:
    accepted(town, "mekong-net")
    issuer = town.visit("chan").opens("/certificates").presses("Issue for mekong-net")
    first = issuer.heading
    assert "Ask for its papers again" in issuer.text
    issuer.follows("Revoke").fills_in(422, form="revocation")
    issuer.fills_in(409, form="revocation", reason="ISSUED_IN_ERROR", sure="yes")
    assert issuer.errors() == [
        "This is adverse: send the ISP a draft of exactly this first, so that it can reply."
    ]
    hears(town, first)
    issuer.opens(f"/certificates/{first}/revocation")
    issuer.fills_in(form="revocation", reason="ISSUED_IN_ERROR", sure="yes")
    assert "Revoked" in issuer.text
    assert boxes(issuer.opens("/certificates")) == []
    issuer.opens(f"/certificates/{first}").presses("Issue anew, citing this one")
    assert f"replaces {first}" in issuer.text
    public = town.stranger().opens(f"/verify/{first}")
    assert "Revoked" in public.text
    assert issuer.heading in public.text


def test_the_public_page_says_no_more_than_the_paper_and_its_standing(town: Town) -> None:
    accepted(town, "mekong-net")
    town.visit("chan").opens("/certificates").presses("Issue for mekong-net")
    with town.session() as session:
        made = session.scalars(select(Certificate)).one()
    public = town.stranger().opens("/verify").fills_in(form="Verify", number=made.number.lower())
    assert public.heading == made.number
    for said in ("Being prepared", "Mekong Net", "October 2026", made.attestation_digest.hex()):
        assert said in public.text
    for kept_back in ("Not met", "NOT_MET", "SP5-0", "Sok Reviewer", "Chea", "R-2026-10"):
        assert kept_back not in public.text
    public.presses("ខ្មែរ")
    assert public.page.get("lang") == "km"
    assert "Mekong Net (KM)" in public.text


def test_an_unknown_number_is_unknown_and_a_mistyped_one_mistyped(town: Town) -> None:
    public = town.stranger().opens("/verify/KH-SP5-2026-000045-2", 404)
    assert "No paper with this number was ever issued here." in public.text
    assert "That is not the same as revoked" in public.text
    assert "its last digit does not fit" in public.opens("/verify/KH-SP5-2026-000045-3", 404).text
    public.opens("/verify").fills_in(form="Verify", number="KH-SP5-2026-000045-3")
    assert "its last digit does not fit" in public.text


def test_an_officer_finds_by_isp_month_and_status_and_can_change_nothing(town: Town) -> None:
    accepted(town, "mekong-net", "tonle-net")
    issuer = town.visit("chan").opens("/certificates")
    issuer.fills_in(form="Issue all that are ticked", each=boxes(issuer))
    officer = town.visit("pich").opens("/certificates")
    assert "Issue all" not in officer.text
    officer.fills_in(form="Find", isp="tonle-net", period="2026-10", status="BEING_PREPARED")
    numbers = officer.page.xpath("//tbody//th/a/text()")
    assert len(numbers) == 1
    officer.follows(numbers[0])
    assert "The frozen filing behind it" in officer.text
    assert "prepared and approved by two people" in officer.text
    assert "Ask for its papers again" not in officer.text
    officer.opens(f"/certificates/{numbers[0]}/revocation", 403)
    officer.opens("/certificates").fills_in(form="Find", status="REVOKED")
    assert "No certificate was found." in officer.text
    officer.opens("/certificates?period=2026-13")
    assert "No such ISP or month." in officer.text
