"""The door of programs: keys, scopes, cookies, bodies, limits; who is refused, in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.accounts import Desk, Membership, Role
from portal.accounts.keys import end_program, revoke_key
from portal.accounts.reach import Reach, Scope
from portal.ledger import SYSTEM
from portal.readers import Rate
from portal.registers.takedowns import Takedown
from portal.trail import Event
from portal.web.api.kept import KeptAnswer
from tests.town import Town
from tests.web.api.calling import API, ITEM, Caller, a_program

ENTRIES = "/registers/takedowns/entries"
DEEP = b'{"a":' * 12 + b"1" + b"}" * 12
BODIES = {
    b"": "not-json",
    b"[]": "not-an-object",
    b'{"a": 1, "a": 2}': "name-twice",
    b'{"a": NaN}': "not-a-number",
    b'{"a": -Infinity}': "not-a-number",
    b'{"item_no": 9223372036854775808}': "number-too-large",
    b'{"item_no": 1e999}': "number-too-large",
    b'{"a": ' + b"9" * 5000 + b"}": "number-too-large",
    DEEP: "too-deep",
    b"[" * 100_000: "too-deep",
    b'{"a": "\xff"}': "not-utf-8",
}


def events(town: Town, kind: str) -> list[Event]:
    with town.session() as session:
        return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.seq)))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_body_that_is_no_plain_json_is_refused_in_words(caller: Caller) -> None:
    for body, code in BODIES.items():
        answer = caller.post(ENTRIES, body)
        assert (answer.status_code, answer.json["code"]) == (400, "body-unreadable"), code
        assert answer.json["errors"][0]["code"] == code
        assert answer.headers["Content-Type"] == "application/problem+json"
    large = caller.post(ENTRIES, b'{"a": "' + b"x" * 300_000 + b'"}')
    assert (large.status_code, large.json["code"]) == (413, "too-large")
    for kind in ("text/plain", "application/json; charset=utf-16", "multipart/form-data"):
        assert caller.post(ENTRIES, b"{}", Content_Type=kind).status_code == 415
    assert caller.post(ENTRIES, ITEM, Content_Encoding="gzip").status_code == 415
    assert caller.post(ENTRIES, ITEM, Idempotency_Key="x").json["code"] == "idempotency-key-missing"
    assert caller.post(ENTRIES, ITEM, Accept="text/html").status_code == 406
    assert caller.get(ENTRIES, Accept="text/html").json["code"] == "not-acceptable"
    wrong = caller.client.delete(f"{API}{ENTRIES}")
    assert (wrong.status_code, wrong.json["code"]) == (405, "method-not-allowed")
    assert set(wrong.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert caller.client.get(f"{API}/nowhere").json["code"] == "not-there"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_must_not_be_stored_is_never_sent_back(caller: Caller) -> None:
    secret = "evil.example/x"
    for body in (
        {**ITEM, "note": f"see http://{secret}"},
        {**ITEM, secret: 1},
        {**ITEM, "source_ref": f"http://{secret}", "item_no": secret, "harm": secret},
        {**ITEM, "issued_at": f"http://{secret}", "legal_basis": f"http://{secret}"},
    ):
        answer = caller.post(ENTRIES, body)
        assert answer.status_code == 422
        assert secret not in answer.text
    km = caller.post(ENTRIES, {**ITEM, "note": f"http://{secret}"}, Accept_Language="km")
    assert km.headers["Content-Language"] == "km"
    assert km.json["errors"][0]["code"] == "looks-like-locator"
    assert any("\u1780" <= sign <= "\u17ff" for sign in km.json["errors"][0]["detail"])


def test_a_key_is_good_until_its_day_is_revoked_or_its_maker_goes(town: Town) -> None:
    caller = a_program(town, days=3)
    assert caller.get("/key").json["sandbox"] is False
    nobody = town.app.test_client().get(f"{API}/key")
    assert (nobody.status_code, nobody.json["code"]) == (401, "key-missing")
    assert nobody.headers["WWW-Authenticate"] == 'Bearer realm="portal"'
    for value in ("Bearer nonsense", "Basic abc", "Bearer", f"Bearer {caller.key}x"):
        refused = town.app.test_client().get(f"{API}/key", headers={"Authorization": value})
        assert refused.json["errors"][0]["code"] == "key-unknown", value
        assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]

    town.moves_to("2026-11-09 10:00")
    assert caller.get("/key").json["errors"][0]["code"] == "key-expired"
    gone, ended, revoked = (a_program(town) for _ in range(3))
    isp, meas = town.bodies["mekong-net"], town.actors["meas"]
    with town.session() as session:
        revoke_key(session, isp, revoked.number, 1, by=meas, at=town.now)
        manager = replace(meas, role=Role.ADMINISTRATOR)
        end_program(session, isp, ended.number, by=manager, at=town.now)
        held = Membership.person_id == meas.person_id
        session.scalars(select(Membership).where(held)).one().until_on = (
            town.now.date() - timedelta(days=1)
        )
    assert revoked.get("/key").json["errors"][0]["code"] == "key-revoked"
    assert ended.get("/key").json["errors"][0]["code"] == "key-revoked"
    assert gone.get("/key").json["errors"][0]["code"] == "key-maker-gone"


def test_a_key_reaches_what_it_was_made_for_and_no_further(town: Town) -> None:
    writes = a_program(town, reach=Reach(), desks=(Desk.NETWORK,))
    reads = a_program(town, reach=Reach(writes=False, reads=frozenset({Scope.ENTRIES})))

    assert reads.get(ENTRIES).status_code == 200
    for caller, refused in ((writes, ENTRIES), (reads, "/notices"), (reads, "/filings")):
        answer = caller.get(refused)
        assert (answer.status_code, answer.json["code"]) == (403, "out-of-reach"), refused
        assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    for path in ("/certificates", "/policy"):
        assert reads.get(path).status_code == 403
    for caller in (writes, reads):
        assert caller.post(ENTRIES, ITEM).status_code == 403
        assert caller.post("/registers/takedowns/events", {"events": []}).status_code == 403
    assert reads.get("/key").json["writes"] == []
    assert writes.get("/key").json["reads"] == []


def test_cookies_open_no_door_here_and_keys_none_elsewhere(town: Town, caller: Caller) -> None:
    signed_in = town.visit("chea").client
    assert signed_in.get(f"{API}{ENTRIES}").status_code == 401
    # With a key, whoever is signed in beside it does not count: neither rights nor language.
    both = signed_in.get(f"{API}/key", headers={"Authorization": f"Bearer {caller.key}"})
    assert both.json["program"].startswith("Ticket system")
    assert "Set-Cookie" not in both.headers
    assert both.headers["Cache-Control"] == "no-store"

    page = caller.client.get("/registers", headers={"Authorization": f"Bearer {caller.key}"})
    assert (page.status_code, page.headers["Location"][:6]) == (302, "/login")
    # Elsewhere a form without its token is refused as ever.
    assert signed_in.post("/registers/takedowns/entries", data={}).status_code == 400


def test_a_sandbox_key_is_answered_as_if_and_leaves_nothing(town: Town) -> None:
    trying = a_program(town, reach=replace(Reach(), sandbox=True, reads=frozenset(Scope)))
    batch = {"entries": [{**ITEM, "item_no": no} for no in (1, 2)]}

    made = trying.post(ENTRIES, ITEM, Idempotency_Key="sandbox-1")
    again = trying.post(ENTRIES, ITEM, Idempotency_Key="sandbox-1")
    many = trying.post("/registers/takedowns/batches", batch)
    wrong = trying.post(ENTRIES, {**ITEM, "item_no": 0})
    late = trying.post(ENTRIES, {**ITEM, "received_at": "2026-08-01T00:00:00Z"})

    for answer in (made, again, many):
        assert (answer.status_code, answer.headers["Sandbox"]) == (201, "?1")
    assert [made.json["key"], again.json["key"], many.json["recorded"]] == [1, 1, 2]
    assert (wrong.status_code, late.status_code) == (422, 422)
    assert trying.get(ENTRIES).json["entries"] == []
    with town.session() as session:
        for table in (Takedown, KeptAnswer):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert events(town, "entries.recorded") == events(town, "refused") == []


def test_a_refusal_is_kept_in_the_trail_with_its_program(town: Town, caller: Caller) -> None:
    caller.post(ENTRIES, {**ITEM, "own_ref": "T-1"})
    caller.post(ENTRIES, {**ITEM, "own_ref": "T-1", "item_no": 2})

    [refused] = events(town, "refused")
    assert (refused.isp_id, refused.person_id) == (SYSTEM, caller.number)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_program_is_told_how_often_it_may_ask(town: Town, caller: Caller) -> None:
    before = town.app.extensions["settings"]
    town.app.extensions["settings"] = replace(before, limit_api=Rate(2, 60))
    try:
        first, second, third = (caller.get("/key") for _ in range(3))
        other = a_program(town).get("/key")
        wrong = [
            town.app.test_client().get(f"{API}/key", headers={"Authorization": f"Bearer {no}"})
            for no in range(4)
        ]
    finally:
        town.app.extensions["settings"] = before

    assert first.headers["RateLimit-Policy"] == '"key";q=2;w=60'
    assert first.headers["RateLimit"] == '"key";r=1;t=60'
    assert second.headers["RateLimit"] == '"key";r=0;t=60'
    assert (third.status_code, third.json["code"]) == (429, "too-many")
    assert third.headers["Retry-After"] == "60"
    assert other.status_code == 200
    # Keys that are none are counted by where they come from.
    assert [answer.status_code for answer in wrong] == [401, 401, 429, 429]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_reading_and_recording_cost_few_questions(town: Town, caller: Caller) -> None:
    rows = [{**ITEM, "item_no": no} for no in range(1, 61)]
    caller.post("/registers/takedowns/batches", {"entries": rows})

    with town.queries() as asked:
        caller.get(f"{ENTRIES}?limit=50")
    assert len([one for one in asked if one.startswith("SELECT")]) <= 9, asked
    with town.queries() as asked:
        caller.post(ENTRIES, {**ITEM, "item_no": 99})
    assert len(asked) <= 40, asked
