"""Hard case 14 in figures: both returns tie, each item counts once, and the sum is as if nothing
had happened.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.accounts import Role, SuccessionKind
from portal.accounts.licensing import end_licence
from portal.accounts.model import LicenceStatus
from portal.accounts.successions import Succeeding, Succession
from portal.errors import Refusal
from portal.period import Period
from portal.registers.successions import carry, succeed
from portal.registers.takedowns import Takedown
from portal.returns.model import ReturnKind
from portal.returns.owing import owing
from portal.returns.preflight import preflight
from portal.returns.refusals import NotOwed
from portal.returns.reperform import reperform
from portal.returns.standing import StandingCode, standing
from tests.build import FOUNDER, NOW, an_isp, an_officer
from tests.returns.clock import NOVEMBER, OCTOBER, SEPTEMBER, local
from tests.returns.conftest import Base
from tests.returns.office import Office, said_by

THE_17TH = date(2026, 10, 17)
TERMS = ("received", "reopened", "closed", "withdrawn", "duplicate")


@dataclass
class Two:
    """Two ISPs' offices under one authority; ``clock`` is what both clocks say."""

    old: Office
    new: Office
    officer: Any

    @classmethod
    def beside(cls, office: Office, **new: Any) -> Two:
        other = Office(office.session, an_isp(office.session, "tonle-net", **new), office.authority)
        officer = an_officer(office.session, office.authority, Role.POLICY_OFFICER, "Chan Dara")
        return cls(office, other, officer)

    def at(self, when: str) -> Two:
        self.old.at(when)
        self.new.at(when)
        return self

    def merges(self, first_day: date = THE_17TH) -> int:
        """The old one goes on as the new one; how many items went."""
        decided = Succeeding(
            self.old.isp.id, self.new.isp.id, SuccessionKind.MERGER, first_day, "MPTC/2026/88"
        )
        done = succeed(self.old.session, decided, by=self.officer, at=self.old.now)
        return done[1].items

    def carried(self, key: int) -> int:
        """The successor's key of an item of the predecessor."""
        found = self.old.session.scalar(select(Takedown.key).where(Takedown.carried_key == key))
        assert found is not None
        return found


@pytest.fixture
def two(office: Office) -> Two:
    return Two.beside(office)


def flow(frozen: Any) -> dict[str, int]:
    return dict(said_by(frozen)["roll_forward"])


def ties(told: dict[str, int]) -> bool:
    came = ("opening", "adjustments", "received", "reopened", "transferred_in")
    left = ("closed", "withdrawn", "duplicate", "transferred")
    into = sum(told.get(name, 0) for name in came)
    return told["closing"] == into - sum(told[name] for name in left)


def scored(frozen: Any, code: str) -> Counter[str]:
    """The items behind a clock by cohort: every one that the return scores, or carries forward."""
    found: Counter[str] = Counter()
    for row in said_by(frozen)["indicators"]:
        if row["code"].endswith(f".{code}"):
            found[row["cohort"]] += row["denominator"] + row["open_not_due"]
    return found


def test_case_14_both_part_months_tie_and_every_item_counts_once(two: Two) -> None:
    two.at("2026-10-16 10:00")
    removed = two.old.logs(received_at="2026-10-05 08:00")
    two.old.acts(removed, "2026-10-05 20:00")
    left = two.old.logs(received_at="2026-10-15 08:00")
    own = two.new.logs(received_at="2026-10-10 08:00")
    two.new.acts(own, "2026-10-10 20:00")
    assert two.at("2026-10-17 09:00").merges() == 1
    two.new.acts(two.carried(left), "2026-10-17 08:00")

    two.at("2026-11-05 10:00")
    for office in (two.old, two.new):
        office.opens(OCTOBER)
    final, normal = two.old.returns(OCTOBER), two.new.returns(OCTOBER)

    assert (final.kind, normal.kind) == (ReturnKind.FINAL, ReturnKind.NORMAL)
    assert said_by(final)["subject"]["licences"][0]["until_on"] == "2026-10-16"
    old, new = flow(final), flow(normal)
    assert ties(old)
    assert ties(new)
    assert (old["received"], old["closed"], old["transferred"], old["closing"]) == (2, 1, 1, 0)
    assert (new["received"], new["transferred_in"], new["closed"], new["closing"]) == (1, 1, 2, 0)
    assert "transferred_in" not in old
    assert scored(final, "act") + scored(normal, "act") == {"2026-10": 3}
    assert said_by(final)["excluded"]["transferred"] == 1
    assert sum(row["items"] for row in said_by(normal)["senders"]) == 1
    for filing in (final, normal):
        assert reperform(two.old.session, filing).equal


def test_case_14_the_clock_of_what_came_runs_from_its_first_receipt(two: Two) -> None:
    two.at("2026-10-16 10:00")
    late, quick = (two.old.logs(received_at=f"2026-10-1{n} 08:00") for n in (4, 6))
    two.at("2026-10-17 09:00").merges()
    for key in (late, quick):
        two.new.acts(two.carried(key), "2026-10-17 08:30")

    two.at("2026-11-05 10:00").new.opens(OCTOBER)
    [acted] = [
        row
        for row in said_by(two.new.returns(OCTOBER))["indicators"]
        if row["code"].endswith(".act")
    ]

    assert (acted["numerator"], acted["late"], acted["denominator"]) == (1, 1, 2)


@pytest.mark.parametrize("filed_first", ["2026-10-05 10:00", "2026-10-20 10:00", None])
def test_an_item_of_the_month_before_is_scored_once_whoever_files_when(
    two: Two, filed_first: str | None
) -> None:
    """September's last item was not due at the predecessor's cut-off, or went before it filed."""
    two.at("2026-10-02 08:00")
    for office in (two.old, two.new):
        office.opens(SEPTEMBER)
    due = two.old.logs(received_at="2026-09-10 08:00", priority="P3_CONTEXTUAL")
    fresh = two.old.logs(received_at="2026-09-30 23:00", priority="P3_CONTEXTUAL")
    old, merged = [], False
    two.at("2026-10-02 12:00")
    two.new.returns(SEPTEMBER)
    for moment in sorted(filter(None, (filed_first, "2026-10-17 09:00"))):
        two.at(moment)
        if moment == filed_first:
            old.append(two.old.returns(SEPTEMBER))
        else:
            merged = two.merges() == 2
    two.at("2026-11-05 10:00")
    new = [two.new.returns(OCTOBER)]

    total: Counter[str] = sum((scored(one, "act") for one in (*old, *new)), Counter())
    assert merged
    assert due != fresh
    assert total["2026-09"] == 2


def test_a_successor_that_begins_on_the_day_opens_with_nothing(office: Office) -> None:
    two = Two.beside(office, from_on=THE_17TH)
    two.at("2026-10-16 10:00").old.logs(received_at="2026-10-15 08:00")
    two.at("2026-10-17 09:00").merges()

    two.at("2026-11-05 10:00")
    assert not preflight(office.session, two.new.isp.id, OCTOBER, two.new.now).needs_opening
    filing = two.new.returns(OCTOBER)

    told = flow(filing)
    assert filing.kind == ReturnKind.PARTIAL_PERIOD
    assert (told["opening"], told["adjustments"], told["transferred_in"]) == (0, 0, 1)
    assert reperform(office.session, filing).equal


def test_a_licence_opened_mid_month_files_a_part_period_and_a_revoked_one_its_last(
    office: Office,
) -> None:
    two = Two.beside(office, from_on=THE_17TH)
    end_licence(
        office.session, two.old.isp.id, "L-mekong-net", LicenceStatus.REVOKED,
        until_on=date(2026, 10, 16), by=FOUNDER, at=NOW,
    )  # fmt: skip
    two.at("2026-11-05 10:00")
    for one in (two.old, two.new):
        one.opens(OCTOBER)

    kinds = [one.returns(OCTOBER).kind for one in (two.old, two.new)]

    assert kinds == [ReturnKind.FINAL, ReturnKind.PARTIAL_PERIOD]


def test_the_predecessor_owes_its_last_month_late_or_not_and_none_after(two: Two) -> None:
    two.at("2026-10-17 09:00").merges()
    session, old = two.old.session, two.old.isp.id

    assert owing(session, old, Period(2026, 12)).unfiled[-1] == OCTOBER
    late = standing(session, old, OCTOBER, local("2026-11-20 10:00"))
    assert late.code == StandingCode.OVERDUE
    assert standing(session, old, NOVEMBER, NOW).code == StandingCode.NOT_OWED
    two.at("2026-11-20 10:00").old.opens(OCTOBER)
    filed = two.old.returns(OCTOBER)
    assert filed.kind == ReturnKind.FINAL
    assert standing(session, old, OCTOBER, two.old.now).days_late > 0
    two.at("2026-12-05 10:00")
    with pytest.raises(NotOwed):
        two.old.prepares(NOVEMBER)


def test_subscribers_are_those_of_who_holds_a_licence_when_the_month_ends(two: Two) -> None:
    """Both say what they served; summed are the ISPs whose licence runs on the last day."""
    two.at("2026-10-16 10:00")
    two.old.logs("blocklists", subscribers_in_scope=1000, subscribers_covered=1000)
    two.new.logs("blocklists", subscribers_in_scope=3000, subscribers_covered=3000)
    two.at("2026-10-20 09:00").merges()
    two.new.logs(
        "blocklists", subscribers_in_scope=4000, subscribers_covered=4000,
        published_at="2026-10-18 12:00", fetched_at="2026-10-18 12:30",
        applied_at="2026-10-18 15:00", tested_at="2026-10-18 16:00",
    )  # fmt: skip
    two.at("2026-11-05 10:00")
    for one in (two.old, two.new):
        one.opens(OCTOBER)

    served = 0
    for filing in (two.old.returns(OCTOBER), two.new.returns(OCTOBER)):
        said = said_by(filing)
        if any(span["until_on"] is None for span in said["subject"]["licences"]):
            served += said["lists"][0]["subscribers_in_scope"]
    assert served == 4000


def test_earlier_months_of_the_successor_do_not_know_what_came_later(two: Two) -> None:
    two.at("2026-10-02 09:00").old.logs(received_at="2026-09-20 08:00")
    two.new.opens(SEPTEMBER)
    two.at("2026-10-17 09:00").merges()

    filing = two.new.returns(SEPTEMBER)

    told = flow(filing)
    assert (told["received"], told["closing"]) == (0, 0)
    assert said_by(filing)["registers"]["takedowns"]["lines"] == 0


# One deed: which item, what is done, in which hour of October.
Deed = tuple[int, str, int]
lives: st.SearchStrategy[list[Deed]] = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["come", "come", "act", "act", "reopen", "withdraw", "pause"]),
        st.integers(0, 31 * 24 - 1),
    ),
    min_size=4,
    max_size=24,
)

# What closed, opened and paused an item at the predecessor is told there, and only there.
CLOSED_AND_OPENED: list[Deed] = [
    (0, "come", 24), (0, "pause", 30), (0, "act", 48), (0, "reopen", 72),
]  # fmt: skip


class Living:
    """Items that live through deeds at whoever holds them; what cannot be is left undone."""

    def __init__(self, here: Office) -> None:
        self.here, self.keys = here, dict[int, int]()

    def does(self, deed: Deed) -> None:
        item, what, hour = deed
        when = f"2026-10-{1 + hour // 24:02d} {hour % 24:02d}:00"
        if what == "come" and item not in self.keys:
            ref = {"source_ref": f"IHC-{item}", "received_at": when, "issued_at": when}
            self.keys[item] = self.here.at("2026-11-02 09:00").logs(**ref)
        elif what != "come" and item in self.keys:
            self._moves(self.keys[item], what, when)

    def _moves(self, key: int, what: str, when: str) -> None:
        kinds = {
            "act": ("ACTIONED", {"action": "REMOVED"}),
            "reopen": ("REOPENED", {"reference": "R-1"}),
            "withdraw": ("WITHDRAWN", {"reference": "W-1"}),
            "pause": ("PAUSED", {"pause_reason": "FORCE_MAJEURE", "until_at": when}),
        }
        kind, more = kinds[what]
        try:
            self.here.at("2026-11-02 09:00").moves(key, kind, when, **more)
        except Refusal:
            return


SETTINGS = settings(
    # More, when something was changed: RETURNS_EXAMPLES=200 pytest tests/returns
    max_examples=int(os.environ.get("RETURNS_EXAMPLES", "8")),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@contextmanager
def opened(base: Base) -> Iterator[Two]:
    with base.again() as office:
        yield Two.beside(office)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_pooled_figures_are_those_of_a_world_without_the_merger(
    bases: dict[str, Base], engine: str
) -> None:
    """Any interleaving of received, actioned, reopened, withdrawn and a transfer."""

    @SETTINGS
    @given(first=lives, then=lives)
    @example(first=CLOSED_AND_OPENED, then=[])
    def alike(first: list[Deed], then: list[Deed]) -> None:
        with opened(bases[engine]) as two:
            alone = _alone(two, first, then)
        with opened(bases[engine]) as two:
            parts = _merged(two, first, then)
        _agree(alone, parts)

    alike()


def _alone(two: Two, first: list[Deed], then: list[Deed]) -> Any:
    living = Living(two.old)
    for deed in (*first, *then):
        living.does(deed)
    two.at("2026-11-05 10:00").old.opens(OCTOBER)
    return two.old.returns(OCTOBER)


def _merged(two: Two, first: list[Deed], then: list[Deed]) -> list[Any]:
    living = Living(two.old)
    for deed in first:
        living.does(deed)
    two.at("2026-11-02 10:00").merges()
    gone = {key: _went(two, key) for key in living.keys.values()}
    after = {old: Living(two.old if key is None else two.new) for old, key in gone.items()}
    fresh = Living(two.new)
    for deed in then:
        old = living.keys.get(deed[0])
        if old is None:
            fresh.does(deed)
            continue
        after[old].keys = {deed[0]: gone[old] or old}
        after[old].does(deed)
    again = _hand_over_again(two)
    two.at("2026-11-05 10:00")
    for office in (two.old, two.new):
        office.opens(OCTOBER)
    assert again >= 0
    return [two.old.returns(OCTOBER), two.new.returns(OCTOBER)]


def _went(two: Two, key: int) -> int | None:
    mine = (Takedown.carried_isp == two.old.isp.id, Takedown.carried_key == key)
    found: int | None = two.old.session.scalar(select(Takedown.key).where(*mine))
    return found


def _hand_over_again(two: Two) -> int:
    """What was opened again at the predecessor follows."""
    fact = two.old.session.get_one(Succession, two.old.isp.id)
    return carry(two.old.session, fact, by=two.officer, at=two.old.now).items


def _agree(alone: Any, parts: list[Any]) -> None:
    whole, flows = flow(alone), [flow(one) for one in parts]
    assert ties(whole)
    assert all(ties(one) for one in flows)
    for term in (*TERMS, "opening", "adjustments", "closing"):
        assert sum(one[term] for one in flows) == whole[term], term
    assert flows[0]["transferred"] == flows[1].get("transferred_in", 0)
    assert flows[0]["closing"] == 0
    for clock in ("act", "acknowledge", "report"):
        pooled = sum((scored(one, clock) for one in parts), Counter())
        assert pooled == scored(alone, clock), clock
    assert sum(said_by(one)["pauses"] for one in parts) == said_by(alone)["pauses"]
    for name in ("numerator", "denominator", "late", "open_overdue", "open_not_due", "n"):
        assert _sum(parts, name) == _sum([alone], name), name


def _sum(filings: list[Any], name: str) -> int:
    return sum(row[name] for one in filings for row in said_by(one)["indicators"])
