"""Passwords that are tried first are not taken (ASVS V6.2.4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from portal.web.signin import SHORTEST_PASSWORD, guessing
from portal.web.signin.configuration import LONGEST_PASSWORD
from portal.web.signin.guessing import LOOKED_AT, is_soon_guessed, words_in
from tests.town import PASSWORD, Town
from tests.web.signin.conftest import Sent
from tests.web.signin.test_people import invites, managed, manager

__all__ = ["managed"]

MOST_USED: list[str] = FREQUENCY_LISTS["passwords"]
"""The most used first."""
CHEA = ("chea@example.org", "Chea Preparer", "Mekong Net", "មេគង្គ ណិត", "Reporting portal")


def test_of_the_most_used_none_that_is_long_enough_is_taken() -> None:
    long_enough = [word for word in MOST_USED if len(word) >= SHORTEST_PASSWORD]

    assert len(MOST_USED) >= 30_000
    assert len(long_enough) > 200
    assert [word for word in long_enough if not is_soon_guessed(word, CHEA)] == []


def test_nor_is_any_of_the_three_thousand_made_long_enough() -> None:
    made = [f"{word:!<{SHORTEST_PASSWORD}}" for word in MOST_USED[:3000]]

    assert [word for word in made if not is_soon_guessed(word, ())] == []


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword", "P@ssw0rd2026", "qwertyuiopasdf", "1234567890123", "aaaaaaaaaaaaaaaa",
        "chea.preparer", "MekongNet2026", "mekong-net-1", "reporting portal", "មេគង្គ ណិត",
        "portalportalportal", "iloveyou2026",
    ],
)  # fmt: skip
def test_what_is_known_of_everybody_or_of_oneself_is_not_taken(password: str) -> None:
    assert is_soon_guessed(password, CHEA)


@pytest.mark.parametrize(
    "password", [PASSWORD, "ស្រែ ទឹក ភ្នំ ដើមឈើ", "mrzqkwpvhdtx", "four words and more", "xK9#mP2$vL5q"]
)
def test_what_nobody_knows_is_taken_of_whatever_it_is_made(password: str) -> None:
    assert not is_soon_guessed(password, CHEA)


def test_a_long_one_is_judged_by_its_beginning_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []
    judge = guessing.zxcvbn

    def noting(password: str, user_inputs: list[str]) -> object:
        lengths.append(len(password))
        return judge(password, user_inputs=user_inputs)

    monkeypatch.setattr(guessing, "zxcvbn", noting)

    assert not is_soon_guessed("9 words, and 4 @ signs; " * 150, ())
    assert not is_soon_guessed("x9" + PASSWORD, ())
    assert lengths == [LOOKED_AT, len(PASSWORD) + 2]
    assert LOOKED_AT < LONGEST_PASSWORD


def test_a_name_is_tried_whole_joined_and_by_its_words() -> None:
    assert words_in(["Mekong Net", "Chea"]) == [
        *("mekong net", "mekongnet", "mekong-net", "mekong.net", "mekong_net", "mekong", "net"),
        "chea",
    ]


def test_who_is_invited_is_told_what_to_take_instead(
    managed: Town, mails: Callable[[], list[Sent]]
) -> None:
    invites(manager(managed), "dara")
    stranger = managed.stranger().opens(mails()[0].path)

    for weak in ("qwerty123456", "dara@example", "mekong-net-dara"):
        stranger.fills_in(409, password=weak)
        [said] = stranger.errors()
        assert said.startswith("New password: this would be guessed soon.")
        assert "Take four or more words" in said

    assert "Welcome." in stranger.fills_in(password="ស្រែ ទឹក ភ្នំ ដើមឈើ").text
