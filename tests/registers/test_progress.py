"""Takedown items move on by events; the course they take is judged whole, in order of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation
from portal.entries.codes import CorrectionReason
from portal.entries.entry import line_digest
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.errors import NotThere, Refused
from portal.registers import REGISTERS
from portal.registers.actions import admit, void
from portal.registers.codes import Effect, Progress
from portal.registers.progress import approve_pause, correct_event, progress
from portal.registers.refusals import AuthorityOnly, EntryVoid, IsADuplicate
from portal.registers.takedowns import TakedownEvent
from portal.trail import verify
from tests.build import NOW, a_span, a_step, a_takedown

TAKEDOWNS = REGISTERS["takedowns"]
TYPO = CorrectionReason.TYPING_ERROR
P = Progress
CLOSES, OPENS = Effect.CLOSES, Effect.OPENS
RECEIVED = "2026-10-12 09:10"


class Item:
    """One item under test; times are on Phnom Penh's clocks in October 2026."""

    def __init__(self, session: Session, isp: Organisation, by: Actor, **over: Any) -> None:
        self.session, self.isp, self.by = session, isp, by
        value = a_takedown(session, **over)
        [self.key] = admit(session, isp.id, TAKEDOWNS, [value], by=by, at=NOW).keys
        self.last = 0

    def moves(self, kind: Progress, when: str, **over: Any) -> int:
        value = a_step(self.session, kind, f"2026-10-{when}", **over)
        self.last = progress(
            self.session, self.isp.id, self.key, kind, value,
            expects_no=self.last, by=self.by, at=NOW,
        )  # fmt: skip
        return self.last

    def joins(self, staff_ref: str, from_on: str) -> None:
        """Put somebody on the roster from a day on."""
        span = a_span(self.session, staff_ref=staff_ref, joined_on="2026-01-05", from_on=from_on)
        admit(self.session, self.isp.id, REGISTERS["roster"], [span], by=self.by, at=NOW)

    def corrects(self, no: int, kind: Progress, when: str | None, **over: Any) -> int:
        value = a_step(self.session, kind, f"2026-10-{when}", **over) if when else None
        self.last = correct_event(
            self.session, self.isp.id, self.key, no, value,
            expects_no=self.last, reason=TYPO, by=self.by, at=NOW,
        )  # fmt: skip
        return self.last

    def refuses(self, code: str, kind: Progress, when: str, **over: Any) -> None:
        with pytest.raises(Refused) as refused:
            self.moves(kind, when, **over)
        assert [found for _, found, _ in refused.value.problems] == [code]

    def events(self) -> list[TakedownEvent]:
        query = select(TakedownEvent).where(TakedownEvent.key == self.key)
        return list(self.session.scalars(query.order_by(TakedownEvent.no)))

    def effects(self) -> list[Effect | None]:
        return [e.effect for e in self.events() if e.closed_seq is None and not e.retracted]


@pytest.fixture
def item(session: Session, isp: Organisation, by: Actor) -> Callable[..., Item]:
    return lambda **over: Item(session, isp, by, **over)


def test_an_event_keeps_when_it_happened_and_when_it_was_entered(item: Any) -> None:
    one = item()
    one.moves(P.ACKNOWLEDGED, "12 10:00", note="Told the hotline")

    [event] = one.events()
    assert event.recorded_at - event.occurred_at > timedelta(days=20)
    assert event.digest == line_digest(TakedownEvent, event.__dict__)
    assert verify(one.session) == []


def test_an_action_closes_the_item(item: Any) -> None:
    one = item()
    one.moves(P.ACTIONED, "12 12:00", action="REMOVED", time_source="SYSTEM_LOG")
    one.moves(P.REPORTED, "12 13:00", authority="POLICE_CYBERCRIME", reference="CNP-17")
    one.moves(P.VERIFIED, "13 09:00", verifier="HOTLINE", reference="IHC-1")

    assert one.effects() == [CLOSES, None, None]


def test_not_our_service_closes_once_it_was_forwarded(item: Any) -> None:
    one = item()
    one.moves(P.ACTIONED, "12 12:00", action="NOT_OUR_SERVICE")
    one.moves(P.FORWARDED, "12 12:30", reference="Sent back")
    other = item(item_no=2)
    other.moves(P.FORWARDED, "12 12:00")
    other.moves(P.ACTIONED, "12 12:30", action="NOT_OUR_SERVICE")

    assert one.effects() == [None, CLOSES]
    assert other.effects() == [None, CLOSES]


def test_a_refusal_closes_once_the_sender_confirms(item: Any) -> None:
    one = item()
    one.moves(P.ACTIONED, "12 12:00", action="REFUSED_NOT_ILLEGAL")
    one.moves(P.REFUSAL_REJECTED, "13 09:00", reference="IHC-2")
    one.refuses("nothing-refused", P.REFUSAL_CONFIRMED, "13 10:00", reference="IHC-3")
    one.moves(P.ACTIONED, "13 11:00", action="REFUSED_NOT_ILLEGAL")
    one.moves(P.REFUSAL_CONFIRMED, "14 09:00", reference="IHC-4")

    assert one.effects() == [None, None, None, CLOSES]


def test_a_closed_item_is_reopened_by_the_sender(item: Any) -> None:
    one = item()
    one.refuses("still-open", P.REOPENED, "12 10:00", reference="IHC-5")
    one.moves(P.ACTIONED, "12 12:00", action="ACCESS_DISABLED")
    one.refuses("not-open", P.ACTIONED, "12 13:00", action="REMOVED")
    one.moves(P.REOPENED, "13 08:00", reference="IHC-5")
    one.moves(P.ACTIONED, "13 09:00", action="REMOVED")

    assert one.effects() == [CLOSES, OPENS, CLOSES]


def test_what_was_confirmed_gone_comes_back_as_a_new_item(item: Any) -> None:
    one = item()
    one.moves(P.ACTIONED, "12 12:00", action="REMOVED")
    one.moves(P.VERIFIED, "12 14:00", verifier="POLICE", reference="P-1")
    one.refuses("record-as-reappearance", P.REOPENED, "20 08:00", reference="IHC-6")


def test_a_withdrawal_closes_what_is_open_and_only_notes_what_is_not(item: Any) -> None:
    one, two = item(), item(item_no=2)
    one.moves(P.WITHDRAWN, "12 12:00", reference="IHC-7")
    two.moves(P.ACTIONED, "12 11:00", action="REMOVED")
    two.moves(P.WITHDRAWN, "12 12:00", reference="IHC-7")
    one.refuses("already-withdrawn", P.WITHDRAWN, "12 13:00", reference="IHC-8")

    assert (one.effects(), two.effects()) == ([CLOSES], [CLOSES, None])


def test_clocks_five_minutes_apart_are_tolerated_and_more_is_refused(item: Any) -> None:
    one = item()
    one.refuses("before-receipt", P.ACTIONED, "12 09:04", action="REMOVED")
    one.moves(P.ACTIONED, "12 09:06", action="REMOVED")


def test_what_was_gone_already_may_lie_before_the_receipt(item: Any) -> None:
    one = item()
    one.moves(P.ACTIONED, "11 20:00", action="ALREADY_UNAVAILABLE")
    own = item(
        item_no=2, source_type="OWN_INITIATIVE", instrument="OWN_INITIATIVE", source_ref=None
    )
    own.moves(P.ACTIONED, "12 08:00", action="REMOVED")

    assert (one.effects(), own.effects()) == ([CLOSES], [CLOSES])


def test_a_service_does_only_what_it_can_do(item: Any) -> None:
    access = item(service_role="ACCESS", hosting_country="VN")
    access.refuses("not-an-action-of-this-service", P.ACTIONED, "12 12:00", action="REMOVED")
    access.refuses("record-the-withdrawal", P.ACTIONED, "12 12:00", action="WITHDRAWN_BY_NOTIFIER")
    access.moves(P.ACTIONED, "12 12:00", action="NOT_BLOCKED_OVERBLOCK")

    assert access.effects() == [CLOSES]


def test_a_whole_domain_is_blocked_by_two(item: Any) -> None:
    """chairs C3."""
    one = item(service_role="ACCESS", locator_kind="DOMAIN", hosting_country="XX")
    one.refuses("domain-block-needs-a-second", P.ACTIONED, "12 12:00", action="BLOCKED")
    one.refuses(
        "second-must-be-another", P.ACTIONED, "12 12:00", action="BLOCKED", second_approver="S-0421"
    )
    blocked = {"action": "BLOCKED", "second_approver": "S-0422"}
    one.refuses("second-not-on-roster", P.ACTIONED, "12 12:00", **blocked)
    one.joins("S-0422", "2026-10-13")
    one.refuses("second-not-on-roster", P.ACTIONED, "12 23:59", **blocked)
    one.moves(P.ACTIONED, "13 00:00", **blocked)


def test_a_whole_domain_is_blocked_by_nobody_where_nobody_handles_it(item: Any) -> None:
    one = item(service_role="ACCESS", locator_kind="DOMAIN", hosting_country="XX", handled_by=None)
    one.joins("S-0422", "2026-10-01")
    one.refuses(
        "domain-block-needs-a-first", P.ACTIONED, "12 12:00",
        action="BLOCKED", second_approver="S-0422",
    )  # fmt: skip


def test_an_item_is_acknowledged_once(item: Any) -> None:
    one = item()
    one.moves(P.ACKNOWLEDGED, "12 10:00")
    one.refuses("already-acknowledged", P.ACKNOWLEDGED, "12 10:30")


def test_a_late_entry_may_lie_before_later_events_that_do_not_depend_on_it(item: Any) -> None:
    one = item()
    one.moves(P.ACTIONED, "12 12:00", action="REMOVED")
    one.moves(P.ACKNOWLEDGED, "12 09:30")
    one.refuses("later-events-depend-on-it", P.WITHDRAWN, "12 11:00", reference="IHC-9")


def test_a_short_pause_counts_at_once_and_a_long_one_when_approved(
    item: Any, reviewer: Actor
) -> None:
    one = item()
    one.moves(P.PAUSED, "12 10:00", pause_reason="CLARIFICATION", until_at="2026-10-12 16:00")
    one.refuses(
        "pauses-overlap", P.PAUSED, "12 15:00",
        pause_reason="FORCE_MAJEURE", until_at="2026-10-12 18:00",
    )  # fmt: skip
    long = one.moves(
        P.PAUSED, "12 16:00", pause_reason="APPROVED_PAUSE", until_at="2026-10-15 16:00"
    )
    assert [e.approved for e in one.events()] == [True, False]

    with pytest.raises(AuthorityOnly):
        approve_pause(one.session, one.isp.id, one.key, long, by=one.by, at=NOW)
    one.last = approve_pause(one.session, one.isp.id, one.key, long, by=reviewer, at=NOW)
    with pytest.raises(Refused):
        approve_pause(one.session, one.isp.id, one.key, long, by=reviewer, at=NOW)
    with pytest.raises(AuthorityOnly):
        one.corrects(one.last, P.PAUSE_APPROVED, None)


def test_a_pause_without_an_end_is_ended_by_resuming(item: Any) -> None:
    one = item()
    one.refuses("no-pause-to-end", P.RESUMED, "12 10:30")
    pause = one.moves(P.PAUSED, "12 10:00", pause_reason="CLARIFICATION")
    one.moves(P.RESUMED, "12 14:00")
    resumed = one.events()[-1]

    assert (resumed.refers_to, resumed.approved) == (pause, True)
    one.moves(P.PAUSED, "13 10:00", pause_reason="CLARIFICATION")
    one.moves(P.RESUMED, "19 14:00")
    assert one.events()[-1].approved is False


def test_a_wrong_event_is_replaced_and_stays_readable(item: Any) -> None:
    one = item()
    no = one.moves(P.ACTIONED, "12 12:00", action="REMOVED")
    one.moves(P.VERIFIED, "12 13:00", verifier="SELF")
    new = one.corrects(no, P.ACTIONED, "12 12:45", action="REMOVED")

    wrong, _, right = one.events()
    assert (wrong.closed_seq, right.corrects, right.reason) == (right.admitted_seq, no, TYPO)
    assert right.effect == CLOSES
    with pytest.raises(Unchanged):
        one.corrects(new, P.ACTIONED, "12 12:45", action="REMOVED")
    with pytest.raises(NotThere):
        one.corrects(no, P.ACTIONED, "12 12:50", action="REMOVED")
    assert verify(one.session) == []


def test_an_event_that_never_was_is_retracted(item: Any) -> None:
    one = item()
    no = one.moves(P.ACTIONED, "12 12:00", action="REMOVED")
    one.corrects(no, P.ACTIONED, None)

    assert one.effects() == []
    one.moves(P.ACTIONED, "12 13:00", action="ACCESS_DISABLED")
    assert one.effects() == [CLOSES]


def test_an_event_on_which_others_rest_is_not_retracted(item: Any) -> None:
    one = item()
    no = one.moves(P.ACTIONED, "12 12:00", action="REMOVED")
    one.moves(P.REOPENED, "13 08:00", reference="IHC-5")
    with pytest.raises(Refused) as refused:
        one.corrects(no, P.ACTIONED, None)
    assert refused.value.problems == [("occurred_at", "later-events-depend-on-it", {"no": 2})]


def test_two_officers_at_once_make_one_event(item: Any) -> None:
    one = item()
    one.moves(P.ACKNOWLEDGED, "12 10:00")
    one.last = 0
    with pytest.raises(ChangedMeanwhile):
        one.moves(P.ACTIONED, "12 12:00", action="REMOVED")


def test_duplicates_void_entries_and_strangers_have_no_progress(
    item: Any, session: Session, isp: Organisation, by: Actor
) -> None:
    item()
    with pytest.raises(IsADuplicate):
        item(received_at="2026-10-13 09:10").moves(P.ACKNOWLEDGED, "13 10:00")
    gone = item(item_no=5)
    void(
        session, isp.id, TAKEDOWNS, gone.key,
        expects=1, reason=CorrectionReason.WRONGLY_RECORDED, by=by, at=NOW,
    )  # fmt: skip
    with pytest.raises(EntryVoid):
        gone.moves(P.ACKNOWLEDGED, "13 10:00")
    gone.key = 999
    with pytest.raises(NotThere):
        gone.moves(P.ACKNOWLEDGED, "13 10:00")
