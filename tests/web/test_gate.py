"""The gate: nobody gets where their role does not lead, and strangers see nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.web.gate import UnmarkedEndpoint, check
from tests.visitors import Visitor
from tests.web.conftest import PASSWORD, enters


def test_an_unmarked_view_stops_the_app(fresh_app: Flask) -> None:
    fresh_app.add_url_rule("/open-door", "open_door", lambda: "")

    with pytest.raises(UnmarkedEndpoint, match="open_door"):
        check(fresh_app)


def test_a_stranger_is_sent_to_sign_in_and_then_where_they_wanted(
    people: dict[str, int], visitor: Visitor
) -> None:
    assert people
    visitor.opens("/samples/new")
    assert visitor.heading == "Sign in"

    visitor.fills_in(form="Sign in", email="dara@example.org", password=PASSWORD)
    assert visitor.heading == "Record a sample"


@pytest.mark.parametrize("role", ["sok", "rith", "nobody"])
def test_a_role_without_the_permission_is_told_so(
    people: dict[str, int], visitor: Visitor, role: str
) -> None:
    assert people
    assert enters(visitor, role, 403).heading == "This is not yours to see"


def test_a_person_acts_for_one_organisation_at_a_time(dara: Visitor) -> None:
    assert "Alpha Net" in dara.opens("/samples/new").text

    token = dara.page.xpath("//input[@name='csrf_token']/@value")[0]
    chosen = dara.page.xpath("//button[@name='capacity'][contains(., 'Beta')]/@value")[0]
    dara.client.post("/capacity", data={"csrf_token": token, "capacity": chosen})

    assert "beta" in dara.opens("/samples/new").text


def test_nobody_acts_for_an_organisation_that_is_not_theirs(dara: Visitor) -> None:
    dara.opens("/samples/new")
    token = dara.page.xpath("//input[@name='csrf_token']/@value")[0]

    sent = dara.client.post("/capacity", data={"csrf_token": token, "capacity": "3:REVIEWER"})

    assert sent.status_code == 404


def test_a_person_whose_membership_ended_is_out(
    app: Flask, people: dict[str, int], browser: Callable[[], Visitor]
) -> None:
    assert people
    dara = enters(browser())
    with app.extensions["sessions"]() as session:
        session.connection().exec_driver_sql("UPDATE person SET active = false WHERE name = 'Dara'")
        session.commit()

    assert dara.opens("/samples/new").heading == "Sign in"


def test_the_house_is_well(client: FlaskClient, people: dict[str, int]) -> None:
    assert people
    assert client.get("/health/live").json == {"live": True}
    assert client.get("/health/ready").json == {"ready": True, "mail": "no server", "jobs": "well"}
