"""The trail by page: who read what, notes for everybody, proofs for those who read every chain."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from portal.accounts.actions import THE_SYSTEM
from portal.certificates.queries import by_number
from portal.ledger import reads_of, sequence, take
from portal.period import Period
from portal.returns.actions import declare_opening, file, prepare
from portal.returns.model import DecisionOutcome
from portal.returns.queries import in_force
from portal.reviews import decide, open_review
from portal.trail import events_of, newest_checkpoint, sign_checkpoint, verify
from portal.trail.checking import check
from portal.trail.key import CheckpointKey, PublicKey
from portal.trail.note import open_note
from portal.web.keyring import checkpoint_key
from tests.build import TAKEDOWN
from tests.journeys.acts import records
from tests.town import Town
from tests.trail.forging import rebuild

OCTOBER = Period(2026, 10)
REVIEW = "/reviews/mekong-net/2026-10/1"


@pytest.fixture
def filed(town: Town) -> Town:
    """A quiet October of Mekong Net, filed."""
    with town.session() as session:
        isp, at = town.bodies["mekong-net"], town.now
        chea, meas = town.actors["chea"], town.actors["meas"]
        declare_opening(session, isp, OCTOBER, 0, by=chea, at=at)
        nils = ("takedowns", "blocklists", "training")
        made = prepare(session, isp, OCTOBER, nils=nils, by=chea, at=at)
        file(session, isp, OCTOBER, made.no, by=meas, at=at)
    return town


def test_what_an_event_is_about_is_said_in_words(town: Town) -> None:
    records(town.visit("chea"), "takedowns", TAKEDOWN)
    reader = town.visit("meas").opens("/trail")
    told = reader.page.xpath("//tr[td[.='Entries recorded']]/td[@data-label='About']")
    assert [cell.text_content() for cell in told] == ["Takedown items"]


@pytest.fixture
def issued(filed: Town) -> str:
    """The number of a certificate of that October, with its papers."""
    return is_issued(filed)


def is_issued(filed: Town) -> str:
    with filed.session() as session:
        filing, sok = in_force(session, filed.bodies["mekong-net"], OCTOBER), filed.actors["sok"]
        open_review(session, filing.isp_id, OCTOBER, 1, by=sok, at=filed.now)
        decide(session, filing, DecisionOutcome.ACCEPT, by=sok, at=filed.now)
    issue = ("certificates", "issue", "mekong-net", "2026-10", "--as", "chan@example.org")
    return filed.runs(*issue).strip()


@pytest.fixture
def key(town: Town) -> CheckpointKey:
    with town.app.app_context():
        return checkpoint_key()


def seals(town: Town, key: CheckpointKey, *, days: int = 0) -> None:
    with town.session() as session:
        day = town.now.date() + timedelta(days=days)
        sign_checkpoint(session, key, by=THE_SYSTEM, at=town.now, day=day)


def reads(town: Town, slug: str = "mekong-net") -> list[tuple[str, str, str]]:
    """Who read what of an ISP, oldest first."""
    with town.session() as session:
        found = events_of(session, reads_of(town.bodies[slug]), before=None, limit=99)
        return [(e.person_name, e.kind, e.subject) for e in reversed(found)]


def later(town: Town, minutes: int) -> None:
    town.clock.shift(timedelta(minutes=minutes))


def test_an_officer_who_reads_a_filing_is_named_to_the_isp(filed: Town) -> None:
    filed.visit("sok").opens(REVIEW)

    assert reads(filed) == [("Sok Reviewer", "read.review", "R-2026-10-0003-1")]
    page = filed.visit("chea").opens("/trail").follows("Who read what")
    assert page.heading == "Who read what"
    assert "Sok Reviewer" in page.text
    assert "Filing read in review" in page.text
    assert "Sok" not in filed.visit("tep").opens("/trail?reads=1").text


def test_reading_moves_no_figure(filed: Town) -> None:
    filed.engages("mekong-net")
    with filed.session() as session:
        before = [sequence(session, isp) for isp in (0, filed.bodies["mekong-net"])]
    filed.visit("sok").opens(REVIEW)
    filed.visit("ly").opens("/trail?chain=mekong-net")

    with filed.session() as session:
        assert [sequence(session, isp) for isp in (0, filed.bodies["mekong-net"])] == before
        assert verify(session) == []


def test_loading_a_page_again_is_not_another_read(filed: Town) -> None:
    officer = filed.visit("sok").opens(REVIEW)
    later(filed, 14)
    officer.opens(REVIEW)
    assert len(reads(filed)) == 1

    later(filed, 2)
    officer.opens(REVIEW)
    filed.visit("chan").opens(REVIEW)
    assert [name for name, *_ in reads(filed)] == ["Sok Reviewer"] * 2 + ["Chan Issuer"]


def test_a_page_opened_again_costs_one_question_more(filed: Town) -> None:
    officer = filed.visit("sok").opens(REVIEW)
    with filed.queries() as again:
        officer.opens(REVIEW)
    later(filed, 16)
    # The session notes that somebody is there, once in a while.
    officer.opens("/reviews")
    with filed.queries() as anew:
        officer.opens(REVIEW)

    asking = [statement for statement in again if "FROM event" in statement]
    assert len(asking) == 1
    assert not [s for s in again if s.startswith(("INSERT", "UPDATE"))]
    # The lock, the event and the ledger; then who asks is fetched anew, if at all.
    assert 3 <= len(anew) - len(again) <= 5
    assert [s.split()[0] for s in anew if s.startswith(("INSERT", "UPDATE"))] == [
        "UPDATE", "INSERT",
    ]  # fmt: skip


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_read_waits_for_nobody_who_acts(filed: Town) -> None:
    """A batch that is being taken in holds the ISP's ledger, and the authority reads on."""
    officer = filed.visit("sok")
    with filed.session() as session:
        take(session, filed.bodies["mekong-net"])
        take(session, 0)
        officer.opens(REVIEW)

    assert len(reads(filed)) == 1


def test_whatever_an_auditor_opens_of_an_isp_is_in_its_trail(town: Town, issued: str) -> None:
    town.engages("mekong-net")
    auditor = town.visit("ly")
    auditor.opens("/audits/mekong-net/2026-10/1")
    auditor.opens(f"/certificates/{issued}/report.pdf")
    auditor.opens("/trail?chain=mekong-net")
    auditor.opens("/trail?chain=mekong-net&reads=1")

    assert [read for read in reads(town) if read[0] == "Ly Auditor"] == [
        ("Ly Auditor", "read.filing", f"R-2026-10-{town.bodies['mekong-net']:04d}-1"),
        ("Ly Auditor", "read.paper", f"{issued} REPORT"),
        ("Ly Auditor", "read.trail", ""),
    ]


def test_a_paper_taken_out_by_the_isps_own_people_is_in_it_too(town: Town, issued: str) -> None:
    preparer = town.visit("chea").opens("/trail").opens("/returns").opens("/certificates/own")
    assert reads(town) == []

    preparer.opens(f"/certificates/{issued}/certificate.pdf")
    assert reads(town) == [("Chea Preparer", "read.paper", f"{issued} CERTIFICATE")]


def test_a_paper_exported_by_command_is_in_it_too(town: Town, issued: str, tmp_path: Path) -> None:
    town.runs("certificates", "export", issued, "-o", str(tmp_path / "paper.pdf"))

    assert reads(town) == [("The portal", "read.paper", f"{issued} CERTIFICATE")]


def test_a_certificate_names_the_checkpoint_in_force(filed: Town, key: CheckpointKey) -> None:
    seals(filed, key)
    number = is_issued(filed)

    with filed.session() as session:
        newest, found = newest_checkpoint(session), by_number(session, number)
        assert newest is not None
        assert found is not None
        assert json.loads(found.attestation)["checkpoint"] == {
            "size": newest.size,
            "root": newest.root.hex(),
            "at": "2026-11-05T03:00:00Z",
        }
    root = f"{newest.size} · {newest.root.hex()}"
    assert root in filed.stranger().opens(f"/verify/{number}").text
    assert root in filed.visit("chan").opens(f"/certificates/{number}").text


def test_without_a_checkpoint_it_names_none(town: Town, issued: str) -> None:
    with town.session() as session:
        found = by_number(session, issued)
        assert found is not None
        assert json.loads(found.attestation)["checkpoint"] is None
    page = town.stranger().opens(f"/verify/{issued}")
    assert "Trail sealed when it was issued –" in page.text


def test_a_page_that_is_refused_is_no_read(filed: Town) -> None:
    filed.visit("tep").opens(REVIEW, 403)
    filed.visit("sok").opens("/reviews/mekong-net/2026-10/7", 404)

    assert reads(filed) == []


def test_anybody_may_keep_the_newest_note(town: Town, key: CheckpointKey) -> None:
    stranger = town.stranger()
    assert stranger.opens("/trail/checkpoint", 404).heading == "There is nothing here"
    seals(town, key)

    answer = stranger.client.get("/trail/checkpoint")
    assert answer.mimetype == "text/plain"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    line = stranger.client.get("/trail/key").get_data(as_text=True)
    head = open_note(answer.get_data(as_text=True), [PublicKey.read(line)])
    dated = stranger.client.get(f"/trail/checkpoints/{head.size}")
    assert dated.data == answer.data
    tagged = {"If-None-Match": answer.headers["ETag"]}
    assert stranger.client.get("/trail/checkpoint", headers=tagged).status_code == 304


def test_an_auditor_takes_proofs_that_hold_elsewhere(filed: Town, key: CheckpointKey) -> None:
    filed.engages("mekong-net")
    seals(filed, key)
    auditor = filed.visit("ly").opens("/trail?chain=mekong-net")
    assert "Sealed by the checkpoint of" in auditor.text
    link = auditor.page.xpath("//a[starts-with(normalize-space(.), 'Proof')]/@href")[-1]

    shown = check(auditor.client.get(link).data, key.public)
    assert shown.event is not None
    assert shown.event["isp"] == filed.bodies["mekong-net"]
    assert ("Ly Auditor", "read.proof", str(shown.event["seq"])) in reads(filed)

    seals(filed, key, days=1)
    auditor.opens("/trail/checkpoints").presses("Take out the proof that one goes on the other")
    assert check(auditor.response.data, key.public).older is not None


def test_what_is_not_sealed_has_no_proof_and_says_so(filed: Town) -> None:
    filed.engages("mekong-net")
    auditor = filed.visit("ly").opens("/trail?chain=mekong-net")
    assert not auditor.page.xpath("//a[starts-with(normalize-space(.), 'Proof')]")

    auditor.opens("/trail/proof?chain=mekong-net&seq=1", 409)
    assert "No checkpoint has sealed event 1 yet" in auditor.text
    for wrong in ("chain=mekong-net&seq=x", "chain=nobody&seq=1", "chain=mekong-net&seq=9999"):
        auditor.opens(f"/trail/proof?{wrong}", 404)
    auditor.opens("/trail/consistency?old=1&new=2", 404)


@pytest.mark.parametrize("number", ["9" * 30, "²", "-1", "x", "0"])
def test_no_number_in_an_address_breaks_a_page(filed: Town, number: str) -> None:
    officer = filed.visit("sok")
    for path in ("/trail?chain=mekong-net&before=", "/trail/checkpoints?before="):
        officer.opens(path + number)
    officer.opens(f"/certificates?before={number}")
    officer.opens(f"/trail/proof?chain=mekong-net&seq={number}", 404)
    officer.opens(f"/trail/consistency?old={number}&new=2", 404)
    officer.opens(f"/trail/checkpoints/{number}", 404)


def test_a_name_that_no_database_can_hold_is_refused(filed: Town) -> None:
    officer = filed.visit("sok")
    for path in ("/trail?chain=%00", "/trail/proof?chain=%00&seq=1", "/certificates?isp=%00"):
        officer.opens(path, 400)
    officer.opens("/trail?chain=mekong-net&before=1%00", 400)


def test_an_isp_gets_its_proofs_from_who_reads_every_chain(filed: Town, key: CheckpointKey) -> None:
    """A stretch of its chain can hold what a reviewer drafted and has not sent yet."""
    seals(filed, key)
    preparer = filed.visit("chea").opens("/trail")

    assert not preparer.page.xpath("//a[starts-with(normalize-space(.), 'Proof')]")
    preparer.opens("/trail/proof?chain=mekong-net&seq=1", 403)


def test_the_page_says_in_words_what_was_rewritten(filed: Town, key: CheckpointKey) -> None:
    seals(filed, key)
    with filed.session() as session:
        session.rollback()
        rebuild(session, filed.bodies["mekong-net"], 2, person_name="Somebody Else")

    page = filed.visit("chea").opens("/trail").follows("Check the chain from its beginning")
    assert "from event 1 on it is not the chain that was sealed: it was rewritten" in page.text
    assert "The checkpoint of 5 Nov 2026 had sealed it." in page.text
