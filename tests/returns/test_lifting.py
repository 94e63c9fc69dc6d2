"""An order taken back is lifted where it was applied: how many in time, as delistings are."""

from __future__ import annotations

from typing import Any

import pytest

from portal.registers.codes import Progress
from tests.returns.clock import NOVEMBER, OCTOBER, local
from tests.returns.office import Office, indicator, said_by

ORDER: dict[str, Any] = {
    "source_type": "COURT", "source_ref": "C-7", "instrument": "ORDER", "assessed_by": "COURT",
    "service_role": "ACCESS", "hosting_country": "NL",
}  # fmt: skip


def blocked_and_taken_back(office: Office, item: int, withdrawn: str) -> int:
    key = office.logs(**ORDER, item_no=item)
    office.moves(key, Progress.ACTIONED, "2026-10-12 12:00", action="BLOCKED")
    office.moves(key, Progress.FORWARDED, "2026-10-12 12:30")
    office.moves(key, Progress.WITHDRAWN, withdrawn, reference="C-7-W")
    return key


def lifts(office: Office, key: int, when: str) -> None:
    office.moves(key, Progress.REINSTATED, when)


def counted(statement: Any) -> tuple[int, ...] | None:
    told = indicator(statement, "lift")
    if told is None:
        return None
    return tuple(told[n] for n in ("numerator", "denominator", "late", "open_overdue"))


def test_what_was_lifted_in_time_late_and_not_at_all_is_counted(office: Office) -> None:
    first, second, _third = (
        blocked_and_taken_back(office, item, "2026-10-20 09:00") for item in (1, 2, 3)
    )
    lifts(office, first, "2026-10-21 09:00")
    lifts(office, second, "2026-10-21 09:01")
    office.opens(OCTOBER)
    month = office.prepares(OCTOBER)

    told = indicator(month, "lift") or {}
    assert counted(month) == (1, 3, 1, 1)
    assert (told["limit_s"], told["obligation"], told["median_s"]) == (86_400, None, 86_400)
    # The action stands and is no part of what is asked any more.
    assert indicator(month, "block_forward") is None
    assert said_by(month)["excluded"]["withdrawn"] == 3


@pytest.mark.parametrize("action", ["ALREADY_UNAVAILABLE", "NOT_BLOCKED_OVERBLOCK"])
def test_where_nothing_was_blocked_nothing_is_to_lift(office: Office, action: str) -> None:
    key = office.logs(**ORDER)
    office.moves(key, Progress.ACTIONED, "2026-10-12 12:00", action=action)
    office.moves(key, Progress.WITHDRAWN, "2026-10-20 09:00", reference="C-7-W")
    office.opens(OCTOBER)

    assert counted(office.prepares(OCTOBER)) is None


def test_what_was_lifted_before_the_withdrawal_has_no_clock(office: Office) -> None:
    key = office.logs(**ORDER)
    office.moves(key, Progress.ACTIONED, "2026-10-12 12:00", action="BLOCKED")
    lifts(office, key, "2026-10-15 12:00")
    office.moves(key, Progress.WITHDRAWN, "2026-10-20 09:00", reference="C-7-W")
    office.opens(OCTOBER)

    assert counted(office.prepares(OCTOBER)) is None


@pytest.mark.parametrize(("lifted", "expected"), [(True, (1, 1, 0, 0)), (False, (0, 1, 0, 1))])
def test_what_is_not_due_at_the_cut_off_is_scored_in_the_next_return(
    office: Office, lifted: bool, expected: tuple[int, ...]
) -> None:
    key = blocked_and_taken_back(office, 1, "2026-10-31 20:00")
    office.opens(OCTOBER)
    office.now = local("2026-11-01 10:00")
    october = office.prepares(OCTOBER)
    assert counted(october) == (0, 0, 0, 0)
    office.files(OCTOBER, october)
    office.now = local("2026-12-02 10:00")
    if lifted:
        lifts(office, key, "2026-11-01 12:00")

    assert counted(office.prepares(NOVEMBER)) == expected
