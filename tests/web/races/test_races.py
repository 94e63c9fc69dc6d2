"""Two who do the same at the same moment, at two servers: one of them did it, and both are told."""

from __future__ import annotations

import itertools
from functools import partial

import pytest
from sqlalchemy import func, select

from portal.certificates.model import Certificate
from portal.returns.model import Decision, Filing
from portal.trail import verify
from tests.town import PASSWORD
from tests.web.races.conftest import ACCEPTED, Races, link_for
from tests.web.races.servers import Browser, at_once
from tests.web.uploads.conftest import held, sample

# Two servers for all: on one worker they are started once an engine.
pytestmark = pytest.mark.xdist_group("races")

DONE, REFUSED, NOT_THERE = 303, 409, 404


def statuses(answers: list[object]) -> list[int]:
    return sorted(answer.status_code for answer in answers)  # type: ignore[attr-defined]


def test_a_month_filed_by_two_is_filed_once_with_one_receipt(races: Races) -> None:
    approvers = races.browsers("meas", "noun", "noun", "meas")

    answers = at_once(
        [partial(b.sends, "/returns/2026-10/filings", preparation=1) for b in approvers]
    )

    assert statuses(answers) == [DONE] * 4
    assert {answer.headers["Location"] for answer in answers} == {"/returns/2026-10/filings/1"}
    with races.town.session() as session:
        of = Filing.isp_id == races.town.bodies["mekong-net"]
        assert session.scalar(select(func.count()).select_from(Filing).where(of)) == 1
        assert verify(session) == []


def test_a_file_recorded_by_four_at_once_is_recorded_once(races: Races) -> None:
    browsers = races.browsers("chea", "meas")
    imports = f"{browsers[0].server}/registers/roster/imports"
    file = {"file": ("rows.csv", sample(races.town, 40, "roster"))}
    data = {"csrf_token": browsers[0].token}
    sent = browsers[0].line.post(imports, data=data, files=file, allow_redirects=False)
    here, before = sent.headers["Location"], held(races.town, "roster")

    answers = at_once([partial(browser.sends, f"{here}/records") for browser in browsers * 2])

    assert statuses(answers) == [DONE] * 4
    assert held(races.town, "roster") == before + 40
    assert all("Recorded" in browser.opens(here).text for browser in browsers)
    with races.town.session() as session:
        assert verify(session) == []


def test_a_filing_decided_by_two_is_decided_once(races: Races) -> None:
    officers = races.browsers("sok", "sok2", "sok2", "sok")

    answers = at_once(
        [
            partial(b.sends, "/reviews/quiet-4/2026-10/1/decision", outcome="ACCEPT")
            for b in officers
        ]
    )

    assert statuses(answers) == [DONE, *[REFUSED] * 3]
    with races.town.session() as session:
        decided = select(Decision.isp_id).order_by(Decision.isp_id)
        isps = session.scalars(decided).all()
        assert len(isps) == len(set(isps)) == len(ACCEPTED) + 1
        assert verify(session) == []


def test_numbers_issued_at_two_servers_are_unique_and_have_no_gap(races: Races) -> None:
    issuers = races.browsers("chan", "chan2")
    pairs = list(itertools.product(ACCEPTED, issuers))

    answers = at_once(
        [partial(b.sends, "/certificates", only=f"{isp} 2026-10") for isp, b in pairs]
    )

    assert statuses(answers) == [*[DONE] * len(ACCEPTED), *[REFUSED] * len(ACCEPTED)]
    with races.town.session() as session:
        made = session.scalars(select(Certificate).order_by(Certificate.serial)).all()
        assert [one.serial for one in made] == list(range(1, len(ACCEPTED) + 1))
        assert len({one.number for one in made}) == len({one.isp_id for one in made}) == 3
        assert verify(session) == []


def test_a_link_used_by_two_sets_one_password(races: Races) -> None:
    address = f"/password-resets/{link_for(races.town, 'tep')}"
    browsers = races.strangers(4)
    for browser in browsers:
        browser.opens(address)

    words = [f"{PASSWORD} of number {n}" for n in range(4)]
    answers = at_once(
        [partial(b.sends, address, password=word) for b, word in zip(browsers, words, strict=True)]
    )

    assert statuses(answers) == [DONE, *[NOT_THERE] * 3]
    [winner] = [n for n, answer in enumerate(answers) if answer.status_code == DONE]
    came_in = [Browser(races.servers[0]).signs_in("tep", word).is_in() for word in words]
    assert came_in == [n == winner for n in range(4)]


def test_wrong_passwords_at_two_servers_pause_the_right_one_at_both(races: Races) -> None:
    browsers = races.strangers(8)
    for browser in browsers:
        browser.opens("/login")

    at_once(
        [
            partial(b.sends, "/login", email="kong@example.org", password="wrong wrong wrong")
            for b in browsers
        ]
    )

    assert not any(browser.signs_in("kong").is_in() for browser in races.strangers(2))
    assert all(browser.is_in() for browser in races.browsers("ly", "ly"))
