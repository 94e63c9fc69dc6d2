"""Lag and currency with releases: what was not logged is open, what was skipped is satisfied by the
next one (domain §4.8-4.9; hard cases 5, 6, 7), on both engines, against a plain oracle.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.notices.releases.actions import void
from portal.registers.codes import ListMode
from portal.registers.lists.standing import say
from portal.returns.reperform import reperform
from tests.returns.clock import OCTOBER, local
from tests.returns.conftest import Base
from tests.returns.office import Office, indicator, said_by

DAY = timedelta(days=1)
OTHER = {"test_result": "NOT_RUN", "tested_at": None, "vantage_points": 0}
STARTED = {
    "content_digest": "10" * 32, "serial": 1, "version_label": "1",
    "published_at": "2026-09-20 12:00", "fetched_at": "2026-09-20 12:00",
    "applied_at": "2026-09-20 13:00", **OTHER,
}  # fmt: skip


def october(office: Office) -> Any:
    office.opens(OCTOBER)
    return office.returns(OCTOBER)


def told(filed: Any) -> tuple[int, int, int, int]:
    """Issues, applied, open and not logged of the one list."""
    [row] = said_by(filed)["lists"]
    return row["issues"], row["applied"], row["open"], row.get("unlogged", 0)


def counts(filed: Any, code: str = "add") -> tuple[int, int, int, int]:
    found = indicator(filed, code) or {}
    names = ("numerator", "late", "open_overdue", "open_not_due")
    return tuple(found.get(name, 0) for name in names)  # type: ignore[return-value]


def issue(no: int, published: str) -> dict[str, Any]:
    return {
        "content_digest": f"{no:02d}" * 32, "serial": no, "version_label": str(no),
        "published_at": published,
    }  # fmt: skip


def applied(no: int, published: str, when: str, **over: Any) -> dict[str, Any]:
    """An update as an ISP logs it that applied additions alone."""
    given = {"update_kind": "ADD", "removed": 0, "fetched_at": published, "applied_at": when}
    return {**issue(no, published), **given, **OTHER, **over}


def test_a_release_that_was_never_logged_is_open(office: Office) -> None:
    office.logs("blocklists", **STARTED)
    office.releases(**issue(41, "2026-10-12 12:00"))
    filed = october(office)
    assert told(filed) == (1, 0, 1, 1)
    assert counts(filed) == (0, 0, 1, 0)
    [row] = said_by(filed)["lists"]
    # Owed from a day after its publication to the end of the month, and never live.
    assert row["owed_s"] - row["current_s"] == 18 * 86_400 + 12 * 3600
    assert said_by(filed)["releases"]["lines"] == 1
    assert reperform(office.session, filed).equal


def test_a_list_that_the_isp_does_not_carry_owes_nothing(office: Office) -> None:
    office.releases(**issue(41, "2026-10-12 12:00"))
    filed = october(office)
    assert said_by(filed)["lists"] == []
    assert "releases" not in said_by(filed)
    # Its first update begins it: what came before is not owed.
    office.at("2026-11-06 10:00")
    office.logs("blocklists", **applied(42, "2026-10-13 12:00", "2026-10-13 14:00"))
    assert told(office.prepares(OCTOBER, reason="LATE_ENTRY")) == (1, 1, 0, 0)  # type: ignore[arg-type]


def test_case_06_a_release_skipped_is_satisfied_by_the_later_one(office: Office) -> None:
    office.logs("blocklists", **STARTED)
    office.releases(**issue(41, "2026-10-12 12:00"))
    office.releases(**issue(42, "2026-10-13 08:00"))
    office.logs("blocklists", **applied(42, "2026-10-13 08:00", "2026-10-13 11:00"))
    filed = october(office)
    assert told(filed) == (2, 2, 0, 1)
    assert counts(filed) == (2, 0, 0, 0)
    assert (indicator(filed, "add") or {})["median_s"] == 3 * 3600
    [row] = said_by(filed)["lists"]
    assert row["currency_tenths"] == 1000


def test_case_06_removals_skipped_keep_their_own_clock(office: Office) -> None:
    """Who is wrongly blocked waits, whoever applies the next issue (chairs C3)."""
    office.logs("blocklists", **STARTED)
    office.releases(**issue(41, "2026-10-10 12:00"), update_kind="DELIST", added=0, removed=3)
    office.releases(**issue(42, "2026-10-13 08:00"))
    office.logs("blocklists", **applied(42, "2026-10-13 08:00", "2026-10-13 11:00"))
    filed = october(office)
    assert counts(filed) == (1, 0, 0, 0)
    assert counts(filed, "delist") == (0, 1, 0, 0)


def test_case_05_a_re_issue_under_the_same_label_has_a_lag_of_its_own(office: Office) -> None:
    office.logs("blocklists", **STARTED)
    first = issue(41, "2026-10-12 12:00")
    office.releases(**first)
    again = {**first, "content_digest": "4a" * 32, "published_at": "2026-10-20 12:00"}
    office.releases(**again)
    office.logs("blocklists", **applied(41, "2026-10-12 12:00", "2026-10-12 15:00"))
    filed = october(office)
    assert told(filed) == (2, 1, 1, 1)
    assert counts(filed) == (1, 0, 1, 0)


def test_case_07_a_release_live_on_five_of_six_points_is_not_applied(office: Office) -> None:
    office.logs("blocklists", **STARTED)
    office.releases(**issue(41, "2026-10-12 12:00"))
    partly = {"applied_at": None, "points_live": 5, "subscribers_covered": 39_990}
    office.logs("blocklists", **applied(41, "2026-10-12 12:00", "2026-10-12 15:00") | partly)
    filed = october(office)
    assert told(filed) == (1, 0, 1, 0)
    assert counts(filed) == (0, 0, 1, 0)


def test_a_release_recorded_after_filing_is_not_the_filings(office: Office) -> None:
    office.logs("blocklists", **STARTED)
    filed = october(office)
    key = office.at("2026-11-06 10:00").releases(**issue(41, "2026-10-12 12:00"))
    assert reperform(office.session, filed).equal
    later = office.prepares(OCTOBER, reason="LATE_ENTRY")  # type: ignore[arg-type]
    assert told(later) == (1, 0, 1, 1)
    void(office.session, key, expects=1, by=office.reviewer, at=office.now)
    assert reperform(office.session, office.files(OCTOBER, later)).equal


def test_a_declared_list_is_carried_from_its_day_on(office: Office) -> None:
    say(
        office.session, office.isp.id, ["INTERPOL_IWOL"], ListMode.OWN,
        from_on=date(2026, 10, 12), by=office.preparer, at=office.now,
    )  # fmt: skip
    office.releases(**issue(40, "2026-10-11 23:00"))
    office.releases(**issue(41, "2026-10-20 12:00"))
    filed = october(office)
    assert told(filed) == (1, 0, 1, 1)
    results = {r["code"]: (r["result"], r["reason"]) for r in said_by(filed)["results"]}
    assert results["SP5-08"] == ("NOT_MET", "below-minimum")
    assert reperform(office.session, filed).equal


def test_a_release_is_scored_once_though_it_is_logged_a_month_later(office: Office) -> None:
    office.logs("blocklists", **STARTED)
    office.releases(**issue(41, "2026-10-31 12:00"))
    office.at("2026-11-01 10:00")
    filed = october(office)
    assert counts(filed) == (0, 0, 0, 1)
    office.at("2026-12-03 10:00")
    office.logs("blocklists", **applied(41, "2026-10-31 12:00", "2026-11-01 11:30"))
    november = office.returns(OCTOBER.next())
    assert counts(november) == (1, 0, 0, 0)
    assert counts(office.prepares(OCTOBER, reason="LATE_ENTRY")) == (0, 0, 0, 1)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Issued:
    """One issue: hours from the month's beginning to its release, from there to being live (None:
    never), and whether it was released here, and logged.
    """

    at: int
    live: int | None
    released: bool
    logged: bool


@st.composite
def many(draw: st.DrawFn) -> list[Issued]:
    hours = draw(st.lists(st.integers(-200, 743), min_size=1, max_size=7, unique=True))
    live = st.none() | st.integers(0, 400)
    return [
        Issued(at, draw(live), *draw(st.sampled_from([(1, 0), (0, 1), (1, 1)]))) for at in hours
    ]


SETTINGS = settings(
    max_examples=int(os.environ.get("RETURNS_EXAMPLES", "12")),
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
STARTS, NOW = local("2026-10-01 00:00"), local("2026-11-05 10:00")
ENDS = local("2026-11-01 00:00")


def published(one: Issued) -> datetime:
    return STARTS + timedelta(hours=one.at)


def live_at(one: Issued) -> datetime | None:
    """When it was live everywhere, as far as anybody was told by now."""
    if not one.logged or one.live is None:
        return None
    at = published(one) + timedelta(hours=one.live)
    return at if at <= NOW else None


def lags(issues: list[Issued]) -> Iterator[tuple[timedelta, bool]]:
    """For every issue of the month: how long it took, and whether it is open still (§4.8)."""
    first = min((published(i) for i in issues if i.logged), default=None)
    for one in issues:
        owed = one.logged or (first is not None and published(one) > first)
        if not owed or not STARTS <= published(one) < ENDS:
            continue
        later = [live_at(i) for i in issues if i.logged and published(i) >= published(one)]
        done = min((at for at in later if at), default=None)
        yield (done or NOW) - published(one), done is None


@pytest.fixture
def offices(bases: dict[str, Base]) -> dict[str, Base]:
    return bases


def test_any_order_of_releases_and_updates_has_the_lag_of_the_oracle(
    offices: dict[str, Base],
) -> None:
    @SETTINGS
    @given(issues=many())
    def run(issues: list[Issued]) -> None:
        for base in offices.values():
            with base.again() as office:
                _agrees(office, issues)

    run()


def _agrees(office: Office, issues: list[Issued]) -> None:
    for no, one in enumerate(issues):
        _happens(office, no, one)
    filed = october(office)
    expected = list(lags(issues))
    limit = DAY
    within = sum(not is_open and lag <= limit for lag, is_open in expected)
    late = sum(not is_open and lag > limit for lag, is_open in expected)
    overdue = sum(is_open and lag > limit for lag, is_open in expected)
    assert counts(filed) == (within, late, overdue, 0)
    if expected:
        assert told(filed)[:3] == (
            len(expected), within + late, sum(is_open for _, is_open in expected),
        )  # fmt: skip
        done = sorted(lag for lag, is_open in expected if not is_open)
        median = done[(len(done) + 1) // 2 - 1].total_seconds() if done else None
        assert (indicator(filed, "add") or {})["median_s"] == median
    assert reperform(office.session, filed).equal


def _happens(office: Office, no: int, one: Issued) -> None:
    digest = hashlib.sha256(f"issue {no}".encode()).hexdigest()
    same = {
        "content_digest": digest, "serial": no, "version_label": str(no), "update_kind": "ADD",
        "removed": 0, "published_at": published(one).astimezone(UTC),
    }  # fmt: skip
    if one.released:
        office.releases(**same)
    if one.logged:
        at = live_at(one)
        points = {} if at else {"points_live": 5, "subscribers_covered": 0}
        office.logs(
            "blocklists", **same, **OTHER, fetched_at=published(one), applied_at=at, **points
        )
