"""Sign-in: one sentence for every failure, a pause after too many, demo logins in a demo only."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.web.session import now
from portal.web.signin import Account
from tests.visitors import Visitor
from tests.web.conftest import PASSWORD, enters

pytestmark = pytest.mark.usefixtures("people")
FAILED = (
    "The e-mail address or the password is not right."
    " After 5 wrong tries sign-in pauses for 15 minutes."
)


def tries(visitor: Visitor, email: str, password: str) -> str:
    visitor.opens("/login").fills_in(form="Sign in", email=email, password=password)
    return visitor.page.xpath("string(//*[@role='alert'])").strip()


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("dara@example.org", "wrong"),
        ("stranger@example.org", PASSWORD),
        ("", ""),
        ("not-mail", "x"),
    ],
)
def test_every_failure_says_the_same(visitor: Visitor, email: str, password: str) -> None:
    assert tries(visitor, email, password) == FAILED


def test_what_was_typed_stays_but_not_the_password(visitor: Visitor) -> None:
    tries(visitor, "dara@example.org", "wrong")

    assert visitor.page.get_element_by_id("email").value == "dara@example.org"
    assert not visitor.page.get_element_by_id("password").value


def test_after_five_wrong_passwords_the_right_one_waits(app: Flask, visitor: Visitor) -> None:
    for _ in range(5):
        tries(visitor, "dara@example.org", "wrong")
    assert tries(visitor, "dara@example.org", PASSWORD) == FAILED

    with app.extensions["sessions"]() as session:
        session.execute(update(Account).values(paused_until=now() - timedelta(seconds=1)))
        session.commit()
    enters(visitor)

    assert "Dara · Preparer" in visitor.text


def test_a_sign_in_forgets_the_failures(app: Flask, visitor: Visitor) -> None:
    tries(visitor, "dara@example.org", "wrong")
    enters(visitor)

    with app.extensions["sessions"]() as session:
        assert set(session.scalars(select(Account.failures))) == {0}


def test_signing_out_ends_it(visitor: Visitor) -> None:
    enters(visitor).presses("Sign out")

    assert visitor.opens("/samples/new").heading == "Sign in"


@pytest.mark.parametrize(
    "next_", ["https://elsewhere.example/", "//elsewhere.example", "/\\x.example"]
)
def test_nobody_is_led_elsewhere(visitor: Visitor, next_: str) -> None:
    visitor.opens("/login")
    token = visitor.page.xpath("//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token, "email": "dara@example.org", "password": PASSWORD, "next": next_}

    sent = visitor.client.post("/login", data=data)

    led = sent.headers.get("Location", "/")
    assert led.startswith("/")
    assert not led.startswith(("//", "/\\"))


def test_demo_people_are_shown_in_a_demo_only(fresh_app: Flask) -> None:
    visitor = Visitor(fresh_app.test_client())
    assert "Demonstration" not in visitor.opens("/login").text
    login = {
        "email": "dara@example.org",
        "password": PASSWORD,
        "name": "Dara",
        "role": "PREPARER",
        "organisation": "Alpha Net",
    }
    instance: Path = fresh_app.extensions["settings"].instance
    instance.mkdir(exist_ok=True)
    (instance / "demo-logins.json").write_text(json.dumps([login]))

    assert "Preparer Dara · Alpha Net dara@example.org" in visitor.opens("/login").text
