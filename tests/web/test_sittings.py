"""A whole month of certificates by page and by command: asked for once, watched, and told."""

from __future__ import annotations

from threading import Event

from sqlalchemy import select

from portal.accounts import Organisation
from portal.certificates.model import Certificate
from portal.jobs import Job
from portal.mail import Mail, MailKind
from portal.web.pages import LOOK_AGAIN
from portal.web.running import do_next
from tests.reviews.quiet import Country
from tests.town import Town
from tests.visitors import Visitor
from tests.web.test_certificates import accepted

QUIET = ("quiet-1", "quiet-2", "quiet-3", "quiet-4")


def a_month_waits(town: Town) -> None:
    """Four quiet months were accepted, the last by somebody who issues, too."""
    with town.session() as session:
        office = session.get_one(Organisation, town.bodies["regulator"])
        country = Country(session, office, town.actors["sok"])
        for slug in QUIET:
            country.settles(slug)
            country.reviewer = town.actors["chan" if slug == QUIET[-1] else "sok"]
            country.judges(country.files(slug, trained=False, at=town.now))


def states(visitor: Visitor) -> list[str]:
    cells = visitor.page.xpath("//tbody/tr/td[1]/span[contains(@class, 'pill')]")
    return [" ".join(cell.text_content().split()) for cell in cells]


def test_a_whole_month_is_asked_for_once_watched_and_told_with_what_was_refused(town: Town) -> None:
    """chairs B3."""
    a_month_waits(town)
    issuer = town.visit("chan").opens("/certificates")
    issuer.presses("Issue the whole month: 4")
    assert issuer.path == "/certificates/sittings/1"
    assert states(issuer) == ["○ Waits for its turn"] * 4
    assert issuer.response.headers["Refresh"] == str(LOOK_AGAIN)
    boxes = issuer.opens("/certificates").page.xpath("//input[@name='each']/@value")
    issuer.fills_in(form="Issue all that are ticked", each=boxes)
    assert issuer.path == "/certificates/sittings/1"

    with town.app.app_context():
        assert do_next(Event())
    issuer.opens(issuer.path)
    assert states(issuer) == ["○ Being prepared"] * 3 + ["✖ Refused"]
    assert "Numbers given: 3 of 4. Refused: 1." in issuer.text
    assert "Papers made: 0 of 3." in issuer.text
    assert "Who asked for it decided R-2026-10" in issuer.text
    # Its papers are still to be made.
    assert "Refresh" in issuer.response.headers

    with town.session() as session:
        told = session.scalars(select(Mail).where(Mail.kind == MailKind.JOB_DONE)).all()
        assert [mail.person_id for mail in told] == [town.actors["chan"].person_id]
        number = session.scalars(select(Certificate.number).order_by(Certificate.serial)).first()
    assert "Being prepared" in town.stranger().opens(f"/verify/{number}").text
    issuer.opens("/jobs").follows("October 2026")
    assert issuer.path == "/certificates/sittings/1"
    assert "Issued: 3. Refused: 1." in issuer.opens("/jobs").text
    issuer.opens("/certificates/sittings/2", 404)


def test_a_whole_month_is_issued_by_command_with_its_papers(town: Town) -> None:
    accepted(town, "mekong-net")
    accepted(town, "tonle-net", by="chan")
    words = ("certificates", "issue", "--month", "2026-10", "--as", "chan@example.org")

    said = town.runs(*words, expect=1)

    with town.session() as session:
        [number] = session.scalars(select(Certificate.number))
        assert {job.outcome for job in session.scalars(select(Job))} == {"DONE"}
    assert f"mekong-net: {number}" in said
    assert "tonle-net: Who asked for it decided R-2026-10" in said
    assert "0 finished" in town.runs("certificates", "finish")
    assert "Say an ISP and its month, or --month." in town.runs(*words[:2], *words[4:], expect=2)
