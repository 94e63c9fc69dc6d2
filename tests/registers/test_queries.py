"""Lists are read in slices by key, entries with their whole history, all of one ISP alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation
from portal.entries.codes import CorrectionReason
from portal.errors import NotThere
from portal.period import Period
from portal.registers import REGISTERS
from portal.registers.actions import admit, correct, void
from portal.registers.codes import Progress
from portal.registers.progress import progress
from portal.registers.queries import Wanted, counts, entries, entry, place_of
from portal.registers.states import State, states
from tests.build import NOW, a_completion, a_span, a_step, a_takedown, an_isp

TAKEDOWNS = REGISTERS["takedowns"]
ZONE = ZoneInfo("Asia/Phnom_Penh")
OCTOBER = Period(2026, 10)
P = Progress


def keys(found: list[Any]) -> list[int]:
    return [row.key for row in found]


def listed(session: Session, isp: Organisation, **over: Any) -> list[int]:
    return keys(entries(session, isp.id, TAKEDOWNS, Wanted(**over), zone=ZONE))


def act(session: Session, isp: Organisation, by: Actor, key: int, when: str) -> None:
    value = a_step(session, P.ACTIONED, when, action="REMOVED")
    progress(session, isp.id, key, P.ACTIONED, value, expects_no=0, by=by, at=NOW)


@pytest.mark.parametrize("slug", ["takedowns", "roster"])
def test_pages_follow_each_other_without_gap_or_repetition(
    session: Session, isp: Organisation, by: Actor, slug: str
) -> None:
    register = REGISTERS[slug]
    takedowns = [
        a_takedown(session, item_no=n, received_at=f"2026-10-{12 + n % 3} 10:00")
        for n in range(1, 12)
    ]
    spans = [a_span(session, staff_ref=f"S-{n:04d}") for n in range(11)]
    rows = takedowns if slug == "takedowns" else spans
    everything = admit(session, isp.id, register, rows, by=by, at=NOW).keys
    seen, before = [], None
    while True:
        page = entries(session, isp.id, register, Wanted(), zone=ZONE, before=before, limit=4)
        seen += page[:4]
        if len(page) <= 4:
            break
        before = place_of(register, page[3])

    assert sorted(keys(seen)) == sorted(everything)
    order = [(getattr(row, register.dated_by), row.key) for row in seen]
    assert order == sorted(order, reverse=True)


def test_a_place_that_is_none_is_not_there(session: Session, isp: Organisation) -> None:
    for nonsense in ("x", "1", "1.2.3", "9" * 40 + ".1"):
        with pytest.raises(NotThere):
            entries(session, isp.id, TAKEDOWNS, Wanted(), zone=ZONE, before=nonsense)


def test_a_month_is_the_month_in_phnom_penh(session: Session, isp: Organisation, by: Actor) -> None:
    rows = [
        a_takedown(session, item_no=1, received_at="2026-10-31 23:50"),
        a_takedown(session, item_no=2, received_at="2026-11-01 03:00"),
    ]
    october, november = admit(session, isp.id, TAKEDOWNS, rows, by=by, at=NOW).keys

    assert listed(session, isp, period=OCTOBER) == [october]
    assert listed(session, isp, period=OCTOBER.next()) == [november]
    assert counts(session, isp.id, OCTOBER, ZONE)["takedowns"] == 1


def test_lists_are_filtered_by_codes_state_and_reference(
    session: Session, isp: Organisation, by: Actor
) -> None:
    rows = [
        a_takedown(session, item_no=1, own_ref="T-1"),
        a_takedown(session, item_no=2, priority="P3_CONTEXTUAL"),
        a_takedown(session, item_no=3),
    ]
    one, two, three = admit(session, isp.id, TAKEDOWNS, rows, by=by, at=NOW).keys
    act(session, isp, by, three, "2026-10-12 12:00")

    assert listed(session, isp, codes={"priority": "P3_CONTEXTUAL"}) == [two]
    assert listed(session, isp, open_only=True) == [two, one]
    assert listed(session, isp, reference="T-1") == [one]
    assert listed(session, isp, reference="IHC-2026-0417") == [three, two, one]


def test_an_entry_shows_every_version_and_event_with_names(
    session: Session, isp: Organisation, by: Actor
) -> None:
    [key] = admit(session, isp.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW).keys
    act(session, isp, by, key, "2026-10-12 12:00")
    value = a_takedown(session, item_no=2)
    correct(
        session, isp.id, TAKEDOWNS, key,
        expects=1, value=value, reason=CorrectionReason.TYPING_ERROR, by=by, at=NOW,
    )  # fmt: skip
    found = entry(session, isp.id, TAKEDOWNS, key)

    assert [v.version for v in found.versions] == [1, 2]
    assert (found.now.item_no, found.last_no) == (2, 1)
    assert found.people == {by.person_id: by.name}


def test_a_stranger_sees_nothing(session: Session, isp: Organisation, by: Actor) -> None:
    [key] = admit(session, isp.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW).keys
    other = an_isp(session, "other-net")

    assert entries(session, other.id, TAKEDOWNS, Wanted(), zone=ZONE) == []
    with pytest.raises(NotThere):
        entry(session, other.id, TAKEDOWNS, key)


def test_the_state_of_items_is_told_with_the_time_they_are_due(
    session: Session, isp: Organisation, by: Actor
) -> None:
    fresh = {"issued_at": "2026-11-05 08:00", "received_at": "2026-11-05 08:00"}
    values = [a_takedown(session, item_no=n) for n in range(1, 5)]
    values += [a_takedown(session, item_no=n, **fresh) for n in (5, 6, 6)]
    admission = admit(session, isp.id, TAKEDOWNS, values, by=by, at=NOW)
    done, overdue, paused, gone, recent, _, _ = admission.keys
    act(session, isp, by, done, "2026-10-12 12:00")
    pause = a_step(
        session, P.PAUSED, "2026-11-05 09:00",
        pause_reason="FORCE_MAJEURE", until_at="2026-11-05 18:00",
    )  # fmt: skip
    progress(session, isp.id, paused, P.PAUSED, pause, expects_no=0, by=by, at=NOW)
    wrongly = CorrectionReason.WRONGLY_RECORDED
    void(session, isp.id, TAKEDOWNS, gone, expects=1, reason=wrongly, by=by, at=NOW)

    rows = entries(session, isp.id, TAKEDOWNS, Wanted(), zone=ZONE)
    found = states(session, isp.id, rows, NOW)
    assert [found[key].state for key in admission.keys] == [
        State.CLOSED,
        State.OPEN_OVERDUE,
        State.PAUSED,
        State.VOID,
        State.OPEN,
        State.OPEN,
        State.DUPLICATE,
    ]
    [first] = [row for row in rows if row.key == recent]
    assert found[recent].due_at == first.received_at + timedelta(hours=48)
    assert found[paused].due_at == found[overdue].due_at + timedelta(hours=1)


def test_the_same_key_of_another_isp_has_a_state_of_its_own(
    session: Session, isp: Organisation, by: Actor
) -> None:
    other = an_isp(session, "other-net")
    for one in (isp, other):
        [key] = admit(session, one.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW).keys
    act(session, isp, by, key, "2026-10-12 12:00")

    def state(of: Organisation) -> State:
        rows = entries(session, of.id, TAKEDOWNS, Wanted(), zone=ZONE)
        return states(session, of.id, rows, NOW)[key].state

    assert (state(isp), state(other)) == (State.CLOSED, State.OPEN_OVERDUE)


@pytest.mark.parametrize("count", [1, 30])
def test_a_page_takes_as_many_queries_with_one_row_as_with_thirty(
    session: Session, isp: Organisation, by: Actor, engine: Engine, count: int
) -> None:
    rows = [a_takedown(session, item_no=n) for n in range(1, count + 1)]
    admit(session, isp.id, TAKEDOWNS, rows, by=by, at=NOW)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    states(session, isp.id, entries(session, isp.id, TAKEDOWNS, Wanted(), zone=ZONE), NOW)

    assert len(asked) == 4


def test_staff_are_found_by_pseudonym(session: Session, isp: Organisation, by: Actor) -> None:
    training = REGISTERS["training"]
    rows = [a_completion(session), a_completion(session, staff_ref="S-0500")]
    _, key = admit(session, isp.id, training, rows, by=by, at=NOW).keys
    wanted = Wanted(period=OCTOBER, reference="S-0500")

    assert keys(entries(session, isp.id, training, wanted, zone=ZONE)) == [key]
