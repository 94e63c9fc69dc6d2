"""The log: who did what, when and from where; never what they typed, nor what a library quoted."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.web import logs
from portal.web.logs import KNOWN, log
from tests.build import TAKEDOWN
from tests.town import PASSWORD, Town

TAKEDOWNS = "/registers/takedowns"
# What somebody may type where: each must be in no line of the log, whatever came of it.
SECRETS = {
    "password": "my dog is called Sokha",
    "note": "The caller cried on the telephone",
    "reference": "IHC-SECRET-0417",
    "ticket": "TICKET-0815",
    "locator": "hxxp://material.invalid/a.jpg",
    "mail": "somebody@inbox.example",
    "newline": 'x\r\n{"event": "forged"}',
    "colour": "\x1b[31mred",
    "hidden": "\u202egnp.exe",
}

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """The lines that were written since it was asked last, read as the machine reads them."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def only(found: list[dict[str, Any]], **wanted: Any) -> list[dict[str, Any]]:
    return [one for one in found if all(one.get(name) == v for name, v in wanted.items())]


def test_every_request_says_who_what_when_from_where_and_how_it_ended(
    town: Town, lines: Lines
) -> None:
    chea = town.signs_in("chea")
    lines()
    chea.opens(TAKEDOWNS)

    [line] = lines()
    assert set(line) <= KNOWN
    assert line["person"] == town.actors["chea"].person_id
    assert line["organisation"] == town.bodies["mekong-net"]
    assert (line["role"], line["origin"]) == ("PREPARER", "127.0.0.1")
    assert (line["method"], line["route"]) == ("GET", "/registers/<slug:slug>")
    assert (line["status"], line["level"]) == (200, "info")
    assert line["request"] == chea.response.headers["X-Request-Id"]
    assert datetime.fromisoformat(line["at"]).utcoffset() == timedelta(0)


def test_sign_in_is_logged_whether_it_worked_or_not(town: Town, lines: Lines) -> None:
    town.stranger().signs_in("chea@example.org", "wrong")
    assert [one["sign_in"] for one in lines() if "sign_in" in one] == ["failed"]

    town.signs_in("chea")
    assert [one["sign_in"] for one in lines() if "sign_in" in one] == ["worked"]


def test_what_was_refused_is_logged_with_its_rule(town: Town, lines: Lines) -> None:
    chea = town.signs_in("chea")
    lines()
    chea.opens("/trail?chain=tonle-net", 404)
    chea.opens("/reviews", 403)
    chea.client.post(TAKEDOWNS)
    chea.client.post("/capacity", data={"capacity": "1"})

    found = lines()
    assert len(only(found, status=404, said="not-there")) == 1
    assert len(only(found, status=403, route="/reviews")) == 1
    assert len(only(found, status=400, said="csrf", route="/capacity")) == 1


def test_nothing_that_was_typed_is_in_the_log(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    for text_ in SECRETS.values():
        town.stranger().signs_in(SECRETS["mail"], text_)
        town.stranger().signs_in(text_, SECRETS["password"])
        town.stranger().client.get("/verify", query_string={"number": text_})
        town.stranger().client.get(f"/verify/{SECRETS['reference']}", headers={"User-Agent": "x"})
    chea = town.signs_in("chea")
    token = chea.opens(f"{TAKEDOWNS}/entries/new").page.xpath("//input[@name='csrf_token']/@value")
    for text_ in SECRETS.values():
        typed = dict.fromkeys([*TAKEDOWN, "own_ref", "note"], text_)
        chea.client.post(f"{TAKEDOWNS}/entries", data={**typed, "csrf_token": token[0]})
        chea.client.get(TAKEDOWNS, query_string={"period": text_, "state": text_})
    chea.opens(f"{TAKEDOWNS}/entries/new").fills_in(
        **TAKEDOWN | {"own_ref": SECRETS["ticket"], "source_ref": SECRETS["reference"]}
    )
    chea.opens(f"{TAKEDOWNS}?period=2026-10")
    assert SECRETS["reference"] in chea.text

    written = capsys.readouterr().err
    assert '"said": "csrf"' not in written
    assert written.count('"event": "request"') > 60
    never = [*SECRETS.values(), "Sokha", "gnp", "forged", "\x1b", PASSWORD, "example.org", *token]
    cookie = chea.client.get_cookie("session")
    never.append(cookie.value)
    assert [secret for secret in never if secret in written] == []
    assert all(line.isascii() and json.loads(line) for line in written.splitlines())


@pytest.mark.usefixtures("town")
def test_what_broke_is_logged_by_its_place_and_kind_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    library = logging.getLogger("some.library")
    try:
        int(SECRETS["note"])
    except ValueError:
        library.exception("could not read %s", SECRETS["reference"])
        library.error(f"could not read {SECRETS['reference']}")
        log().error("not ready", exc_info=True, note=SECRETS["note"], serial=7)

    written = capsys.readouterr().err
    first, second, third = (json.loads(line) for line in written.splitlines())
    assert (first["event"], first["error"]) == ("could not read %s", "ValueError")
    assert any("test_logs.py" in place for place in first["where"])
    assert second["event"] == "said"
    assert (third["error"], third["serial"]) == ("ValueError", 7)
    assert [secret for secret in SECRETS.values() if secret in written] == []
    assert "/site-packages/" not in written


def test_what_the_database_quotes_in_its_error_stays_out_of_the_log(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    insert = text("INSERT INTO account (id, person_id, email, failures) VALUES (1, 1, :mail, NULL)")
    with town.engine.connect() as connection:
        try:
            connection.execute(insert, {"mail": SECRETS["mail"]})
        except IntegrityError:
            logging.getLogger("some.library").exception("could not write %s", SECRETS["mail"])
        connection.rollback()

    written = capsys.readouterr().err
    assert json.loads(written)["error"] == "IntegrityError"
    assert SECRETS["mail"] not in written


def test_a_portal_opened_twice_logs_once(town: Town, lines: Lines) -> None:
    logs.configure()
    logs.configure()
    town.stranger().opens("/login")

    assert len(only(lines(), event="request")) == 1
