"""Of an item and its duplicates the earliest receipt governs: no duplicate comes before its
original, at admission or by correction.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation
from portal.entries.codes import CorrectionReason
from portal.errors import Refused
from portal.registers import REGISTERS
from portal.registers.actions import admit, correct, void
from portal.registers.codes import Progress
from portal.registers.progress import progress
from portal.registers.refusals import OthersAreDuplicates
from portal.registers.takedowns import Takedown
from tests.build import NOW, a_step, a_takedown

TAKEDOWNS = REGISTERS["takedowns"]
TYPO = CorrectionReason.TYPING_ERROR


class Desk:
    """Whoever records, corrects and asks what stands."""

    def __init__(self, session: Session, isp: Organisation, by: Actor) -> None:
        self.session, self.isp, self.by = session, isp, by

    def takes_in(self, *times: str, **over: Any) -> tuple[int, ...]:
        rows = [a_takedown(self.session, received_at=at, **over) for at in times]
        return admit(self.session, self.isp.id, TAKEDOWNS, rows, by=self.by, at=NOW).keys

    def corrects(self, key: int, **over: Any) -> None:
        correct(
            self.session, self.isp.id, TAKEDOWNS, key, expects=self.stands(key).version,
            value=a_takedown(self.session, **over), reason=TYPO, by=self.by, at=NOW,
        )  # fmt: skip

    def stands(self, key: int) -> Takedown:
        query = select(Takedown).where(Takedown.key == key, Takedown.closed_seq.is_(None))
        return self.session.scalars(query).one()


@pytest.fixture
def desk(session: Session, isp: Organisation, by: Actor) -> Desk:
    return Desk(session, isp, by)


def refusals(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str | None, str, Any]]:
    return [(field, code, params["entry"]) for field, code, params in refused.value.problems]


def test_what_came_before_the_open_item_is_refused_and_names_the_original(desk: Desk) -> None:
    [first] = desk.takes_in("2026-10-13 09:10")
    with pytest.raises(Refused) as refused:
        desk.takes_in("2026-10-12 09:10")
    name = TAKEDOWNS.name(first)
    assert refusals(refused) == [("received_at", "duplicate-came-earlier", name)]

    # As it says: the original takes the earlier receipt, and the later one is its duplicate.
    desk.corrects(first, received_at="2026-10-12 09:10")
    [again] = desk.takes_in("2026-10-13 09:10")
    assert desk.stands(again).duplicate_of == first


def test_received_at_the_same_minute_is_a_duplicate(desk: Desk) -> None:
    [first] = desk.takes_in("2026-10-12 09:10")
    [again] = desk.takes_in("2026-10-12 09:10")
    assert desk.stands(again).duplicate_of == first


def test_no_correction_brings_a_duplicate_before_its_original(desk: Desk) -> None:
    first, again = desk.takes_in("2026-10-12 09:10", "2026-10-13 09:10")
    with pytest.raises(Refused) as earlier:
        desk.corrects(again, received_at="2026-10-12 09:09", issued_at="2026-10-12 09:00")
    expected = ("received_at", "duplicate-came-earlier", TAKEDOWNS.name(first))
    assert refusals(earlier) == [expected]
    with pytest.raises(Refused) as later:
        desk.corrects(first, received_at="2026-10-13 09:11")
    expected = ("received_at", "later-than-its-duplicate", TAKEDOWNS.name(again))
    assert refusals(later) == [expected]
    desk.corrects(first, received_at="2026-10-13 09:10")


def test_a_void_duplicate_no_longer_holds_its_original_back(desk: Desk) -> None:
    first, again = desk.takes_in("2026-10-12 09:10", "2026-10-13 09:10")
    why = CorrectionReason.WRONGLY_RECORDED
    void(desk.session, desk.isp.id, TAKEDOWNS, again, expects=1, reason=why, by=desk.by, at=NOW)
    desk.corrects(first, received_at="2026-10-14 09:10")


def test_an_item_with_duplicates_does_not_become_another_item(desk: Desk) -> None:
    first, again = desk.takes_in("2026-10-12 09:10", "2026-10-13 09:10")
    with pytest.raises(OthersAreDuplicates):
        desk.corrects(first, item_no=2)
    desk.corrects(again, item_no=2, received_at="2026-10-11 09:10", issued_at="2026-10-11 09:00")
    assert desk.stands(again).duplicate_of is None


def test_an_item_that_becomes_another_open_one_is_its_duplicate_unless_it_came_before(
    desk: Desk,
) -> None:
    [first] = desk.takes_in("2026-10-12 09:10")
    [other] = desk.takes_in("2026-10-13 09:10", item_no=2)
    [before] = desk.takes_in("2026-10-12 09:05", item_no=3)
    desk.corrects(other, received_at="2026-10-13 09:10")
    assert desk.stands(other).duplicate_of == first
    with pytest.raises(Refused) as refused:
        desk.corrects(before, received_at="2026-10-12 09:05")
    assert [code for _, code, _ in refused.value.problems] == ["duplicate-came-earlier"]


def test_of_two_open_ones_the_one_that_came_first_is_the_original(desk: Desk) -> None:
    [first] = desk.takes_in("2026-10-12 09:10")
    _step(desk, first, Progress.ACTIONED, "2026-10-12 12:00", action="REMOVED")
    [second] = desk.takes_in("2026-10-13 09:10")
    assert desk.stands(second).duplicate_of is None
    _step(desk, first, Progress.REOPENED, "2026-10-13 12:00", reference="IHC-1")
    [third] = desk.takes_in("2026-10-14 09:10")
    assert desk.stands(third).duplicate_of == first


def _step(desk: Desk, key: int, kind: Progress, when: str, **over: Any) -> None:
    value = a_step(desk.session, kind, when, **over)
    done = 1 if kind == Progress.REOPENED else 0
    progress(desk.session, desk.isp.id, key, kind, value, expects_no=done, by=desk.by, at=NOW)
