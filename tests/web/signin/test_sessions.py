"""Sessions: each can be seen and ended, none outlives its time, a stolen cookie is dead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from portal.accounts import Person
from portal.web.session import settings
from portal.web.signin import Account
from portal.web.signin.entrances import LoginSession
from tests.town import PASSWORD, Town
from tests.visitors import Visitor
from tests.web.signin.conftest import Sent, signs_in, waits

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


def cookie_of(visitor: Visitor) -> str:
    found = visitor.client.get_cookie("session")
    assert found is not None
    return str(found.value)


def holding(town: Town, cookie: str) -> Visitor:
    """A thief's browser with somebody's cookie."""
    thief = town.stranger()
    thief.client.set_cookie("session", cookie)
    return thief


def is_out(visitor: Visitor) -> bool:
    return visitor.opens("/account").heading == "Sign in"


def test_a_cookie_stolen_before_the_sign_out_is_dead_after_it(town: Town) -> None:
    chea = town.signs_in("chea")
    thief = holding(town, cookie_of(chea))
    assert not is_out(thief)

    chea.presses("Sign out")

    assert is_out(holding(town, cookie_of(thief)))


def test_a_cookie_made_before_the_sign_in_is_not_the_one_after_it(town: Town) -> None:
    visitor = town.stranger().opens("/login")
    planted = cookie_of(visitor)
    [token] = visitor.page.xpath(
        "//form[contains(@action, 'login')]/input[@name='csrf_token']/@value"
    )
    signs_in(visitor, "chea")

    assert is_out(holding(town, planted))
    # The token against forged requests that an attacker may have planted with it is void, too.
    sent = visitor.client.post("/logout", data={"csrf_token": token})
    assert sent.status_code == 400


def test_two_sign_ins_have_two_keys_and_none_is_in_the_database(town: Town) -> None:
    first, second = town.signs_in("chea"), town.signs_in("chea")
    keys = set()
    for visitor in (first, second):
        with visitor.client.session_transaction() as cookie:
            keys.add(cookie["sid"])
    with town.session() as session:
        digests = set(session.scalars(select(LoginSession.digest)))

    assert len(keys) == len(digests) == 2
    assert not {key.encode() for key in keys} & digests


def test_a_person_sees_the_browsers_they_are_signed_in_with(town: Town) -> None:
    desk, phone = town.stranger(), town.stranger()
    desk.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    phone.client.environ_base["HTTP_USER_AGENT"] = EDGE
    signs_in(desk, "chea")
    signs_in(phone, "chea")
    signs_in(town.stranger(), "meas")

    rows = desk.opens("/account").page.xpath("//section[.//h2='Where you are signed in']//tbody/tr")

    said = [" ".join(row.text_content().split()) for row in rows]
    assert sorted(one.partition(" 5 Nov")[0] for one in said) == [
        "Edge · Windows",
        "Firefox · Linux",
    ]
    assert [one.endswith("this browser") for one in sorted(said)] == [False, True]


def test_one_session_is_signed_out_from_another(town: Town) -> None:
    desk, phone = town.signs_in("chea"), town.signs_in("chea")

    desk.opens("/account").presses("Sign out there")

    assert "Signed out there." in desk.text
    assert is_out(phone)
    assert not is_out(desk)


def test_all_others_are_signed_out_at_once(town: Town) -> None:
    desk, *others = [town.signs_in("chea") for _ in range(3)]
    meas = town.signs_in("meas")

    desk.opens("/account").presses("Sign out everywhere else")

    assert all(is_out(one) for one in others)
    assert not is_out(desk)
    assert not is_out(meas)


def test_nobody_ends_the_session_of_somebody_else(town: Town) -> None:
    chea, meas = town.signs_in("chea"), town.signs_in("meas")
    town.signs_in("meas")
    with town.session() as session:
        theirs = session.scalars(
            select(LoginSession.id).join(Account).where(Account.email == "chea@example.org")
        ).one()
    [form, *_] = meas.opens("/account").page.forms

    meas.client.post(
        f"/account/sessions/{theirs}/ending", data={"csrf_token": form.fields["csrf_token"]}
    )

    assert not is_out(chea)


STEPS = ("/login/code", "/login/second-factors", "/login/recovery-code", "/login/passkey")


@pytest.mark.parametrize("step", STEPS)
def test_no_link_signs_somebody_out(town: Town, step: str) -> None:
    officer = town.visit("chea").opens("/authenticator")
    officer.opens(step)

    assert officer.opens("/account").heading == "My account"


def test_who_does_nothing_for_an_hour_is_signed_out(strict: Town) -> None:
    chea = strict.signs_in("chea")
    waits(strict, 59 * 60)
    assert not is_out(chea)
    waits(strict, 61 * 60)

    assert is_out(chea)


def test_nobody_is_signed_in_for_longer_than_eight_hours(strict: Town) -> None:
    chea = strict.signs_in("chea")
    for _ in range(15):
        waits(strict, 31 * 60)
        assert not is_out(chea)
    waits(strict, 31 * 60)

    assert is_out(chea)


def test_a_stolen_cookie_is_no_good_after_the_idle_time_either(strict: Town) -> None:
    chea = strict.signs_in("chea")
    stolen = cookie_of(chea)
    waits(strict, 50 * 60)
    chea.opens("/registers")
    waits(strict, 11 * 60)

    assert not is_out(chea)
    assert is_out(holding(strict, stolen))


def test_a_person_disabled_loses_every_session_at_once(town: Town) -> None:
    chea = town.signs_in("chea")
    with town.session() as session:
        session.execute(update(Person).where(Person.name == "Chea Preparer").values(active=False))

    assert is_out(chea)


def test_the_list_says_when_somebody_was_last_seen(strict: Town) -> None:
    chea = strict.signs_in("chea")
    waits(strict, 20 * 60)
    chea.opens("/registers")

    assert "5 Nov 2026, 10:20" in chea.opens("/account").text


def test_no_token_in_a_header_opens_anything(town: Town) -> None:
    with town.app.test_request_context(), town.session() as session:
        account = session.scalars(select(Account).filter_by(email="chea@example.org")).one()
        token = account.get_auth_token()
    client = town.app.test_client()

    sent = client.get("/registers", headers={"Authentication-Token": token})

    assert sent.status_code == 302
    assert sent.location.startswith("/login")


def test_the_password_is_changed_with_the_old_one_and_others_are_signed_out(
    town: Town, mails: Callable[[], list[Sent]]
) -> None:
    chea, elsewhere = town.signs_in("chea"), town.signs_in("chea")
    before = cookie_of(chea)
    chea.opens("/account/password")

    chea.fills_in(present=PASSWORD, password="ស្រែ ទឹក ភ្នំ ដើមឈើ")

    assert "Your password is changed." in chea.text
    assert is_out(elsewhere)
    assert is_out(holding(town, before))
    assert signs_in(town.stranger(), "chea").heading == "Sign in"
    assert not is_out(signs_in(town.stranger(), "chea", "ស្រែ ទឹក ភ្នំ ដើមឈើ"))
    [told] = mails()
    assert told.to == "chea@example.org"
    assert "Your password was changed." in told.text


@pytest.mark.parametrize(
    ("present", "password", "why"),
    [
        ("wrong", "six other words in a row", "Present password: this is not right."),
        (PASSWORD, "elevenchars", "New password: enter at least 12 characters."),
        (PASSWORD, "Chea@Example.org", "New password: do not use your address"),
        (PASSWORD, "mekong-net-2026", "New password: this would be guessed soon."),
        ("", "six other words in a row", "Present password: enter this."),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(
    town: Town, present: str, password: str, why: str
) -> None:
    chea = town.signs_in("chea").opens("/account/password")
    chea.fills_in(422 if "enter" in why else 409, present=present, password=password)

    assert why in chea.text
    assert not is_out(town.signs_in("chea"))


def test_wrong_old_passwords_pause_like_wrong_sign_ins(town: Town) -> None:
    chea = town.signs_in("chea").opens("/account/password")
    with town.app.app_context():
        tries = settings().sign_in_tries
    for _ in range(tries):
        chea.fills_in(409, present="wrong", password="six other words in a row")

    chea.fills_in(409, present=PASSWORD, password="six other words in a row")
    assert signs_in(town.stranger(), "chea").heading == "Sign in"


@pytest.mark.parametrize("length", [64, 200])
def test_a_long_password_counts_to_its_last_letter(town: Town, length: int) -> None:
    chea = town.signs_in("chea").opens("/account/password")
    long = ("six other words in a row, " * 8)[: length - 2] + " b"
    chea.fills_in(present=PASSWORD, password=long)

    assert signs_in(town.stranger(), "chea", long[:-1] + "c").heading == "Sign in"
    assert not is_out(signs_in(town.stranger(), "chea", long))
