"""Who left gives way to marks that lead nowhere, and no month of theirs counts otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.entries.entry import is_withheld
from portal.period import Period
from portal.registers.roster import RosterSpan
from portal.registers.takedowns import Takedown
from portal.registers.training import Completion
from portal.retention.people import Trace, stints
from tests.entries.paper import holds
from tests.retention.archive import accepted, runs
from tests.returns.clock import NOVEMBER, OCTOBER
from tests.returns.office import Office

LAST = date(2026, 11, 25)
LONG_AFTER = "2028-06-01 00:00"


def month(number: int) -> Period:
    return Period(2020 + number // 12, number % 12 + 1)


some_traces = st.lists(
    st.tuples(st.integers(0, 90), st.integers(0, 20), st.booleans()), max_size=12
).map(
    lambda drawn: [
        Trace(bytes([no]), (month(a), month(a)), None if void else month(a + length))
        for no, (a, length, void) in enumerate(drawn)
    ]
)


def together(one: Trace, other: Trace) -> bool:
    """Whether some month may count both."""
    if one.counts_until is None or other.counts_until is None:
        return False
    return one.was[0] <= other.counts_until and other.was[0] <= one.counts_until


@given(some_traces)
@settings(max_examples=200)
def test_two_rows_have_one_mark_if_and_only_if_a_chain_of_months_ties_them(
    traces: list[Trace],
) -> None:
    number = stints(traces)
    tied = {trace.line: {trace.line} for trace in traces if trace.counts_until is not None}
    for one in traces:
        for other in traces:
            if one.line in tied and other.line in tied and together(one, other):
                both = tied[one.line] | tied[other.line]
                for line in both:
                    tied[line] = both
    assert number.keys() == tied.keys()
    for one, others in tied.items():
        assert {line for line in number if number[line] == number[one]} == others


days = st.integers(0, 705).map(lambda n: date(2024, 12, 15) + timedelta(days=n))
roles = st.tuples(days, st.integers(0, 400))
results = st.fixed_dictionaries(
    {
        "held_on": days,
        "module": st.sampled_from(["LAW_AND_DUTIES", "BLOCKLIST_OPERATIONS", "NTD_PROCEDURE"]),
        "level": st.sampled_from(["INDUCTION", "REFRESHER"]),
    }
)
people = st.lists(
    st.tuples(st.lists(roles, max_size=2), st.lists(results, max_size=4)), min_size=1, max_size=3
)


def enters(office: Office, name: str, spans: list[Any], done: list[dict[str, Any]]) -> None:
    """Record somebody's roles (one after the other, so that none overlaps) and trainings."""
    for role, (first, length) in zip(("NOC_DNS", "MANAGEMENT"), spans, strict=False):
        last = min(first + timedelta(days=length), LAST)
        key = office.logs(
            "roster", staff_ref=name, role_group=role, joined_on=str(first), from_on=str(first),
            until_on=None,
        )  # fmt: skip
        office.corrects(key, "roster", until_on=str(last))
    for result in done:
        office.logs("training", staff_ref=name, **{**result, "held_on": str(result["held_on"])})


@given(people)
@settings(
    max_examples=5,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whoever_left_every_statement_of_every_month_is_the_same_to_the_byte(
    office: Office, drawn: list[tuple[list[Any], list[dict[str, Any]]]]
) -> None:
    office.noticed = 0
    with office.session.begin_nested() as undone:
        office.at("2026-11-26 10:00").opens(OCTOBER, 0)
        names = [f"S-{no:04d}" for no in range(1, len(drawn) + 1)]
        for name, (spans, done) in zip(names, drawn, strict=True):
            enters(office, name, spans, done)
        office.acts(office.logs(handled_by="S-0001"), "2026-10-13 08:00")
        office.declares()
        filings = [
            accepted(office, OCTOBER, "2026-11-27"),
            accepted(office, NOVEMBER, "2026-12-07"),
        ]
        runs(office, LONG_AFTER)
        assert not left_of(office, names)
        assert all(holds(office.session, filing) for filing in filings)
        undone.rollback()


def left_of(office: Office, names: list[str]) -> set[str]:
    """The pseudonyms that still stand somewhere."""
    columns = (RosterSpan.staff_ref, Completion.staff_ref, Takedown.handled_by)
    found = (office.session.scalars(select(c).where(c.in_(names))) for c in columns)
    there = {str(name) for some in found for name in some}
    # Who is in a case alone goes with the case.
    return there - ({"S-0001"} if not there_by_name(office, "S-0001") else set())


def there_by_name(office: Office, name: str) -> bool:
    """Whether somebody was ever in roster or training."""
    found = select(RosterSpan.key).where(RosterSpan.staff_ref == name)
    return office.session.scalar(found.limit(1)) is not None


def test_who_came_back_long_after_is_nobody_who_was_there_before(office: Office) -> None:
    office.at("2026-11-05 10:00").opens(OCTOBER, 0)
    for year, role in (("2023", "MANAGEMENT"), ("2026", "NOC_DNS")):
        office.logs(
            "roster", role_group=role, joined_on=f"{year}-09-01", from_on=f"{year}-09-01",
            until_on=f"{year}-10-31",
        )  # fmt: skip
        office.logs("training", held_on=f"{year}-10-06", session_ref=f"T-{year}")
    office.acts(office.logs(), "2026-10-13 08:00")
    office.declares()
    filings = [accepted(office, OCTOBER, "2026-11-06"), accepted(office, NOVEMBER, "2026-12-07")]
    runs(office, LONG_AFTER)
    roles = marks(office, RosterSpan.staff_ref)
    results = marks(office, Completion.staff_ref)
    [case] = marks(office, Takedown.handled_by)
    assert len(set(roles)) == 2
    assert roles == results, "what a month counts together stays together"
    assert case not in roles, "no figure ties a case to a person"
    assert all(holds(office.session, filing) for filing in filings)


def marks(office: Office, column: Any) -> list[str]:
    """What stands where pseudonyms stood, in the order of the entries."""
    found = list(office.session.scalars(select(column).order_by(column.class_.key)))
    assert all(is_withheld(mark) for mark in found)
    return found


def test_who_is_still_there_or_came_back_keeps_the_pseudonym(office: Office) -> None:
    office.at("2026-11-05 10:00").opens(OCTOBER, 0)
    office.logs("roster", role_group="MANAGEMENT", until_on="2026-10-01")
    office.logs("roster", role_group="NOC_DNS", from_on="2026-10-05")
    office.declares()
    for period, day in ((OCTOBER, "2026-11-06"), (NOVEMBER, "2026-12-07")):
        accepted(office, period, day)
    assert not runs(office, LONG_AFTER)
