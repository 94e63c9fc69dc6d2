"""What a provider says is believed only as far as it holds: here one says what it is told to."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from requests import RequestException

from portal.readers import Rate
from portal.web.signin.outgoing import Line
from tests.town import PASSWORD, Town
from tests.visitors import Visitor
from tests.web.signin.conftest import Sent, code_of, sets_up, signs_in, waits
from tests.web.signin.providers import Running
from tests.web.signin.test_provider import BY_IT, NAME, address_on, knocks, provider_at, ties
from tests.web.signin.test_sessions import is_out

# What a forger, a broken provider or another client's token may say; none of it lets anybody in.
FORGED: dict[str, dict[str, Any]] = {
    "not signed": {"sign": "none"},
    "keyed with the public key": {"sign": "HS256-public"},
    "keyed with the client's secret": {"sign": "HS256"},
    "signed by somebody else": {"sign": "another"},
    "signed by the key it carries": {"sign": "its own key inside"},
    "an access token": {"head": {"typ": "at+jwt"}},
    "for another client": {"claims": {"aud": "another"}},
    "for another client, by way of ours": {"claims": {"aud": "another", "azp": "portal"}},
    "for two clients": {"claims": {"aud": ["portal", "another"]}},
    "for two clients, by way of ours": {"claims": {"aud": ["portal", "another"], "azp": "portal"}},
    "by way of another client": {"claims": {"azp": "another"}},
    "for nobody": {"claims": {"aud": None}},
    "of another issuer": {"claims": {"iss": "https://elsewhere.example"}},
    "of no issuer": {"claims": {"iss": None}},
    "of nobody": {"claims": {"sub": None}},
    "of an empty name": {"claims": {"sub": ""}},
    "of a name without an end": {"claims": {"sub": "s" * 256}},
    "another nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "expired": {"claims": {"exp": -61}},
    "good for ever": {"claims": {"exp": None}},
    "made before it was asked for": {"claims": {"iat": -61}},
    "made in the future": {"claims": {"iat": 61}},
    "proved in the future": {"claims": {"auth_time": 61}},
    "proved nine hours ago": {"claims": {"auth_time": -9 * 3600}},
    "no token": {"answer": {"id_token": None}},
    "no kind of token": {"answer": {"id_token": "a.b.c"}},
    "an answer of another provider": {"back": {"iss": "https://elsewhere.example"}},
    "an error": {"back": {"error": "access_denied"}},
    "another state": {"back": {"state": "another"}},
    "no code": {"back": {"code": ""}},
}
# What metadata may say that would lead the portal elsewhere, or make it believe too much.
ASTRAY: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://elsewhere.example"},
    "keys elsewhere": {"jwks_uri": "https://elsewhere.example/jwks"},
    "keys inside the house": {"jwks_uri": "http://127.0.0.1:9/jwks"},
    "tokens elsewhere": {"token_endpoint": "http://169.254.169.254/token"},
    "people led elsewhere": {"authorization_endpoint": "https://elsewhere.example/"},
    "no such place": {"token_endpoint": None},
    "signatures by a shared secret alone": {
        "id_token_signing_alg_values_supported": ["HS256", "none"]
    },
    "more than anybody needs": {"padding": "x" * 300_000},
}
TIMES = ("exp", "iat", "auth_time")


@pytest.fixture
def known(strict: Town, liar: Running) -> Town:
    """A strict town in which the provider knows Chea, who needs no second factor."""
    names(strict, liar)
    says(strict, liar)
    ties(strict.visit("chea"), liar, "").presses("Yes, add it")
    return strict


def names(town: Town, liar: Running, **about: Any) -> None:
    """Put it among the settings."""
    before = town.app.extensions["settings"]
    town.app.extensions["settings"] = replace(before, provider=provider_at(liar, **about))


def says(town: Town, liar: Running, **plan: Any) -> None:
    """Tell it what to say; times in it are seconds from now."""
    moment = int(town.now.timestamp())
    claims = {
        name: value + moment if name in TIMES and value is not None else value
        for name, value in plan.pop("claims", {}).items()
    }
    liar.plans(now=moment, claims=claims, **plan)


def comes(visitor: Visitor, liar: Running, expect: int = 200) -> Visitor:
    return visitor.opens(knocks(visitor, liar, ""), expect)


def comes_back(town: Town, liar: Running, plan: dict[str, Any]) -> bool:
    """Whether somebody is let in by what is said."""
    says(town, liar, **plan)
    visitor = town.stranger()
    answer = visitor.client.get(knocks(visitor, liar, ""))
    assert answer.status_code in {303, 403}
    return not is_out(visitor)


def test_what_is_forged_lets_nobody_in(known: Town, liar: Running) -> None:
    before = known.app.extensions["settings"]
    known.app.extensions["settings"] = replace(before, limit_sign_in=Rate(100, 900))

    assert {name for name, plan in FORGED.items() if comes_back(known, liar, plan)} == set()
    # What holds does, in each way in which it may be said.
    single = {"claims": {"aud": ["portal"], "azp": "portal"}}
    for plan in ({}, single, {"back": {"iss": liar.issuer}}, {"claims": {"exp": -50}}):
        assert comes_back(known, liar, plan)


def test_an_answer_is_good_once_even_where_its_code_is_not(known: Town, liar: Running) -> None:
    says(known, liar, keeps_codes=True)
    chea = known.stranger()
    answer = knocks(chea, liar, "")
    chea.opens(answer).presses("Sign out")

    assert is_out(chea.opens(answer, 403))


def test_a_provider_that_names_itself_in_its_answers_does_so_in_each(
    known: Town, liar: Running
) -> None:
    promised = {"authorization_response_iss_parameter_supported": True}
    names(known, liar, hosts=frozenset({"asks-anew.example"}))

    says(known, liar, metadata=promised)
    comes(known.stranger(), liar, 403)
    says(known, liar, metadata=promised, back={"iss": liar.issuer})
    assert not is_out(comes(known.stranger(), liar))


def test_nothing_is_asked_of_anybody_but_the_provider(known: Town, liar: Running) -> None:
    stayed = set()
    for what, metadata in ASTRAY.items():
        # A name of its own, so that its metadata is read anew.
        names(known, liar, client_id=what)
        says(known, liar, metadata=metadata)
        visitor = known.stranger().opens("/login").presses(BY_IT, 503)
        stayed |= {what} if visitor.heading == f"{NAME} does not answer" else set()

    assert stayed == set(ASTRAY)


def test_a_way_onward_is_not_followed(known: Town, liar: Running) -> None:
    names(known, liar, client_id="led on")
    says(known, liar, metadata={"jwks_uri": f"{liar.issuer}/elsewhere"})

    assert is_out(comes(known.stranger(), liar, 503))


def test_the_line_itself_reaches_nobody_else_and_follows_nothing(
    liar: Running, there: Running
) -> None:
    with Line(provider=provider_at(liar)) as line:
        assert line.get(f"{liar.issuer}/jwks", withhold_token=True).ok
        assert line.get(f"{liar.issuer}/elsewhere", withhold_token=True).status_code == 302
        with pytest.raises(RequestException):
            line.get(f"{there.issuer}/jwks", withhold_token=True)


def test_without_its_provider_every_other_way_in_stands(known: Town) -> None:
    gone = Running("http://127.0.0.1:9")
    names(known, gone)
    stranger = known.stranger().opens("/login").presses(BY_IT, 503)
    assert "use your password or a passkey" in stranger.text

    stranger.follows("Go back").fills_in(
        form="Sign in", email="chea@example.org", password=PASSWORD
    )
    assert not is_out(stranger)


def test_who_has_just_not_answered_is_left_alone_for_a_moment(known: Town, liar: Running) -> None:
    names(known, liar, client_id="asleep")
    says(known, liar, metadata={"issuer": ""})
    known.stranger().opens("/login").presses(BY_IT, 503)
    says(known, liar)
    known.stranger().opens("/login").presses(BY_IT, 503)
    waits(known, 10)

    says(known, liar)
    assert not is_out(comes(known.stranger(), liar))


def test_one_is_led_on_to_a_page_of_ours_alone(known: Town, liar: Running) -> None:
    says(known, liar)
    elsewhere = ("//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example")
    arrived = []
    for where in ("/registers", *elsewhere):
        visitor = known.stranger().opens("/login")
        visitor.fills_in(form=BY_IT, next=where)
        arrived.append(visitor.opens(liar.answers(address_on(visitor))).path)

    assert arrived == ["/registers", "/returns", "/returns", "/returns"]


def test_the_same_name_at_another_provider_is_somebody_else(
    known: Town, liar: Running, there: Running
) -> None:
    says(known, liar)
    assert not is_out(comes(known.stranger(), liar))

    names(known, there)
    stranger = known.stranger()
    assert is_out(stranger.opens(knocks(stranger, there, "s-1"), 403))


def asks_for_an_address(visitor: Visitor, expect: int) -> Visitor:
    visitor.opens("/account/address")
    return visitor.fills_in(expect, form="address", address="chea.new@example.org")


def test_it_is_proved_anew_there_and_what_was_typed_is_kept(known: Town, liar: Running) -> None:
    waiting = known.visit("chea")
    waits(known, 20 * 60)
    asks_for_an_address(waiting, 403)
    tab = copy(waiting)
    address = address_on(tab.presses(f"Prove it by {NAME} in another tab, then go on here"))
    asked = parse_qs(urlsplit(address).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])

    says(known, liar, claims={"auth_time": 0})
    assert tab.opens(liar.answers(address)).heading == "It is you"

    waiting.presses("Go on")
    assert "a link is on its way to it" in waiting.text


def test_what_was_proved_there_some_time_ago_or_by_another_is_no_proof(
    known: Town, liar: Running
) -> None:
    chea = known.visit("chea")
    waits(known, 20 * 60)
    for claims in ({"auth_time": -90}, {}, {"auth_time": 0, "sub": "s-2"}):
        says(known, liar, claims=claims)
        address = address_on(chea.opens("/proof").presses(f"Prove it by {NAME}"))
        chea.opens(liar.answers(address), 403)

    assert asks_for_an_address(chea, 403).heading == "Is it you?"


def test_a_sign_in_that_asked_nobody_is_no_young_proof(known: Town, liar: Running) -> None:
    says(known, liar, claims={"auth_time": -3600})
    chea = comes(known.stranger(), liar)
    assert asks_for_an_address(chea, 403).heading == "Is it you?"

    says(known, liar, claims={"auth_time": -5})
    asks_for_an_address(comes(known.stranger(), liar), 200)


def test_other_peoples_proofs_pause_like_wrong_passwords(known: Town, liar: Running) -> None:
    chea = known.visit("chea")
    says(known, liar, claims={"auth_time": 0, "sub": "s-2"})
    for _ in range(5):
        address = address_on(chea.opens("/proof").presses(f"Prove it by {NAME}"))
        chea.opens(liar.answers(address), 403)

    assert signs_in(known.stranger(), "chea").heading == "Sign in"


@pytest.fixture
def guarded(strict: Town, liar: Running) -> tuple[Town, str]:
    """Sok, who must have a second factor, has an authenticator (its key) and is known there."""
    names(strict, liar, amr=frozenset({"mfa"}), acr=("urn:two-steps",))
    says(strict, liar)
    sok = signs_in(strict.stranger(), "sok")
    key = sets_up(sok)
    ties(sok, liar, "").presses("Yes, add it")
    waits(strict, 30)
    return strict, key


def test_our_second_factor_is_asked_for_where_the_provider_names_none(
    guarded: tuple[Town, str], liar: Running
) -> None:
    town, key = guarded
    silent = ({}, {"amr": ["pwd"]}, {"acr": "0"}, {"amr": ["mfa-not"]}, {"acr": ["urn:two-steps"]})
    for claims in silent:
        says(town, liar, claims=claims)
        sok = comes(town.stranger(), liar)
        assert sok.heading == "Second step"
        assert is_out(sok)

    assert not is_out(comes(sok, liar).fills_in(form="Go on", code=code_of(key)))


def test_a_second_factor_of_the_provider_counts_where_the_settings_say_so(
    guarded: tuple[Town, str], liar: Running
) -> None:
    town, _ = guarded
    for claims in ({"amr": ["pwd", "mfa"]}, {"acr": "urn:two-steps"}):
        says(town, liar, claims=claims)
        assert not is_out(comes(town.stranger(), liar))

    # Elsewhere the same words mean nothing.
    names(town, liar)
    assert comes(town.stranger(), liar).heading == "Second step"


def test_whose_second_factor_is_the_providers_alone_sets_up_none_by_a_password(
    strict: Town, liar: Running, mails: Callable[[], list[Sent]]
) -> None:
    names(strict, liar, amr=frozenset({"mfa"}))
    says(strict, liar, claims={"amr": ["pwd", "mfa"], "auth_time": 0})
    named = ("--name", "Dara New", "--organisation", "regulator", "--role", "REVIEWER")
    strict.runs("people", "invite", "dara@example.org", *named)
    dara = strict.stranger().opens(mails()[-1].path)
    dara.opens(liar.answers(address_on(dara.presses(f"Take it by {NAME}")), ""))
    dara.presses("Take the invitation")
    assert not is_out(comes(dara, liar))

    # Whoever reads her mail has a password, and no more.
    thief = strict.stranger().opens("/password-resets").fills_in(address="dara@example.org")
    thief.opens(mails()[-1].path).fills_in(password="four words and more")
    assert signs_in(thief, "dara", "four words and more").heading == "Sign in"

    # By her own authenticator, set up while she is in, the password is a way in again.
    comes(dara, liar).opens("/authenticator")
    key = sets_up(dara)
    waits(strict, 30)
    again = signs_in(strict.stranger(), "dara", "four words and more")
    assert again.heading == "Second step"
    assert not is_out(again.fills_in(form="Go on", code=code_of(key)))
