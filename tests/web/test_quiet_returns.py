"""Quiet returns, page by page: what stands out, the draw, the sitting."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.accounts import Organisation
from tests.reviews.quiet import Country
from tests.town import Town
from tests.visitors import Visitor

LIST = "/reviews/quiet/2026-10"


def quiet_isps(town: Town, session: Session, count: int) -> None:
    """So many further ISPs in town filed a nil October."""
    regulator = session.get_one(Organisation, town.bodies["regulator"])
    country = Country(session, regulator, town.actors["sok"])
    for n in range(count):
        country.settles(f"quiet-{n:02d}")
        country.files(f"quiet-{n:02d}")


@pytest.fixture
def calm(town: Town) -> Town:
    """Twelve quiet ISPs have filed; it is 12 November."""
    with town.session() as session:
        quiet_isps(town, session, 12)
    town.moves_to("2026-11-12 10:00")
    return town


def draws(calm: Town, seed: str = "lottery 7") -> Visitor:
    return calm.visit("sok").opens(LIST).fills_in(form="Draw the sample", seed=seed)


def judges_the_sample(calm: Town, officer: Visitor) -> list[str]:
    """Review what was drawn, one page after another; its receipts."""
    rows = officer.page.xpath("//tr[contains(., 'drawn: by hand')]")
    for link in [row.xpath(".//a/@href")[0] for row in rows]:
        reviewer = calm.visit("sok").opens(link).presses("Begin the review")
        reviewer.fills_in(form="decision", outcome="ACCEPT")
    return [row.xpath("./td[1]")[0].text_content().strip() for row in rows]


def test_the_queue_leads_to_a_list_of_quiet_returns(calm: Town) -> None:
    officer = calm.visit("sok").opens("/reviews?period=2026-10").follows("Quiet returns")

    assert "Nothing stands out on 12 returns" in officer.text
    assert "% of them are drawn, rounded up" in officer.text


def test_a_sample_is_drawn_and_the_others_accepted_in_one_sitting(calm: Town) -> None:
    officer = draws(calm)
    assert "Review what was drawn by hand first: 2 still wait." in officer.text
    by_hand = judges_the_sample(calm, officer)
    assert len(by_hand) == 2

    officer.opens(f"{LIST}/draws/1").presses("Accept the others")

    assert "10 returns accepted." in officer.text
    assert "Nothing stands out on 0 returns" in officer.opens(LIST).text


def test_accepting_before_the_sample_was_judged_is_refused(calm: Town) -> None:
    officer = draws(calm)
    token = officer.page.xpath("//input[@name='csrf_token']/@value")[0]
    answer = officer.client.post(f"{LIST}/draws/1/acceptances", data={"csrf_token": token})

    assert answer.status_code == 409
    assert "Review what was drawn by hand first: 2 still wait" in answer.get_data(as_text=True)


def test_a_second_draw_over_the_same_returns_is_refused(calm: Town) -> None:
    first, second = (calm.visit("sok").opens(LIST) for _ in range(2))
    first.fills_in(form="Draw the sample")
    second.fills_in(409, form="Draw the sample")

    assert "each is drawn from once only" in second.text


def test_a_seed_is_no_place_for_an_address(calm: Town) -> None:
    officer = calm.visit("sok").opens(LIST)
    officer.fills_in(422, form="Draw the sample", seed="https://example.org/x")

    assert "example.org" not in officer.text


def test_what_stands_out_is_listed_with_its_words(calm: Town) -> None:
    with calm.session() as session:
        regulator = session.get_one(Organisation, calm.bodies["regulator"])
        country = Country(session, regulator, calm.actors["sok"])
        country.settles("loud-01", open_items=2)
        country.files("loud-01", trained=False, at=calm.now)
    officer = calm.visit("sok").opens(LIST)

    assert "filed late" in officer.text
    assert "nobody on the roster" in officer.text


def test_an_auditor_draws_again_and_does_no_more(calm: Town) -> None:
    draws(calm)
    calm.visit("ly").opens(f"{LIST}/draws/1", 404)
    calm.engages("quiet-01", "quiet-02", first="2026-09")
    auditor = calm.visit("ly").opens(f"{LIST}/draws/1")
    assert "Quiet 01" in auditor.text
    assert "Quiet 03" not in auditor.text

    assert "the same list, the same sample" in auditor.text
    assert "lottery 7" in auditor.text
    said = calm.runs("reviews", "redraw", "2026-10", "1")
    assert "The same list, the same sample." in said
    drawn = [line for line in said.splitlines() if line.startswith("R-2026-10-")]
    assert len(drawn) == 2
    assert all(f"{receipt} ● drawn" in auditor.text for receipt in drawn)
    assert (
        "Draw of quiet returns read"
        in calm.visit("sok").opens("/trail?chain=quiet-01&reads=1").text
    )
    auditor.opens(LIST, 403)
    calm.runs("reviews", "redraw", "2026-10", "2", expect=1)


def test_who_only_issues_sees_the_draw_and_accepts_nothing(calm: Town) -> None:
    draws(calm)
    issuer = calm.visit("chan").opens(f"{LIST}/draws/1")
    token = issuer.page.xpath("//input[@name='csrf_token']/@value")[0]
    for path in ("draws", "draws/1/acceptances"):
        answer = issuer.client.post(f"{LIST}/{path}", data={"csrf_token": token})
        assert answer.status_code == 403, path
    for name in ("chea", "rith"):
        calm.visit(name).opens(LIST, 403)
        calm.visit(name).opens(f"{LIST}/draws/1", 403)


def test_the_pages_ask_as_much_for_many_as_for_few(town: Town) -> None:
    with town.session() as session:
        quiet_isps(town, session, 2)
    town.moves_to("2026-11-12 10:00")
    officer = draws(town)
    with town.queries() as few:
        officer.opens(f"{LIST}/draws/1")
    with town.session() as session:
        regulator = session.get_one(Organisation, town.bodies["regulator"])
        country = Country(session, regulator, town.actors["sok"])
        for n in (5, 6, 7, 8):
            country.settles(f"quiet-{n:02d}")
            country.files(f"quiet-{n:02d}")
    officer.opens(LIST).fills_in(form="Draw the sample")
    with town.queries() as many:
        officer.opens(f"{LIST}/draws/2")

    assert len(many) == len(few)
