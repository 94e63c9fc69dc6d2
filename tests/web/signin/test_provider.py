"""Sign-in by a provider: tied once by the person, then used; a provider's real process answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from portal.accounts import Person
from portal.mail import MailKind
from portal.provider import Provider
from portal.readers import Rate
from portal.trail.model import Event
from portal.web.signin import Account
from portal.web.signin.model import ExternalIdentity
from tests.town import PASSWORD, Town
from tests.visitors import Visitor
from tests.web.signin.conftest import Sent, signs_in, waits
from tests.web.signin.providers import Running
from tests.web.signin.test_sessions import cookie_of, holding, is_out

Mails = Callable[[], list[Sent]]
NAME = "Ministry sign-in"
BY_IT = f"Sign in by {NAME}"
FROM_NOW_ON = f"{BY_IT} from now on"


def provider_at(there: Running, **about: object) -> Provider:
    named = {"client_id": "portal", "client_secret": "the client's own secret", "name_en": NAME}
    return Provider(**{"issuer": there.issuer, **named, "name_km": "ក្រសួង", **about})


@pytest.fixture
def open_town(town: Town, there: Running) -> Iterator[Town]:
    """The town with that provider among its settings."""
    before = town.app.extensions["settings"]
    town.app.extensions["settings"] = replace(before, provider=provider_at(there))
    yield town
    town.app.extensions["settings"] = before


def address_on(visitor: Visitor) -> str:
    """Where the page leads that leads to the provider."""
    [found] = visitor.page.xpath("//a[@id='onward']/@href")
    return str(found)


def knocks(visitor: Visitor, there: Running, subject: str) -> str:
    """Begin to sign in and say at the provider who one is there; gives the way back."""
    address = address_on(visitor.opens("/login").presses(BY_IT))
    return there.answers(address, subject)


def ties(visitor: Visitor, there: Running, subject: str) -> Visitor:
    address = address_on(visitor.opens("/account").presses(FROM_NOW_ON))
    visitor.opens(there.answers(address, subject))
    return visitor


def let_in(town: Town, there: Running, name: str, subject: str) -> None:
    """Somebody ties what the provider calls them to their account."""
    ties(town.visit(name), there, subject).presses("Yes, add it")


def test_it_is_tied_once_and_then_signs_in(open_town: Town, there: Running, mails: Mails) -> None:
    chea = ties(open_town.visit("chea"), there, "c-17")
    assert chea.heading == f"Sign in by {NAME}?"
    chea.presses("Yes, add it")
    assert "From now on you can sign in by it, too." in chea.text

    back = open_town.stranger()
    back.opens(knocks(back, there, "c-17"))

    assert "Chea Preparer" in back.opens("/account").text
    [told] = mails()
    assert "Another way to sign in was added" in told.text
    with open_town.session() as session:
        kinds = set(session.scalars(select(Event.kind)))
        [kept] = session.scalars(select(ExternalIdentity))
    assert "account.provider-tied" in kinds
    assert b"c-17" not in kept.subject + kept.issuer


def test_the_way_there_carries_a_challenge_and_leads_back_to_us_alone(open_town: Town) -> None:
    address = address_on(open_town.stranger().opens("/login").presses(BY_IT))

    asked = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/provider/answer"
    assert (asked["response_type"], asked["scope"]) == ("code", "openid")
    assert asked["code_challenge_method"] == "S256"
    assert all(len(asked[name]) >= 20 for name in ("state", "nonce", "code_challenge"))


def test_nobody_is_led_there_without_pressing_a_button(open_town: Town) -> None:
    client = open_town.stranger().client

    assert client.get("/provider/sign-ins").status_code == 405
    assert client.post("/provider/sign-ins").status_code == 400


def test_no_token_of_the_provider_is_kept(open_town: Town, there: Running) -> None:
    let_in(open_town, there, "chea", "c-17")
    chea = open_town.stranger()
    chea.opens(knocks(chea, there, "c-17"))

    with chea.client.session_transaction() as cookie:
        kept = dict(cookie)
    assert not {"errand", "proved"} & set(kept)
    # What every signed token begins with.
    assert "eyJ" not in str(kept)


def test_who_is_tied_to_nobody_stays_out_whatever_their_address(
    open_town: Town, there: Running
) -> None:
    # The provider tells this as the address, too: Chea's, who tied nothing.
    stranger = open_town.stranger()
    stranger.opens(knocks(stranger, there, "chea@example.org"), 403)

    assert stranger.heading == "This did not work"
    assert is_out(stranger)
    with open_town.session() as session:
        assert session.scalars(select(ExternalIdentity)).all() == []


def test_an_answer_is_good_once_and_in_its_own_browser(open_town: Town, there: Running) -> None:
    let_in(open_town, there, "chea", "c-17")
    chea, thief = open_town.stranger(), open_town.stranger()
    answer = knocks(chea, there, "c-17")
    thief.opens("/login").presses(BY_IT)
    thief.opens(answer, 403)
    chea.opens(answer)
    assert not is_out(chea)

    chea.opens("/account").presses("Sign out")
    chea.opens(answer, 403)

    # Nor does a code work twice under another state.
    [state] = parse_qs(urlsplit(address_on(chea.opens("/login").presses(BY_IT))).query)["state"]
    [code] = parse_qs(urlsplit(answer).query)["code"]
    chea.opens(f"/provider/answer?code={code}&state={state}", 403)
    assert is_out(chea)
    assert is_out(thief)


def test_nobody_comes_back_after_a_long_while(open_town: Town, there: Running) -> None:
    let_in(open_town, there, "chea", "c-17")
    chea = open_town.stranger()
    answer = knocks(chea, there, "c-17")
    waits(open_town, 11 * 60)

    chea.opens(answer, 403)


def test_the_session_has_another_key_than_before(open_town: Town, there: Running) -> None:
    let_in(open_town, there, "chea", "c-17")
    chea = open_town.stranger()
    answer = knocks(chea, there, "c-17")
    planted = cookie_of(chea)
    chea.opens(answer)

    assert is_out(holding(open_town, planted))
    assert not is_out(chea)


def test_who_is_disabled_or_paused_is_told_the_same_as_a_stranger(
    open_town: Town, there: Running
) -> None:
    let_in(open_town, there, "chea", "c-17")
    let_in(open_town, there, "meas", "m-2")
    for _ in range(5):
        signs_in(open_town.stranger(), "meas", "wrong")
    with open_town.session() as session:
        session.execute(update(Person).where(Person.name == "Chea Preparer").values(active=False))

    said = set()
    for subject in ("c-17", "m-2", "nobody"):
        visitor = open_town.stranger()
        said.add(visitor.opens(knocks(visitor, there, subject), 403).text)
        assert is_out(visitor)
    assert len(said) == 1


def test_failures_are_counted_as_at_sign_in(open_town: Town, there: Running) -> None:
    let_in(open_town, there, "chea", "c-17")
    settings = open_town.app.extensions["settings"]
    open_town.app.extensions["settings"] = replace(settings, limit_sign_in=Rate(2, 900))
    for _ in range(3):
        # What holds is given back.
        chea = open_town.stranger()
        chea.opens(knocks(chea, there, "c-17"))
    for status in (403, 403, 429):
        open_town.stranger().opens("/provider/answer?code=x&state=y", status)


def test_what_is_tied_to_somebody_is_tied_to_nobody_else(open_town: Town, there: Running) -> None:
    let_in(open_town, there, "chea", "c-17")

    meas = ties(open_town.visit("meas"), there, "c-17").presses("Yes, add it", 409)

    assert "You are known by this name at the provider as somebody else here" in meas.text
    assert FROM_NOW_ON in meas.opens("/account").text


def test_what_another_person_proved_in_this_browser_ties_nothing(
    open_town: Town, there: Running
) -> None:
    visitor = ties(open_town.visit("chea"), there, "c-17")
    token = visitor.page.xpath("//main//input[@name='csrf_token']/@value")[0]
    visitor.presses("Sign out")
    signs_in(visitor, "meas")

    assert visitor.opens("/account/provider").heading == "My account"
    visitor.client.post("/account/provider", data={"csrf_token": token})
    assert FROM_NOW_ON in visitor.opens("/account").text


def test_it_is_tied_with_a_young_proof_alone(open_town: Town, there: Running) -> None:
    settings = open_town.app.extensions["settings"]
    open_town.app.extensions["settings"] = replace(settings, fresh_minutes=5)
    chea = ties(open_town.visit("chea"), there, "c-17")
    waits(open_town, 6 * 60)

    assert chea.presses("Yes, add it", 403).heading == "Is it you?"
    chea.fills_in(form="proof", proof_password=PASSWORD)
    assert "From now on you can sign in by it, too." in chea.text


def test_it_is_untied_and_counts_no_more(open_town: Town, there: Running, mails: Mails) -> None:
    let_in(open_town, there, "chea", "c-17")
    open_town.visit("chea").opens("/account").presses(f"Remove {NAME}")

    visitor = open_town.stranger()
    visitor.opens(knocks(visitor, there, "c-17"), 403)
    assert "Sign-in by the provider was removed." in mails()[-1].text


def test_an_operator_unties_whom_somebody_else_may_have_tied(
    open_town: Town, there: Running, mails: Mails
) -> None:
    let_in(open_town, there, "chea", "x-99")
    thief = open_town.stranger()
    thief.opens(knocks(thief, there, "x-99"))

    open_town.runs("people", "untie", "chea@example.org")

    assert is_out(thief)
    assert is_out(thief.opens(knocks(thief, there, "x-99"), 403))
    assert "Sign-in by the provider was removed." in mails()[-1].text
    assert not is_out(signs_in(open_town.stranger(), "chea"))
    open_town.runs("people", "untie", "nobody@example.org", expect=1)


def invites(town: Town) -> None:
    named = ("--name", "Dara New", "--organisation", "mekong-net", "--role", "PREPARER")
    town.runs("people", "invite", "dara@example.org", *named)


def test_an_invitation_is_taken_without_a_password(
    open_town: Town, there: Running, mails: Mails
) -> None:
    invites(open_town)
    dara = open_town.stranger().opens(mails()[-1].path)
    address = address_on(dara.presses(f"Take it by {NAME}"))
    dara.opens(there.answers(address, "d-5")).presses("Take the invitation")
    assert "Welcome. Sign in by the provider from now on." in dara.text

    dara.opens(knocks(dara, there, "d-5"))

    assert "You have none." in dara.opens("/account").text
    # Proved anew there, too: there is no password to ask for.
    settings = open_town.app.extensions["settings"]
    open_town.app.extensions["settings"] = replace(settings, fresh_minutes=0)
    asked = copy(dara).presses(f"Remove {NAME}", 403)
    assert "Prove in another tab that it is you" in asked.text
    assert not asked.page.xpath("//main//input[@type='password']")
    open_town.app.extensions["settings"] = settings
    # Nobody is invited twice, and the only way in is not taken away.
    dara.presses(f"Remove {NAME}", 409)
    assert "This is your only way to sign in." in dara.text
    open_town.stranger().opens("/password-resets").fills_in(address="dara@example.org")
    assert mails()[-1].kind == MailKind.ACCOUNT_RESET
    with open_town.session() as session:
        [kept] = session.scalars(select(Account.password).filter_by(email="dara@example.org"))
    assert kept is None


def test_an_invitation_is_not_taken_by_whom_the_provider_did_not_name(
    open_town: Town, mails: Mails
) -> None:
    invites(open_town)
    stranger = open_town.stranger()

    stranger.opens(f"{mails()[-1].path}/provider")

    assert stranger.heading == "Your invitation"
    assert "Set the password" in stranger.text


@pytest.mark.parametrize("path", ["/provider/answer", "/provider/proof", "/account/provider"])
def test_without_a_provider_there_is_nothing_to_see(town: Town, path: str) -> None:
    chea = town.visit("chea")
    token = chea.opens("/account").page.xpath("//input[@name='csrf_token']/@value")[0]

    assert BY_IT.partition(NAME)[0] not in town.stranger().opens("/login").text
    for visitor in (chea, town.stranger()):
        visitor.opens(path, 404)
    for begin in ("sign-ins", "proofs", "ties", "invitations/x"):
        sent = chea.client.post(f"/provider/{begin}", data={"csrf_token": token})
        assert sent.status_code == 404
