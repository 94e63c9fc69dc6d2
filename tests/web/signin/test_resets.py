"""The day the password was forgotten, and the day the address changes."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import pytest

from portal.mail import MailKind
from portal.web.signin.entrances import Purpose
from portal.web.signin.links import LinkDead, link_of, use_link
from tests.mail.conftest import server, told
from tests.mail.server import MailServer
from tests.town import PASSWORD, Town
from tests.web.signin.conftest import Sent, signs_in
from tests.web.signin.test_sessions import is_out

__all__ = ["server", "told"]

NEW = "four words and more"
Mails = Callable[[], list[Sent]]


def forgets(town: Town, name: str) -> str:
    visitor = town.stranger().opens("/login").follows("Forgotten password")
    return visitor.fills_in(address=f"{name}@example.org").text


def test_a_link_comes_by_mail_and_the_new_password_is_the_one(town: Town, mails: Mails) -> None:
    elsewhere = town.signs_in("chea")
    forgets(town, "chea")
    [sent] = mails()
    assert (sent.to, sent.kind) == ("chea@example.org", MailKind.ACCOUNT_RESET)

    chea = town.stranger().opens(sent.path).fills_in(password=NEW)

    assert is_out(chea)
    assert is_out(elsewhere)
    assert signs_in(town.stranger(), "chea", PASSWORD).heading == "Sign in"
    assert not is_out(signs_in(town.stranger(), "chea", NEW))
    assert "Your password was changed." in mails()[-1].text
    town.stranger().opens(sent.path, 404)


def test_of_two_who_hold_a_link_at_once_one_uses_it(town: Town, mails: Mails) -> None:
    forgets(town, "chea")
    token = mails()[0].path.rpartition("/")[2]

    with town.app.test_request_context():
        link = link_of(token, Purpose.RESET)
        assert use_link(link).email == "chea@example.org"
        with pytest.raises(LinkDead):
            use_link(link)


def test_a_name_that_nobody_has_gets_the_same_answer_and_no_mail(town: Town, mails: Mails) -> None:
    known, unknown = forgets(town, "chea"), forgets(town, "nobody")

    assert known == unknown
    assert [one.to for one in mails()] == ["chea@example.org"]


def test_the_answer_takes_about_as_long_for_a_name_that_nobody_has(town: Town) -> None:
    taken: dict[str, list[float]] = {"chea": [], "nobody": []}
    for _ in range(7):
        for name, seconds in taken.items():
            visitor = town.stranger().opens("/password-resets")
            town.clock.shift(600)
            began = time.perf_counter_ns()
            visitor.fills_in(address=f"{name}@example.org")
            seconds.append(time.perf_counter_ns() - began)

    # With the quick hashes of tests; a real one takes hundreds of times longer than what differs.
    assert median(taken["chea"]) < 3 * median(taken["nobody"])


def test_a_second_request_sends_no_second_mail_at_once(town: Town, mails: Mails) -> None:
    forgets(town, "chea")
    forgets(town, "chea")
    assert len(mails()) == 1

    town.clock.shift(6 * 60)
    forgets(town, "chea")
    assert len(mails()) == 2
    town.stranger().opens(mails()[0].path, 404)


def test_the_link_is_over_after_an_hour(town: Town, mails: Mails) -> None:
    forgets(town, "chea")
    town.clock.shift(3601)

    assert town.stranger().opens(mails()[0].path, 404).heading == "This link is good no more"


def test_who_is_out_gets_nothing(town: Town, mails: Mails) -> None:
    town.runs("people", "disable", "chea@example.org")
    forgets(town, "chea")

    assert mails() == []


def test_a_weak_password_is_refused_and_the_link_stays_good(town: Town, mails: Mails) -> None:
    forgets(town, "chea")
    visitor = town.stranger().opens(mails()[0].path)
    visitor.fills_in(422, password="short")
    visitor.fills_in(409, password="chea@example.org")
    visitor.fills_in(409, password="password1234")
    assert "Take four or more words" in visitor.errors()[0]

    visitor.fills_in(password=NEW)
    assert not is_out(signs_in(visitor, "chea", NEW))


def test_a_link_page_is_kept_by_no_browser(town: Town, mails: Mails) -> None:
    forgets(town, "chea")
    page = town.stranger().opens(mails()[0].path)

    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Referrer-Policy"] == "no-referrer"


def test_the_address_changes_when_the_new_one_says_so_and_both_are_told(
    town: Town, mails: Mails
) -> None:
    chea = town.signs_in("chea").opens("/account/address")
    chea.fills_in(address="Chea.New@example.org")
    [asked] = mails()
    assert (asked.to, asked.kind) == ("chea.new@example.org", MailKind.ADDRESS_TO_CONFIRM)
    assert not is_out(signs_in(town.stranger(), "chea"))

    town.stranger().opens(asked.path).presses("Confirm")

    assert signs_in(town.stranger(), "chea").heading == "Sign in"
    assert not is_out(signs_in(town.stranger(), "chea.new"))
    changed = [one for one in mails() if one.kind == MailKind.ACCOUNT_CHANGED]
    assert {one.to for one in changed} == {"chea@example.org", "chea.new@example.org"}
    assert all("Another e-mail address is now used." in one.text for one in changed)
    town.stranger().opens(asked.path, 404)


def test_the_address_of_somebody_else_is_not_taken_nor_told(town: Town, mails: Mails) -> None:
    chea = town.signs_in("chea")
    taken = chea.opens("/account/address").fills_in(address="meas@example.org").text
    free = chea.opens("/account/address").fills_in(address="x@example.org").text

    assert taken == free
    assert [one.to for one in mails()] == ["x@example.org"]


@pytest.mark.parametrize("address", ["chea", "a b@example.org", "x@y", "a@b..example"])
def test_what_is_no_address_is_refused_at_its_field(town: Town, address: str) -> None:
    chea = town.signs_in("chea").opens("/account/address").fills_in(422, address=address)

    assert chea.errors() == ["New e-mail address: enter an address such as name@isp.example."]


def test_the_mails_go_out_to_whom_they_concern(
    town: Town, server: MailServer, told: Callable[..., object]
) -> None:
    town.signs_in("chea").opens("/account/address").fills_in(address="chea.new@example.org")
    forgets(town, "meas")

    with told(server):
        assert "2 sent" in town.runs("mail", "send")
    assert server.for_whom() == ["chea.new@example.org", "meas@example.org"]


def test_what_a_thief_asked_for_is_void_once_the_password_changed(town: Town, mails: Mails) -> None:
    thief, chea = town.signs_in("chea"), town.signs_in("chea")
    thief.opens("/account/address").fills_in(address="thief@example.org")
    chea.opens("/account/password").fills_in(present=PASSWORD, password=NEW)

    town.stranger().opens(mails()[0].path, 404)


def test_a_link_on_its_way_to_the_old_address_is_void_once_it_changed(
    town: Town, mails: Mails
) -> None:
    forgets(town, "chea")
    town.signs_in("chea").opens("/account/address").fills_in(address="chea.new@example.org")
    town.stranger().opens(mails()[1].path).presses("Confirm")

    town.stranger().opens(mails()[0].path, 404)
