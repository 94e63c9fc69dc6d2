"""What every answer has in common: headers, language, errors in words."""

from __future__ import annotations

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.trail import Event
from portal.web.gate import public
from tests.visitors import Visitor
from tests.web.test_forms import TYPED


def test_nothing_comes_from_elsewhere_or_goes_there(client: FlaskClient) -> None:
    headers = client.get("/login").headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-DNS-Prefetch-Control"] == "off"


def test_pages_of_signed_in_people_are_not_kept(dara: Visitor) -> None:
    assert dara.opens("/samples/new").response.headers["Cache-Control"] == "no-store"


def test_a_reader_chooses_the_language_and_stays_where_they_were(dara: Visitor) -> None:
    dara.opens("/samples/new").presses("ខ្មែរ")

    assert dara.path == "/samples/new"
    assert dara.page.get("lang") == "km"
    assert dara.presses("English").page.get("lang") == "en"


@pytest.mark.parametrize(
    "here", ["https://elsewhere.example", "//elsewhere.example", "/\\x.example"]
)
def test_the_language_leads_nowhere_else(client: FlaskClient, here: str) -> None:
    page = Visitor(client).opens("/login").page
    token = page.xpath("//input[@name='csrf_token']/@value")[0]

    sent = client.post("/language", data={"csrf_token": token, "language": "km", "here": here})

    assert sent.headers["Location"] == "/"


def test_a_page_that_is_not_there_says_so(visitor: Visitor) -> None:
    assert visitor.opens("/nowhere", 404).heading == "There is nothing here"


def test_a_form_without_its_token_is_refused_in_words(dara: Visitor) -> None:
    sent = dara.client.post("/samples", data=TYPED)

    assert sent.status_code == 400
    assert "open too long" in sent.text


def test_a_body_that_is_too_large_is_refused_in_words(dara: Visitor) -> None:
    sent = dara.client.post("/samples", data={"note": "x" * 300_000})

    assert sent.status_code == 413
    assert "too large" in sent.text


def test_a_broken_page_tells_nothing(fresh_app: Flask) -> None:
    fresh_app.add_url_rule("/broken", "broken", public(lambda: 1 / 0))
    fresh_app.config["PROPAGATE_EXCEPTIONS"] = False

    visitor = Visitor(fresh_app.test_client()).opens("/broken", 500)

    assert visitor.heading == "Something broke on our side"
    assert "ZeroDivision" not in visitor.text


def test_any_other_error_has_a_page_too(fresh_app: Flask) -> None:
    fresh_app.add_url_rule("/teapot", "teapot", public(lambda: abort(418)))

    assert Visitor(fresh_app.test_client()).opens("/teapot", 418).heading == (
        "This request cannot be read"
    )


def test_a_refusal_is_kept_in_the_systems_chain(session: Session, dara: Visitor) -> None:
    dara.opens("/samples/new").fills_in(409, **{**TYPED, "entries": "13"})

    newest = session.query(Event).filter_by(isp_id=0).order_by(Event.seq.desc()).first()
    assert (newest.kind, newest.person_name, newest.subject) == (
        "refused",
        "Dara",
        "samples.record",
    )
