"""Errors that an ISP reports itself before review never worsen its result, within bounds (C8)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policy.pack import read_pack, shipped_pack
from portal.registers.codes import Progress
from portal.returns.mercy import SELF_REPORTED, may_be_forgiven
from portal.returns.model import AmendmentReason, Filing
from portal.returns.refusals import ReviewedMeanwhile
from portal.returns.reperform import reperform
from portal.reviews import open_review
from tests.returns.clock import NOVEMBER, OCTOBER
from tests.returns.office import Office, indicator, said_by

LATE = AmendmentReason.LATE_ENTRY
FORGIVEN = ("MET_WITH_OBSERVATION", SELF_REPORTED)
FAILED = ("NOT_MET", "below-minimum")
POLICY = next(iter(read_pack(shipped_pack("kh")).policies.values()))


def word(filing: Filing, code: str = "SP5-03") -> tuple[str, str | None]:
    [found] = [one for one in said_by(filing)["results"] if one["code"] == code]
    return found["result"], found["reason"]


def a_late_item(office: Office, **over: Any) -> int:
    """An item of October, acted on a week later."""
    given = {"received_at": "2026-10-05 08:00", **over}
    key = office.logs(**given)
    office.acts(key, "2026-10-12 08:00")
    return key


def a_good_month(office: Office) -> Filing:
    """October with one item, acted on within the hour; filed."""
    office.opens(OCTOBER)
    key = office.logs()
    office.moves(key, Progress.ACKNOWLEDGED, "2026-10-12 09:20")
    office.acts(key, "2026-10-12 09:30")
    filing = office.returns(OCTOBER)
    assert word(filing) == ("MET", None)
    return filing


def begins_review(office: Office, filing: Filing) -> None:
    by, at = office.reviewer, office.now
    open_review(office.session, office.isp.id, OCTOBER, filing.version, by=by, at=at)


def test_what_the_isp_reports_itself_keeps_its_word_and_its_true_figures(office: Office) -> None:
    a_good_month(office)
    a_late_item(office)
    amended = office.returns(OCTOBER, LATE)
    assert word(amended) == FORGIVEN
    acted = indicator(amended, "act")
    assert acted is not None
    assert (acted["numerator"], acted["denominator"]) == (1, 2)
    assert reperform(office.session, amended).equal


def test_it_is_rebuilt_alike_after_the_review_began_and_more_was_filed(office: Office) -> None:
    a_good_month(office)
    a_late_item(office)
    amended = office.returns(OCTOBER, LATE)
    begins_review(office, amended)
    assert reperform(office.session, amended).equal


def test_a_late_item_in_the_first_filing_is_not_forgiven(office: Office) -> None:
    office.opens(OCTOBER)
    a_late_item(office)
    first = office.returns(OCTOBER)
    assert word(first) == FAILED
    a_late_item(office)
    assert word(office.returns(OCTOBER, LATE)) == FAILED


def test_after_the_review_began_nothing_is_forgiven(office: Office) -> None:
    first = a_good_month(office)
    a_late_item(office)
    prepared = office.prepares(OCTOBER, reason=LATE)
    begins_review(office, first)
    # Not by the way of an older preparation, either.
    with pytest.raises(ReviewedMeanwhile):
        office.files(OCTOBER, prepared)


def test_priority_1_is_never_forgiven(office: Office) -> None:
    a_good_month(office)
    a_late_item(office, priority="P1_CHILD_IN_DANGER", source_type="POLICE")
    assert word(office.returns(OCTOBER, LATE)) == FAILED


def test_the_same_obligation_is_forgiven_once_in_the_months_of_the_policy(office: Office) -> None:
    a_good_month(office)
    a_late_item(office)
    assert word(office.returns(OCTOBER, LATE)) == FORGIVEN
    office.at("2026-12-03 10:00")
    key = office.logs(received_at="2026-11-12 09:10")
    office.acts(key, "2026-11-12 09:30")
    office.returns(NOVEMBER)
    late = office.logs(received_at="2026-11-05 08:00")
    office.acts(late, "2026-11-12 08:00")
    assert word(office.returns(NOVEMBER, LATE)) == FAILED


def test_a_declaration_put_right_before_review_is_forgiven(office: Office) -> None:
    office.opens(OCTOBER)
    office.declares(obligation="SP5-10")
    office.returns(OCTOBER)
    office.declares(obligation="SP5-10", answer="NO", checked_on="2026-11-04")
    assert word(office.returns(OCTOBER, LATE), "SP5-10") == FORGIVEN


_CODES = [one.code for one in POLICY.obligations]


@given(
    st.sampled_from(_CODES),
    st.sets(st.sampled_from(_CODES)),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(_CODES), st.integers(0, 3), st.integers(0, 3)), max_size=6),
)
def test_the_bounds_hold_whatever_the_figures(
    code: str, spent: set[str], shown: bool, cells: list[tuple[str, int, int]]
) -> None:
    rows = [
        {"obligation": of, "urgent_numerator": within, "urgent_denominator": within + missed}
        for of, within, missed in cells
    ]
    duty = POLICY.obligation(code)
    if may_be_forgiven(duty, rows, spent=spent, shown=shown):
        assert code not in spent
        assert not any(of == code and missed for of, _, missed in cells)
        assert not (shown and duty.measured_by == "TAKEDOWNS")
    else:
        missed_own = any(of == code and missed for of, _, missed in cells)
        assert code in spent or missed_own or (shown and duty.measured_by == "TAKEDOWNS")
