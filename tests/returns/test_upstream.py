"""Statements of an upstream and of those below it; lists that nobody can apply (chairs A5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import pytest

from portal.period import Period
from portal.registers.codes import ListMode
from portal.registers.lists.consenting import consent, withdraw
from portal.registers.lists.inheriting import inherit
from portal.registers.lists.standing import say
from portal.returns.judge import Share
from portal.returns.reperform import reperform
from portal.reviews.nation import nation
from tests.build import an_isp
from tests.returns.clock import NOVEMBER, OCTOBER, local
from tests.returns.office import Office, said_by

IWOL, FIRST = "INTERPOL_IWOL", date(2026, 10, 1)
LISTS = ("SP5-07", "SP5-08", "SP5-09")
EARLIER = {
    "content_digest": "10" * 32, "serial": 1, "published_at": "2026-09-20 12:00",
    "fetched_at": "2026-09-20 12:00", "applied_at": "2026-09-20 13:00",
    "test_result": "NOT_RUN", "tested_at": None, "vantage_points": 0,
}  # fmt: skip


def below(office: Office, slug: str) -> Office:
    """Another ISP that this one enforces for, with its consent."""
    low = Office(office.session, an_isp(office.session, slug), office.authority)
    says(low, ListMode.UPSTREAM, upstream_id=office.isp.id)
    consent(
        office.session, office.isp.id, low.isp.id, from_on=FIRST, by=office.preparer, at=office.now
    )
    return low


def says(
    office: Office,
    mode: ListMode,
    *,
    on: date = FIRST,
    lists: Collection[str] = (IWOL,),
    upstream_id: int | None = None,
) -> None:
    say(
        office.session, office.isp.id, lists, mode, from_on=on, upstream_id=upstream_id,
        by=office.preparer, at=office.now,
    )  # fmt: skip


def inherits(office: Office, period: Period = OCTOBER) -> int:
    return inherit(office.session, office.isp.id, period, by=office.preparer, at=office.now)


def files(office: Office, period: Period = OCTOBER) -> Any:
    if period == OCTOBER:
        office.opens(OCTOBER)
    return office.returns(period)


def results(filed: Any) -> dict[str, tuple[str, str | None, str]]:
    return {
        r["code"]: (r["result"], r["reason"], r["basis"])
        for r in said_by(filed)["results"]
        if r["code"] in LISTS
    }


def test_inherited_evidence_is_judged_and_counts_no_subscriber_twice(office: Office) -> None:
    office.logs("blocklists", subscribers_in_scope=50_000, subscribers_covered=49_600)
    lows = [below(office, slug) for slug in ("low-net", "small-net", "tiny-net")]
    assert [inherits(low) for low in lows] == [1, 1, 1]
    filed = [files(one) for one in (office, *lows)]

    for one in filed:
        assert {code: word[0] for code, word in results(one).items()} == dict.fromkeys(LISTS, "MET")
        assert reperform(office.session, one).equal
    rows = [said_by(one)["lists"][0] for one in filed]
    assert [row.get("enforced_by") for row in rows] == [None, *[office.isp.id] * 3]
    assert {row["coverage_tenths"] for row in rows[1:]} == {None}
    pooled = Share(
        sum(row["subscribers_covered"] for row in rows),
        sum(row["subscribers_in_scope"] for row in rows),
    )
    assert pooled == Share(49_600, 50_000)
    whole = nation(office.session, [OCTOBER], local("2026-11-20 09:00")).lists[IWOL]
    assert Share(whole["subscribers_covered"], whole["subscribers_in_scope"]) == pooled
    assert (whole["points_live"], whole["points_in_scope"]) == (6, 6)


def test_an_upstream_that_is_not_everywhere_is_its_customers_gap_too(office: Office) -> None:
    office.logs("blocklists", applied_at=None, points_live=5, subscribers_covered=39_000)
    low = below(office, "low-net")
    inherits(low)
    filed = files(low)
    assert results(filed)["SP5-08"][:2] == ("NOT_MET", "below-minimum")


def test_an_upstream_without_consent_is_no_evidence(office: Office) -> None:
    """Who carries a list and shows nothing for its releases has not applied them."""
    low = Office(office.session, an_isp(office.session, "low-net"), office.authority)
    says(low, ListMode.UPSTREAM, upstream_id=office.isp.id)
    office.logs("blocklists")
    office.releases()
    assert inherits(low) == 0
    filed = files(low)
    assert results(filed)["SP5-07"][:2] == ("NOT_MET", "below-minimum")
    [row] = said_by(filed)["lists"]
    assert (row["issues"], row["unlogged"]) == (1, 1)


def test_withdrawn_consent_leaves_filed_statements_as_they_are(office: Office) -> None:
    office.logs("blocklists")
    low = below(office, "low-net")
    inherits(low)
    filed = files(low)
    withdraw(
        office.session, office.isp.id, low.isp.id, from_on=date(2026, 11, 5),
        by=office.preparer, at=office.now,
    )  # fmt: skip
    for one in (office, low):
        one.at("2026-12-03 10:00")
    later = {"published_at": "2026-11-05 12:00", "fetched_at": "2026-11-05 12:10",
             "applied_at": "2026-11-05 13:00", "tested_at": "2026-11-05 14:00"}  # fmt: skip
    office.logs("blocklists", content_digest="55" * 32, version_label="5 Nov", **later)
    assert inherits(low, NOVEMBER) == 0
    assert inherits(low) == 0
    assert reperform(low.session, filed).equal


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (ListMode.NOT_REACHABLE, "no-list-reachable"),
        (ListMode.PUBLIC_RESOLVERS, "public-resolvers"),
    ],
)
def test_a_list_out_of_reach_is_not_assessed_and_never_not_met(
    office: Office, mode: ListMode, reason: str
) -> None:
    office.logs("blocklists", **EARLIER)
    says(office, mode)
    office.releases()
    filed = files(office)
    assert results(filed) == dict.fromkeys(LISTS, ("NOT_ASSESSED", reason, "DECLARED"))
    assert said_by(filed)["list_standings"]["lists"] == [
        {"list": IWOL, "mode": str(mode), "since": "2026-10-01", "enforced_by": None}
    ]
    assert reperform(office.session, filed).equal


def test_what_was_owed_before_a_list_went_out_of_reach_is_timed(office: Office) -> None:
    office.logs("blocklists", **EARLIER)
    office.releases(published_at="2026-10-10 12:00")
    says(office, ListMode.NOT_REACHABLE, on=date(2026, 10, 20))
    filed = files(office)
    assert results(filed)["SP5-07"][:2] == ("NOT_MET", "below-minimum")
    assert results(filed)["SP5-08"][:2] == ("NOT_ASSESSED", "no-list-reachable")


def test_an_isp_without_any_list_says_why(office: Office) -> None:
    says(office, ListMode.NOT_REACHABLE, lists=(IWOL, "NATIONAL_CSAM"))
    office.releases()
    filed = files(office)
    assert said_by(filed)["lists"] == []
    assert results(filed) == dict.fromkeys(LISTS, ("NOT_ASSESSED", "no-list-reachable", "DECLARED"))


def test_one_list_out_of_reach_does_not_hide_another(office: Office) -> None:
    says(office, ListMode.NOT_REACHABLE, lists=("NATIONAL_CSAM",))
    office.logs("blocklists", applied_at=None, points_live=5, subscribers_covered=30_000)
    filed = files(office)
    assert results(filed)["SP5-08"][:2] == ("NOT_MET", "below-minimum")


def test_what_is_said_after_the_month_is_not_the_months(office: Office) -> None:
    office.logs("blocklists")
    says(office, ListMode.NOT_REACHABLE, on=date(2026, 11, 2))
    filed = files(office)
    assert "list_standings" not in said_by(filed)
    assert results(filed)["SP5-08"][0] == "MET"
