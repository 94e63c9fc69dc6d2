"""The fold of an order round, held against a slow reader who walks each item's events in order."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.errors import Refusal
from portal.notices.codes import ActKind
from portal.notices.inputs import ActIn
from portal.notices.model import Notice, NoticeAct
from portal.registers import course
from portal.registers.case import events_of
from portal.registers.codes import Progress
from portal.registers.sides.actions import act
from portal.registers.sides.answering import is_to_lift
from portal.registers.sides.folded import LIFTABLE, NOT_DONE, WAITING, RoundState
from portal.registers.sides.inputs import Answer
from portal.registers.sides.matches import matched
from portal.registers.sides.rounds import isps_told
from portal.registers.takedowns import TakedownEvent
from tests.build import made
from tests.notices.street import Street
from tests.notices.test_order_round import ORDER, answers, orders, steps, takes_back

S = RoundState
ITEMS = 3
SETTINGS = settings(
    # More, when something was changed: ROUND_EXAMPLES=200 pytest tests/notices
    max_examples=int(os.environ.get("ROUND_EXAMPLES", "20")),
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
DEEDS = (
    "received", "applied", "applied", "cannot", "pauses", "lifted", "logs", "acts", "acts",
    "takes_back", "says_gone", "withdraws", "calls_up", "calls_up", "rejects",
)  # fmt: skip
GROUNDS = tuple(str(b) for b in (*NOT_DONE, *WAITING) if b != "REFUSED_NOT_ILLEGAL")
deeds = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(1, ITEMS), st.sampled_from(GROUNDS)),
    min_size=6,
    max_size=16,
)


def does(street: Street, deed: tuple[str, int, str]) -> None:
    """Do something of it; what is refused has left no trace."""
    name, item, ground = deed
    key = keys(street).get(item, 0)
    said = {
        "withdraws": ActKind.WITHDRAWN, "calls_up": ActKind.STILL_UP,
        "says_gone": ActKind.CONFIRMED_GONE, "rejects": ActKind.REFUSAL_REJECTED,
    }  # fmt: skip
    try:
        with street.session.begin_nested():
            if name in said:
                says(street, said[name], item)
            elif name == "cannot":
                answers(street, Answer.CANNOT, because=ground)
            elif name in {"received", "applied", "lifted"}:
                answers(street, Answer(name.upper()))
            elif name == "takes_back":
                takes_back(street)
            elif name == "pauses":
                steps(street, key, Progress.PAUSED, pause_reason="APPROVED_PAUSE")
            elif name == "acts":
                action = "REFUSED_NOT_ILLEGAL" if ground in WAITING else "BLOCKED"
                steps(street, key, Progress.ACTIONED, action=action)
            else:
                typed = {**ORDER, "received_at": street.at}
                del typed["items"]
                street.logs(item, **typed)
    except Refusal:
        return


def says(street: Street, kind: ActKind, item: int) -> None:
    at = street.later()
    value = made(street.session, ActIn, {"kind": kind, "occurred_at": at}, at)
    isp = street.mekong.organisation_id
    act(street.session, 1, isp, [item], value, by=street.police, at=at)


def keys(street: Street) -> dict[int, int]:
    """The entry of each item that is logged."""
    mine = matched(street.mekong.organisation_id, None, 1)
    rows = street.session.execute(select(mine.c.item_no, mine.c.key))
    return {row.item_no: row.key for row in rows}


def read(street: Street, item: int) -> RoundState:
    """Where an item stands, read event by event."""
    isp, key = street.mekong.organisation_id, keys(street).get(item)
    if key is None:
        acts = select(NoticeAct.kind).where(NoticeAct.isp_id == isp, NoticeAct.item_no == item)
        last = street.session.scalars(acts.order_by(NoticeAct.no)).all()
        life = [kind for kind in last if kind in {ActKind.WITHDRAWN, ActKind.STILL_UP}]
        return S.WITHDRAWN if life[-1:] == [ActKind.WITHDRAWN] else S.SILENT
    events = events_of(street.session, isp, key)
    state = walked(events)
    assert is_to_lift(events) is (state == S.TO_LIFT)
    return state


@dataclass
class Walk:
    """Where an item stands after its events so far."""

    stands: RoundState = S.RECEIVED
    acted: bool = False
    held: bool = False
    ever_held: bool = False
    withdrawn: bool = False

    def take(self, event: TakedownEvent) -> None:
        step: Callable[[TakedownEvent], None] | None = getattr(self, f"_{event.kind.lower()}", None)
        if step:
            step(event)

    def _actioned(self, event: TakedownEvent) -> None:
        self.stands = S.CANNOT if event.action in NOT_DONE.values() else S.APPLIED
        self.acted = True
        if event.action in LIFTABLE:
            self.held = self.ever_held = True

    def _reopened(self, _event: TakedownEvent) -> None:
        self.stands, self.acted, self.withdrawn = S.RECEIVED, False, False

    _refusal_rejected = _reopened

    def _paused(self, event: TakedownEvent) -> None:
        if event.pause_reason in WAITING.values() and not self.acted:
            self.stands = S.CANNOT

    def _resumed(self, _event: TakedownEvent) -> None:
        self.stands = self.stands if self.acted else S.RECEIVED

    def _withdrawn(self, _event: TakedownEvent) -> None:
        self.withdrawn = True

    def _reinstated(self, _event: TakedownEvent) -> None:
        self.held = False
        self.stands = S.LIFTED if self.acted else self.stands

    @property
    def state(self) -> RoundState:
        if not self.withdrawn:
            return self.stands
        if self.held:
            return S.TO_LIFT
        return S.LIFTED if self.ever_held else S.WITHDRAWN


def walked(events: Sequence[TakedownEvent]) -> RoundState:
    walk = Walk()
    for event in course.in_order(events):
        walk.take(event)
    return walk.state


@SETTINGS
@given(plan=deeds)
def _lives(street: Street, plan: list[tuple[str, int, str]]) -> None:
    with street.session.begin_nested() as example:
        orders(street, items=ITEMS)
        for deed in plan:
            does(street, deed)
            notice = street.session.get_one(Notice, (1, 1))
            told = {one.isp_id: one for one in isps_told(street.session, notice, street.at)}
            mine = told[street.mekong.organisation_id]
            assert mine.counts == Counter(read(street, item) for item in range(1, ITEMS + 1)), plan
            assert mine.state == next(state for state in S if state in mine.counts)
        example.rollback()


def test_the_fold_says_what_walking_every_event_says(street: Street) -> None:
    _lives(street)
