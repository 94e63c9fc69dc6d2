"""Whatever is sent, logged, done, taken back, called up again and handed over, in any order: both
sides agree, every item is somewhere, and the country is the sum of its ISPs.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, SuccessionKind
from portal.accounts.successions import Succeeding, Succession
from portal.errors import Refusal
from portal.ledger import SYSTEM, sequence
from portal.notices.codes import ActKind
from portal.notices.model import Notice
from portal.registers.codes import Progress
from portal.registers.sides.folded import RoundState
from portal.registers.sides.matches import sent_not_logged
from portal.registers.sides.rounds import isps_told
from portal.registers.successions import carry, left_open, succeed
from portal.registers.takedowns import Takedown
from portal.returns.basis import Frame
from portal.returns.flows import stock_and_flow
from portal.trail import verify
from tests.build import policy
from tests.notices.street import OCTOBER, Street
from tests.registers.test_succession import THE_17TH

SETTINGS = settings(
    # More, when something was changed: NOTICES_EXAMPLES=200 pytest tests/notices
    max_examples=int(os.environ.get("NOTICES_EXAMPLES", "12")),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
# One deed: what, which ISP, which notice, which item, on which day of October.
Deed = tuple[str, int, int, int, int]
WHATS = ("send", "log", "log", "act", "act", "back", "up", "gone", "merge")
deeds: st.SearchStrategy[list[Deed]] = st.lists(
    st.tuples(
        st.sampled_from(WHATS),
        st.integers(0, 1),
        st.integers(1, 2),
        st.integers(1, 3),
        st.integers(13, 30),
    ),
    min_size=6,
    max_size=24,
)
_SAYS = {"back": ActKind.WITHDRAWN, "up": ActKind.STILL_UP, "gone": ActKind.CONFIRMED_GONE}


class Lived:
    """A street on which deeds are done; what cannot be is refused and leaves nothing."""

    def __init__(self, street: Street) -> None:
        self.street, self.session = street, street.session
        self.isps = (street.mekong, street.tonle)

    def does(self, deed: Deed) -> None:
        what, place, notice, item, day = deed
        with self.session.begin_nested() as attempt:
            try:
                self._does(what, self.isps[place], notice, item, f"{day} 10:00")
            except Refusal:
                attempt.rollback()

    def _does(self, what: str, isp: Actor, notice: int, item: int, when: str) -> None:
        reference = f"H-{notice}"
        if what == "send":
            self.street.sends(isp, source_ref=f"H-{self._sent() + 1}")
        elif what == "log":
            self.street.logs(item, by=isp, source_ref=reference)
        elif what == "act":
            for key in self._keys(isp, reference, item):
                self.street.moves(key, Progress.ACTIONED, when, by=isp, action="REMOVED")
        elif what == "merge":
            self._merges()
        else:
            self.street.says(_SAYS[what], when, [item], notice=notice, to=isp)

    def _sent(self) -> int:
        return self.session.scalar(select(func.count()).select_from(Notice)) or 0

    def _keys(self, isp: Actor, reference: str, item: int) -> list[int]:
        query = select(Takedown.key).where(
            Takedown.isp_id == isp.organisation_id,
            Takedown.source_ref == reference,
            Takedown.item_no == item,
            Takedown.closed_seq.is_(None),
        )
        return list(self.session.scalars(query))

    def _merges(self) -> None:
        """Once the first goes on as the second; again, what is open at the first follows."""
        old, new = (isp.organisation_id for isp in self.isps)
        officer, at = self.street.policy_officer, self.street.later()
        fact = self.session.get(Succession, old)
        if fact is not None:
            carry(self.session, fact, by=officer, at=at)
            return
        decided = Succeeding(old, new, SuccessionKind.MERGER, THE_17TH, "MPTC/2026/88")
        succeed(self.session, decided, by=officer, at=at)

    def flow(self, isp: Actor) -> dict[str, int]:
        who, zone = isp.organisation_id, policy(self.session).time_zone
        now, system = sequence(self.session, who), sequence(self.session, SYSTEM)
        first = OCTOBER.first_day
        frame = Frame(who, OCTOBER, now, zone, first, self.street.at, system, first, None)
        return stock_and_flow(self.session, frame)


@pytest.fixture
def street(session: Session) -> Street:
    return Street.built(session)


def test_any_order_of_deeds_ties_both_sides_and_both_isps(street: Street) -> None:
    _lives(street)


# Logged, acted on, logged once more: what is open goes over, and its item is asked for there.
LOGGED_TWICE: list[Deed] = [
    ("log", 0, 1, 1, 13),
    ("act", 0, 1, 1, 13),
    ("log", 0, 1, 1, 14),
    ("merge", 0, 1, 1, 18),
]


@SETTINGS
@given(plan=deeds)
@example(plan=LOGGED_TWICE)
def _lives(street: Street, plan: list[Deed]) -> None:
    with street.session.begin_nested() as attempt:
        lived = Lived(street)
        for deed in (("send", 0, 0, 0, 0), ("send", 1, 0, 0, 0), *plan):
            lived.does(deed)
        _both_sides_agree(lived)
        _every_item_is_somewhere(lived)
        assert verify(street.session) == []
        attempt.rollback()
    street.session.expire_all()


def _both_sides_agree(lived: Lived) -> None:
    """What a sender sees at an ISP is what the ISP's month counts, item by item."""
    session, silent = lived.session, dict.fromkeys((x.organisation_id for x in lived.isps), 0)
    for notice in session.scalars(select(Notice).where(Notice.closed_seq.is_(None))).all():
        for told in isps_told(session, notice, lived.street.at):
            assert sum(told.counts.values()) == told.sent
            assert told.received <= told.sent
            silent[told.isp_id] += told.counts.get(RoundState.SILENT, 0)
    for isp_id, count in silent.items():
        everything: Any = Notice.key > 0
        assert session.execute(sent_not_logged(isp_id, None, everything)).one()[1] == count


def _every_item_is_somewhere(lived: Lived) -> None:
    """The roll-forwards tie with what is open, and add up to the items that were ever logged."""
    flows = [lived.flow(isp) for isp in lived.isps]
    for isp, flow in zip(lived.isps, flows, strict=True):
        assert flow["closing"] == left_open(lived.session, isp.organisation_id)
    logged = select(func.count()).where(
        Takedown.closed_seq.is_(None), Takedown.carried_isp.is_(None)
    )
    assert sum(flow["received"] for flow in flows) == lived.session.scalar(logged)
    assert sum(f["transferred"] for f in flows) == sum(f.get("transferred_in", 0) for f in flows)
    came = sum(flow["received"] + flow["reopened"] for flow in flows)
    left = sum(flow["closed"] + flow["withdrawn"] + flow["duplicate"] for flow in flows)
    assert sum(flow["closing"] for flow in flows) == came - left
