"""What a browser keeps is taken back under one signature alone (ASVS V9.1.2)."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from flask.sessions import session_json_serializer
from flask_login.utils import encode_cookie
from itsdangerous import NoneAlgorithm, URLSafeTimedSerializer

from portal.web.signin.model import Account
from tests.town import Town
from tests.web.signin.test_sessions import cookie_of, holding, is_out

PROPER: dict[str, Any] = {"digest_method": hashlib.sha512, "key_derivation": "hmac"}


def signed(held: Any, key: str, salt: str = "portal-session", **how: Any) -> str:
    """A cookie that holds the same, signed in some way."""
    signer = URLSafeTimedSerializer(
        key, salt=salt, serializer=session_json_serializer, signer_kwargs={**PROPER, **how}
    )
    return str(signer.dumps(held))


def held_by(town: Town) -> Any:
    """What the cookie of somebody who is signed in holds."""
    with town.visit("chea").client.session_transaction() as cookie:
        return dict(cookie)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_cookie_of_another_algorithm_key_or_purpose_opens_nothing(town: Town) -> None:
    held, key = held_by(town), town.app.secret_key
    assert isinstance(key, str)
    forged = {
        "as itsdangerous would": signed(held, key, digest_method=hashlib.sha1),
        "shorter": signed(held, key, digest_method=hashlib.sha256),
        "unsigned": signed(held, key, algorithm=NoneAlgorithm()),
        "unsigned by the first letter": signed(held, key, algorithm=NoneAlgorithm())[:-1],
        "another derivation": signed(held, key, key_derivation="django-concat"),
        "no derivation": signed(held, key, key_derivation="none"),
        "the token of a form": signed(held, key, salt="wtf-csrf-token"),
        "Flask's own": signed(held, key, salt="cookie-session"),
        "another key": signed(held, "guessed " * 8),
        "no key": signed(held, ""),
    }

    # The hand that forges is a good one: with all of it right, the door opens.
    assert not is_out(holding(town, signed(held, key)))
    assert {why for why, cookie in forged.items() if not is_out(holding(town, cookie))} == set()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_token_of_a_form_is_of_one_algorithm_too(town: Town) -> None:
    chea = town.visit("chea").opens("/account/password")
    with chea.client.session_transaction() as cookie:
        secret = cookie["csrf_token"]
    key = town.app.secret_key
    assert isinstance(key, str)

    def answer(**how: Any) -> int:
        signer = URLSafeTimedSerializer(key, salt="wtf-csrf-token", signer_kwargs=how)
        token = signer.dumps(secret)
        return chea.client.post("/account/password", data={"csrf_token": token}).status_code

    assert answer(digest_method=hashlib.sha256, key_derivation="hmac") == 422
    assert answer(digest_method=hashlib.sha1, key_derivation="hmac") == 400
    assert answer(digest_method=hashlib.sha1, key_derivation="django-concat") == 400
    assert answer(algorithm=NoneAlgorithm()) == 400


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_cookie_remembers_anybody_without_a_session(town: Town) -> None:
    with town.session() as session:
        [account] = session.query(Account).filter_by(email="chea@example.org")
        named = account.fs_uniquifier
    with town.app.app_context():
        remembered = encode_cookie(named)
    thief = town.stranger()
    thief.client.set_cookie("remember_token", remembered)

    assert is_out(thief)
    assert cookie_of(thief)
