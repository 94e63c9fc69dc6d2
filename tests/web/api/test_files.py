"""Files by the door of programs: sent, looked at and recorded as the pages do it."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from werkzeug.test import TestResponse

from portal.accounts import Desk
from portal.accounts.reach import Reach
from portal.intake import sample_csv
from portal.intake.uploads import Store
from portal.policy.queries import policy_at
from portal.registers import REGISTERS
from portal.trail import verify
from portal.web.workbooks import XLSX
from tests.house.sources import HOUSE
from tests.town import Town
from tests.web.api.calling import API, ITEM, Caller, a_program

CSV = "text/csv"
MANY = 2001


def a_file(town: Town, slug: str = "takedowns", rows: int = 3) -> bytes:
    """A sample of a register that is right."""
    with town.session() as session:
        policy = policy_at(session, town.now).policy
    return sample_csv(REGISTERS[slug], rows, policy=policy, at=town.now).encode()


def as_workbook(data: bytes) -> bytes:
    """The same as a workbook."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Entries")
        for place, line in enumerate(data.decode().splitlines()):
            sheet.write_row(place, 0, line.split(","))
    return stream.getvalue()


@pytest.fixture(autouse=True)
def _nothing_lies_there(town: Town) -> None:
    """The app is that of other tests, too."""
    store = folder(town)
    for path in store.files():
        path.unlink()


def folder(town: Town) -> Store:
    return Store(town.app.extensions["settings"].uploads)


def sends(caller: Caller, data: bytes, slug: str = "takedowns", **headers: str) -> TestResponse:
    told = {"Content-Type": CSV} | headers
    return caller.post(f"/registers/{slug}/files", data, **told)


def place_of(answer: TestResponse) -> str:
    return str(answer.headers["Location"]).removeprefix("/api/v1")


def lying(town: Town) -> list[str]:
    """The files in the private folder."""
    return [path.name for path in folder(town).files()]


@pytest.mark.parametrize("slug", sorted(REGISTERS))
def test_each_register_takes_a_csv_file_and_then_the_same_as_a_workbook(
    town: Town, caller: Caller, slug: str
) -> None:
    data = a_file(town, slug)
    sent = sends(caller, data, slug)
    assert (sent.status_code, sent.json["stage"]) == (201, "REPORT"), sent.json
    assert (sent.json["check"]["new"], sent.json["check"]["wrong"]) == (3, [])
    assert caller.get(place_of(sent)).json == sent.json
    recorded = caller.post(f"{place_of(sent)}/records", {})
    assert recorded.json["recorded"] == {
        "new": 3, "changed": 0, "same": 0, "left_out": 0, "first": 1, "last": 3
    }  # fmt: skip
    assert (recorded.status_code, recorded.json["stage"]) == (201, "RECORDED")
    assert len(caller.get(f"/registers/{slug}/entries").json["entries"]) == 3
    assert lying(town) == []

    again = sends(caller, as_workbook(data), slug, Content_Type=XLSX)
    if REGISTERS[slug].input.model_fields.keys() & {"own_ref"}:
        assert again.json["check"]["same"] == 3, again.json
    with town.session() as session:
        assert verify(session) == []


def test_each_sample_of_the_page_on_intake_goes_in_as_it_lies_there(caller: Caller) -> None:
    for path in sorted((HOUSE / "docs" / "samples").glob("*.[cx][sl][vs]*")):
        slug = path.stem if path.stem in REGISTERS else "takedowns"
        if path.stem == "notices":
            continue
        media = XLSX if path.suffix == ".xlsx" else CSV
        sent = sends(caller, path.read_bytes(), slug, Content_Type=media)
        assert (sent.status_code, sent.json["stage"]) == (201, "REPORT"), (path, sent.json)
        assert (sent.json["check"]["bad"], sent.json["check"]["rows"] > 0) == (0, True), path
        done = caller.post(f"{place_of(sent)}/records", {"confirmed": True})
        assert done.status_code == 201, (path, done.json)


def test_what_is_wrong_is_told_rule_by_rule_and_the_rows_come_back_to_be_mended(
    town: Town, caller: Caller
) -> None:
    data = a_file(town, rows=4).replace(b"P2_STANDARD", b"P9", 2)
    sent = sends(caller, data, Accept_Language="en")
    check = sent.json["check"]
    assert (check["new"], check["bad"]) == (2, 2)
    [rule] = check["wrong"]
    assert (rule["field"], rule["code"], rule["rows"]) == ("priority", "enum", [2, 3])
    assert (rule["count"], "Priority" in rule["detail"]) == (2, True)
    assert [one["row"] for one in check["problems"]] == [2, 3]

    refused = caller.post(f"{place_of(sent)}/records", {})
    assert (refused.status_code, refused.json["code"]) == (409, "refused")
    [fault] = refused.json["errors"]
    assert (fault["code"], fault["pointer"]) == ("file-has-wrong-rows", "/choice")
    with caller.get(check["mending"].removeprefix("/api/v1")) as mending:
        assert mending.mimetype == XLSX
        again = sends(caller, mending.data, Content_Type=XLSX)
    assert (again.json["check"]["new"], again.json["check"]["bad"]) == (2, 2)
    good = caller.post(f"{place_of(sent)}/records", {"choice": "GOOD_ROWS"})
    assert (good.json["recorded"]["new"], good.json["recorded"]["left_out"]) == (2, 2)
    late = caller.post(f"{place_of(sent)}/records", {"choice": "GOOD_ROWS"})
    assert (late.status_code, late.json["errors"][0]["code"]) == (409, "upload-decided")


def test_rows_that_differ_ask_why_and_odd_ones_to_be_meant(town: Town, caller: Caller) -> None:
    data = a_file(town)
    caller.post(f"{place_of(sends(caller, data))}/records", {})
    changed = data.replace(b"P2_STANDARD", b"P1_CHILD_IN_DANGER", 1)
    sent = sends(caller, changed)
    assert (sent.json["check"]["changed"], sent.json["check"]["same"]) == (1, 2), sent.json
    refused = caller.post(f"{place_of(sent)}/records", {})
    assert ("file-has-other-rows", "/reason") in {
        (error["code"], error["pointer"]) for error in refused.json["errors"]
    }
    wrong = caller.post(f"{place_of(sent)}/records", {"reason": "WRONGLY_RECORDED"})
    assert wrong.json["errors"][0]["code"] == "not-a-reason-for-this"
    done = caller.post(f"{place_of(sent)}/records", {"reason": "TYPING_ERROR"})
    assert (done.json["recorded"]["changed"], done.json["recorded"]["same"]) == (1, 2)
    assert caller.get("/registers/takedowns/entries/1").json["version"] == 2


def test_odd_rows_are_recorded_once_it_is_said_that_they_are_meant(
    town: Town, caller: Caller
) -> None:
    data = a_file(town)
    caller.post(f"{place_of(sends(caller, data))}/records", {})
    sent = sends(caller, data.replace(b"\nSAMPLE-", b"\nOTHER-"))
    check = sent.json["check"]
    assert (check["new"], check["warned"], check["bad"]) == (3, 3, 0)
    assert [(one["code"], one["count"]) for one in check["odd"]] == [("duplicate", 3)]
    refused = caller.post(f"{place_of(sent)}/records", {})
    assert [(error["code"], error["pointer"]) for error in refused.json["errors"]] == [
        ("warnings-unread", "/confirmed")
    ]
    recorded = caller.post(f"{place_of(sent)}/records", {"confirmed": True})
    assert recorded.json["recorded"]["new"] == 3
    assert caller.get("/registers/takedowns/entries/4").json["duplicate_of"] == 1


def test_a_large_file_is_a_workers_and_its_sender_asks_how_far_it_is(
    town: Town, caller: Caller
) -> None:
    sent = sends(caller, a_file(town, rows=MANY))
    assert (sent.status_code, sent.json["stage"], sent.json["check"]) == (202, "WORKING", None)
    early = caller.post(f"{place_of(sent)}/records", {})
    assert (early.status_code, early.json["errors"][0]["code"]) == (409, "upload-not-checked")
    town.works()
    seen = caller.get(place_of(sent))
    assert (seen.json["stage"], seen.json["check"]["new"]) == ("REPORT", MANY)
    asked = caller.post(f"{place_of(sent)}/records", {}, Idempotency_Key="the-large-one")
    assert (asked.status_code, asked.json["stage"]) == (202, "WORKING")
    town.works()
    assert caller.get(place_of(sent)).json["recorded"]["new"] == MANY
    again = caller.post(f"{place_of(sent)}/records", {}, Idempotency_Key="the-large-one")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (202, "?1")
    assert lying(town) == []


def test_a_file_sent_twice_under_one_name_is_one(town: Town, caller: Caller) -> None:
    data = a_file(town)
    first, second = (sends(caller, data, Idempotency_Key="nightly-1") for _ in range(2))
    assert (second.json, second.headers["Idempotency-Replayed"]) == (first.json, "?1")
    assert lying(town) == [first.json["file"]]
    other = sends(caller, data + b"\n", Idempotency_Key="nightly-1")
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-reused")
    gone = caller.post(f"{place_of(first)}/discardings", {})
    assert (gone.status_code, gone.json["stage"]) == (201, "DISCARDED")
    assert lying(town) == []
    assert caller.post(f"{place_of(first)}/discardings", {}).status_code == 409


def test_with_a_key_for_trying_out_a_file_is_checked_and_nothing_of_it_stays(town: Town) -> None:
    caller = a_program(town, reach=Reach(sandbox=True))
    sent = sends(caller, a_file(town))
    assert (sent.status_code, sent.headers["Sandbox"]) == (201, "?1")
    assert sent.json["check"]["new"] == 3
    assert caller.get(place_of(sent)).status_code == 404
    assert sends(caller, a_file(town, rows=MANY)).status_code == 413
    assert lying(town) == []


@pytest.mark.parametrize(
    ("data", "media", "answer"),
    [
        (b"", CSV, (422, "file-empty")),
        (b"GIF89a" + b"x" * 100, CSV, (422, "file-not-text")),
        (b"colour,size\nred,9\n", CSV, (422, "column-unknown")),
        (b"own_ref,own_ref\n1,2\n", CSV, (422, "column-twice")),
        (b"own_ref\nT-1\n", CSV, (422, "column-missing")),
        (b"[]", "application/json", (415, None)),
        (b"own_ref\n", "text/plain", (415, None)),
    ],
)
def test_what_is_no_file_of_the_register_is_refused_and_nothing_of_it_is_kept(
    town: Town, caller: Caller, data: bytes, media: str, answer: tuple[int, str | None]
) -> None:
    sent = sends(caller, data, Content_Type=media)
    status, code = answer
    assert sent.status_code == status, sent.json
    assert code is None or code in {error["code"] for error in sent.json["errors"]}, sent.json
    assert lying(town) == []


class Slow(io.BytesIO):
    """A body on a slow line: while it comes in, somebody else of the same ISP records."""

    def __init__(self, data: bytes, meanwhile: Callable[[], object]) -> None:
        super().__init__(data)
        self._meanwhile = meanwhile

    def readinto(self, buffer: Any, /) -> int:
        self._meanwhile()
        return super().readinto(buffer)


def test_nobody_waits_while_a_file_comes_in_over_a_slow_line(town: Town, caller: Caller) -> None:
    data, recorded = a_file(town), list[int]()
    other = a_program(town)

    def records() -> None:
        made = other.post("/registers/takedowns/entries", {**ITEM, "item_no": len(recorded) + 1})
        recorded.append(made.status_code)

    def meanwhile() -> None:
        # A request inside a request would share what Flask keeps of it.
        somebody = threading.Thread(target=records)
        somebody.start()
        somebody.join()

    path = f"{API}/registers/takedowns/files"
    sent = caller.client.post(
        path, input_stream=Slow(data, meanwhile), content_length=len(data), content_type=CSV,
        headers={"Authorization": f"Bearer {caller.key}", "Idempotency-Key": "over-a-slow-line"},
    )  # fmt: skip
    assert (sent.status_code, sent.json["stage"]) == (201, "REPORT"), sent.json
    assert (len(recorded) > 0, set(recorded)) == (True, {201})


def test_files_are_counted_by_key_before_they_are_taken_in(town: Town, caller: Caller) -> None:
    rate = town.app.extensions["settings"].limit_upload
    statuses = [sends(caller, b"own_ref").status_code for _ in range(rate.times + 1)]
    assert statuses == [422] * rate.times + [429]
    assert sends(a_program(town), b"own_ref").status_code == 422
    assert caller.get("/key").status_code == 200


def test_a_file_is_its_isps_own_and_its_desks(town: Town, caller: Caller) -> None:
    sent = sends(caller, a_file(town))
    place = place_of(sent)
    stranger = a_program(town, "tonle-net")
    for asked in (stranger.get(place), stranger.post(f"{place}/records", {})):
        assert asked.status_code == 404
    hr = a_program(town, desks=(Desk.HR,))
    assert sends(hr, a_file(town)).status_code == 403
    assert hr.get(place).status_code == 403
    officer = town.visit("chea")
    officer.opens(f"/registers/takedowns/imports/{sent.json['file']}")
    assert officer.status == 200


def test_who_acts_between_check_and_record_is_told_by_a_new_report(
    town: Town, caller: Caller
) -> None:
    data = a_file(town)
    first, second = (
        sends(caller, data),
        sends(caller, data.replace(b"P2_STANDARD", b"P1_CHILD_IN_DANGER", 1)),
    )
    caller.post(f"{place_of(first)}/records", {})
    refused = caller.post(f"{place_of(second)}/records", {"confirmed": True})
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (409, "file-not-recorded")
    check = caller.get(place_of(second)).json["check"]
    assert (check["changed"], check["same"], check["needs_reason"]) == (1, 2, True)
