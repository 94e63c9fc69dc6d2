"""The edge: what every answer carries, what no request can bring in, and what it tells nobody."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.accounts.actions import enrol
from portal.app import create_app
from portal.registers.takedowns import Takedown
from portal.settings import read_settings
from portal.web.session import session as portal_session
from portal.web.signin import Account, add_account
from tests.build import TAKEDOWN
from tests.engines import PostgreSQL, SQLite
from tests.journeys.acts import typed
from tests.town import PASSWORD, Town
from tests.visitors import Visitor, chosen_values

ON_EVERY_ANSWER = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
HTTPS = "https://portal.example"

Opens = Callable[..., Flask]


@pytest.fixture
def opened(database: SQLite | PostgreSQL, tmp_path: Path) -> Iterator[Opens]:
    """Makes portals with settings of their own on the test's database."""
    made: list[Flask] = []

    def one(*, testing: bool = True, **environment: str) -> Flask:
        told = {"DATABASE_URL": database.app_url, "SECRET_KEY": "test " * 8, "PUBLIC_URL": HTTPS}
        settings = read_settings({**told, "INSTANCE": str(tmp_path), **environment}, tmp_path)
        made.append(create_app(replace(settings, testing=testing)))
        return made[-1]

    yield one
    for app in made:
        app.extensions["engine"].dispose()


@pytest.fixture
def behind_tls(opened: Opens) -> FlaskClient:
    """A browser of a portal that is reached over https."""
    return opened().test_client()


def headers_of(client: FlaskClient, path: str, **more: Any) -> Any:
    return client.open(path, base_url=HTTPS, **more)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/login", 200),
        ("/verify", 200),
        ("/", 302),
        ("/nowhere", 404),
        ("/.git/config", 404),
        ("/static/../.git/config", 404),
        ("/instance/portal.sqlite", 404),
        ("/static/portal.css", 200),
        ("/health/live", 200),
        ("/capacity", 405),
        ("/registers/takedowns", 302),
    ],
)
def test_every_answer_carries_every_header(behind_tls: FlaskClient, path: str, status: int) -> None:
    answer = headers_of(behind_tls, path)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ON_EVERY_ANSWER} == ON_EVERY_ANSWER
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert part in policy
    assert "frame-ancestors 'none'" in policy
    assert "charset=utf-8" in answer.headers["Content-Type"] or answer.mimetype == (
        "application/json"
    )
    assert ("no-store" in answer.headers["Cache-Control"]) == (path != "/static/portal.css")
    answer.close()


def reads_what_is_not_there() -> str:
    asked = text("SELECT secret_column FROM no_such_table")
    return str(portal_session().execute(asked))


def test_a_broken_page_carries_them_too_and_a_number_instead_of_what_broke(opened: Opens) -> None:
    app = opened(testing=False)
    app.view_functions["verify.index"] = reads_what_is_not_there

    answer = headers_of(app.test_client(), "/verify")

    assert answer.status_code == 500
    assert answer.headers["Strict-Transport-Security"]
    assert answer.headers["X-Request-Id"] in answer.text
    for leak in ("Traceback", "no_such_table", "secret_column", "site-packages", "sqlalchemy"):
        assert leak not in answer.text


def test_cookies_are_tied_to_the_host_and_out_of_reach_of_scripts(behind_tls: FlaskClient) -> None:
    page = headers_of(behind_tls, "/login")
    token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    chosen = headers_of(
        behind_tls, "/language", method="POST", data={"csrf_token": token, "language": "km"}
    )

    set_ = [*page.headers.getlist("Set-Cookie"), *chosen.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in set_} == {"__Host-session", "__Host-language"}
    for cookie in set_:
        for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie
    assert 'lang="km"' in headers_of(behind_tls, "/login").text


def test_another_site_is_told_nothing(behind_tls: FlaskClient) -> None:
    answer = headers_of(behind_tls, "/health/ready", headers={"Origin": "https://evil.example"})

    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
    assert headers_of(behind_tls, "/login", method="TRACE").status_code == 405


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Real-IP"])
def test_no_header_of_a_request_moves_a_link(behind_tls: FlaskClient, name: str) -> None:
    for path in ("/login", "/registers/takedowns", "/.well-known/security.txt"):
        answer = headers_of(behind_tls, path, headers={name: "evil.example"})

        assert "evil.example" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    ("proxies", "origin"), [("0", "127.0.0.1"), ("1", "203.0.113.9"), ("2", "198.51.100.7")]
)
def test_the_address_of_a_reader_is_taken_from_as_many_proxies_as_there_are(
    opened: Opens, capsys: pytest.CaptureFixture[str], proxies: str, origin: str
) -> None:
    client = opened(PROXIES=proxies).test_client()
    forged = "192.0.2.66, 198.51.100.7, 203.0.113.9"

    client.get("/health/live", headers={"X-Forwarded-For": forged})

    assert f'"origin": "{origin}"' in capsys.readouterr().err


@pytest.mark.parametrize("path", ["/login", "/language", "/logout", "/registers/takedowns"])
def test_a_change_without_the_token_of_this_very_browser_is_refused(town: Town, path: str) -> None:
    chea, other = town.visit("chea"), town.visit("meas")
    token = other.opens("/registers/takedowns").page.xpath("//input[@name='csrf_token']/@value")[0]
    own = chea.opens("/registers/takedowns").text

    for data in ({}, {"csrf_token": token}, {"csrf_token": ""}):
        method = chea.client.get if path == "/logout" and not data else chea.client.post
        assert method(path, data=data).status_code in {400, 405}
    assert chea.opens("/registers/takedowns").text == own


def test_a_known_and_an_unknown_account_take_the_same_time_and_say_the_same(
    opened: Opens, session: Session
) -> None:
    app = opened(testing=False, LIMIT_SIGN_IN="999/minute", SIGN_IN_TRIES="99")
    with app.app_context():
        add_account(session, enrol(session, "Known"), "known@example.org", PASSWORD)
        session.commit()
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    said: dict[str, set[str]] = {"known": set(), "unknown": set()}
    for _ in range(5):
        for name, spent in took.items():
            visitor = Visitor(app.test_client())
            visitor.client.environ_base = {"wsgi.url_scheme": "https"}
            visitor.opens("/login")
            # The time of the processor: that of the clock depends on who else is at work.
            begun = time.process_time()
            visitor.fills_in(email=f"{name}@example.org", password="wrong password")
            spent.append(time.process_time() - begun)
            said[name].add(visitor.text)

    assert said["known"] == said["unknown"]
    known, unknown = (statistics.median(each) for each in took.values())
    assert 2 / 3 < known / unknown < 3 / 2


def test_passwords_are_kept_as_argon2id(opened: Opens) -> None:
    with opened(testing=False).app_context():
        kept = hash_password(PASSWORD)

    assert "argon2id" in kept
    cost = dict(part.split("=") for part in kept.split("$")[-3].split(","))
    assert int(cost["m"]) >= 19 * 1024
    assert int(cost["t"]) >= 2


def test_a_long_pass_phrase_is_taken_as_it_was_typed(opened: Opens, session: Session) -> None:
    app = opened()
    phrase = "ពាក្យសម្ងាត់វែង មានដកឃ្លា " * 3
    with app.app_context():
        add_account(session, enrol(session, "Known"), "known@example.org", phrase)
        session.commit()

    def led_to(password: str) -> str:
        client = app.test_client()
        page = headers_of(client, "/login").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        data = {"csrf_token": token, "email": "known@example.org", "password": password}
        return str(headers_of(client, "/login", method="POST", data=data).status_code)

    assert len(phrase) >= 64
    assert [led_to(phrase), led_to(phrase[:-1]), led_to(phrase.strip() + "x")] == [
        "302",
        "200",
        "200",
    ]


def test_what_a_form_does_not_ask_is_not_taken(town: Town) -> None:
    chea = town.visit("chea").opens("/registers/takedowns/entries/new")
    form = next(f for f in chea.page.forms if (f.action or "").endswith("/entries"))
    more = {"isp_id": str(town.bodies["tonle-net"]), "key": "7", "version": "9", "void": "1"}
    data = chosen_values(form, None) | typed(TAKEDOWN) | more

    answer = chea.client.post("/registers/takedowns/entries", data=data)

    assert answer.status_code == 303
    with town.session() as session:
        [row] = session.scalars(select(Takedown))
        assert (row.isp_id, row.key, row.version) == (town.bodies["mekong-net"], 1, 1)


def test_a_parameter_said_twice_is_checked_and_used_as_one(town: Town) -> None:
    chea = town.visit("chea")

    assert chea.opens("/trail?chain=mekong-net&chain=tonle-net").status == 200
    assert "tonle" not in chea.page.find(".//main").text_content()
    chea.opens("/trail?chain=tonle-net&chain=mekong-net", 404)


def test_a_fresh_portal_knows_nobody(opened: Opens, session: Session) -> None:
    opened()

    assert list(session.scalars(select(Account))) == []


def test_whom_to_tell_of_a_weakness_is_where_everybody_looks(opened: Opens) -> None:
    client = opened(SECURITY_CONTACT="mailto:security@authority.example").test_client()

    answer = client.get("/.well-known/security.txt")

    said = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert said["Contact"] == "mailto:security@authority.example"
    assert said["Canonical"] == f"{HTTPS}/.well-known/security.txt"
    ends = datetime.fromisoformat(said["Expires"]) - datetime.now(UTC)
    assert timedelta(days=170) < ends < timedelta(days=365)


def test_without_a_contact_there_is_nothing_and_a_real_portal_says_so(
    opened: Opens, capsys: pytest.CaptureFixture[str]
) -> None:
    assert opened().test_client().get("/.well-known/security.txt").status_code == 404
    assert "SECURITY_CONTACT" not in capsys.readouterr().err

    settings = read_settings({"INSTANCE": "/nowhere", "SECRET_KEY": "x" * 40}, Path("/nowhere"))
    create_app(replace(settings, production=True)).extensions["engine"].dispose()

    assert '"setting": "SECURITY_CONTACT"' in capsys.readouterr().err
