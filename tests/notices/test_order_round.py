"""An order round (chairs A3): one order, an answer from each ISP, and who is silent, since when."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal.errors import NotThere, Refusal, Refused
from portal.ledger import sequence
from portal.letters.model import OrderReminder
from portal.letters.orders import due_reminders, remind, reminders
from portal.mail import Mail, MailKind
from portal.notices.codes import ActKind
from portal.notices.inputs import ActIn
from portal.notices.model import Notice
from portal.notices.refusals import ReferenceUsed
from portal.registers import REGISTERS
from portal.registers.actions import admit
from portal.registers.codes import Progress
from portal.registers.inputs_progress import PROGRESS_INPUTS
from portal.registers.progress import progress
from portal.registers.sides.actions import act
from portal.registers.sides.answering import answer
from portal.registers.sides.folded import Because, RoundState
from portal.registers.sides.inputs import ANSWER_INPUTS, Answer, WithdrawalIn
from portal.registers.sides.refusals import AlreadyAnswered, NothingToLift, OrderWithdrawn
from portal.registers.sides.rounds import (
    IspTold,
    answered_by,
    isps_told,
    order_told,
    orders_to_do,
    silent_on_orders,
)
from portal.registers.sides.withdrawing import TakenBack, withdraw
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.trail import Event, verify
from tests.build import a_span, an_isp, an_officer, made
from tests.notices.street import Street

S = RoundState
ORDER: dict[str, Any] = {
    "source_type": "POLICE",
    "source_ref": "ACD-2026-77",
    "instrument": "ORDER",
    "assessed_by": "POLICE",
    "service_role": "ACCESS",
    "hosting_country": "NL",
    "legal_basis": "PRAKAS_170_2018_7",
    "issued_at": "2026-11-05 09:50",
    "items": 2,
}


def orders(street: Street, *isps: Any, **over: Any) -> Notice:
    """The police send an order of two items, to both ISPs unless told otherwise."""
    isps = isps or (street.mekong, street.tonle)
    return street.sends(*isps, by=street.police, **{**ORDER, **over})


def answers(street: Street, said: Answer, who: Any = None, notice: int = 1, **typed: Any) -> int:
    """An ISP answers: Mekong Net, now, unless told otherwise."""
    who, at = who or street.mekong, street.later()
    if said != Answer.RECEIVED:
        typed.setdefault("occurred_at", at)
    value = made(street.session, ANSWER_INPUTS[said], typed, at)
    return answer(street.session, who.organisation_id, notice, value, by=who, at=at)


def steps(street: Street, key: int, kind: Progress, **typed: Any) -> None:
    """Mekong Net records a step of one item by itself."""
    at, who = street.later(), street.mekong
    value = made(street.session, PROGRESS_INPUTS[kind], {"occurred_at": at, **typed}, at)
    progress(
        street.session, who.organisation_id, key, kind, value,
        expects_no=street.last_no(key), by=who, at=at,
    )  # fmt: skip


def takes_back(street: Street, by: Any = None, **typed: Any) -> TakenBack:
    at = street.later()
    value = made(street.session, WithdrawalIn, {"occurred_at": at, **typed}, at)
    return withdraw(street.session, 1, value, by=by or street.police, at=at)


def board(street: Street) -> dict[str, IspTold]:
    """Where the order stands at either ISP."""
    notice = street.session.get_one(Notice, (1, 1))
    names = {street.mekong.organisation_id: "mekong", street.tonle.organisation_id: "tonle"}
    return {names[one.isp_id]: one for one in isps_told(street.session, notice, street.at)}


def refused(street: Street, kind: type[Refusal], act: Any, *said: Any, **typed: Any) -> Any:
    """The refusal of an act that changes nothing."""
    with pytest.raises(kind) as told, street.session.begin_nested():
        act(street, *said, **typed)
    return told.value


def test_a_silent_isp_is_named_with_since_when_and_against_which_limit(street: Street) -> None:
    notice = orders(street)
    answers(street, Answer.RECEIVED)

    tonle = board(street)["tonle"]
    assert (tonle.state, tonle.counts) == (S.SILENT, {S.SILENT: 2})
    assert tonle.since == tonle.addressed_at == notice.recorded_at
    # Priority 2: 48 hours.
    assert tonle.due_at == notice.recorded_at + timedelta(hours=48)
    assert not tonle.is_late(street.at)
    assert tonle.is_late(tonle.due_at + timedelta(seconds=1))
    assert [one.isp_id for one in silent_on_orders(street.session, street.at)] == [tonle.isp_id]


def test_received_logs_every_item_and_acknowledges_it_as_one_act(street: Street) -> None:
    orders(street)
    before = sequence(street.session, street.mekong.organisation_id)
    assert answers(street, Answer.RECEIVED, received_at="2026-11-05 10:00") == 2

    mekong = board(street)["mekong"]
    assert (mekong.state, mekong.counts) == (S.RECEIVED, {S.RECEIVED: 2})
    assert mekong.received_at == mekong.since == datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
    assert mekong.due_at == mekong.received_at + timedelta(hours=48)
    assert street.events(1) == street.events(2) == [("ACKNOWLEDGED", "")]
    # The entries, and the answer.
    assert sequence(street.session, street.mekong.organisation_id) == before + 2
    assert verify(street.session) == []


def test_applied_blocks_and_tells_the_sender_so(street: Street) -> None:
    orders(street)
    answers(street, Answer.APPLIED, occurred_at="2026-11-05 10:00", received_at="2026-11-05 09:55")

    mekong = board(street)["mekong"]
    assert (mekong.state, mekong.acted, mekong.ground) == (S.APPLIED, 2, None)
    assert mekong.since == datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
    assert set(street.events(1)) == {
        ("ACTIONED", "CLOSES"),
        ("ACKNOWLEDGED", ""),
        ("FORWARDED", ""),
    }
    row = street.session.scalars(select(TakedownEvent).where(TakedownEvent.action.is_not(None)))
    assert {str(one.action) for one in row} == {"BLOCKED"}


def test_a_host_removes_and_may_say_what_else_it_did(street: Street) -> None:
    hosting = {"service_role": "HOSTING", "hosting_country": "KH"}
    orders(street, **hosting)
    answers(street, Answer.APPLIED)
    answers(street, Answer.APPLIED, street.tonle, action="ACCESS_DISABLED")

    actions = select(TakedownEvent.action).where(TakedownEvent.kind == Progress.ACTIONED)
    assert sorted(map(str, street.session.scalars(actions))) == [
        "ACCESS_DISABLED", "ACCESS_DISABLED", "REMOVED", "REMOVED",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("because", "kind", "closes"),
    [
        (Because.ALREADY_UNAVAILABLE, Progress.ACTIONED, True),
        (Because.NOT_OUR_SERVICE, Progress.ACTIONED, True),
        (Because.NOT_BLOCKED_OVERBLOCK, Progress.ACTIONED, True),
        (Because.CLARIFICATION, Progress.PAUSED, False),
        (Because.FORCE_MAJEURE, Progress.PAUSED, False),
    ],
)
def test_cannot_says_why_in_a_code_that_the_course_knows(
    street: Street, because: Because, kind: Progress, closes: bool
) -> None:
    orders(street)
    answers(street, Answer.CANNOT, because=because)

    mekong = board(street)["mekong"]
    assert (mekong.state, mekong.ground) == (S.CANNOT, because)
    # Whoever cannot is done with it; whoever waits for the sender is not.
    assert mekong.is_late(street.at + timedelta(days=9)) is not closes
    assert str(kind) in {name for name, _ in street.events(1)}
    assert ("CLOSES" in {effect for _, effect in street.events(1)}) is closes


def test_after_a_clarification_the_order_is_applied(street: Street) -> None:
    orders(street)
    answers(street, Answer.CANNOT, because="CLARIFICATION")
    answers(street, Answer.APPLIED)

    assert board(street)["mekong"].state == S.APPLIED
    assert "RESUMED" in {name for name, _ in street.events(1)}


def test_a_pause_that_an_authority_asked_for_is_not_told(street: Street) -> None:
    orders(street)
    answers(street, Answer.RECEIVED)
    for key in (1, 2):
        steps(street, key, Progress.PAUSED, pause_reason="APPROVED_PAUSE")

    # chairs C1
    assert (board(street)["mekong"].state, board(street)["mekong"].ground) == (S.RECEIVED, None)


def test_who_logs_item_by_item_has_answered_just_the_same(street: Street) -> None:
    orders(street)
    typed = {**ORDER, "received_at": "2026-11-05 09:55", "handled_by": "S-0421"}
    del typed["items"]
    [first] = street.logs(1, **typed)
    assert board(street)["mekong"].counts == {S.SILENT: 1, S.RECEIVED: 1}
    answers(street, Answer.RECEIVED)
    assert board(street)["mekong"].counts == {S.RECEIVED: 2}
    steps(street, first, Progress.ACTIONED, action="ALREADY_UNAVAILABLE")
    assert board(street)["mekong"].counts == {S.RECEIVED: 1, S.CANNOT: 1}
    answers(street, Answer.APPLIED)

    assert board(street)["mekong"].counts == {S.CANNOT: 1, S.APPLIED: 1}
    assert board(street)["mekong"].state == S.CANNOT


def test_whoever_confirmed_is_named_with_the_place_in_the_trail(street: Street) -> None:
    orders(street)
    answers(street, Answer.APPLIED)

    mekong = board(street)["mekong"]
    [who] = answered_by(street.session, [mekong]).values()
    assert (who.person_name, who.kind, who.at) == ("Chea Preparer", "order.answered", street.at)
    facts = json.loads(who.facts)
    assert (facts["answer"], facts["items"]) == ("APPLIED", 2)
    assert answered_by(street.session, [board(street)["tonle"]]) == {}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"occurred_at": "2026-11-05 09:40"}, "before-the-notice"),
        ({"received_at": "2026-11-04 09:40"}, "before-the-notice"),
        ({"occurred_at": "2026-11-05 12:30"}, "in-the-future"),
        ({"occurred_at": "2026-11-05 09:51", "received_at": "2026-11-05 10:00"}, "before-receipt"),
    ],
)
def test_an_answer_before_the_order_or_in_the_future_is_refused(
    street: Street, typed: dict[str, str], code: str
) -> None:
    orders(street)
    said = refused(street, Refused, answers, Answer.APPLIED, **typed)

    assert {problem[1] for problem in said.problems} == {code}
    assert street.session.scalar(select(func.count()).select_from(Takedown)) == 0
    assert board(street)["mekong"].state == S.SILENT


def test_an_answer_is_not_given_twice(street: Street) -> None:
    orders(street)
    answers(street, Answer.RECEIVED)
    refused(street, AlreadyAnswered, answers, Answer.RECEIVED)
    answers(street, Answer.CANNOT, because="CLARIFICATION")
    again = {"because": "CLARIFICATION"}
    refused(street, AlreadyAnswered, answers, Answer.CANNOT, **again)
    answers(street, Answer.APPLIED)
    for said, typed in ((Answer.APPLIED, {}), (Answer.RECEIVED, {}), (Answer.CANNOT, again)):
        refused(street, AlreadyAnswered, answers, said, **typed)
    refused(street, NothingToLift, answers, Answer.LIFTED)


def test_a_notice_that_is_no_order_and_one_of_others_have_no_answers(street: Street) -> None:
    street.sends()
    refused(street, NotThere, answers, Answer.RECEIVED)
    refused(street, NotThere, answers, Answer.RECEIVED, street.tonle)
    assert order_told(street.session, street.mekong.organisation_id, 1, street.at) is None


def test_a_whole_domain_is_blocked_by_two_people(street: Street) -> None:
    orders(street, locator_kind="DOMAIN")
    answers(street, Answer.RECEIVED)
    alone = refused(street, Refused, answers, Answer.APPLIED, handled_by="S-0421")
    assert {problem[1] for problem in alone.problems} == {"domain-block-needs-a-second"}

    # chairs C3; the order names nobody who handles it, so the first is named with the answer.
    span = a_span(street.session, staff_ref="S-0422")
    isp = street.mekong.organisation_id
    admit(street.session, isp, REGISTERS["roster"], [span], by=street.mekong, at=street.later())
    answers(street, Answer.APPLIED, handled_by="S-0421", second_approver="S-0422")
    assert board(street)["mekong"].state == S.APPLIED


def test_a_withdrawal_closes_it_where_nothing_was_applied_and_is_to_lift_where_it_was(
    street: Street,
) -> None:
    orders(street)
    answers(street, Answer.APPLIED)
    assert takes_back(street) == TakenBack(isps=2, items=4)

    mekong, tonle = board(street)["mekong"], board(street)["tonle"]
    assert (tonle.state, tonle.withdrawn, tonle.since) == (S.WITHDRAWN, 2, street.at)
    assert tonle.due_at is None
    assert (mekong.state, mekong.since) == (S.TO_LIFT, street.at)
    assert mekong.due_at == street.at + timedelta(hours=24)
    [to_do] = orders_to_do(street.session, street.mekong.organisation_id, street.at)
    assert to_do.state == S.TO_LIFT
    assert orders_to_do(street.session, street.tonle.organisation_id, street.at) == []


def test_the_time_to_lift_runs_from_when_the_withdrawal_was_made_known(street: Street) -> None:
    orders(street)
    answers(street, Answer.APPLIED, occurred_at="2026-11-05 09:58")
    street.at += timedelta(hours=5)
    takes_back(street, occurred_at="2026-11-05 11:00")

    assert board(street)["mekong"].since == street.at


def test_lifting_is_an_answer_too_and_is_given_once(street: Street) -> None:
    orders(street)
    answers(street, Answer.APPLIED)
    takes_back(street)
    assert answers(street, Answer.LIFTED) == 2

    mekong = board(street)["mekong"]
    assert (mekong.state, mekong.since) == (S.LIFTED, street.at)
    assert not mekong.is_late(street.at + timedelta(days=9))
    assert ("REINSTATED", "") in street.events(1)
    refused(street, NothingToLift, answers, Answer.LIFTED)


def test_an_answer_after_the_withdrawal_is_refused(street: Street) -> None:
    orders(street)
    answers(street, Answer.RECEIVED, street.tonle)
    takes_back(street)

    for who in (street.mekong, street.tonle):
        for said in (Answer.RECEIVED, Answer.APPLIED):
            refused(street, OrderWithdrawn, answers, said, who)
        refused(street, NothingToLift, answers, Answer.LIFTED, who)


def test_an_order_is_taken_back_by_its_sender_alone_and_once(street: Street) -> None:
    orders(street)
    refused(street, NotThere, takes_back, by=street.hotline)
    refused(street, NotThere, takes_back, by=street.mekong)
    early = {"occurred_at": "2026-11-04 09:00"}
    refused(street, Refused, takes_back, **early)
    takes_back(street)
    refused(street, OrderWithdrawn, takes_back)


def test_what_was_called_up_again_waits_for_an_answer_again(street: Street) -> None:
    orders(street)
    answers(street, Answer.APPLIED)
    takes_back(street)
    at = street.later()
    still = made(street.session, ActIn, {"kind": ActKind.STILL_UP, "occurred_at": at}, at)
    act(street.session, 1, street.mekong.organisation_id, [1, 2], still, by=street.police, at=at)

    assert board(street)["mekong"].state == S.RECEIVED
    answers(street, Answer.APPLIED)
    assert board(street)["mekong"].state == S.APPLIED


def test_an_order_to_a_closed_licence_and_a_reference_used_twice_are_refused(
    street: Street,
) -> None:
    orders(street)
    refused(street, ReferenceUsed, orders)
    late = an_isp(street.session, "late-net", from_on=street.at.date() + timedelta(days=30))
    officer = an_officer(street.session, late, street.mekong.role, "Late Preparer")
    said = refused(street, Refused, orders, officer, source_ref="ACD-2")
    assert [problem[1] for problem in said.problems] == ["licence-closed"]


def test_an_order_that_nobody_assessed_has_no_clock(street: Street) -> None:
    # chairs C2
    orders(street, assessment="NOT_ASSESSED", assessed_by="PROVIDER_UNVERIFIED")

    assert board(street)["tonle"].due_at is None
    assert due_reminders(street.session, street.at + timedelta(days=30)) == []


def written(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(Mail).order_by(Mail.id))
    return [(str(mail.kind), mail.params) for mail in rows]


def test_an_order_is_told_by_mail_with_its_number_and_nothing_else(street: Street) -> None:
    orders(street, street.mekong)

    assert written(street.session) == [("ORDER_SENT", '{"name":"N-000001","notice":1,"urgent":0}')]


def test_the_silent_are_reminded_at_half_of_the_limit_and_at_its_end_each_once(
    street: Street,
) -> None:
    notice = orders(street)
    answers(street, Answer.RECEIVED)
    began, tonle = notice.recorded_at, street.tonle.organisation_id
    assert due_reminders(street.session, began + timedelta(hours=23, minutes=59)) == []

    for hours, rung in ((24, "REMINDER"), (49, "OVERDUE")):
        at = began + timedelta(hours=hours)
        [due] = due_reminders(street.session, at)
        assert (due.isp_id, due.rung) == (tonle, rung)
        assert remind(street.session, due, by=street.policy_officer, at=at) is not None
        assert remind(street.session, due, by=street.policy_officer, at=at) is None
        assert due_reminders(street.session, at) == []
    assert [one.rung for one in reminders(street.session, 1)] == ["REMINDER", "OVERDUE"]
    kinds = [kind for kind, _ in written(street.session) if kind != "ORDER_SENT"]
    assert kinds == [MailKind.ORDER_REMINDER, MailKind.ORDER_OVERDUE]
    names = select(Event.subject).where(Event.kind == "order.reminded", Event.isp_id == tonle)
    assert street.session.scalars(names).all() == ["N-000001", "N-000001"]


def test_whoever_answered_meanwhile_is_not_reminded(street: Street) -> None:
    notice = orders(street, street.tonle)
    at = notice.recorded_at + timedelta(hours=30)
    [due] = due_reminders(street.session, at)
    answers(street, Answer.RECEIVED, street.tonle)

    assert remind(street.session, due, by=street.policy_officer, at=at) is None
    assert street.session.scalars(select(OrderReminder)).all() == []


def test_a_withdrawal_is_told_to_every_isp(street: Street) -> None:
    orders(street, priority="P1_CHILD_IN_DANGER")
    # chairs C5: the mail about an emergency says so, that it is over says nothing of calling.
    assert {params[-2:] for _, params in written(street.session)} == {"1}"}
    takes_back(street)

    told = [params for kind, params in written(street.session) if kind == "ORDER_WITHDRAWN"]
    assert told == ['{"name":"N-000001","notice":1,"urgent":0}'] * 2


def test_a_thousand_isps_are_asked_in_as_many_queries_as_two(street: Street) -> None:
    orders(street)
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(str(args[2]))

    event.listen(street.session.connection(), "before_cursor_execute", note)
    answers(street, Answer.APPLIED)
    asked.clear()
    board(street)
    of_two = len(asked)
    further = [an_isp(street.session, f"isp-{number}") for number in range(20)]
    isps = [an_officer(street.session, isp, street.mekong.role, "Officer") for isp in further]
    orders(street, *isps, source_ref="ACD-2026-78")
    for isp in isps[:10]:
        answers(street, Answer.APPLIED, isp, notice=2)
    notice = street.session.get_one(Notice, (2, 1))
    asked.clear()
    told = isps_told(street.session, notice, street.at)

    assert len(told) == 20
    assert [one.state for one in told] == [S.APPLIED] * 10 + [S.SILENT] * 10
    assert len(asked) <= of_two <= 4
