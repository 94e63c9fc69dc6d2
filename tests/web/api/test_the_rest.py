"""Events, notices and orders, filings, papers and policy by the door of programs."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest

from portal.notices.actions import send
from portal.notices.inputs import NoticeIn
from portal.period import Period
from portal.returns.actions import declare_opening, file, prepare
from portal.trail import verify
from tests import build
from tests.notices.street import NOTICE
from tests.town import Town
from tests.web.api.calling import ITEM, Caller, a_program

ENTRIES = "/registers/takedowns/entries"
DONE = {"kind": "ACTIONED", "occurred_at": "2026-10-12T11:00:00+07:00", "action": "REMOVED"}
TOLD = {"kind": "ACKNOWLEDGED", "occurred_at": "2026-10-12T09:30:00+07:00"}


def an_order(town: Town, **said: Any) -> int:
    """An order of the police to Mekong Net."""
    with town.session() as session:
        value = {**NOTICE, "source_type": "POLICE", "source_ref": "KNP-7", "instrument": "ORDER"}
        value |= {"assessed_by": "POLICE", "items": 2, **said}
        made = build.made(session, NoticeIn, value, town.now)
        to = [town.bodies["mekong-net"]]
        return send(session, made, to, by=town.actors["vann"], at=town.now).key


def test_an_item_moves_on_by_events_one_by_one_and_in_batches(town: Town, caller: Caller) -> None:
    rows = [{**ITEM, "item_no": no} for no in (1, 2, 3)]
    caller.post("/registers/takedowns/batches", {"entries": rows})

    first = caller.post(f"{ENTRIES}/1/events", TOLD)
    assert (first.status_code, first.json) == (201, {"key": 1, "no": 1})
    seen = caller.get(f"{ENTRIES}/1/events")
    assert (seen.json["state"], seen.json["last_no"]) == ("OPEN_OVERDUE", 1)
    etag = seen.headers["ETag"]
    assert caller.post(f"{ENTRIES}/1/events", DONE, If_Match=etag).status_code == 201
    assert caller.post(f"{ENTRIES}/1/events", DONE, If_Match=etag).status_code == 412
    assert caller.get(f"{ENTRIES}/1/events").json["state"] == "CLOSED"

    batch = [{"key": 2, **TOLD}, {"key": 9, **TOLD}, {"key": 2, **TOLD}, {"key": 3, **DONE}]
    refused = caller.post("/registers/takedowns/events", {"events": batch})
    assert refused.status_code == 409
    assert {(e["pointer"], e["code"]) for e in refused.json["errors"]} == {
        ("/events/1/key", "no-such-entry"), ("/events/2", "already-acknowledged")
    }  # fmt: skip
    assert caller.get(f"{ENTRIES}/2/events").json["events"] == []
    wrong = [{"key": 2, "kind": "NONSENSE"}, {"key": "2", **TOLD}, {"key": 3, "kind": "ACTIONED"}]
    invalid = caller.post("/registers/takedowns/events", {"events": wrong})
    assert [error["pointer"] for error in invalid.json["errors"]] == [
        "/events/0/kind", "/events/1/key", "/events/2/occurred_at", "/events/2/action"
    ]  # fmt: skip
    done = caller.post("/registers/takedowns/events", {"events": [batch[0], batch[3]]})
    assert done.json["events"] == [{"key": 2, "no": 1}, {"key": 3, "no": 1}]
    with town.session() as session:
        assert verify(session) == []


def test_a_notice_is_read_taken_in_and_an_order_answered(town: Town, caller: Caller) -> None:
    notice = an_order(town, instrument="NOTICE", source_ref="KNP-6")
    order = an_order(town, service_role="ACCESS", hosting_country="NL")

    listed = caller.get("/notices?limit=1").json
    assert [one["key"] for one in listed["notices"]] == [order]
    more = caller.get(listed["next"].removeprefix("/api/v1")).json
    assert [one["name"] for one in more["notices"]] == [f"N-{notice:06d}"]
    read = caller.get(f"/notices/{order}").json
    assert read["lacking"] == [{"first": 1, "last": 2}]
    assert (read["order"]["state"], read["sender"]) == ("SILENT", "police")
    taken = caller.post(f"/notices/{notice}/entries", {"received_at": "2026-11-05T09:00:00+07:00"})
    assert [row["same"] for row in taken.json["entries"]] == [False, False]

    said = {"answer": "APPLIED", "occurred_at": "2026-11-05T09:30:00+07:00"}
    wrong = caller.post(f"/notices/{order}/answers", {**said, "action": "NONSENSE"})
    assert wrong.json["errors"][0]["pointer"] == "/action"
    answered = caller.post(
        f"/notices/{order}/answers",
        {**said, "action": "BLOCKED", "received_at": "2026-11-05T09:00:00+07:00"},
    )
    assert (answered.status_code, answered.json) == (201, {"items": 2}), answered.json
    assert caller.get(f"/notices/{order}").json["order"]["answers"] == []
    assert caller.post(f"/notices/{notice}/answers", {"answer": "LIFTED"}).status_code == 422
    other = a_program(town, "tonle-net")
    assert other.get("/notices").json["notices"] == []
    assert other.get(f"/notices/{order}").status_code == 404
    assert other.post(f"/notices/{order}/entries", {}).status_code == 404


def test_a_filed_month_is_read_to_the_byte(town: Town, caller: Caller) -> None:
    isp, october = town.bodies["mekong-net"], Period(2026, 10)
    chea, meas = town.actors["chea"], town.actors["meas"]
    caller.post(ENTRIES, ITEM)
    with town.session() as session:
        declare_opening(session, isp, october, 0, by=chea, at=town.now)
        nils = {"blocklists", "training"}
        made = prepare(session, isp, october, nils=nils, by=chea, at=town.now)
        filing = file(session, isp, october, made.no, by=meas, at=town.now)
        statement, receipt = filing.statement, filing.receipt

    [listed] = caller.get("/filings").json["filings"]
    read = caller.get(listed["statement"].removeprefix("/api/v1"))
    assert (listed["receipt"], listed["recalled"]) == (receipt, False)
    assert read.data == statement
    assert read.headers["ETag"] == f'"{hashlib.sha256(statement).hexdigest()}"'
    assert read.json["roll_forward"]["received"] == 1
    unchanged = caller.get("/filings/2026-10/1/statement", If_None_Match=read.headers["ETag"])
    assert unchanged.status_code == 304
    other = a_program(town, "tonle-net")
    assert other.get("/filings").json == {"filings": [], "next": None}
    assert other.get("/filings/2026-10/1/statement").status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_policy_and_the_document_are_read(town: Town, caller: Caller) -> None:
    policy = caller.get("/policy").json
    assert (policy["version"], policy["policy"]["zone"]) == ("2026.1", "Asia/Phnom_Penh")
    assert caller.get("/policy/2026.2").json["policy"]["version"] == "2026.2"
    assert caller.get("/policy/nothing").status_code == 404
    document = town.app.test_client().get("/api/v1/openapi.json")
    assert document.json["openapi"].startswith("3.1")
    assert document.headers["Cache-Control"] == "public, max-age=300"
    unchanged = caller.get("/openapi.json", If_None_Match=document.headers["ETag"])
    assert unchanged.status_code == 304


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_page_of_the_interface_shows_all_of_it_without_a_script(town: Town) -> None:
    stranger = town.stranger().opens("/api/docs")

    paths = [one.text for one in stranger.page.xpath("//details/summary/code")]
    assert len(paths) == 71
    assert "text/csv, application/vnd" in stranger.text
    assert "POST /api/v1/registers/takedowns/entries" in paths
    assert stranger.page.xpath("//*[@id='problem-invalid']")
    # The only scripts are the portal's own files.
    assert all(one.get("src", "").startswith("/static/") for one in stranger.page.xpath("//script"))
    # What it shows is taken as it stands.
    [example] = stranger.page.xpath("//pre/code/text()")
    body = json.loads(re.search(r"-d '(.*)'", example, re.DOTALL)[1])
    assert a_program(town).post(ENTRIES, body).status_code == 201
