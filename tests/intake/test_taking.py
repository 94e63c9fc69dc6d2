"""What becomes of a file's rows: new, the same, corrections, bad ones; and that the digests are
those that admission one by one would have made.
"""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor, Organisation
from portal.entries.codes import CorrectionReason
from portal.entries.entry import line_digest
from portal.intake import Choice, Report, open_table, take_in
from portal.intake.columns import LEFT_OUT, Columns, propose
from portal.ledger import sequence
from portal.registers import REGISTERS
from portal.registers.actions import admit, void
from portal.registers.bulk import stage as staging
from portal.registers.takedowns import Takedown
from tests.build import NOW, TAKEDOWN, a_takedown
from tests.intake.test_tables import table

TAKEDOWNS = REGISTERS["takedowns"]
FIX = CorrectionReason.TYPING_ERROR


def item(no: int, **over: Any) -> dict[str, Any]:
    return TAKEDOWN | {"own_ref": f"T-{no}", "item_no": no, "note": "", **over}


def takes(session: Session, by: Actor, *rows: dict[str, Any], **how: Any) -> Report:
    stream = io.BytesIO(table(*rows))
    return take_in(session, by.organisation_id, TAKEDOWNS, stream, by=by, at=NOW, **how)


def entries(session: Session) -> list[Any]:
    query = select(Takedown.__table__).order_by(Takedown.key, Takedown.version)
    return list(session.execute(query).mappings())


def counts(report: Report) -> tuple[int, int, int, int, int]:
    return report.recorded, report.new, report.same, report.changed, report.bad


def holds(session: Session, isp: Organisation) -> bool:
    """Whether every digest is that of its line, and the trail's that of its act's lines."""
    rows = entries(session)
    assert [row["digest"] for row in rows] == [line_digest(Takedown, dict(row)) for row in rows]
    for event in trail.events_of(session, isp.id, before=None, limit=99):
        if event.kind == "entries.recorded":
            facts = json.loads(event.facts)
            mine = [row for row in rows if row["admitted_seq"] == event.seq]
            assert [row["key"] for row in mine] == list(range(facts["first"], facts["last"] + 1))
            whole = hashlib.sha256(b"".join(row["digest"] for row in mine))
            assert (facts["lines"], facts["count"]) == (whole.hexdigest(), len(mine))
    return trail.first_break(session, isp.id) is None


def test_rows_are_new_or_the_same_or_corrections(
    session: Session, isp: Organisation, by: Actor
) -> None:
    assert counts(takes(session, by, item(1), item(2), item(3))) == (3, 3, 0, 0, 0)
    rows = (item(4), item(1), item(2, hosting_country="XX", service_role="ACCESS"), item(5))

    waits = takes(session, by, *rows)
    assert (waits.is_taken_in, waits.needs_reason, counts(waits)) == (False, True, (0, 2, 1, 1, 0))
    tried = takes(session, by, *rows, reason=FIX, dry_run=True)
    assert (tried.is_taken_in, counts(tried)) == (True, (0, 2, 1, 1, 0))
    assert len(entries(session)) == 3
    assert counts(takes(session, by, *rows, reason=FIX)) == (3, 2, 1, 1, 0)

    held = [(e["own_ref"], e["key"], e["version"], e["reason"]) for e in entries(session)]
    assert held == [
        ("T-1", 1, 1, None),
        ("T-2", 2, 1, None),
        ("T-2", 2, 2, FIX),
        ("T-3", 3, 1, None),
        ("T-4", 4, 1, None),
        ("T-5", 5, 1, None),
    ]
    assert holds(session, isp)
    # What the first version said and what the second says are both the same now.
    assert takes(session, by, item(2), reason=FIX).same == 1


def test_good_rows_are_recorded_beside_bad_ones_if_that_is_chosen(
    session: Session, isp: Organisation, by: Actor
) -> None:
    rows = [
        item(1),
        item(2, priority="P9"),
        item(7),
        item(7, item_no=8),
        item(4, reappearance_of=99),
        item(5, received_at="2024-01-01 10:00", issued_at="2024-01-01 10:00"),
        item(6),
    ]
    assert counts(takes(session, by, *rows)) == (0, 3, 0, 0, 4)
    assert entries(session) == []

    report = takes(session, by, *rows, choice=Choice.GOOD_ROWS)
    assert counts(report) == (3, 3, 0, 0, 4)
    assert {(group.code, group.rows) for group in report.groups} == {
        ("enum", (3,)),
        ("twice-in-one-batch", (4,)),
        ("no-such-entry", (6,)),
        ("licence-closed", (7,)),
    }
    assert [entry["own_ref"] for entry in entries(session)] == ["T-1", "T-7", "T-6"]
    assert holds(session, isp)


def test_the_item_received_first_is_the_original_of_the_others(
    session: Session, isp: Organisation, by: Actor
) -> None:
    admit(session, isp.id, TAKEDOWNS, [a_takedown(session, item_no=9)], by=by, at=NOW)
    rows = [
        item(1, item_no=1, received_at="2026-10-12 12:00"),
        item(2, item_no=1, received_at="2026-10-12 09:30"),
        item(3, item_no=9, received_at="2026-10-12 11:00"),
        item(4, item_no=1, received_at="2026-10-12 13:00"),
    ]
    waits = takes(session, by, *rows)
    assert (waits.is_taken_in, waits.needs_confirmation, waits.warned) == (False, True, 3)

    takes(session, by, *rows, confirmed=True)
    held = {entry["own_ref"]: (entry["key"], entry["duplicate_of"]) for entry in entries(session)}
    assert held == {
        None: (1, None), "T-1": (2, 3), "T-2": (3, None), "T-3": (4, 1), "T-4": (5, 3),
    }  # fmt: skip
    assert holds(session, isp)


def test_a_correction_is_refused_where_its_page_would_refuse_it(
    session: Session, isp: Organisation, by: Actor
) -> None:
    takes(session, by, item(1), item(2, item_no=1), confirmed=True)
    moved = takes(session, by, item(1, item_no=5), reason=FIX)
    assert [(p.row, p.code) for p in moved.problems] == [(2, "others-are-duplicates-of-it")]
    # What was declared void does not stand in the way: it is recorded anew.
    reason = CorrectionReason.WRONGLY_RECORDED
    void(session, isp.id, TAKEDOWNS, 2, expects=1, reason=reason, by=by, at=NOW)
    assert takes(session, by, item(2, item_no=7)).new == 1


def test_a_column_may_be_named_or_left_out(session: Session, isp: Organisation, by: Actor) -> None:
    row = {"My ticket": "T-1", "Where": "http://secret.invalid", **TAKEDOWN}
    opened = open_table(io.BytesIO(table(row, row | {"priority": "P9"})))
    proposed = propose(opened.headings, TAKEDOWNS.input)
    assert proposed.fields[:3] == (None, None, "source_type")
    mapping = Columns(("own_ref", LEFT_OUT, *proposed.fields[2:]))
    told: list[tuple[int, int]] = []

    report = take_in(
        session, isp.id, TAKEDOWNS, opened, mapping=mapping, told=lambda *d: told.append(d),
        choice=Choice.GOOD_ROWS, by=by, at=NOW,
    )  # fmt: skip
    assert (report.recorded, told[-1]) == (1, (opened.size, opened.size))
    [marked] = report.marked()
    assert (marked.row, marked.cells[:2]) == (3, ("T-1", None))
    assert [problem.code for problem in marked.problems] == ["enum"]
    stops = take_in(
        session, isp.id, TAKEDOWNS, opened, mapping=mapping, should_stop=lambda: True, by=by, at=NOW
    )
    assert (stops.stopped, stops.is_taken_in) == (True, False)


def test_who_acts_meanwhile_is_matched_too(
    session: Session, isp: Organisation, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "AT_ONCE", 2)
    others = iter([a_takedown(session, own_ref="T-2", item_no=2, note=None)])

    def meanwhile(_done: int, _size: int) -> None:
        for other in others:
            admit(session, isp.id, TAKEDOWNS, [other], by=by, at=NOW)

    report = takes(session, by, *(item(no) for no in range(1, 6)), told=meanwhile)
    assert counts(report) == (4, 4, 1, 0, 0)
    assert [entry["key"] for entry in entries(session)] == [1, 2, 3, 4, 5]
    assert holds(session, isp)
    assert sequence(session, isp.id) == ledger.take(session, isp.id).seq
