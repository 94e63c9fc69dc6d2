"""What is over its term goes, nothing else does, and every figure of every filed month stands."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from portal.accounts import Role
from portal.entries.holds import HoldGround, LiftReason, lift_hold, set_hold
from portal.entries.holds.actions import Wanted
from portal.entries.withheld import Withheld
from portal.retention import run
from portal.trail import Event
from tests.build import an_officer
from tests.entries.paper import holds, texts
from tests.retention.archive import (
    AFTER,
    BEFORE,
    accepted,
    both_months,
    everything_done,
    places,
    runs,
)
from tests.returns.clock import NOVEMBER, OCTOBER
from tests.returns.office import Office

OVER, LEFT = "RETENTION_OVER", "PSEUDONYM_PURGED"
# S-0500 left on 20 October 2026.
NOT_YET_GONE, LONG_GONE = "2027-10-20 23:59", "2027-10-21 00:00"


def test_rows_go_when_sixty_months_after_their_last_month_are_over_in_phnom_penh(
    office: Office,
) -> None:
    filings = both_months(office)
    assert runs(office, BEFORE)[OVER] == 0
    assert runs(office, AFTER)[OVER] > 0
    gone = places(office)
    for place in ("takedown", "takedown_event", "blocklist_update", "complaint", "completion"):
        assert gone[place, "note"], place
    assert gone["notice", "source_ref"] == 1
    assert gone["takedown", "source_ref"] == 3
    assert gone["takedown_event", "reference"] == 1
    assert all(holds(office.session, filing) for filing in filings)
    assert "HR-1" in texts(office.session), "whoever is there still has their row"


def test_a_pseudonym_goes_twelve_months_after_its_person_left(office: Office) -> None:
    filings = both_months(office)
    assert runs(office, NOT_YET_GONE) == Counter()
    assert runs(office, LONG_GONE) == Counter({LEFT: 4})
    assert places(office) == Counter(
        {("roster_span", "staff_ref"): 1, ("completion", "staff_ref"): 1}
        | {("takedown", "handled_by"): 2}
    )
    assert "S-0500" not in texts(office.session)
    assert "S-0421" in texts(office.session)
    assert all(holds(office.session, filing) for filing in filings)


def test_a_run_that_only_counts_says_the_same_and_changes_nothing(office: Office) -> None:
    both_months(office)
    before = texts(office.session)
    counted = runs(office, AFTER, dry=True)
    assert texts(office.session) == before
    assert counted == runs(office, AFTER)
    assert counted.total() == places(office).total()


def test_a_second_run_does_nothing_and_writes_nothing(office: Office) -> None:
    both_months(office)
    runs(office, AFTER)
    events = office.session.scalar(select(func.count()).select_from(Event))
    assert runs(office, AFTER) == Counter()
    assert office.session.scalar(select(func.count()).select_from(Event)) == events


def test_killed_after_any_batch_a_run_is_taken_up_where_it_was(office: Office) -> None:
    filings = both_months(office)
    whole = runs(office, AFTER, dry=True)
    done: Counter[str] = Counter()
    for stops_after in (1, 2, 3):
        office.at(AFTER)
        batches = run(office.session, by=office.reviewer, at=office.now, at_once=1)
        for _ in range(stops_after):
            batch = next(batches)
            done[str(batch.reason)] += batch.values.total()
        with office.session.begin_nested() as killed:
            next(batches)
            killed.rollback()
        batches.close()
        assert all(holds(office.session, filing) for filing in filings)
    assert done + runs(office, AFTER) == whole


def test_what_is_open_stays_however_old(office: Office) -> None:
    everything_done(office.at("2026-11-05 10:00"))
    office.logs(note="Still open", source_ref="Letter 9")
    office.logs("complaints", own_ref="C-2", note="Not decided", received_at="2026-10-15 10:00")
    office.logs(
        "complaints", own_ref="C-3", note="Not put right", received_at="2026-10-15 10:00",
        acknowledged_at="2026-10-15 11:00", decided_at="2026-10-16 11:00", outcome="UPHELD",
    )  # fmt: skip
    accepted(office, OCTOBER, "2026-11-06")
    accepted(office, NOVEMBER, "2026-12-07")
    runs(office, AFTER)
    kept = {"Still open", "Letter 9", "C-2", "Not decided", "C-3", "Not put right"}
    assert kept <= set(texts(office.session))


def test_a_number_that_something_within_its_term_bears_stays_everywhere(office: Office) -> None:
    everything_done(office.at("2026-11-05 10:00"))
    accepted(office, OCTOBER, "2026-11-06")
    later = office.at("2026-11-20 10:00").logs(
        source_ref="Letter 7", item_no=2, issued_at="2026-11-12 09:00", handled_by=None,
        received_at="2026-11-12 09:10",
    )  # fmt: skip
    office.acts(later, "2026-11-13 09:00")
    filing = accepted(office, NOVEMBER, "2026-12-07")
    runs(office, AFTER)
    assert texts(office.session).count("Letter 7") == 3
    runs(office, "2031-12-01 00:00")
    assert "Letter 7" not in texts(office.session)
    assert holds(office.session, filing)


def test_a_month_that_is_not_settled_keeps_its_rows(office: Office) -> None:
    everything_done(office.at("2026-11-05 10:00"))
    office.at("2026-11-06 10:00").returns(OCTOBER)
    assert runs(office, AFTER) == Counter(), "filed, and nobody has decided"


def test_a_month_that_was_never_filed_keeps_what_reaches_into_it(office: Office) -> None:
    everything_done(office.at("2026-11-05 10:00"))
    accepted(office, OCTOBER, "2026-11-06")
    assert runs(office, AFTER)[OVER] == 0, "November looks back 31 days"


def test_a_hold_changes_nothing_of_a_run_but_the_last_copies_stay(office: Office) -> None:
    filings = both_months(office)
    keeper = an_officer(office.session, office.authority, Role.POLICY_OFFICER, "Pich Keeper")
    day = date(2026, 12, 8)
    asked = Wanted(office.isp.id, HoldGround.COURT_ORDER, "K-1", day)
    hold = set_hold(office.session, asked, by=keeper, at=office.now)
    counted = runs(office, AFTER, dry=True)
    assert runs(office, AFTER) == counted
    copies = select(func.count()).where(Withheld.text.is_not(None))
    assert office.session.scalar(copies) == counted.total()
    assert runs(office, AFTER) == Counter()
    lift_hold(office.session, hold.no, LiftReason.CASE_ENDED, on=day, by=keeper, at=office.now)
    assert runs(office, AFTER, dry=True) == Counter({"None": counted.total()})
    assert runs(office, AFTER) == Counter({"None": counted.total()})
    assert office.session.scalar(copies) == 0
    assert all(holds(office.session, filing) for filing in filings)


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_however_small_the_batches_are_the_same_goes(office: Office, at_once: int) -> None:
    both_months(office)
    counted = runs(office, AFTER, dry=True)
    batches = list(run(office.session, by=office.reviewer, at=office.now, at_once=at_once))
    assert sum(batch.values.total() for batch in batches) == counted.total()
