"""The page of jobs: how far they are, what came of them, stopping them; each house its own."""

from __future__ import annotations

from sqlalchemy import select, text

from portal.jobs import Job, JobKind, ask
from portal.jobs.claims import LEASE, claim, end, fail, tell_progress
from portal.web.pages import LOOK_AGAIN
from tests.town import Town
from tests.visitors import Visitor


def asks(town: Town, name: str, subject: str) -> int:
    """Officers ask for papers, an ISP's people for a file to be taken in."""
    by, own = town.actors[name], town.actors[name].organisation_id
    is_officer = own == town.bodies["regulator"]
    kind = JobKind.PAPERS if is_officer else JobKind.IMPORT
    said = {"serial": 1} if is_officer else {"slug": "takedowns", "name": "0" * 32}
    with town.session() as session:
        isp_id = None if is_officer else own
        return ask(session, kind, subject, by=by, at=town.now, isp_id=isp_id, **said).id


def is_begun(town: Town, number: int, done: int, total: int) -> None:
    with town.session() as session:
        taken = claim(session, list(JobKind), token=f"t{number}", at=town.now)
        assert taken is not None
        assert taken.id == number
        tell_progress(session, number, f"t{number}", done, total, at=town.now)


def states(visitor: Visitor) -> list[str]:
    cells = visitor.page.xpath("//tbody/tr/td[1]/div/span[contains(@class, 'pill')]")
    return [" ".join(cell.text_content().split()) for cell in cells]


def test_how_far_a_job_is_stands_on_a_page_that_looks_again_by_itself(town: Town) -> None:
    number = asks(town, "chea", "takedowns 7")
    is_begun(town, number, 2_000, 5_000)
    officer = town.visit("meas").opens("/jobs")

    for _ in "reloaded":
        [bar] = officer.opens("/jobs").page.iter("progress")
        assert (bar.get("value"), bar.get("max")) == ("2000", "5000")
    assert "2,000 of 5,000" in officer.text
    assert officer.response.headers["Refresh"] == str(LOOK_AGAIN)
    # Who reads slowly lets it keep still (WCAG 2.2.1).
    officer.follows("Keep it still")
    assert "Refresh" not in officer.response.headers
    officer.follows("Look again every few seconds")
    assert "Refresh" in officer.response.headers

    with town.session() as session:
        end(
            session, number, f"t{number}", {"rows": 5_000, "bad": 7, "recorded": 4_993}, at=town.now
        )
    assert states(officer.opens("/jobs")) == ["✔ Done"]
    assert "File taken in: Takedown items" in officer.text
    assert "Checked: rows 5,000, wrong 7." in officer.text
    assert "Refresh" not in officer.response.headers


def test_a_job_is_stopped_from_its_page_by_whoever_acts_for_the_house(town: Town) -> None:
    runs, waits = asks(town, "chea", "one"), asks(town, "chea", "two")
    is_begun(town, runs, 1, 2)
    officer = town.visit("meas").opens("/jobs")
    assert states(officer) == ["○ Waits for its turn", "● Is being done"]

    for number in (waits, runs):
        officer.presses(f"Stop: {number}")
    assert states(officer) == ["○ Stopped", "▲ Is being stopped"]
    # Its worker died: whoever takes it up finds that nobody wants it.
    town.clock.move_to(town.now + LEASE)
    with town.session() as session:
        claim(session, list(JobKind), token="next", at=town.now)
    assert states(officer.opens("/jobs")) == ["○ Stopped", "○ Stopped"]


def test_what_went_wrong_is_said_with_what_to_do(town: Town) -> None:
    number = asks(town, "chan", "KH-SP5-2026-000001-1")
    is_begun(town, number, 0, 2)
    with town.session() as session:
        fail(session, number, f"t{number}", "unexpected", at=town.now)
    officer = town.visit("chan").opens("/jobs")
    assert states(officer) == ["▲ Did not work, is tried again"]
    assert "is tried again 5 Nov 2026, 10:00" in officer.text

    town.clock.move_to(town.now + LEASE)
    is_begun(town, number, 0, 2)
    with town.session() as session:
        fail(session, number, f"t{number}", "asker-left", at=town.now, tries=1)
    assert states(officer.opens("/jobs")) == ["✖ Could not be done"]
    assert "Somebody who may can ask for it anew." in officer.text
    assert "Papers of a certificate: KH-SP5-2026-000001-1" in officer.text


def test_each_house_sees_and_stops_its_own_jobs_alone(town: Town) -> None:
    """chairs, first wall and second: what is another's is not there."""
    own = {name: asks(town, name, f"of {name}") for name in ("chea", "tep", "sok")}
    for name, other in (("chea", "tep"), ("tep", "sok"), ("sok", "chea")):
        visitor = town.visit(name).opens("/jobs")
        assert visitor.page.xpath("//tbody/tr/th/span[@class='due']/text()") == [f"No. {own[name]}"]
        token = visitor.page.xpath("//input[@name='csrf_token']/@value")[0]
        answer = visitor.client.post(f"/jobs/{own[other]}/cancellation", data={"csrf_token": token})
        assert answer.status_code == 404
    town.visit("ly").opens("/jobs", 403)
    with town.session() as session:
        assert set(session.scalars(select(Job.outcome))) == {None}

    with town.app.extensions["sessions"]() as session:
        if session.get_bind().dialect.name != "postgresql":
            return
        mine = (
            f"SET LOCAL ROLE portal_isp; SET LOCAL app.organisation = '{town.bodies['tonle-net']}'"
        )
        session.execute(text(mine))
        assert session.scalars(select(Job.subject)).all() == ["of tep"]
        changed = session.execute(text("UPDATE job SET outcome = 'DONE', ended_at = now()"))
        assert changed.rowcount == 1
        session.rollback()
        session.execute(text("SET LOCAL ROLE portal_notifier"))
        assert session.scalars(select(Job.id)).all() == []
