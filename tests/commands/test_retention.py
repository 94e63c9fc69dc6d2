"""``flask retention run`` and ``flask purge run``: counts in words, twice the same, by whom."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.mail.model import Mail
from portal.registers.actions import admit
from portal.registers.register import REGISTERS
from portal.registers.roster import RosterSpan
from portal.web.limits import Tally
from portal.web.signin.entrances import LoginSession, MailedLink
from tests import build
from tests.town import Town


def left_in_2025(town: Town) -> None:
    with town.session() as session:
        span = build.a_span(
            session, joined_on="2025-01-01", from_on="2025-01-01", until_on="2025-06-30"
        )
        isp, by = town.bodies["mekong-net"], town.actors["chea"]
        admit(session, isp, REGISTERS["roster"], [span], by=by, at=town.now)


def test_a_run_says_what_it_did_and_a_dry_one_the_same(town: Town) -> None:
    left_in_2025(town)
    said = "Pseudonyms of people who left of mekong-net: 1\n1 values {}.\n"
    dry = town.runs("retention", "run", "--dry-run", "--as", "SYSTEM")
    assert dry == said.format("would go")
    with town.session() as session:
        assert session.scalar(select(RosterSpan.staff_ref)) == "S-0421"
    assert town.runs("retention", "run", "--as", "pich@example.org") == said.format("are gone")
    assert town.runs("retention", "run", "--as", "SYSTEM") == "0 values are gone.\n"
    assert "every chain" in town.runs("trail", "verify").lower()
    page = town.visit("meas").opens("/registers/roster").text
    assert "S-0421" not in page


def test_who_may_not_hold_does_not_let_go(town: Town) -> None:
    assert "nobody who may do this" in town.runs(
        "retention", "run", "--as", "chea@example.org", expect=2
    )


def test_how_people_came_in_is_forgotten_and_who_is_here_stays(town: Town) -> None:
    town.visit("chea").presses("Sign out")
    town.stranger().opens("/password-resets").fills_in(address="meas@example.org")
    town.moves_to("2026-12-10 10:00")
    here = town.visit("meas")
    said = town.runs("purge", "run")
    assert "sessions: 1\n" in said
    assert "links: 1\n" in said
    with town.session() as session:
        assert session.scalar(select(func.count()).select_from(LoginSession)) == 1
        assert session.scalar(select(MailedLink)) is None
    here.opens("/")
    assert {line.rpartition(" ")[2] for line in town.runs("purge", "run").splitlines()} == {"0"}


def test_what_old_mail_was_about_goes(town: Town) -> None:
    town.stranger().opens("/password-resets").fills_in(address="meas@example.org")
    with town.session() as session:
        session.add(Tally(kind="verify", who=bytes(32), began=1, count=1))
        for mail in session.scalars(select(Mail)):
            mail.sent_at = town.now
    town.moves_to("2027-02-04 10:00")
    said = town.runs("purge", "run")
    assert "mails about accounts: 1\n" in said
    with town.session() as session:
        assert session.scalar(select(Mail)) is None
        assert session.scalar(select(Tally).where(Tally.began == 1)) is None
