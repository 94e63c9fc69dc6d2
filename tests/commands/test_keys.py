"""``flask import --key``: a program takes in files, within its desks, while its key is good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from portal.accounts import Desk, LicenceStatus, Organisation, ProgramKeyUse, Role
from portal.accounts.actions import end_licence
from portal.accounts.keys import end_program, make_key, name_program, revoke_key
from portal.registers.takedowns import Takedown
from tests import build
from tests.town import Town, town

__all__ = ["town"]

TODAY = build.NOW.date()


@dataclass
class Hand:
    """A program of Mekong Net, its key in the environment, and a file to take in."""

    town: Town
    number: int
    key: str
    path: Path

    def imports(self, *more: str, slug: str = "takedowns", expect: int = 0) -> str:
        return self.town.runs("import", slug, str(self.path), "--key", *more, expect=expect)

    def manages(self, act: Callable[..., object], *what: object) -> None:
        """Something done about the program by somebody who may all of it."""
        with self.town.session() as session:
            act(session, self.town.bodies["mekong-net"], *what, by=keeper(self.town), at=build.NOW)


def keeper(town: Town) -> build.Actor:
    return replace(town.actors["meas"], role=Role.ADMINISTRATOR)


@pytest.fixture
def hand(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hand:
    path = tmp_path / "sample.csv"
    town.runs("import", "takedowns", "--sample", "2", "-o", str(path))
    with town.session() as session:
        isp = session.get_one(Organisation, town.bodies["mekong-net"])
        made = name_program(
            session, isp, "Ticket system", [Desk.ABUSE_DESK], by=keeper(town), at=build.NOW
        )
        until = TODAY + timedelta(days=30)
        _, key = make_key(
            session, isp.id, made.person_id, until, on=TODAY, by=town.actors["meas"], at=build.NOW
        )
    monkeypatch.setenv("PROGRAM_KEY", key)
    return Hand(town, made.person_id, key, path)


def held(town: Town) -> int:
    with town.session() as session:
        return session.scalar(select(func.count()).select_from(Takedown)) or 0


def test_entries_of_a_program_bear_its_name_on_pages_and_in_the_trail(hand: Hand) -> None:
    assert hand.imports() == "2 recorded, 0 recorded before.\n"

    meas = hand.town.visit("meas").opens("/registers/takedowns/entries/1")
    assert "by Ticket system" in meas.text
    [row] = meas.opens("/trail").page.xpath("//tr[contains(., 'Entries recorded')]")
    assert "Ticket system" in row.text_content()
    assert "Program" in row.text_content()
    assert "5 Nov 2026" in meas.opens("/programs").text


def test_a_program_stays_within_its_desks_in_the_words_of_the_page(hand: Hand) -> None:
    said = hand.imports(slug="blocklists", expect=1)

    assert "Network (block lists): you do not write the registers of this desk." in said


def test_a_key_is_good_for_its_own_isp_alone(hand: Hand) -> None:
    assert "Nothing by that name" in hand.imports("--isp", "tonle-net", expect=1)
    assert "2 recorded" in hand.imports("--isp", "mekong-net")


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("forged", "There is no such key."),
        ("expired", "The last day of this key was 5 Dec 2026. Make another one."),
        ("revoked", "This key, or its program, was revoked."),
        ("ended", "This key, or its program, was revoked."),
        ("unlicensed", "The ISP of this key holds no active licence today."),
    ],
)
def test_a_key_that_is_good_no_more_opens_nothing(
    hand: Hand, monkeypatch: pytest.MonkeyPatch, what: str, words: str
) -> None:
    if what == "forged":
        monkeypatch.setenv("PROGRAM_KEY", hand.key[:-1] + ("A" if hand.key[-1] != "A" else "B"))
    elif what == "expired":
        hand.town.moves_to("2026-12-06 00:10")
    elif what == "revoked":
        hand.manages(revoke_key, hand.number, 1)
    elif what == "ended":
        hand.manages(end_program, hand.number)
    else:
        ended = {"until_on": TODAY - timedelta(days=1), "by": build.FOUNDER, "at": build.NOW}
        with hand.town.session() as session:
            isp = hand.town.bodies["mekong-net"]
            end_licence(session, isp, "L-mekong-net", LicenceStatus.REVOKED, **ended)

    assert words in hand.imports(expect=1)
    assert held(hand.town) == 0


def test_that_a_key_was_used_is_kept_whatever_becomes_of_the_file(hand: Hand) -> None:
    hand.path.write_text("nothing,like,it\n1,2,3\n")
    for _ in range(2):
        hand.imports(expect=1)

    with hand.town.session() as session:
        assert [one.used_on for one in session.scalars(select(ProgramKeyUse))] == [TODAY]


def test_a_key_is_never_a_word_of_the_command(
    hand: Hand, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    refused = hand.town.runs("import", "takedowns", str(hand.path), f"--key={hand.key}", expect=2)
    assert hand.key not in refused
    monkeypatch.setenv("FLASK_IMPORT_BY_KEY", hand.key)
    assert "2 recorded" in hand.imports()
    both = hand.town.runs(
        "import", "takedowns", str(hand.path), "--key", "--isp", "mekong-net",
        "--as", "chea@example.org", expect=2,
    )  # fmt: skip
    assert "FILE --key" in both
    output = capfd.readouterr()
    assert hand.key not in output.out + output.err


def test_without_the_variable_it_is_asked_for_unseen(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROGRAM_KEY")
    words = ["import", "takedowns", str(hand.path), "--key"]
    result = hand.town.app.test_cli_runner().invoke(args=words, input=f"{hand.key}\n")

    assert result.exit_code == 0, result.output
    assert hand.key not in result.output
    assert held(hand.town) == 2


def test_no_table_holds_a_key(hand: Hand) -> None:
    hand.imports()
    secret = hand.key.split("_", 2)[2]

    with hand.town.session() as session:
        tables = ("program", "program_key", "program_key_use", "person", "event")
        rows = [row for t in tables for row in session.execute(text(f"SELECT * FROM {t}"))]  # noqa: S608
    assert not [row for row in rows if secret in str(row)]
