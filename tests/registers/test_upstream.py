"""Upstream enforcement: who says it, who consents, what is inherited, who counts (chairs A5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.entries.codes import CorrectionReason
from portal.entries.refusals import Unchanged
from portal.errors import Refusal, Refused
from portal.period import Period
from portal.registers import REGISTERS
from portal.registers.actions import admit, correct, void
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import ListMode
from portal.registers.lists.consenting import consent, withdraw
from portal.registers.lists.inheriting import inherit, outstanding
from portal.registers.lists.refusals import (
    ConsentNotYours,
    ConsentOverlaps,
    InheritedEntry,
    NoConsent,
    NoSuchUpstream,
    NotNamedByIt,
    OwnUpdatesSince,
    StandingOverlaps,
    UpstreamChain,
    UpstreamCircle,
    UpstreamIsItself,
    WithdrawnInThePast,
)
from portal.registers.lists.standing import say
from portal.trail import verify
from tests.build import NOW, an_authority, an_isp, an_officer, an_update

BLOCKLISTS = REGISTERS["blocklists"]
IWOL, NATIONAL = "INTERPOL_IWOL", "NATIONAL_CSAM"
OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
FIRST = date(2026, 10, 1)


class Valley:
    """An upstream, two small ISPs below it, and another ISP."""

    def __init__(self, session: Session) -> None:
        self.session, self.at = session, NOW
        an_authority(session)
        self.up, self.low, self.small, self.other = (
            an_officer(session, an_isp(session, slug))
            for slug in ("up-net", "low-net", "small-net", "other-net")
        )

    def says(
        self, who: Actor, to: Actor | None, *, on: date = FIRST, lists: tuple[str, ...] = (IWOL,)
    ) -> None:
        """Somebody says that another enforces lists for it; nobody: it does itself."""
        mode = ListMode.OWN if to is None else ListMode.UPSTREAM
        upstream = None if to is None else to.organisation_id
        say(
            self.session, who.organisation_id, lists, mode, from_on=on, upstream_id=upstream,
            by=who, at=self.at,
        )  # fmt: skip

    def lets(self, who: Actor, to: Actor, on: date = FIRST, by: Actor | None = None) -> None:
        ids = (who.organisation_id, to.organisation_id)
        consent(self.session, *ids, from_on=on, by=by or who, at=self.at)

    def takes_back(self, who: Actor, to: Actor, on: date, by: Actor | None = None) -> None:
        ids = (who.organisation_id, to.organisation_id)
        withdraw(self.session, *ids, from_on=on, by=by or who, at=self.at)

    def logs(self, who: Actor, day: int = 12, **over: Any) -> int:
        """Somebody logs an issue of a day of October, live three hours later."""
        text = f"2026-{over.pop('month', 10)}-{day:02d}"
        given = {
            "content_digest": f"{day:02d}" * 32, "published_at": f"{text} 12:00", "serial": day,
            "fetched_at": f"{text} 12:30", "applied_at": f"{text} 15:00",
            "tested_at": f"{text} 16:00", "version_label": str(day),
        }  # fmt: skip
        value = an_update(self.session, at=self.at, **{**given, **over})
        done = admit(self.session, who.organisation_id, BLOCKLISTS, [value], by=who, at=self.at)
        return done.keys[0]

    def inherits(self, who: Actor, period: Period = OCTOBER) -> int:
        return inherit(self.session, who.organisation_id, period, by=who, at=self.at)

    def rows(self, who: Actor) -> list[BlocklistUpdate]:
        """What stands in somebody's register."""
        mine = (BlocklistUpdate.isp_id == who.organisation_id, BlocklistUpdate.void.is_(False))
        query = select(BlocklistUpdate).where(*mine, BlocklistUpdate.closed_seq.is_(None))
        order = BlocklistUpdate.published_at
        self.session.expire_all()
        return list(self.session.scalars(query.order_by(order)))

    def corrects(self, who: Actor, key: int, **over: Any) -> None:
        row = next(row for row in self.rows(who) if row.key == key)
        said = {name: getattr(row, name) for name in BLOCKLISTS.input.model_fields}
        value = an_update(
            self.session, at=self.at,
            **{**said, "content_digest": row.content_digest.hex(), **over},
        )  # fmt: skip
        correct(
            self.session, who.organisation_id, BLOCKLISTS, key, expects=row.version, value=value,
            reason=CorrectionReason.TYPING_ERROR, by=who, at=self.at,
        )  # fmt: skip

    def days(self, who: Actor) -> list[int]:
        return [row.published_at.day for row in self.rows(who)]


@pytest.fixture
def valley(session: Session) -> Valley:
    return Valley(session)


def refused(refusal: type[Refusal], act: Any, *args: Any, **kwargs: Any) -> Refusal:
    with pytest.raises(refusal) as told:
        act(*args, **kwargs)
    return told.value


def test_evidence_is_inherited_with_declaration_and_consent(valley: Valley) -> None:
    valley.logs(valley.up)
    assert valley.inherits(valley.low) == 0
    valley.says(valley.low, valley.up)
    assert valley.inherits(valley.low) == 0
    valley.lets(valley.up, valley.low)
    assert valley.inherits(valley.low) == 1
    assert valley.inherits(valley.low) == 0

    [row], [theirs] = valley.rows(valley.low), valley.rows(valley.up)
    assert (row.enforced_by, row.upstream_line) == (theirs.isp_id, theirs.digest)
    assert (row.applied_at, row.points_live) == (theirs.applied_at, theirs.points_live)
    assert verify(valley.session) == []


def test_subscribers_are_counted_once_by_whoever_enforces(valley: Valley) -> None:
    valley.logs(valley.up, subscribers_in_scope=45_000, subscribers_covered=44_000)
    for low in (valley.low, valley.small):
        valley.says(low, valley.up)
        valley.lets(valley.up, low)
        valley.inherits(low)
    rows = [row for who in (valley.up, valley.low, valley.small) for row in valley.rows(who)]
    assert len(rows) == 3
    assert sum(row.subscribers_in_scope for row in rows) == 45_000
    assert sum(row.subscribers_covered for row in rows) == 44_000
    assert {row.hits_blocked for row in rows[1:]} == {None}


def test_only_lists_and_days_that_are_declared_are_inherited(valley: Valley) -> None:
    for day in (5, 12, 20):
        valley.logs(valley.up, day)
    valley.logs(valley.up, 21, list_code=NATIONAL)
    valley.says(valley.low, valley.up, on=date(2026, 10, 12))
    valley.lets(valley.up, valley.low)
    valley.inherits(valley.low)
    assert valley.days(valley.low) == [12, 20]


def test_consent_taken_back_ends_the_evidence_from_that_day_on_and_not_before(
    valley: Valley,
) -> None:
    valley.says(valley.low, valley.up)
    valley.lets(valley.up, valley.low)
    valley.logs(valley.up, 20)
    valley.inherits(valley.low)
    refused(WithdrawnInThePast, valley.takes_back, valley.up, valley.low, date(2026, 11, 4))
    valley.takes_back(valley.up, valley.low, date(2026, 11, 6))
    refused(NoConsent, valley.takes_back, valley.up, valley.low, date(2026, 11, 7))
    valley.at = datetime(2026, 11, 8, 3, tzinfo=UTC)
    valley.logs(valley.up, 5, month=11)
    valley.logs(valley.up, 6, month=11)
    # Logged late, but of a day that the consent still covered.
    valley.logs(valley.up, 25)
    valley.inherits(valley.low)
    valley.inherits(valley.low, NOVEMBER)
    assert valley.days(valley.low) == [20, 25, 5]
    valley.lets(valley.up, valley.low, date(2026, 11, 6))
    valley.inherits(valley.low, NOVEMBER)
    assert valley.days(valley.low) == [20, 25, 5, 6]


def test_what_went_live_after_the_consent_ended_is_not_inherited_as_live(valley: Valley) -> None:
    valley.says(valley.low, valley.up)
    valley.lets(valley.up, valley.low)
    valley.takes_back(valley.up, valley.low, date(2026, 11, 6))
    valley.at = datetime(2026, 11, 8, 3, tzinfo=UTC)
    late = {"applied_at": "2026-11-06 09:00", "tested_at": "2026-11-06 10:00"}
    valley.logs(valley.up, 5, month=11, **late)
    valley.inherits(valley.low, NOVEMBER)
    [row] = valley.rows(valley.low)
    assert (row.applied_at, row.points_live, row.tested_at) == (None, 0, None)
    assert row.test_result == "NOT_RUN"


def test_consent_given_and_taken_back_on_one_day_covers_nothing(valley: Valley) -> None:
    valley.says(valley.low, valley.up)
    today = date(2026, 11, 5)
    valley.lets(valley.up, valley.low, today)
    valley.logs(valley.up, 5, month=11, published_at="2026-11-05 08:00",
                fetched_at="2026-11-05 08:00", applied_at="2026-11-05 08:30",
                tested_at="2026-11-05 09:00")  # fmt: skip
    assert valley.inherits(valley.low, NOVEMBER) == 1
    valley.takes_back(valley.up, valley.low, today)
    assert valley.inherits(valley.low, NOVEMBER) == 1
    assert valley.rows(valley.low) == []
    valley.lets(valley.up, valley.low, today)
    assert valley.inherits(valley.low, NOVEMBER) == 1
    assert verify(valley.session) == []


def test_what_the_upstream_corrects_is_corrected(valley: Valley) -> None:
    key = valley.logs(valley.up)
    valley.says(valley.low, valley.up)
    valley.lets(valley.up, valley.low)
    valley.inherits(valley.low)
    valley.corrects(valley.up, key, applied_at="2026-10-12 18:00", tested_at="2026-10-12 19:00")
    assert len(outstanding(valley.session, valley.low.organisation_id, OCTOBER)) == 1
    valley.inherits(valley.low)
    [row], [theirs] = valley.rows(valley.low), valley.rows(valley.up)
    assert (row.version, row.reason) == (2, CorrectionReason.SOURCE_CORRECTED)
    assert (row.applied_at, row.upstream_line) == (theirs.applied_at, theirs.digest)
    void(
        valley.session, valley.up.organisation_id, BLOCKLISTS, key, expects=2,
        reason=CorrectionReason.WRONGLY_RECORDED, by=valley.up, at=valley.at,
    )  # fmt: skip
    valley.inherits(valley.low)
    assert valley.rows(valley.low) == []
    assert verify(valley.session) == []


def test_inherited_entries_are_not_the_isps_to_change(valley: Valley) -> None:
    valley.logs(valley.up)
    valley.says(valley.low, valley.up)
    valley.lets(valley.up, valley.low)
    valley.inherits(valley.low)
    [row] = valley.rows(valley.low)
    told = refused(Refused, valley.corrects, valley.low, row.key, points_live=6, stop_page="NO")
    assert "inherited-entry" in [code for _, code, _ in told.problems]  # type: ignore[attr-defined]
    refused(
        InheritedEntry, void, valley.session, row.isp_id, BLOCKLISTS, row.key, expects=1,
        reason=CorrectionReason.WRONGLY_RECORDED, by=valley.low, at=valley.at,
    )  # fmt: skip


def test_nobody_logs_what_an_upstream_enforces(valley: Valley) -> None:
    valley.says(valley.low, valley.up, on=date(2026, 10, 10))
    told = refused(Refused, valley.logs, valley.low)
    assert [code for _, code, _ in told.problems] == ["enforced-upstream"]  # type: ignore[attr-defined]
    valley.logs(valley.low, 9)
    valley.logs(valley.small)
    told = refused(OwnUpdatesSince, valley.says, valley.small, valley.up)
    assert told.params["entry"] == "BL-000001"


def test_an_upstream_is_another_licensed_isp(valley: Valley) -> None:
    refused(UpstreamIsItself, valley.says, valley.low, valley.low)
    authority = Actor(0, "", valley.up.role, 1)
    refused(NoSuchUpstream, valley.says, valley.low, authority)
    gone = an_officer(
        valley.session, an_isp(valley.session, "gone-net", until_on=date(2026, 9, 30))
    )
    refused(NoSuchUpstream, valley.says, valley.low, gone)


def test_circles_and_chains_are_refused_from_either_end(valley: Valley) -> None:
    valley.says(valley.low, valley.up)
    refused(UpstreamCircle, valley.says, valley.up, valley.low)
    refused(UpstreamChain, valley.says, valley.up, valley.other)
    refused(UpstreamChain, valley.says, valley.small, valley.low)
    # Another list, or days when nobody says so any more, are no chain.
    valley.says(valley.up, valley.other, lists=(NATIONAL,))
    valley.says(valley.low, None, on=date(2026, 10, 20))
    valley.says(valley.up, valley.other, on=date(2026, 10, 20))


def test_consent_is_the_upstreams_own_act(valley: Valley) -> None:
    refused(NotNamedByIt, valley.lets, valley.up, valley.low)
    valley.says(valley.low, valley.up)
    refused(ConsentNotYours, valley.lets, valley.up, valley.low, by=valley.low)
    refused(ConsentNotYours, valley.lets, valley.up, valley.low, by=valley.other)
    valley.lets(valley.up, valley.low)
    refused(
        ConsentNotYours, valley.takes_back, valley.up, valley.low, date(2026, 11, 6), by=valley.low
    )
    refused(ConsentOverlaps, valley.lets, valley.up, valley.low, date(2026, 10, 20))
    refused(ConsentOverlaps, valley.lets, valley.up, valley.low)


def test_what_is_said_of_a_list_does_not_overlap(valley: Valley) -> None:
    valley.says(valley.low, valley.up, on=date(2026, 10, 10))
    refused(Unchanged, valley.says, valley.low, valley.up, on=date(2026, 10, 15))
    refused(StandingOverlaps, valley.says, valley.low, None, on=date(2026, 10, 9))
    # The same day once more is the next version.
    valley.says(valley.low, valley.other, on=date(2026, 10, 10))
    tomorrow = valley.at.date() + timedelta(days=1)
    told = refused(Refused, valley.says, valley.low, None, on=tomorrow)
    assert [code for _, code, _ in told.problems] == ["in-the-future"]  # type: ignore[attr-defined]
    told = refused(Refused, valley.says, valley.low, None, lists=("SOME_LIST",))
    assert [code for _, code, _ in told.problems] == ["not-a-permitted-list"]  # type: ignore[attr-defined]


def test_an_issue_that_was_logged_before_is_not_inherited_beside(valley: Valley) -> None:
    valley.logs(valley.low, 9)
    valley.logs(valley.up, 12, content_digest="09" * 32)
    valley.says(valley.low, valley.up, on=date(2026, 10, 10))
    valley.lets(valley.up, valley.low)
    assert valley.inherits(valley.low) == 0


def test_without_a_licence_nothing_is_inherited(valley: Valley) -> None:
    told = refused(Refused, valley.inherits, valley.low, Period(2025, 8))
    assert [code for _, code, _ in told.problems] == ["licence-closed"]  # type: ignore[attr-defined]


@dataclass
class Plain:
    """What an upstream and its customer agreed, in plain Python: days of October by number."""

    said: int
    spans: list[list[int | None]] = field(default_factory=list)
    logged: set[int] = field(default_factory=set)

    def covers(self, day: int) -> bool:
        """Whether both say so of a day."""
        held = [first <= day and (last is None or day <= last) for first, last in self.spans]  # type: ignore[operator]
        return day >= self.said and any(held)


DAYS = st.integers(1, 28)
ACTS = st.lists(
    st.tuples(st.sampled_from(["log", "consent", "withdraw", "inherit"]), DAYS),
    min_size=2,
    max_size=14,
)


def test_whatever_the_order_only_covered_days_are_inherited_and_each_once(session: Session) -> None:
    valley = Valley(session)
    session.flush()

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(said=DAYS, acts=ACTS)
    def run(said: int, acts: list[tuple[str, int]]) -> None:
        with session.begin_nested() as point:
            _lives(valley, Plain(said), acts)
            point.rollback()

    run()


def _lives(valley: Valley, plain: Plain, acts: list[tuple[str, int]]) -> None:
    valley.at = datetime(2026, 10, 28, 3, tzinfo=UTC)
    valley.says(valley.low, valley.up, on=date(2026, 10, plain.said))
    for today, (kind, day) in enumerate(acts, 1):
        # One act a day from the first on; an entry may be of a day long past.
        valley.at = datetime(2026, 10, today, 12, tzinfo=UTC)
        _acts(valley, plain, kind, day, today)
    valley.at = NOW
    valley.inherits(valley.low)
    assert valley.inherits(valley.low) == 0
    expected = sorted(day for day in plain.logged if plain.covers(day))
    assert valley.days(valley.low) == expected
    assert sum(row.subscribers_in_scope for row in valley.rows(valley.low)) == 0


def _acts(valley: Valley, plain: Plain, kind: str, day: int, today: int) -> None:
    if kind == "inherit":
        valley.inherits(valley.low)
    elif kind == "log" and day not in plain.logged:
        if day < today:
            valley.logs(valley.up, day)
            plain.logged.add(day)
    elif kind == "consent":
        _consents(valley, plain, day, today)
    elif kind == "withdraw":
        _withdraws(valley, plain, day, today)


def _consents(valley: Valley, plain: Plain, day: int, today: int) -> None:
    pair, on = (valley.up, valley.low), date(2026, 10, day)
    free = all(last is not None and last < day for _, last in plain.spans)
    if day <= today and free:
        valley.lets(*pair, on)
        plain.spans = [span for span in plain.spans if span[0] != day] + [[day, None]]
    else:
        refused(Refusal, valley.lets, *pair, on)


def _withdraws(valley: Valley, plain: Plain, day: int, today: int) -> None:
    pair, on = (valley.up, valley.low), date(2026, 10, day)
    holds = [span for span in plain.spans if span[1] is None]
    if day >= today and holds:
        valley.takes_back(*pair, on)
        holds[0][1] = day - 1
    else:
        refused(Refusal, valley.takes_back, *pair, on)
