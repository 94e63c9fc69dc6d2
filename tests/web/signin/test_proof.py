"""Freshness: acts that count ask anew who it is, and nothing typed is lost by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.town import PASSWORD, Town
from tests.visitors import Visitor
from tests.web.returns.months import begins_the_review, files_a_quiet_month, opens_the_books
from tests.web.signin.conftest import signs_in, waits
from tests.web.signin.test_sessions import cookie_of, holding, is_out

REVIEW = "/reviews/mekong-net/2026-10/1"
ASKED = "Is it you?"


@pytest.fixture
def reviewed(strict: Town) -> Town:
    """October is filed and its review begun; second factors are not what is tried here."""
    opens_the_books(strict)
    files_a_quiet_month(strict)
    begins_the_review(strict)
    strict.app.extensions["settings"] = replace(
        strict.app.extensions["settings"], second_factor="off"
    )
    return strict


def stale(town: Town, name: str) -> Visitor:
    """Somebody who signed in twenty minutes ago."""
    visitor = town.signs_in(name)
    waits(town, 20 * 60)
    return visitor


def decides(visitor: Visitor, expect: int) -> Visitor:
    visitor.opens(REVIEW)
    return visitor.fills_in(expect, form="decision", outcome="ACCEPT")


def test_a_fresh_decision_asks_nothing(reviewed: Town) -> None:
    assert decides(reviewed.signs_in("sok"), 200).heading != ASKED


def test_a_stale_decision_asks_for_the_password_and_keeps_what_was_typed(reviewed: Town) -> None:
    sok = decides(stale(reviewed, "sok"), 403)
    assert sok.heading == ASKED

    sok.fills_in(form="proof", proof_password=PASSWORD)

    assert "Accepted" in sok.opens(REVIEW).text


def test_a_wrong_password_does_nothing_and_still_keeps_it(reviewed: Town) -> None:
    sok = decides(stale(reviewed, "sok"), 403)
    sok.fills_in(403, form="proof", proof_password="wrong")
    assert "The password is not right." in sok.text

    sok.fills_in(form="proof", proof_password=PASSWORD)

    assert "Accepted" in sok.opens(REVIEW).text


def test_wrong_passwords_pause_here_too(reviewed: Town) -> None:
    sok = decides(stale(reviewed, "sok"), 403)
    for _ in range(5):
        sok.fills_in(403, form="proof", proof_password="wrong")

    sok.fills_in(403, form="proof", proof_password=PASSWORD)
    assert signs_in(reviewed.stranger(), "sok").heading == "Sign in"


def test_one_proof_is_good_for_a_while(reviewed: Town) -> None:
    sok = decides(stale(reviewed, "sok"), 403)
    sok.fills_in(form="proof", proof_password=PASSWORD)
    waits(reviewed, 10 * 60)

    sok.opens("/account/address").fills_in(address="sok.new@example.org")

    assert sok.heading != ASKED


def test_the_session_has_another_key_after_a_proof(reviewed: Town) -> None:
    sok = decides(stale(reviewed, "sok"), 403)
    before = cookie_of(sok)

    sok.fills_in(form="proof", proof_password=PASSWORD)

    assert is_out(holding(reviewed, before))
    assert not is_out(sok)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("meas", "/returns/2026-10/filings"),
        ("meas", "/returns/2026-10/filings/1/recall"),
        ("sok", f"{REVIEW}/decision"),
        ("chan", "/certificates"),
        ("chan", "/certificates/MPTC-2026-1/revocation"),
        ("meas", "/account/address"),
        ("meas", "/authenticator"),
        ("meas", "/recovery-codes"),
        ("meas", "/passkeys"),
        ("meas", "/passkeys/removals"),
    ],
)
def test_what_counts_asks_anew(reviewed: Town, name: str, path: str) -> None:
    visitor = stale(reviewed, name).opens("/account")
    token = visitor.page.xpath("//input[@name='csrf_token']/@value")[0]

    sent = visitor.client.post(path, data={"csrf_token": token})

    assert sent.status_code == 403
    assert ASKED in sent.get_data(as_text=True)


def test_recording_an_entry_asks_nothing(reviewed: Town) -> None:
    chea = stale(reviewed, "chea").opens("/returns/2026-10")

    assert chea.opens("/registers/takedowns/entries/new").fills_in(422, form="entries")


def test_a_page_of_ones_own_factors_asks_before_it_is_shown(reviewed: Town) -> None:
    chea = stale(reviewed, "chea").opens("/passkeys")
    assert chea.heading == ASKED

    chea.fills_in(form="Go on", password=PASSWORD)

    assert chea.heading == "Add a passkey"


def test_wrong_passwords_pause_before_such_a_page_too(reviewed: Town) -> None:
    chea = stale(reviewed, "chea").opens("/passkeys")
    for _ in range(5):
        chea.fills_in(form="Go on", password="wrong")
        assert "The password is not right." in chea.text

    chea.fills_in(form="Go on", password=PASSWORD)
    assert chea.heading == ASKED
