"""An audit from the mandate to the last day: granted, looked at, sampled, seen by the ISP, over."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import pytest
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.certificates.actions import issue
from portal.ledger import SYSTEM
from portal.period import Period
from portal.registers.actions import admit
from portal.registers.codes import Progress
from portal.registers.progress import progress
from portal.registers.register import REGISTERS
from portal.returns.actions import declare_opening, file, prepare
from portal.returns.model import DecisionOutcome
from portal.returns.queries import in_force
from portal.reviews import decide, open_review
from portal.trail import events_of, verify
from tests import build
from tests.hearing import is_heard
from tests.town import Town
from tests.visitors import Visitor

OCTOBER = Period(2026, 10)
MONTH = "/audits/mekong-net/2026-10/1"
PEOPLE = {"mekong-net": ("chea", "meas"), "tonle-net": ("tep", "uk")}
SEALED = "nobody outside reads this note"


@pytest.fixture
def filed(town: Town) -> Town:
    """October of two ISPs, filed; at Mekong Net with eight items, one of them paused."""
    with town.session() as session:
        at, chea = town.now, town.actors["chea"]
        rows = [
            build.a_takedown(
                session, at=at, source_ref=f"IHC-{n}", own_ref=f"T-{n:04d}", note=SEALED
            )
            for n in range(8)
        ]
        isp = town.bodies["mekong-net"]
        key = admit(session, isp, REGISTERS["takedowns"], rows, by=chea, at=at).keys[0]
        pause = build.a_step(
            session, Progress.PAUSED, "2026-10-12 10:00", at=at, pause_reason="FORCE_MAJEURE",
            until_at="2026-10-12 18:00", note="Order 12",
        )  # fmt: skip
        progress(session, isp, key, Progress.PAUSED, pause, expects_no=0, by=chea, at=at)
        spans = [build.a_span(session, at=at, staff_ref=f"S-{1000 + n}") for n in range(2)]
        admit(session, isp, REGISTERS["roster"], spans, by=chea, at=at)
        files(town, session, "mekong-net", "blocklists", "training")
        files(town, session, "tonle-net", "takedowns", "blocklists", "training")
    return town


def files(town: Town, session: Session, slug: str, *nils: str) -> None:
    one, other = PEOPLE[slug]
    isp, by, at = town.bodies[slug], town.actors[one], town.now
    declare_opening(session, isp, OCTOBER, 0, by=by, at=at)
    made = prepare(session, isp, OCTOBER, nils=nils, by=by, at=at)
    file(session, isp, OCTOBER, made.no, by=town.actors[other], at=at)


def engages(town: Town) -> Visitor:
    """One officer proposes by page, another confirms."""
    officer = town.visit("pich").opens("/engagements").follows("Propose an engagement")
    officer.fills_in(
        organisation="audit", people=[str(town.actors["ly"].person_id)], isps=["mekong-net"],
        instrument="Mandate 7/2026", first_period="2026-10", last_period="2026-10",
        from_on="2026-11-05", until_on="2026-11-20",
    )  # fmt: skip
    assert officer.heading == "EN-0001"
    assert "so another officer confirms it" in officer.text
    officer.client.post("/engagements/1/confirmation", data={"csrf_token": token(officer)})
    assert "● Proposed" in officer.opens("/engagements/1").text

    assert town.visit("ly").opens("/audits").text.count("No engagement holds for you today.") == 1
    return town.visit("chan").opens("/engagements/1").presses("Confirm")


def token(visitor: Visitor) -> str:
    found: str = visitor.page.xpath("//input[@name='csrf_token']/@value")[0]
    return found


def test_an_audit_from_its_mandate_to_the_day_after_its_end(filed: Town) -> None:
    """chairs B4, C1 and C7: sampled lines, pauses that do not tell why, small groups merged."""
    assert "✔ In force" in engages(filed).text

    # The auditor opens the month, its proofs, its entries.
    auditor = filed.visit("ly").opens("/audits").follows("Mekong Net")
    auditor.follows("October 2026, version 1")
    assert auditor.path == MONTH
    assert "Designated handler" not in auditor.text
    re_performs(auditor)
    reads_entries(auditor)

    # A sample: drawn once, looked at line by line, drawn again by everybody.
    auditor.opens(MONTH).fills_in(form="samples", slug="takedowns", wanted="3", chance="lottery 7")
    assert "Drawn again just now: the same entries, the same sample." in auditor.text
    sample = auditor.path
    auditor.opens(MONTH).fills_in(409, form="samples", slug="takedowns", wanted="3")
    assert "Nobody draws again before that" in auditor.errors()[0]
    auditor.opens(sample).follows("Look at the next line that waits")
    assert auditor.path == f"{sample}/1"
    auditor.fills_in(409, outcome="DIFFERS")
    auditor.fills_in(outcome="DIFFERS", difference="TIME")
    for _ in range(2):
        auditor.fills_in(outcome="AGREES")
    assert "Every line of this sample was looked at" in auditor.text
    assert "projects to 33.3" in auditor.text
    assert "Look at the next line" not in auditor.text

    # The officer sees what was found before deciding; the ISP sees every open.
    assert "projects to 33.3" in filed.visit("sok").opens("/reviews/mekong-net/2026-10/1").text
    isp = filed.visit("chea").opens("/trail").follows("Who looked at our records")
    for said in ("Mandate 7/2026", "Ly Auditor", "Fictional Audit Office", "Statement taken out",
                 "Digests of lines taken out", "Entries listed", "Entry read", "Sample read",
                 "Statement re-performed", "TD-000001 EN-0001"):  # fmt: skip
        assert said in isp.text, said
    assert "Ly Auditor" not in filed.visit("tep").opens("/trail/readers").text

    # The day after the last day nothing is there any more.
    filed.moves_to("2026-11-20 23:59")
    filed.visit("ly").opens(MONTH)
    filed.moves_to("2026-11-21 00:00")
    after = filed.visit("ly").opens("/audits")
    assert "No engagement holds for you today." in after.text
    for path in addresses(sample):
        after.opens(path, 404)
    with filed.session() as session:
        assert verify(session) == []


def re_performs(auditor: Visitor) -> None:
    """By page, and by what was taken out alone."""
    auditor.follows("Re-perform it")
    assert "the same, byte for byte" in auditor.text
    statement = json.loads(auditor.client.get(f"{MONTH}/statement.json").data)
    for register, said in statement["registers"].items():
        taken = auditor.client.get(f"{MONTH}/lines/{register}.csv")
        text = taken.text
        # A large month is sent as it is read: nobody knows beforehand how long it is.
        assert "Content-Length" not in taken.headers
        digests = [row["digest"] for row in csv.DictReader(io.StringIO(text))]
        whole = hashlib.sha256(b"".join(map(bytes.fromhex, digests))).hexdigest()
        assert (len(digests), whole) == (said["lines"], said["digest"]), register


def reads_entries(auditor: Visitor) -> None:
    """Numbers that lead to the evidence, no note; a pause does not say why, nor who it is."""
    auditor.opens(f"{MONTH}/entries/takedowns")
    assert auditor.text.count("IHC-") == 8
    auditor.follows("TD-000001")
    assert "T-0000" in auditor.text
    assert "sealed; not shown to auditors" in auditor.text
    for secret in (SEALED, "Force majeure", "Order 12", "S-0421"):
        assert secret not in auditor.text, secret
    auditor.opens(f"{MONTH}/entries/roster").follows("RS-000009")
    assert "one of the small groups, merged" in auditor.text
    assert "Designated handler" not in auditor.text


def addresses(sample: str) -> list[str]:
    """Every page of an audit."""
    return [
        "/audits/mekong-net", MONTH, f"{MONTH}/reperformance", f"{MONTH}/statement.json",
        f"{MONTH}/lines/takedowns.csv", f"{MONTH}/entries/takedowns",
        f"{MONTH}/entries/takedowns/1", sample, f"{sample}/1", "/trail?chain=mekong-net",
        "/trail?chain=mekong-net&reads=1", "/trail/proof?chain=mekong-net&seq=1",
    ]  # fmt: skip


def test_another_isp_month_person_or_chain_is_not_there_and_the_asking_is_kept(filed: Town) -> None:
    filed.engages("mekong-net")
    auditor = filed.visit("ly").opens(MONTH)
    with filed.session() as session:
        number = issued(filed, session)
    filed.runs("certificates", "finish")
    inside = f"{MONTH}/samples/roster/1"
    outside = [path.replace("mekong", "tonle") for path in addresses(inside)]
    outside += [path.replace("2026-10", "2026-09") for path in addresses(inside) if MONTH in path]
    outside += ["/trail?chain=system", "/trail/proof?chain=system&seq=1"]
    outside += [f"/certificates/{number}/{paper}.pdf" for paper in ("certificate", "report")]
    for path in outside:
        auditor.opens(path, 404)
    forged = {"csrf_token": token(auditor), "slug": "takedowns", "wanted": "1"}
    for path in ("/audits/tonle-net/2026-10/1/samples", "/audits/mekong-net/2026-09/1/samples"):
        assert auditor.client.post(path, data=forged).status_code == 404
    assert auditor.opens("/certificates", 403).opens("/registers", 403).status == 403

    with filed.session() as session:
        kept = [
            event
            for event in events_of(session, SYSTEM, before=None, limit=99)
            if "outside-engagement" in event.facts
        ]
        assert len(kept) == len(outside) + 2
        assert {event.person_name for event in kept} == {"Ly Auditor"}
    # What is inside but was never made is not there either, and nobody reached beyond.
    for path in (f"{MONTH}/entries/takedowns/99", f"{MONTH}/lines/nothing.csv",
                 "/audits/mekong-net/2026-10/2", f"{MONTH}/samples/roster/1"):  # fmt: skip
        auditor.opens(path, 404)


def issued(town: Town, session: Session) -> str:
    """A paper of the ISP that nobody may look at."""
    filing, sok = in_force(session, town.bodies["tonle-net"], OCTOBER), town.actors["sok"]
    open_review(session, filing.isp_id, OCTOBER, 1, by=sok, at=town.now)
    uk: Actor = town.actors["uk"]
    accept = DecisionOutcome.ACCEPT
    is_heard(session, filing, accept, officer=sok, approver=uk, at=town.now)
    decide(session, filing, accept, by=sok, at=town.now)
    made = issue(session, filing.isp_id, OCTOBER, by=town.actors["chan"], at=town.now)
    return made.number


def test_who_is_no_auditor_has_no_such_pages(filed: Town) -> None:
    filed.engages("mekong-net")
    for name in ("chea", "tep", "sok", "rith", "kong"):
        visitor = filed.visit(name)
        for path in ("/audits", MONTH, f"{MONTH}/statement.json", f"{MONTH}/entries/takedowns"):
            visitor.opens(path, 403)
    for name in ("chea", "ly", "rith"):
        filed.visit(name).opens("/engagements", 403)
    filed.visit("sok").opens("/engagements/new", 403)
    filed.visit("ly").opens("/trail/readers", 403)
