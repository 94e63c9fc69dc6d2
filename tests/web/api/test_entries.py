"""Entries by the door of programs: recorded, read, corrected, declared void; once and as seen."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.registers.takedowns import Takedown
from portal.trail import Event, verify
from portal.web.api.kept import KeptAnswer
from tests.town import Town
from tests.web.api.calling import ITEM, SAMPLES, Caller, a_program

ENTRIES = "/registers/takedowns/entries"


def count(town: Town) -> int:
    with town.session() as session:
        return session.scalar(select(func.count()).select_from(Takedown)) or 0


def test_an_entry_is_recorded_read_corrected_and_declared_void(town: Town, caller: Caller) -> None:
    made = caller.post(ENTRIES, {**ITEM, "own_ref": "T-1"})
    assert (made.status_code, made.json["name"], made.json["same"]) == (201, "TD-000001", False)
    place = made.headers["Location"].removeprefix("/api/v1")

    seen = caller.get(place)
    assert seen.headers["ETag"] == made.headers["ETag"]
    assert seen.json["entry"]["received_at"] == "2026-10-12T02:10:00.000000Z"
    assert caller.get(place, If_None_Match=seen.headers["ETag"]).status_code == 304

    right = {**seen.json["entry"], "handled_by": "S-0999"}
    body = {"reason": "TYPING_ERROR", "entry": {k: v for k, v in right.items() if v is not None}}
    corrected = caller.post(f"{place}/versions", body, If_Match=seen.headers["ETag"])
    assert (corrected.status_code, corrected.json["version"]) == (201, 2)
    late = caller.post(f"{place}/versions", body, If_Match=seen.headers["ETag"])
    assert (late.status_code, late.json["code"]) == (412, "changed-meanwhile")
    unseen = caller.post(f"{place}/versions", body)
    assert (unseen.status_code, unseen.json["code"]) == (428, "if-match-missing")

    gone = {"reason": "WRONGLY_RECORDED"}
    voided = caller.post(f"{place}/voidings", gone, If_Match=corrected.headers["ETag"])
    assert voided.json["version"] == 3
    assert caller.get(place).json["void"] is True
    with town.session() as session:
        assert verify(session) == []
        acts = session.scalars(
            select(Event.kind).where(Event.person_id == caller.number).order_by(Event.seq)
        ).all()
    assert acts == ["entries.recorded", "entry.corrected", "entry.voided"]


def test_the_same_ticket_again_changes_nothing(town: Town, caller: Caller) -> None:
    first = caller.post(ENTRIES, {**ITEM, "own_ref": "T-1"})
    again = caller.post(ENTRIES, {**ITEM, "own_ref": "T-1"})

    assert (again.status_code, again.json["same"]) == (200, True)
    assert again.json["key"] == first.json["key"]
    other = caller.post(ENTRIES, {**ITEM, "own_ref": "T-1", "item_no": 7})
    assert (other.status_code, other.json["errors"][0]["code"]) == (409, "already-recorded")
    assert other.json["errors"][0]["pointer"] == "/own_ref"
    assert count(town) == 1


def test_the_same_idempotency_key_is_done_once(town: Town, caller: Caller) -> None:
    first = caller.post(ENTRIES, ITEM, Idempotency_Key="once-0001")
    again = caller.post(ENTRIES, ITEM, Idempotency_Key="once-0001")

    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "?1"
    other = caller.post(ENTRIES, {**ITEM, "item_no": 2}, Idempotency_Key="once-0001")
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")
    assert count(town) == 1
    # What was refused was not done, and may be sent anew, mended.
    wrong = caller.post(ENTRIES, {**ITEM, "item_no": 0}, Idempotency_Key="once-0002")
    right = caller.post(ENTRIES, {**ITEM, "item_no": 3}, Idempotency_Key="once-0002")
    assert (wrong.status_code, right.status_code) == (422, 201)
    # Whoever keeps house lets go of what is older than two days.
    town.moves_to("2026-11-07 10:01")
    assert "answers to programs" in town.runs("purge", "run")
    with town.session() as session:
        assert session.scalars(select(KeptAnswer)).all() == []
    anew = caller.post(ENTRIES, {**ITEM, "item_no": 4}, Idempotency_Key="once-0001")
    assert (anew.status_code, "Idempotency-Replayed" in anew.headers) == (201, False)


def test_a_batch_is_recorded_whole_or_not_at_all(town: Town, caller: Caller) -> None:
    rows = [{**ITEM, "item_no": no, "own_ref": f"T-{no}"} for no in range(1, 6)]
    batch = "/registers/takedowns/batches"

    wrong = caller.post(
        batch, {"entries": [*rows, {**ITEM, "item_no": "7", "source_ref": "http://x.example/1"}]}
    )
    assert wrong.status_code == 422
    assert {(e["pointer"], e["code"]) for e in wrong.json["errors"]} == {
        ("/entries/5/source_ref", "looks-like-locator"), ("/entries/5/item_no", "int_type")
    }  # fmt: skip
    assert b"x.example" not in wrong.data
    before = {**rows[3], "received_at": "2026-08-01T00:00:00Z", "issued_at": "2026-08-01T00:00:00Z"}
    early = caller.post(batch, {"entries": [*rows[:3], before]})
    [fault] = early.json["errors"]
    assert (early.status_code, fault["pointer"]) == (409, "/entries/3/received_at")
    assert count(town) == 0

    done = caller.post(batch, {"entries": rows})
    assert (done.json["recorded"], done.json["same"]) == (5, 0)
    assert [row["key"] for row in done.json["entries"]] == [1, 2, 3, 4, 5]
    again = caller.post(batch, {"entries": rows})
    assert (again.json["recorded"], again.json["same"]) == (0, 5)
    many = caller.post(batch, {"entries": [{}] * 1001})
    assert many.json["errors"][0]["code"] == "too-many-rows"


def test_a_list_is_read_in_stretches_and_narrowed_by_codes(caller: Caller) -> None:
    rows = [{**ITEM, "item_no": no} for no in range(1, 6)]
    caller.post("/registers/takedowns/batches", {"entries": rows})

    address, seen = f"{ENTRIES}?limit=2&priority=P2_STANDARD&period=2026-10", []
    while address is not None:
        page = caller.get(address).json
        seen += [row["key"] for row in page["entries"]]
        address = page["next"] and page["next"].removeprefix("/api/v1")
    assert seen == [5, 4, 3, 2, 1]
    assert caller.get(f"{ENTRIES}?priority=P1_CHILD_IN_DANGER").json["entries"] == []
    for wrong in ("limit=0", "limit=2&limit=3", "priority=x", "nobody=1", "before=1", "period=x"):
        answer = caller.get(f"{ENTRIES}?{wrong}")
        assert (answer.status_code, answer.json["code"]) == (400, "query-refused"), wrong
    assert len(caller.get("/registers/blocklists/entries?list_code=INTERPOL_IWOL").json) == 2


@pytest.mark.parametrize("register", ["blocklists", "training", "roster", "complaints"])
def test_every_register_is_written_and_read(caller: Caller, register: str) -> None:
    sample = SAMPLES[register]
    answer = caller.post(f"/registers/{register}/entries", sample)

    assert answer.status_code == 201, answer.json
    read = caller.get(f"/registers/{register}/entries/{answer.json['key']}").json["entry"]
    sent = {name: value for name, value in sample.items() if not name.endswith("_at")}
    assert {name: read[name] for name in sent} == sent


def test_of_two_isps_none_finds_what_is_the_others(town: Town, caller: Caller) -> None:
    key = caller.post(ENTRIES, ITEM).json["key"]
    other = a_program(town, "tonle-net")

    for path in (f"{ENTRIES}/{key}", f"{ENTRIES}/{key}/events"):
        assert other.get(path).json["code"] == "not-there"
    for path in ("versions", "voidings", "events"):
        answer = other.post(f"{ENTRIES}/{key}/{path}", {}, If_Match='"x"')
        assert answer.status_code == 404, path
    assert other.get(ENTRIES).json["entries"] == []
    with town.session() as session:
        tried = select(Event).where(Event.kind == "tried", Event.person_id == other.number)
        assert len(session.scalars(tried).all()) == 5
