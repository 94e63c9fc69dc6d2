"""The notifier's acts take effect on the ISP's entries: now, or as soon as there are any."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.entries.codes import CorrectionReason
from portal.errors import NotThere, Refused
from portal.notices.codes import ActKind
from portal.registers.actions import correct, void
from portal.registers.codes import Progress, Verifier
from portal.registers.progress import correct_event
from portal.registers.sides.actions import undo_match
from portal.registers.sides.guard import SendersOwn
from portal.registers.sides.model import AppliedAct, UndoReason
from portal.registers.sides.taking_in import items_missing, take_in
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.trail import verify
from tests.build import a_step, a_takedown
from tests.notices.street import TAKEDOWNS, Street

P, A = Progress, ActKind
ACTED, CLOSED = ("ACTIONED", "CLOSES"), ("WITHDRAWN", "CLOSES")


def test_a_withdrawal_closes_the_item_that_was_logged(street: Street) -> None:
    street.sends()
    [key, other] = street.logs(1, 2)
    done = street.says(A.WITHDRAWN, "13 09:00", [1])

    assert (done.said, done.applied) == (1, 1)
    assert (street.events(key), street.events(other)) == ([CLOSED], [])
    assert verify(street.session) == []


def test_a_withdrawal_waits_for_the_item_and_counts_from_its_receipt(street: Street) -> None:
    street.sends()
    done = street.says(A.WITHDRAWN, "12 09:05", [1])
    [key] = street.logs(1)

    assert (done.said, done.applied) == (1, 0)
    assert street.events(key) == [CLOSED]
    [event] = street.session.scalars(select(TakedownEvent))
    item = street.session.scalars(select(Takedown)).one()
    assert event.occurred_at == item.received_at
    assert event.reference == "IHC-2026-0417"


def test_what_was_acted_on_before_anybody_could_know_stays_acted_on(street: Street) -> None:
    street.sends()
    [key] = street.logs(1)
    street.moves(key, P.ACTIONED, "14 09:00", action="REMOVED")
    street.says(A.WITHDRAWN, "13 09:00", [1])

    assert street.events(key) == [ACTED, ("WITHDRAWN", "")]


def test_still_up_reopens_a_closed_item_and_only_that(street: Street) -> None:
    street.sends()
    [key, other] = street.logs(1, 2)
    street.moves(key, P.ACTIONED, "13 09:00", action="REMOVED")
    done = street.says(A.STILL_UP, "14 09:00", [1, 2])

    assert (done.said, done.applied) == (2, 1)
    assert street.events(key) == [ACTED, ("REOPENED", "OPENS")]
    assert street.events(other) == []


def test_an_action_dated_before_still_up_is_reopened_by_it(street: Street) -> None:
    """A claim entered later does not outrun what the hotline saw in between."""
    street.sends()
    [key] = street.logs(1)
    street.says(A.STILL_UP, "14 09:00", [1])
    street.moves(key, P.ACTIONED, "13 09:00", action="REMOVED")

    assert street.events(key) == [ACTED, ("REOPENED", "OPENS")]


def test_an_action_after_still_up_stands(street: Street) -> None:
    street.sends()
    [key] = street.logs(1)
    street.says(A.STILL_UP, "14 09:00", [1])
    street.moves(key, P.ACTIONED, "15 09:00", action="REMOVED")

    assert street.events(key) == [ACTED]


@pytest.mark.parametrize(
    ("source", "verifier"), [("HOTLINE_NATIONAL", Verifier.HOTLINE), ("POLICE", Verifier.POLICE)]
)
def test_a_confirmation_waits_for_the_action(
    street: Street, source: str, verifier: Verifier
) -> None:
    by = street.hotline if source == "HOTLINE_NATIONAL" else street.police
    street.sends(by=by, source_type=source)
    [key] = street.logs(1, source_type=source)
    street.says(A.CONFIRMED_GONE, "14 09:00", [1], by=by)
    assert street.events(key) == []
    street.moves(key, P.ACTIONED, "13 09:00", action="REMOVED")

    assert street.events(key) == [ACTED, ("VERIFIED", "")]
    found = select(TakedownEvent.verifier).where(TakedownEvent.kind == P.VERIFIED)
    assert street.session.scalars(found).one() == verifier


def test_a_refusal_is_confirmed_or_rejected_by_the_sender(street: Street) -> None:
    street.sends()
    [key, other] = street.logs(1, 2)
    for one in (key, other):
        street.moves(one, P.ACTIONED, "13 09:00", action="REFUSED_NOT_ILLEGAL")
    street.says(A.REFUSAL_CONFIRMED, "14 09:00", [1])
    street.says(A.REFUSAL_REJECTED, "14 09:00", [2])

    refused = ("ACTIONED", "")
    assert street.events(key) == [refused, ("REFUSAL_CONFIRMED", "CLOSES")]
    assert street.events(other) == [refused, ("REFUSAL_REJECTED", "")]
    with pytest.raises(Refused) as again:
        street.says(A.REFUSAL_CONFIRMED, "15 09:00", [1, 2])
    assert [p["item"] for _, _, p in again.value.problems] == [1, 2]


@pytest.mark.parametrize(
    ("kind", "over"),
    [
        (P.WITHDRAWN, {"reference": "IHC-1"}),
        (P.REOPENED, {"reference": "IHC-1"}),
        (P.REFUSAL_CONFIRMED, {"reference": "IHC-1"}),
        (P.REFUSAL_REJECTED, {"reference": "IHC-1"}),
        (P.VERIFIED, {"reference": "IHC-1", "verifier": "HOTLINE"}),
    ],
)
def test_the_isp_does_not_speak_for_a_sender_that_uses_the_portal(
    street: Street, kind: Progress, over: dict[str, str]
) -> None:
    street.sends(by=street.police, source_type="POLICE")
    [sent] = street.logs(1, source_type="POLICE")
    # The hotline sends all it sends through the portal, so that this one it cannot have withdrawn.
    [unknown] = street.logs(1, source_ref="IHC-MISTYPED")
    for key in (sent, unknown):
        with pytest.raises(SendersOwn):
            street.moves(key, kind, "14 09:00", **over)


def test_the_isp_goes_on_recording_what_senders_outside_the_portal_say(street: Street) -> None:
    street.sends(by=street.police, source_type="POLICE")
    [outside] = street.logs(1, source_type="POLICE", source_ref="ACD-7")
    [peer] = street.logs(1, source_type="HOTLINE_INHOPE_PEER")
    for key in (outside, peer):
        street.moves(key, P.WITHDRAWN, "14 09:00", reference="R-1")
        assert street.events(key) == [CLOSED]


def test_its_own_check_of_an_action_stays_the_isps(street: Street) -> None:
    street.sends()
    [key] = street.logs(1)
    street.moves(key, P.ACTIONED, "13 09:00", action="REMOVED")
    street.moves(key, P.VERIFIED, "13 10:00", verifier="SELF")

    assert street.events(key) == [ACTED, ("VERIFIED", "")]


def test_the_isp_cannot_take_back_what_the_sender_said(street: Street) -> None:
    street.sends()
    [key] = street.logs(1)
    street.says(A.WITHDRAWN, "13 09:00", [1])
    with pytest.raises(SendersOwn):
        correct_event(
            street.session, street.mekong.organisation_id, key, 1, None, expects_no=1,
            reason=CorrectionReason.WRONGLY_RECORDED, by=street.mekong, at=street.later(),
        )  # fmt: skip


def test_the_isp_cannot_turn_its_own_check_into_the_senders(street: Street) -> None:
    street.sends()
    [key] = street.logs(1)
    street.moves(key, P.ACTIONED, "13 09:00", action="REMOVED")
    no = street.moves(key, P.VERIFIED, "13 10:00", verifier="SELF")
    value = a_step(
        street.session, P.VERIFIED, "2026-10-13 10:00", verifier="POLICE", reference="X-1"
    )
    with pytest.raises(SendersOwn):
        correct_event(
            street.session, street.mekong.organisation_id, key, no, value, expects_no=no,
            reason=CorrectionReason.TYPING_ERROR, by=street.mekong, at=street.later(),
        )  # fmt: skip


def test_a_mistyped_reference_put_right_brings_what_the_sender_said(street: Street) -> None:
    street.sends()
    [key] = street.logs(1, source_ref="IHC-2026-0471")
    street.says(A.WITHDRAWN, "13 09:00", [1])
    assert street.events(key) == []
    right = a_takedown(street.session, at=street.at, item_no=1)
    correct(
        street.session, street.mekong.organisation_id, TAKEDOWNS, key, expects=1, value=right,
        reason=CorrectionReason.TYPING_ERROR, by=street.mekong, at=street.later(),
    )  # fmt: skip

    assert street.events(key) == [CLOSED]


def test_what_was_said_follows_the_item_to_the_entry_that_replaces_a_void_one(
    street: Street,
) -> None:
    street.sends()
    [key] = street.logs(1)
    street.says(A.WITHDRAWN, "13 09:00", [1])
    void(
        street.session, street.mekong.organisation_id, TAKEDOWNS, key, expects=1,
        reason=CorrectionReason.WRONGLY_RECORDED, by=street.mekong, at=street.later(),
    )  # fmt: skip
    [again] = street.logs(1)

    assert street.events(again) == [CLOSED]


def test_a_wrong_match_is_undone_and_the_senders_acts_with_it(street: Street) -> None:
    notice = street.sends()
    [key] = street.logs(1)
    street.says(A.WITHDRAWN, "13 09:00", [1])
    isp = street.mekong.organisation_id
    undo_match(
        street.session, isp, notice.key, key, reason=UndoReason.OTHER_SENDER,
        by=street.mekong, at=street.later(),
    )  # fmt: skip

    assert street.events(key) == []
    assert [a.closed_seq is None for a in street.session.scalars(select(AppliedAct))] == [False]
    with pytest.raises(NotThere):
        undo_match(
            street.session, isp, notice.key, key, reason=UndoReason.OTHER_SENDER,
            by=street.mekong, at=street.later(),
        )  # fmt: skip
    assert verify(street.session) == []


def test_what_was_not_logged_is_taken_in_with_one_act(street: Street) -> None:
    notice = street.sends(items=5)
    street.logs(2)
    street.says(A.WITHDRAWN, "13 09:00", [4])
    session, isp = street.session, street.mekong.organisation_id
    assert items_missing(session, isp, notice) == [1, 3, 5]
    done = take_in(
        session, isp, notice.key, received_at=street.at, by=street.mekong, at=street.later()
    )

    assert len(done.keys) == 3
    taken = session.scalars(
        select(Takedown).where(Takedown.key.in_(done.keys)).order_by(Takedown.key)
    ).all()
    assert [item.item_no for item in taken] == [1, 3, 5]
    for name in ("source_ref", "legal_basis", "category", "harm", "issued_at", "service_role"):
        assert {getattr(item, name) for item in taken} == {getattr(notice, name)}
    assert items_missing(session, isp, notice) == []
    with pytest.raises(NotThere):
        take_in(session, isp, notice.key, received_at=street.at, by=street.mekong, at=street.at)


def test_a_notice_taken_in_after_an_undone_match_repeats_nothing(street: Street) -> None:
    notice = street.sends(items=1)
    [key] = street.logs(1)
    session, isp = street.session, street.mekong.organisation_id
    undo_match(
        session, isp, notice.key, key, reason=UndoReason.OTHER_SENDER, by=street.mekong,
        at=street.later(),
    )  # fmt: skip
    done = take_in(
        session, isp, notice.key, received_at=street.at, by=street.mekong, at=street.later()
    )

    [taken] = session.scalars(select(Takedown).where(Takedown.key.in_(done.keys)))
    assert taken.duplicate_of is None
    assert items_missing(session, isp, notice) == []


def test_nobody_takes_in_what_was_sent_to_another(street: Street) -> None:
    notice = street.sends(street.mekong)
    with pytest.raises(NotThere):
        take_in(
            street.session, street.tonle.organisation_id, notice.key, received_at=street.at,
            by=street.tonle, at=street.later(),
        )  # fmt: skip


def test_what_is_said_of_one_isp_changes_nothing_at_another(street: Street) -> None:
    street.sends(street.mekong, street.tonle)
    [key] = street.logs(1)
    [there] = street.logs(1, by=street.tonle)
    street.says(A.WITHDRAWN, "13 09:00", [1])

    assert street.events(key) == [CLOSED]
    assert street.events(there, street.tonle) == []
