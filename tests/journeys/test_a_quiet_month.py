"""A month in which nothing happened, at an ISP of three people, on a phone (chairs B7)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.period import Period
from portal.registers.declaring import declare
from portal.returns.actions import declare_opening, file, prepare
from tests.build import a_declaration
from tests.town import PASSWORD, Town
from tests.visitors import Visitor

PAGE = Path(__file__).parents[2] / "docs" / "quiet-month.md"
QUIET = ("takedowns", "blocklists", "training")
DECLARED = ("SP5-01", "SP5-10", "SP5-13", "SP5-14", "SP5-16")


class Counted:
    """Somebody whose page loads, typed fields and ticks are counted."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.pages = self.typed = self.ticked = 0

    def opens(self, path: str) -> None:
        self.pages += 1
        self.visitor.opens(path)

    def follows(self, words: str) -> None:
        self.pages += 1
        self.visitor.follows(words)

    def sends(self, button: str, ticks: int = 0, **fields: object) -> None:
        self.pages += 1
        self.ticked += ticks
        self.typed += 0 if ticks else len(fields)
        self.visitor.fills_in(form=button, **fields)


@pytest.fixture
def small(town: Town) -> Town:
    """Small Net answered its duties and filed October; it is December, November is to be filed."""
    preparer, approver, isp = town.actors["small"], town.actors["boss"], town.bodies["small-net"]
    with town.session() as session:
        for obligation in DECLARED:
            extra = {"deputies": 1} if obligation == "SP5-01" else {}
            answer = a_declaration(session, obligation=obligation, **extra)
            declare(session, isp, answer, by=preparer, at=town.now)
        october = Period(2026, 10)
        declare_opening(session, isp, october, 0, by=preparer, at=town.now)
        made = prepare(session, isp, october, nils=QUIET, by=preparer, at=town.now)
        file(session, isp, october, made.no, by=approver, at=town.now)
    town.moves_to("2026-12-02 19:30")
    return town


def test_a_quiet_month_takes_eight_pages_four_typed_fields_and_three_ticks(small: Town) -> None:
    officer = Counted(small.stranger())
    officer.opens("/")
    officer.sends("Sign in", email="small@example.org", password=PASSWORD)
    assert "NOT FILED: November 2026." in officer.visitor.text
    officer.follows("Look at it before filing")
    officer.sends("Prepare for approval", ticks=3, nils=list(QUIET))
    assert "An approver of your organisation files it." in officer.visitor.text

    approver = Counted(small.stranger())
    approver.opens("/")
    approver.sends("Sign in", email="boss@example.org", password=PASSWORD)
    approver.follows("Approve and file it")
    approver.sends("File exactly this for November 2026")
    assert approver.visitor.heading.startswith("Filed: receipt R-2026-11-")
    assert "NOT FILED" not in approver.visitor.text

    counted = (
        officer.pages + approver.pages,
        officer.typed + approver.typed,
        officer.ticked + approver.ticked,
    )
    assert counted == (8, 4, 3)
    assert counted == tuple(int(n) for n in re.findall(r"\*\*(\d+)\*\*", PAGE.read_text())[:3])


def test_reconfirming_every_declaration_is_one_page_and_one_tap(small: Town) -> None:
    officer = Counted(small.visit("small"))
    officer.opens("/declarations")
    officer.sends("All answers still hold")

    assert officer.pages == 2
    assert "checked on 2 Dec 2026" in officer.visitor.text


def test_every_page_of_a_quiet_month_keeps_within_a_page_of_weight(small: Town) -> None:
    officer = small.visit("small")
    for path in ("/returns", "/returns/2026-11", "/declarations"):
        answer = officer.opens(path).response
        assert answer is not None
        assert len(answer.get_data()) < 60_000, path
