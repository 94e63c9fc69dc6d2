"""Every door of an account: who may open which, written down once."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.accounts import Permission
from portal.web.signin import doors
from tests.town import Town
from tests.web.signin.conftest import signs_in

ANYBODY, ONESELF = None, Permission.ACCOUNT_USE
DOORS = {
    "account.index": ONESELF,
    "account.end_session": ONESELF,
    "account.end_sessions": ONESELF,
    "account.password": ONESELF,
    "account.change_password": ONESELF,
    "account.address": ONESELF,
    "account.ask_address": ONESELF,
    "account.new_address": ANYBODY,
    "account.confirm": ANYBODY,
    "passwords.forgotten": ANYBODY,
    "passwords.ask": ANYBODY,
    "passwords.reset": ANYBODY,
    "passwords.set_anew": ANYBODY,
    "passwords.invited": ANYBODY,
    "passwords.accept": ANYBODY,
    "provider.begin_sign_in": ANYBODY,
    "provider.begin_proof": ONESELF,
    "provider.begin_tie": ONESELF,
    "provider.begin_invitation": ANYBODY,
    "provider.answer": ANYBODY,
    "provider.proof": ONESELF,
    "ties.new": ONESELF,
    "ties.add": ONESELF,
    "ties.remove": ONESELF,
    "ties.invited": ANYBODY,
    "ties.accept": ANYBODY,
    "people.index": Permission.PEOPLE_MANAGE,
    "people.invite": Permission.PEOPLE_MANAGE,
    "people.end": Permission.PEOPLE_MANAGE,
    "people.invite_again": Permission.PEOPLE_MANAGE,
    "people.sign_out": Permission.PEOPLE_MANAGE,
    "people.desks": Permission.PEOPLE_MANAGE,
    "people.set_desks": Permission.PEOPLE_MANAGE,
    "programs.index": Permission.PROGRAM_READ,
    "programs.add": Permission.PROGRAM_MANAGE,
    "programs.end": Permission.PROGRAM_MANAGE,
    "programs.new_key": Permission.KEY_MAKE,
    "programs.add_key": Permission.KEY_MAKE,
    "programs.revoke": Permission.KEY_REVOKE,
    "administrators.index": Permission.ADMINISTRATOR_BIND,
    "administrators.propose": Permission.ADMINISTRATOR_BIND,
    "administrators.confirm": Permission.ADMINISTRATOR_BIND,
}
# What is done with these rights counts, ...
COUNTS = {
    Permission.APPEAL_DECIDE,
    Permission.RETURN_FILE,
    Permission.FILING_DECIDE,
    Permission.CERTIFICATE_ISSUE,
    Permission.CERTIFICATE_REVOKE,
    Permission.PEOPLE_MANAGE,
    Permission.PROGRAM_MANAGE,
    Permission.KEY_MAKE,
    Permission.KEY_REVOKE,
    Permission.ADMINISTRATOR_BIND,
    Permission.ENGAGEMENT_GRANT,
    Permission.REDACTION_CONFIRM,
}
# ... but for these: they prepare an act that counts, finish one, or only take something away.
PREPARES = {
    "certificates.finish",
    "drafts.finding",
    "drafts.revocation",
    "people.sign_out",
    "quiet.add_draw",
    "reviews.begin",
    "reviews.comment",
}
# The library's pages about one's own account: method and address.
OWN_PAGES = (
    ("GET", "/proof"),
    ("POST", "/proof"),
    ("GET", "/proof/passkey"),
    ("GET", "/passkeys"),
    ("POST", "/passkeys"),
    ("POST", "/passkeys/x"),
    ("POST", "/passkeys/removals"),
    ("GET", "/recovery-codes"),
    ("POST", "/recovery-codes"),
    ("POST", "/authenticator/x"),
)
# Its pages on the way in, which want the first proof before.
SECOND_STEPS = ("/login/code", "/login/recovery-code", "/login/second-factors", "/authenticator")


def test_each_door_has_the_lock_that_is_written_down(app: Flask) -> None:
    blueprints = {name.partition(".")[0] for name in DOORS}
    found = {
        name: view.permission  # type: ignore[attr-defined]
        for name, view in app.view_functions.items()
        if name.partition(".")[0] in blueprints
    }

    assert found == DOORS


def test_what_counts_asks_for_a_young_proof(app: Flask) -> None:
    unasked = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and getattr(app.view_functions[rule.endpoint], "permission", None) in COUNTS
        and not app.view_functions[rule.endpoint].fresh  # type: ignore[attr-defined]
    }

    assert unasked == PREPARES


@pytest.mark.parametrize("endpoint", ["account.ask_address", "ties.add", "ties.remove"])
def test_how_one_is_known_changes_with_a_young_proof(app: Flask, endpoint: str) -> None:
    assert app.view_functions[endpoint].fresh  # type: ignore[attr-defined]


def test_every_page_of_the_library_is_known_to_the_gate(app: Flask) -> None:
    theirs = {name for name in app.view_functions if name.startswith("security.")}

    assert theirs <= doors.LIBRARY_ENDPOINTS


@pytest.mark.parametrize(("method", "path"), OWN_PAGES)
def test_a_stranger_does_not_get_to_anybodys_factors(town: Town, method: str, path: str) -> None:
    stranger = town.stranger().opens("/login")
    token = stranger.page.xpath("//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token} if method == "POST" else None

    sent = stranger.client.open(path, method=method, data=data)

    assert sent.status_code == 302
    assert sent.location.startswith("/login")


@pytest.mark.parametrize("path", SECOND_STEPS)
def test_nobody_takes_the_second_step_before_the_first(town: Town, path: str) -> None:
    assert town.stranger().opens(path).heading == "Sign in"


@pytest.mark.parametrize("name", ["chea", "meas", "chan", "ly", "rith"])
@pytest.mark.parametrize("path", ["/people", "/administrators"])
def test_who_manages_nobody_sees_no_list_of_people(town: Town, name: str, path: str) -> None:
    town.visit(name).opens(path, 403)


def test_there_is_no_way_to_register_oneself(town: Town) -> None:
    for path in ("/register", "/confirm", "/us-signin", "/recover-username", "/login/help"):
        town.stranger().opens(path, 404)


def test_a_half_signed_in_person_gets_nowhere(strict: Town) -> None:
    sok = signs_in(strict.stranger(), "sok")

    for path in ("/reviews", "/account", "/passkeys", "/recovery-codes"):
        assert sok.opens(path).heading == "Sign in"
