"""The second factor: asked for by duty, good once, and there is a way in when it is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.mail import MailKind
from portal.web.signin import Account
from portal.web.signin.model import RecoveryCode
from tests.town import PASSWORD, Town
from tests.visitors import Visitor
from tests.web.signin.conftest import Sent, code_of, key_on, sets_up, signs_in, waits


def asks_for_code(visitor: Visitor) -> bool:
    return visitor.heading == "Second step"


def gives(visitor: Visitor, code: str) -> Visitor:
    return visitor.fills_in(form="Go on", code=code)


def is_in(visitor: Visitor) -> bool:
    return "Sign out" in visitor.opens("/policy").text


@pytest.fixture
def key(strict: Town) -> str:
    """The key of the authenticator that Sok, the reviewer, has set up."""
    found = sets_up(signs_in(strict.stranger(), "sok"))
    waits(strict, 30)
    return found


def codes_for(town: Town, key: str) -> list[str]:
    """Sok's new recovery codes."""
    sok = gives(signs_in(town.stranger(), "sok"), code_of(key)).opens("/account")
    sok.presses("Make new recovery codes")
    waits(town, 30)
    return [str(one) for one in sok.page.xpath("//*[@id='recovery-codes']//code/text()")]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("sok", True),
        ("chan", True),
        ("pich", True),
        ("meas", True),
        ("chea", False),
        ("rith", False),
        ("ly", False),
    ],
)
def test_everybody_at_the_authority_and_every_approver_must_have_one(
    strict: Town, name: str, *, asked: bool
) -> None:
    visitor = signs_in(strict.stranger(), name)

    assert (visitor.heading == "Set up an authenticator") is asked
    assert is_in(visitor) is not asked


def test_the_authenticator_is_set_up_on_the_way_in(
    strict: Town, mails: Callable[[], list[Sent]]
) -> None:
    sok = signs_in(strict.stranger(), "sok")
    sets_up(sok)

    assert is_in(sok)
    assert ["An authenticator was set up." in one.text for one in mails()] == [True]


def test_its_code_is_asked_for_after_the_password(strict: Town, key: str) -> None:
    sok = signs_in(strict.stranger(), "sok")
    assert asks_for_code(sok)
    assert not is_in(sok)

    sok = signs_in(strict.stranger(), "sok")
    assert is_in(gives(sok, code_of(key)))


def test_a_code_is_good_once(strict: Town, key: str) -> None:
    first = signs_in(strict.stranger(), "sok")
    second = signs_in(strict.stranger(), "sok")
    seen = code_of(key)
    assert is_in(gives(first, seen))

    gives(second, seen)

    assert "This code is not right, or it was used before." in second.text
    assert not is_in(second)


def test_the_code_that_set_it_up_is_used_up_too(strict: Town) -> None:
    sok = signs_in(strict.stranger(), "sok")
    key = sets_up(sok)

    assert asks_for_code(gives(signs_in(strict.stranger(), "sok"), code_of(key)))


@pytest.mark.parametrize(
    ("seconds", "good"), [(0, True), (-30, True), (30, True), (-60, False), (60, False)]
)
def test_the_clocks_may_be_one_step_apart(
    strict: Town, key: str, seconds: int, *, good: bool
) -> None:
    waits(strict, 300 + seconds)
    code = code_of(key)
    waits(strict, -seconds)

    assert is_in(gives(signs_in(strict.stranger(), "sok"), code)) is good


def test_wrong_codes_pause_like_wrong_passwords(strict: Town, key: str) -> None:
    sok = signs_in(strict.stranger(), "sok")
    for _ in range(5):
        gives(sok, "000000")

    assert asks_for_code(gives(sok, code_of(key)))
    assert signs_in(strict.stranger(), "sok").heading == "Sign in"
    waits(strict, 16 * 60)
    assert is_in(gives(signs_in(strict.stranger(), "sok"), code_of(key)))


def test_the_secret_is_not_readable_in_the_database(strict: Town, key: str) -> None:
    with strict.session() as session:
        kept = session.scalars(select(Account.tf_totp_secret).filter_by(email="sok@example.org"))
        [stored] = kept

    assert stored
    assert key.replace("-", "").replace(" ", "") not in stored


def test_nobody_puts_their_own_authenticator_in_the_place_of_one(strict: Town) -> None:
    thief, sok = strict.stranger(), strict.stranger()
    # The thief has the password and began before Sok had an authenticator.
    stolen = key_on(signs_in(thief, "sok").presses("Begin"))
    sets_up(signs_in(sok, "sok"))

    thief.fills_in(form="Confirm", code=code_of(stolen))

    assert not is_in(thief)


def test_recovery_codes_are_shown_once_and_let_in_once(
    strict: Town, key: str, mails: Callable[[], list[Sent]]
) -> None:
    codes = codes_for(strict, key)
    assert len(codes) == 10

    sok = signs_in(strict.stranger(), "sok").follows("I lost it: use a recovery code")
    assert is_in(gives(sok, codes[0].upper()))
    assert "9 codes are left." in sok.opens("/account").text
    assert not set(codes) & set(sok.opens("/recovery-codes?show_codes=y").text.split())

    again = signs_in(strict.stranger(), "sok").follows("I lost it: use a recovery code")
    gives(again, codes[0])
    assert "This recovery code is not right, or it was used before." in again.text
    assert "Somebody signed in with one of your recovery codes." in mails()[-1].text


def test_recovery_codes_are_kept_as_digests(
    strict: Town, key: str, mails: Callable[[], list[Sent]]
) -> None:
    codes = codes_for(strict, key)
    assert "New recovery codes were made" in mails()[-1].text
    with strict.session() as session:
        digests = list(session.scalars(select(RecoveryCode.digest)))

    assert len(digests) == 10
    assert not {code.encode() for code in codes} & set(digests)


def test_new_recovery_codes_make_the_old_ones_void(strict: Town, key: str) -> None:
    old = codes_for(strict, key)
    codes_for(strict, key)

    sok = signs_in(strict.stranger(), "sok").follows("I lost it: use a recovery code")
    assert not is_in(gives(sok, old[0]))


def test_wrong_recovery_codes_pause_too(strict: Town, key: str) -> None:
    codes = codes_for(strict, key)
    sok = signs_in(strict.stranger(), "sok").follows("I lost it: use a recovery code")
    for _ in range(5):
        gives(sok, "0000-0000-0000")

    assert not is_in(gives(sok, codes[0]))


def test_who_need_not_have_one_may_have_one_and_remove_it(
    strict: Town, mails: Callable[[], list[Sent]]
) -> None:
    chea = signs_in(strict.stranger(), "chea").opens("/account")
    key = key_on(chea.presses("Set up an authenticator"))
    chea.fills_in(form="Confirm", code=code_of(key))
    assert "The authenticator is set up." in chea.text
    waits(strict, 30)
    assert asks_for_code(signs_in(strict.stranger(), "chea"))

    chea.opens("/account").presses("Remove the authenticator")

    assert "The authenticator is removed." in chea.text
    assert not asks_for_code(signs_in(strict.stranger(), "chea"))
    assert [one.kind for one in mails()] == [MailKind.ACCOUNT_CHANGED] * 2


def test_who_must_have_one_cannot_remove_it(strict: Town, key: str) -> None:
    sok = gives(signs_in(strict.stranger(), "sok"), code_of(key)).opens("/account")
    assert "Remove the authenticator" not in sok.text
    token = sok.page.xpath("//input[@name='csrf_token']/@value")[0]

    sok.client.post("/authenticator", data={"csrf_token": token, "setup": "disable"})

    assert asks_for_code(signs_in(strict.stranger(), "sok"))


def test_a_reset_password_does_not_open_what_a_second_factor_guards(
    strict: Town, key: str, mails: Callable[[], list[Sent]]
) -> None:
    assert key
    stranger = strict.stranger().opens("/password-resets").fills_in(address="sok@example.org")
    stranger.opens(mails()[-1].path).fills_in(password="another long password")

    assert asks_for_code(signs_in(strict.stranger(), "sok", "another long password"))
    assert signs_in(strict.stranger(), "sok", PASSWORD).heading == "Sign in"


def test_the_pages_about_passkeys_say_what_to_do_in_both_languages(strict: Town) -> None:
    chea = signs_in(strict.stranger(), "chea")
    for path, button in (("/passkeys", "Go on"), ("/proof/passkey", "Use a passkey")):
        chea.opens(path).fills_in(form=button, **({"name": "stick"} if path == "/passkeys" else {}))
        assert "Your browser now asks for the passkey" in chea.text
    stranger = strict.stranger().opens("/login/passkey").presses("Use a passkey")
    assert "Your browser now asks for the passkey" in stranger.text

    stranger.presses("ខ្មែរ")
    assert "ចូលប្រើដោយកូនសោចូលប្រើ" in stranger.opens("/login/passkey").text


def test_the_library_speaks_khmer_too(strict: Town, key: str) -> None:
    assert key
    sok = strict.stranger().opens("/login").presses("ខ្មែរ").opens("/login")
    sok.fills_in(form="ចូលប្រើ", email="sok@example.org", password=PASSWORD)

    sok.fills_in(form="បន្ត", code="000000")

    assert "លេខកូដនេះមិនត្រឹមត្រូវ" in sok.text


def test_who_lost_everything_is_helped_by_the_operator_and_told(
    strict: Town, key: str, mails: Callable[[], list[Sent]]
) -> None:
    codes = codes_for(strict, key)
    sok = gives(signs_in(strict.stranger(), "sok"), code_of(key))

    strict.runs("people", "forget-factors", "sok@example.org")

    assert not is_in(sok)
    assert signs_in(strict.stranger(), "sok").heading == "Set up an authenticator"
    assert "The authenticator was removed." in mails()[-1].text
    with strict.session() as session:
        assert session.scalars(select(RecoveryCode)).all() == []
    assert codes


def test_a_demonstration_demands_none_of_its_invented_people(strict: Town) -> None:
    logins = strict.app.extensions["settings"].instance / "demo-logins.json"
    logins.parent.mkdir(exist_ok=True)
    logins.write_text("[]")
    try:
        assert is_in(signs_in(strict.stranger(), "sok"))
    finally:
        logins.unlink()
