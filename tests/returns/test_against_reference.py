"""Every figure of a month equals the slow reference's, on both engines, whatever happened in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy.orm import Session

from portal.ledger import sequence
from portal.period import Period
from portal.returns.model import AmendmentReason, Filing, Preparation
from portal.returns.refusals import Unchanged
from portal.returns.reperform import reperform
from tests.build import policy
from tests.returns import reference as ref
from tests.returns.clock import NOVEMBER, OCTOBER, ZONE, local
from tests.returns.conftest import Base
from tests.returns.office import Office, said_by
from tests.returns.plans import Deed, item_plans, other_plans
from tests.returns.worlds import rules, world

SETTINGS = settings(
    # More, when something was changed: RETURNS_EXAMPLES=200 pytest tests/returns
    max_examples=int(os.environ.get("RETURNS_EXAMPLES", "8")),
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
Offices = Callable[[], Any]


@pytest.fixture
def offices(bases: dict[str, Base]) -> Offices:
    """Opens an office on each engine, alike to the byte; what they do is undone in the end."""

    @contextmanager
    def open_both() -> Iterator[list[Office]]:
        with ExitStack() as stack:
            yield [stack.enter_context(base.again()) for base in bases.values()]

    return open_both


@SETTINGS
@given(first=item_plans, then=item_plans)
def _items(offices: Offices, first: list[Deed], then: list[Deed]) -> None:
    with offices() as both:
        _live_two_months(both, first, then)


@SETTINGS
@given(first=other_plans, then=other_plans)
def _registers(offices: Offices, first: list[Deed], then: list[Deed]) -> None:
    with offices() as both:
        _live_two_months(both, first, then)


def test_items_are_scored_as_the_reference_scores_them(offices: Offices) -> None:
    _items(offices)


def test_lists_staff_and_complaints_are_told_as_the_reference_tells_them(offices: Offices) -> None:
    _registers(offices)


def test_a_month_whose_only_item_was_refused_is_scored_though_somebody_mends_it(
    offices: Offices,
) -> None:
    """A world once thought up: an item of a later month is refused, and then corrected all the
    same; what was never taken in cannot be, and the two months are filed without it.
    """
    early, nothing = (0, 0, 0), local("2026-11-30 23:59")
    refused = Deed("item", 0, nothing, early, {"item_no": 1})
    mended = Deed("correct", 0, nothing, early, {"priority": "P1_CHILD_IN_DANGER"})
    with offices() as both:
        assert [refused.do(office.at("2026-11-01 09:00")) for office in both] != ["done", "done"]
        _live_two_months(both, [refused, mended], [])


def _live_two_months(both: Sequence[Office], first: list[Deed], then: list[Deed]) -> None:
    """File October, live on, file November, amend October: figures, engines and bytes agree."""
    _do_alike(both, first, "2026-11-01 09:00")
    for office in both:
        office.at("2026-11-01 10:00").opens(OCTOBER)
    october = [office.returns(OCTOBER) for office in both]
    _agree(both, october, OCTOBER, None)
    _do_alike(both, then, "2026-12-03 09:00")
    for office in both:
        office.at("2026-12-03 10:00")
    november = [office.returns(NOVEMBER) for office in both]
    _agree(both, november, NOVEMBER, october[0])
    again = [_amend(office) for office in both]
    if again[0] is not None:
        _agree(both, again, OCTOBER, None, cut_off=october[0])
    assert reperform(both[0].session, october[0]).equal
    assert said_by(november[0])["opening_filing"] == october[0].receipt


def _do_alike(both: Sequence[Office], deeds: list[Deed], when: str) -> None:
    came_of_it = [[deed.do(office.at(when)) for deed in deeds] for office in both]
    assert came_of_it[0] == came_of_it[1]


def _amend(office: Office) -> Preparation | None:
    try:
        return office.prepares(OCTOBER, reason=AmendmentReason.LATE_ENTRY)
    except Unchanged:
        return None


def _agree(
    both: Sequence[Office],
    frozen: Sequence[Any],
    period: Period,
    before: Filing | None,
    cut_off: Filing | None = None,
) -> None:
    said = said_by(frozen[0])
    assert frozen[0].statement == frozen[1].statement
    office = both[0]
    seq = said["seq"]
    assert seq <= sequence(office.session, office.isp.id)
    month = ref.Month(
        starts=period.starts_at(ZONE),
        ends=period.ends_at(ZONE),
        now=(cut_off or frozen[0]).cut_off_at,
        before=before.cut_off_at if before else None,
        last_day=period.last_day,
        named=lambda instant: str(Period.of(instant, ZONE)),
    )
    known = world(office.session, office.isp.id, seq)
    _items_agree(said, known, month, office.session)
    _registers_agree(said, known, month, period, office.session)
    _flow_agrees(said, known, month, before)


def _items_agree(
    said: dict[str, Any], known: ref.World, month: ref.Month, session: Session
) -> None:
    timed = ref.indicators(known, month, rules(session))
    told = {
        (i["code"].split(".")[-1], i["cohort"], i["policy"]): i
        for i in said["indicators"]
        if not i["code"].endswith("induction")
    }
    assert sorted(told) == sorted(timed)
    for key, expected in timed.items():
        assert {name: told[key][name] for name in expected} == expected, key
    left = ref.carried_forward(known, month, rules(session))
    assert {(c["cohort"], c["band"]): c["count"] for c in said["carried_forward"]} == left
    assert said["excluded"] == ref.excluded(known, month)
    assert said["senders"] == ref.senders(known, month)


def _flow_agrees(
    said: dict[str, Any], known: ref.World, month: ref.Month, before: Filing | None
) -> None:
    flow = dict(said["roll_forward"])
    opened = said_by(before)["roll_forward"]["closing"] if before else 0
    assert flow["opening"] == opened
    into = flow["opening"] + flow["adjustments"] + flow["received"] + flow["reopened"]
    out = flow["closed"] + flow["withdrawn"] + flow["duplicate"] + flow["transferred"]
    assert flow["closing"] == into - out
    expected = ref.stock_and_flow(known, month)
    assert flow.pop("opening") + flow.pop("adjustments") == expected.pop("opening")
    assert flow == expected


def _registers_agree(
    said: dict[str, Any], known: ref.World, month: ref.Month, period: Period, session: Session
) -> None:
    of = policy(session, month.ends)
    lists = ref.lists(known, month, ref.DAY)
    told = {row["list"]: row for row in said["lists"]}
    assert {n: {k: told[n][k] for k in row} for n, row in lists.items()} == lists
    assert set(told) <= set(lists)
    required = {
        role.value: [m.value for m in modules]
        for role, modules in of.training.required["STANDARD"].items()  # type: ignore[index]
    }
    people = ref.staff(known, period.last_day, required, of.training.induction_days, 12)
    assert {
        r["role_group"]: (r["in_scope"], r["covered"], r["in_induction"]) for r in said["staff"]
    } == people
    inducted, due = ref.induction(known, period.first_day, period.last_day, 30)
    [*row] = [i for i in said["indicators"] if i["code"].endswith("induction")]
    assert [(i["numerator"], i["denominator"]) for i in row] == ([(inducted, due)] if due else [])
