"""Hard case 14: one ISP goes on as another on the 17th; open items follow, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from portal.accounts import Licence, LicenceStatus, SuccessionKind
from portal.accounts.licensing import end_licence, open_licence
from portal.accounts.model import LicenceKind
from portal.accounts.successions import Succeeding, Succession, succeeded_by
from portal.entries.codes import CorrectionReason
from portal.entries.entry import line_digest
from portal.errors import Refusal, Refused
from portal.ledger import Ledger, sequence
from portal.notices.codes import ActKind
from portal.registers import REGISTERS
from portal.registers.actions import correct, void
from portal.registers.codes import Progress
from portal.registers.progress import approve_pause, correct_event
from portal.registers.refusals import AuthorityOnly, CarriedOver, SuccessionAhead
from portal.registers.sides.matches import missing
from portal.registers.sides.progress import items_told
from portal.registers.sides.rounds import isps_told
from portal.registers.states import State, states, waiting_pauses
from portal.registers.successions import Carried, came_from, carry, left_open, succeed
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.trail import verify
from tests.build import FOUNDER, NOW, a_takedown, an_isp
from tests.notices.street import Street
from tests.returns.clock import local

TAKEDOWNS = REGISTERS["takedowns"]
P = Progress
THE_17TH = date(2026, 10, 17)
REFERENCE = "MPTC/2026/88"


@pytest.fixture
def street(session: Session) -> Street:
    return Street.built(session)


def succeeds(street: Street, **over: Any) -> Carried:
    """Mekong Net goes on as Tonle Net from the 17th on, by an officer who may say so."""
    said: dict[str, Any] = {
        "predecessor_id": street.mekong.organisation_id,
        "successor_id": street.tonle.organisation_id,
        "kind": SuccessionKind.MERGER,
        "first_day": THE_17TH,
        "reference": REFERENCE,
    }
    decided = Succeeding(**{**said, **over})
    return succeed(street.session, decided, by=street.policy_officer, at=street.later())[1]


def entries(street: Street, isp: Any) -> list[Takedown]:
    query = select(Takedown).where(
        Takedown.isp_id == isp.organisation_id, Takedown.closed_seq.is_(None)
    )
    return list(street.session.scalars(query.order_by(Takedown.key)))


def state(street: Street, isp: Any, entry: Takedown) -> Any:
    return states(street.session, isp.organisation_id, [entry], NOW)[entry.key]


def test_case_14_open_items_go_to_the_successor_with_their_original_receipt(street: Street) -> None:
    shut, left = street.logs(1, 2)
    street.moves(shut, P.ACTIONED, "13 10:00", action="REMOVED")
    due = state(street, street.mekong, entries(street, street.mekong)[1]).due_at

    assert succeeds(street) == Carried(items=1, notices=0)

    [came] = entries(street, street.tonle)
    [_, gone] = entries(street, street.mekong)
    assert came.received_at == gone.received_at == local("2026-10-12 09:10")
    assert (came.carried_isp, came.carried_key) == (street.mekong.organisation_id, left)
    assert came.carried_line == gone.digest
    assert came.carried_at == local("2026-10-17 00:00")
    assert (came.source_ref, came.item_no, came.priority) == ("IHC-2026-0417", 2, gone.priority)
    assert (came.own_ref, came.handled_by, came.note) == (None, None, None)
    assert street.events(left) == [("TRANSFERRED", "CLOSES")]
    assert state(street, street.mekong, gone).state == State.CLOSED
    assert (state(street, street.tonle, came).state, state(street, street.tonle, came).due_at) == (
        State.OPEN_OVERDUE,
        due,
    )
    assert street.events(shut) == [("ACTIONED", "CLOSES")]
    assert came_from(street.session, street.session.get_one(Succession, came.carried_isp)) == 1
    assert left_open(street.session, street.mekong.organisation_id) == 0


def test_case_14_the_clock_runs_on_less_the_approved_pauses_and_names_no_reason(
    street: Street,
) -> None:
    """What was acknowledged, paused and reopened at the predecessor holds at the successor."""
    [key] = street.logs(1, source_type="USER_REPORT", source_ref=None)
    street.moves(key, P.ACKNOWLEDGED, "12 10:00")
    no = street.moves(
        key, P.PAUSED, "12 12:00", until_at="2026-10-14 12:00", pause_reason="APPROVED_PAUSE"
    )
    isp_id = street.mekong.organisation_id
    reviewer = street.policy_officer.__class__(
        street.policy_officer.person_id, "Keo", "REVIEWER", street.policy_officer.organisation_id
    )
    approve_pause(street.session, isp_id, key, no, by=reviewer, at=street.later())
    street.moves(key, P.ACTIONED, "15 09:00", action="REMOVED")
    street.moves(key, P.REOPENED, "16 09:00", reference="U-1")
    before = state(street, street.mekong, entries(street, street.mekong)[0])

    succeeds(street)

    [came] = entries(street, street.tonle)
    after = state(street, street.tonle, came)
    assert (after.due_at, after.acknowledged_at) == (before.due_at, local("2026-10-12 10:00"))
    assert after.due_at == came.received_at + timedelta(hours=48 + 48)
    assert street.events(came.key, street.tonle) == [
        ("ACKNOWLEDGED", ""),
        ("PAUSED", ""),
        ("ACTIONED", "CLOSES"),
        ("REOPENED", "OPENS"),
        ("PAUSE_APPROVED", ""),
    ]
    street.moves(came.key, P.ACTIONED, "18 09:00", by=street.tonle, action="REMOVED")
    assert state(street, street.tonle, came).state == State.CLOSED


def test_a_pause_that_waits_is_approved_at_the_successor(street: Street) -> None:
    [key] = street.logs(1)
    street.moves(key, P.PAUSED, "12 12:00", pause_reason="APPROVED_PAUSE")

    succeeds(street)

    assert [pause.isp_id for pause in waiting_pauses(street.session)] == [
        street.tonle.organisation_id
    ]


def test_what_was_worked_on_after_the_17th_leaves_when_it_was_last_worked_on(
    street: Street,
) -> None:
    """The decision arrives later than it holds: the predecessor's people went on meanwhile."""
    told, shut, late = street.logs(1, 2, 3)
    street.moves(told, P.ACKNOWLEDGED, "18 10:00")
    street.moves(shut, P.ACTIONED, "19 10:00", action="REMOVED")
    [after] = street.logs(4, received_at="2026-10-20 08:00")

    succeeds(street)

    left = {one.carried_key: one.carried_at for one in entries(street, street.tonle)}
    assert left == {
        told: local("2026-10-18 10:00"),
        late: local("2026-10-17 00:00"),
        after: local("2026-10-20 08:00"),
    }


def test_nothing_more_happens_to_an_item_that_went(street: Street) -> None:
    [key] = street.logs(1)
    succeeds(street)
    session, mekong = street.session, street.mekong
    isp_id = mekong.organisation_id

    def refused(act: Callable[[], Any]) -> list[str]:
        with pytest.raises(Refused) as no:
            act()
        return [code for _, code, _ in no.value.problems]

    typo, at = CorrectionReason.TYPING_ERROR, street.later()
    assert refused(lambda: street.moves(key, P.ACKNOWLEDGED, "12 10:00")) == ["transferred-away"]
    assert refused(
        lambda: correct_event(
            session, isp_id, key, 1, None, expects_no=1, reason=typo, by=mekong, at=at
        )
    ) == ["transferred-away"]
    assert refused(
        lambda: correct(
            session, isp_id, TAKEDOWNS, key, expects=1, value=a_takedown(session, item_no=9),
            reason=typo, by=mekong, at=at,
        )
    ) == ["transferred-away"]  # fmt: skip
    assert refused(
        lambda: void(
            session, isp_id, TAKEDOWNS, key, expects=1,
            reason=CorrectionReason.WRONGLY_RECORDED, by=mekong, at=at,
        )
    ) == ["transferred-away"]  # fmt: skip


def test_what_opened_or_closed_it_at_the_predecessor_stays_as_it_was_carried(
    street: Street,
) -> None:
    [key] = street.logs(1, source_type="USER_REPORT", source_ref=None)
    street.moves(key, P.ACKNOWLEDGED, "12 10:00")
    street.moves(key, P.ACTIONED, "13 09:00", action="REMOVED")
    street.moves(key, P.REOPENED, "14 09:00", reference="U-1")
    succeeds(street)
    [came] = entries(street, street.tonle)

    def takes_back(no: int) -> int:
        return correct_event(
            street.session, street.tonle.organisation_id, came.key, no, None,
            expects_no=street.last_no(came.key, street.tonle),
            reason=CorrectionReason.TYPING_ERROR, by=street.tonle, at=street.later(),
        )  # fmt: skip

    with pytest.raises(CarriedOver):
        takes_back(3)
    assert takes_back(1) == 4


def test_what_is_logged_late_at_the_predecessor_is_handed_over_by_the_same_act_again(
    street: Street,
) -> None:
    succeeds(street)
    [late] = street.logs(1)
    succession = street.session.get_one(Succession, street.mekong.organisation_id)

    assert left_open(street.session, street.mekong.organisation_id) == 1
    again = [
        carry(street.session, succession, by=street.policy_officer, at=street.later()).items
        for _ in range(2)
    ]

    assert again == [1, 0]
    assert [one.carried_key for one in entries(street, street.tonle)] == [late]


def test_what_came_from_the_first_day_on_is_the_successors_to_record(street: Street) -> None:
    succeeds(street)

    with pytest.raises(Refused) as no:
        street.logs(1, received_at="2026-10-17 00:00")
    assert [code for _, code, _ in no.value.problems] == ["isp-succeeded"]
    assert street.logs(1, received_at="2026-10-16 23:59")
    assert street.logs(1, received_at="2026-10-17 00:00", by=street.tonle)


def test_a_notice_follows_its_open_items_and_its_sender_is_heard_there(street: Street) -> None:
    street.sends(street.mekong)
    shut, left = street.logs(1, 2)
    street.moves(shut, P.ACTIONED, "13 10:00", action="REMOVED")
    street.says(ActKind.CONFIRMED_GONE, "20 10:00", (1, 2))

    assert succeeds(street) == Carried(items=1, notices=1)

    [came] = entries(street, street.tonle)
    tonle = street.tonle.organisation_id
    [lacking] = missing(street.session, tonle, true())
    assert lacking.stretches == ((3, 3),)
    told = {one.isp_id: one for one in isps_told(street.session, lacking.notice, street.at)}
    assert (told[tonle].sent, told[tonle].received, told[tonle].missing) == (2, 1, 1)
    shown = items_told(street.session, tonle, lacking.notice, limit=10)
    assert [one.item_no for one in shown] == [2, 3]
    assert [str(act.kind) for act in shown[0].acts] == ["CONFIRMED_GONE"]

    street.moves(came.key, P.ACTIONED, "18 09:00", by=street.tonle, action="REMOVED")
    assert street.events(came.key, street.tonle)[-1] == ("VERIFIED", "")
    street.says(ActKind.WITHDRAWN, "21 10:00", (3,), to=street.tonle)
    assert list(missing(street.session, tonle, true())) == []
    with pytest.raises(Refused) as no:
        street.says(ActKind.WITHDRAWN, "19 10:00", (1, 2, 3))
    assert [(code, params["item"]) for _, code, params in no.value.problems] == [
        ("went-to-successor", 2),
        ("went-to-successor", 3),
    ]
    assert left == came.carried_key


def test_what_a_sender_said_before_is_not_done_a_second_time(street: Street) -> None:
    street.sends(street.mekong, items=1)
    [key] = street.logs(1)
    street.moves(key, P.ACTIONED, "13 10:00", action="REMOVED")
    street.says(ActKind.STILL_UP, "14 10:00")

    succeeds(street)

    [came] = entries(street, street.tonle)
    assert street.events(came.key, street.tonle) == street.events(key)[:-1]
    street.moves(came.key, P.ACTIONED, "18 09:00", by=street.tonle, action="REMOVED")
    assert [kind for kind, _ in street.events(came.key, street.tonle)] == [
        "ACTIONED",
        "REOPENED",
        "ACTIONED",
    ]


def test_an_item_that_both_were_asked_stays_two_entries_and_both_hear_the_sender(
    street: Street,
) -> None:
    """Two ISPs were asked, each for its own network: neither entry repeats the other."""
    street.sends(street.mekong, street.tonle, items=1)
    [theirs] = street.logs(1)
    [own] = street.logs(1, by=street.tonle)

    assert succeeds(street) == Carried(items=1, notices=0)

    both = entries(street, street.tonle)
    assert [(one.key, one.duplicate_of, one.carried_key) for one in both] == [
        (own, None, None),
        (both[1].key, None, theirs),
    ]
    street.says(ActKind.WITHDRAWN, "19 10:00", to=street.tonle)
    assert [street.events(one.key, street.tonle) for one in both] == [[("WITHDRAWN", "CLOSES")]] * 2


def test_licences_that_run_end_as_merged_on_the_day_before(street: Street) -> None:
    succeeds(street)

    [licence] = street.session.scalars(
        select(Licence).where(
            Licence.isp_id == street.mekong.organisation_id, Licence.closed_seq.is_(None)
        )
    )
    assert (licence.status, licence.until_on) == (LicenceStatus.MERGED, date(2026, 10, 16))


def test_customers_of_a_revoked_licence_go_on_the_day_after(street: Street) -> None:
    isp_id = street.mekong.organisation_id
    end_licence(
        street.session, isp_id, "L-mekong-net", LicenceStatus.REVOKED,
        until_on=date(2026, 10, 16), by=FOUNDER, at=NOW,
    )  # fmt: skip
    street.logs(1)

    assert succeeds(street, kind=SuccessionKind.TRANSFER_OF_CUSTOMERS).items == 1
    [licence] = street.session.scalars(
        select(Licence).where(Licence.isp_id == isp_id, Licence.closed_seq.is_(None))
    )
    assert licence.status == LicenceStatus.REVOKED


def test_both_chains_know_the_succession_as_of_their_own_numbers_and_hold(street: Street) -> None:
    street.logs(1)
    tonle = street.tonle.organisation_id
    before = sequence(street.session, tonle)
    succeeds(street)

    assert succeeded_by(street.session, tonle, before) == []
    [found] = succeeded_by(street.session, tonle, sequence(street.session, tonle))
    assert found.reference == REFERENCE
    assert verify(street.session) == []
    for event in street.session.scalars(select(TakedownEvent)):
        row = {c.name: getattr(event, c.name) for c in TakedownEvent.__table__.columns}
        assert event.digest == line_digest(TakedownEvent, row)
    for one in entries(street, street.tonle):
        row = {c.name: getattr(one, c.name) for c in Takedown.__table__.columns}
        assert one.digest == line_digest(Takedown, row)


def test_a_chain_of_successions_carries_on(street: Street) -> None:
    third = an_isp(street.session, "third-net")
    [key] = street.logs(1)
    street.moves(key, P.ACKNOWLEDGED, "12 10:00")
    succeeds(street)
    succeeds(
        street,
        predecessor_id=street.tonle.organisation_id,
        successor_id=third.id,
        first_day=date(2026, 10, 20),
    )

    query = select(Takedown).where(Takedown.isp_id == third.id)
    [came] = street.session.scalars(query)
    assert came.received_at == local("2026-10-12 09:10")
    assert came.carried_at == local("2026-10-20 00:00")
    assert came.carried_isp == street.tonle.organisation_id


MEKONG, TONLE = "mekong", "tonle"


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"successor_id": MEKONG}, {"succession-circle"}),
        ({"successor_id": 999}, {"not-there"}),
        ({"predecessor_id": 999}, {"not-there"}),
        ({"first_day": date(2025, 9, 1)}, {"predecessor-not-licensed"}),
        ({"first_day": date(2025, 8, 1)}, {"predecessor-not-licensed", "successor-not-licensed"}),
        ({"first_day": date(2026, 11, 6)}, {"succession-ahead"}),
        ({"first_day": date(2027, 10, 17)}, {"succession-ahead"}),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_changes(
    street: Street, over: dict[str, Any], expected: set[str]
) -> None:
    street.logs(1)
    people = {MEKONG: street.mekong.organisation_id, TONLE: street.tonle.organisation_id}
    over = {name: people.get(value, value) for name, value in over.items()}

    _refuses(street, expected, **over)


def _refuses(street: Street, expected: set[str], **over: Any) -> None:
    session = street.session
    before = session.execute(select(Ledger.isp_id, Ledger.seq).order_by(Ledger.isp_id)).all()
    session.commit()
    with pytest.raises(Refusal) as no:
        succeeds(street, **over)
    session.rollback()

    problems = no.value.problems if isinstance(no.value, Refused) else [(None, no.value.code, {})]
    assert {code for _, code, _ in problems} == expected
    after = session.execute(select(Ledger.isp_id, Ledger.seq).order_by(Ledger.isp_id)).all()
    assert after == before
    assert session.scalar(select(func.count()).where(TakedownEvent.kind == P.TRANSFERRED)) == 0


def test_a_licence_that_is_over_has_no_successor(street: Street) -> None:
    end_licence(
        street.session, street.mekong.organisation_id, "L-mekong-net",
        until_on=date(2026, 10, 10), by=FOUNDER, at=NOW,
    )  # fmt: skip
    _refuses(street, {"predecessor-not-licensed"})


def test_a_successor_needs_a_licence_on_the_day(street: Street) -> None:
    end_licence(
        street.session, street.tonle.organisation_id, "L-tonle-net",
        until_on=date(2026, 10, 16), by=FOUNDER, at=NOW,
    )  # fmt: skip
    _refuses(street, {"successor-not-licensed"})


def test_nobody_is_succeeded_twice_and_nobody_by_their_own_predecessor(street: Street) -> None:
    succeeds(street)
    open_licence(
        street.session, street.mekong.organisation_id, "L-new", LicenceKind.FIXED_ISP,
        from_on=THE_17TH, by=FOUNDER, at=NOW,
    )  # fmt: skip
    third = an_isp(street.session, "third-net")

    for over, code in (
        ({"successor_id": third.id, "first_day": date(2026, 10, 20)}, "succeeded-already"),
        (
            {
                "predecessor_id": street.tonle.organisation_id,
                "successor_id": street.mekong.organisation_id,
            },
            "succession-circle",
        ),
    ):
        with pytest.raises(Refused) as no:
            succeeds(street, **over)
        assert [found for _, found, _ in no.value.problems] == [code]


def test_a_succession_is_recorded_by_who_states_licences(street: Street) -> None:
    with pytest.raises(AuthorityOnly):
        succeed(
            street.session,
            Succeeding(
                street.mekong.organisation_id, street.tonle.organisation_id,
                SuccessionKind.MERGER, THE_17TH, REFERENCE,
            ),
            by=street.mekong, at=NOW,
        )  # fmt: skip
    assert SuccessionAhead.code == "succession-ahead"
