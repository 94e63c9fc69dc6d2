"""Files come in whole or not at all, through the check that pages use; none is ever repeated."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation
from portal.intake import Report, sample_csv, take_in
from portal.intake.files import MOST_LINES
from portal.ledger import sequence
from portal.registers import REGISTERS
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.takedowns import Takedown
from tests.build import COMPLETION, NOW, SPAN, TAKEDOWN, UPDATE, policy

TAKEDOWNS = REGISTERS["takedowns"]


def table(*rows: dict[str, Any], delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    head = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, head, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def takes(
    session: Session, isp: Organisation, by: Actor, data: bytes, slug: str = "takedowns"
) -> Report:
    stream = io.BytesIO(data)
    return take_in(session, isp.id, REGISTERS[slug], stream, confirmed=True, by=by, at=NOW)


def found(report: Report) -> list[tuple[Any, Any, str]]:
    return [(problem.row, problem.field, problem.code) for problem in report.problems]


def held(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Takedown)) or 0


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_comes_in_however_a_spreadsheet_wrote_it(
    session: Session, isp: Organisation, by: Actor, delimiter: str, encoding: str
) -> None:
    rows = [TAKEDOWN | {"item_no": n, "note": "បាន​អនុវត្ត; yes, all"} for n in ("1", "២")]
    data = table(*rows, delimiter=delimiter).decode().encode(encoding)
    report = takes(session, isp, by, data)

    assert (report.is_taken_in, report.rows, report.recorded) == (True, 2, 2)
    assert held(session) == 2


@pytest.mark.parametrize(
    ("slug", "row"), [("blocklists", UPDATE), ("training", COMPLETION), ("roster", SPAN)]
)
def test_every_register_takes_a_table(
    session: Session, isp: Organisation, by: Actor, slug: str, row: dict[str, Any]
) -> None:
    assert takes(session, isp, by, table(row), slug).recorded == 1


def test_columns_may_have_their_titles_and_codes_small_letters(
    session: Session, isp: Organisation, by: Actor
) -> None:
    titles = {name: field.title for name, field in TAKEDOWNS.input.model_fields.items()}
    row = {titles[name]: value for name, value in TAKEDOWN.items()}
    row["Who sent the notice"] = "hotline_national"
    assert takes(session, isp, by, table(row)).recorded == 1


def test_a_file_sent_twice_changes_nothing(session: Session, isp: Organisation, by: Actor) -> None:
    data = table(TAKEDOWN | {"own_ref": "T-1"}, TAKEDOWN | {"own_ref": "T-2", "item_no": 2})
    takes(session, isp, by, data)
    before = sequence(session, isp.id)
    report = takes(session, isp, by, data)

    assert (report.is_taken_in, report.recorded, report.same) == (True, 0, 2)
    assert sequence(session, isp.id) == before


def test_everything_wrong_in_every_row_is_said_and_nothing_recorded(
    session: Session, isp: Organisation, by: Actor
) -> None:
    rows = [
        TAKEDOWN,
        TAKEDOWN | {"item_no": 2, "source_ref": "hxxp://example.invalid", "hosting_country": "VN"},
        dict.fromkeys(TAKEDOWN, ""),
        TAKEDOWN | {"item_no": "two", "received_at": "2026-12-24 10:00"},
    ]
    before = sequence(session, isp.id)
    report = takes(session, isp, by, table(*rows))

    assert set(found(report)) == {
        (3, "source_ref", "looks-like-locator"),
        (3, "hosting_country", "hosted-elsewhere"),
        (5, "item_no", "int_parsing"),
        (5, "received_at", "in-the-future"),
    }
    assert "example" not in repr(report)
    assert (report.recorded, held(session), sequence(session, isp.id)) == (0, 0, before)


def test_what_the_register_refuses_names_the_row_of_the_file(
    session: Session, isp: Organisation, by: Actor
) -> None:
    takes(session, isp, by, table(TAKEDOWN | {"own_ref": "T-1"}))
    old = {"issued_at": "2024-01-01 10:00", "received_at": "2024-01-01 10:00"}
    rows = [
        TAKEDOWN | {"own_ref": "T-9", "item_no": 9},
        dict.fromkeys([*TAKEDOWN, "own_ref"], ""),
        TAKEDOWN | {"own_ref": "T-1", "item_no": 2},
        TAKEDOWN | {"own_ref": "T-3"} | old,
    ]
    report = takes(session, isp, by, table(*rows))

    assert found(report) == [
        (4, "own_ref", "already-recorded"),
        (5, "received_at", "licence-closed"),
    ]
    assert held(session) == 1


def test_warnings_name_the_row_too(session: Session, isp: Organisation, by: Actor) -> None:
    report = takes(session, isp, by, table(TAKEDOWN, TAKEDOWN))
    assert [(w.row, w.code) for w in report.warnings] == [(3, "duplicate-of-row")]


def test_a_wrong_head_is_said_before_any_row(
    session: Session, isp: Organisation, by: Actor
) -> None:
    row = {k: v for k, v in TAKEDOWN.items() if k != "priority"}
    data = table(row | {"url": "http://example.invalid", "Item number": "1", "item_no": "1"})
    report = takes(session, isp, by, data)

    assert found(report) == [
        (1, None, "column-unknown"),
        (1, "item_no", "column-twice"),
        (1, "priority", "column-missing"),
    ]
    assert "url" not in repr(report.problems)


def test_a_row_with_too_many_cells_is_refused(
    session: Session, isp: Organisation, by: Actor
) -> None:
    data = table(TAKEDOWN).rstrip() + b",more\r\n"
    assert found(takes(session, isp, by, data)) == [(2, None, "too-many-cells")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"  \r\n\r\n", "file-empty"),
        (table(TAKEDOWN).split(b"\r\n")[0], "file-empty"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "file-not-text"),
        (b"\xff\xd8\xff\xe0JFIF", "file-not-text"),
        (b"\x00\x00\x00\x18ftypmp42", "file-not-text"),
        (b"PK\x03\x04xlsx", "file-not-a-workbook"),
        (b"%PDF-1.7", "file-not-text"),
        (b"source_type,a\x00b", "file-not-text"),
        (b"source_type\r\n\xff\xfe\xfd", "file-not-unicode"),
        (b"Received: from mx\r\nSubject: notice\r\n", "file-is-a-message"),
        (b'a,"b\r\n1,2', "file-not-a-table"),
        (b"x" * 300_000, "file-cell-too-long"),
        (table(TAKEDOWN) + b'"' + b"x" * 200_000 + b'",\r\n', "file-cell-too-long"),
        (b",".join([b"a"] * 300), "file-too-wide"),
        (table(TAKEDOWN) + b"\r\n" * MOST_LINES, "file-too-many-rows"),
    ],
)
def test_what_is_no_table_is_refused_whole(
    session: Session, isp: Organisation, by: Actor, data: bytes, code: str
) -> None:
    report = takes(session, isp, by, data)
    assert [(row, found_code) for row, _, found_code in found(report)] == [(None, code)]


@pytest.mark.parametrize("slug", REGISTERS)
def test_samples_are_valid(session: Session, isp: Organisation, by: Actor, slug: str) -> None:
    text = sample_csv(REGISTERS[slug], 120, policy=policy(session), at=NOW)
    report = takes(session, isp, by, text.encode(), slug)

    assert found(report) == []
    assert (report.recorded, report.warnings) == (120, ())
    assert text == sample_csv(REGISTERS[slug], 120, policy=policy(session), at=NOW)


def test_only_a_thousand_problems_are_kept_and_all_are_counted(
    session: Session, isp: Organisation, by: Actor
) -> None:
    rows = [TAKEDOWN | {"item_no": "x", "priority": "P9"} for _ in range(700)]
    report = takes(session, isp, by, table(*rows))
    assert (len(report.problems), report.problem_count) == (1000, 1400)
    assert session.scalar(select(func.count()).select_from(BlocklistUpdate)) == 0
