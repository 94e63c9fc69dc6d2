"""One session for many ISPs is entered once, each ISP confirms its own people (chairs B8, C7)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.accounts import Permission, Role, may
from portal.db import begin_write, sessions
from portal.entries.codes import CorrectionReason
from portal.entries.entry import line_digest
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.errors import NotThere, Refused
from portal.policy.codes import TrainingResult
from portal.registers.actions import admit
from portal.registers.codes import Provider
from portal.registers.register import REGISTERS
from portal.registers.shared.actions import add_isps, correct, count
from portal.registers.shared.confirming import confirm, follow
from portal.registers.shared.model import SessionIsp, SharedSession
from portal.registers.shared.queries import held_for, own_session, session_for, waiting
from portal.registers.shared.refusals import (
    NobodyTrained,
    NotATrainer,
    NothingDiffers,
    SessionAlreadyThere,
    SessionReferenceUsed,
    TrainerInThePast,
)
from portal.registers.shared.trainers import admit_trainer
from portal.registers.training import Completion
from portal.trail import Event, verify
from tests.build import a_completion, an_isp, an_officer
from tests.registers.classroom import Classroom

DAY = date(2026, 10, 6)


@pytest.fixture
def room(session: Session) -> Classroom:
    return Classroom.built(session)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(code, params["person"]) for _, code, params in refused.value.problems]


def test_a_session_entered_once_is_confirmed_by_each_isp_for_its_own_people(
    room: Classroom,
) -> None:
    """Chairs B8: entered once by the trainer's organisation, each ISP confirms its own people."""
    what = room.holds()

    done = room.confirms(room.mekong, "S-0421", "S-0422")
    room.confirms(room.tonle, "T-01")

    assert len(done.keys) == 4
    assert room.rows(room.mekong) == [
        ("S-0421", "AUTHORITY_REPORTING", DAY),
        ("S-0421", "NTD_PROCEDURE", DAY),
        ("S-0422", "AUTHORITY_REPORTING", DAY),
        ("S-0422", "NTD_PROCEDURE", DAY),
    ]
    row = room.session.scalars(select(Completion).where(Completion.staff_ref == "T-01")).first()
    assert row is not None
    said = (row.session_ref, row.level, row.provider, row.mode, row.minutes, row.funded_by)
    assert said == ("HT-2026-31", "REFRESHER", "HOTLINE", "CLASSROOM", 60, "DONOR")
    assert row.shared_session == what.key
    assert verify(room.session) == []


def test_a_confirmation_is_one_act_of_the_isps_chain(room: Classroom) -> None:
    room.holds()
    before = acts(room, room.mekong.organisation_id)

    room.confirms(room.mekong, "S-0421", "S-0422")

    assert acts(room, room.mekong.organisation_id)[len(before) :] == ["entries.recorded"]


def acts(room: Classroom, isp_id: int) -> list[str]:
    query = select(Event.kind).where(Event.isp_id == isp_id).order_by(Event.seq)
    return list(room.session.scalars(query))


def test_an_isps_chain_commits_to_the_version_it_was_told(room: Classroom) -> None:
    what = room.holds()
    at_isp = room.session.get_one(SessionIsp, (1, 1, room.mekong.organisation_id))

    assert at_isp.line == what.digest
    row = {c.name: getattr(what, c.name) for c in SharedSession.__table__.columns}
    assert line_digest(SharedSession, row) == what.digest
    events = room.session.scalars(
        select(Event).where(Event.kind == "session.entered").order_by(Event.isp_id)
    ).all()
    assert all(row.digest.hex() in event.facts for row, event in zip(
        room.session.scalars(select(SessionIsp).order_by(SessionIsp.isp_id)), events, strict=True
    ))  # fmt: skip


def test_the_link_is_part_of_a_completions_line(room: Classroom) -> None:
    room.holds()
    room.confirms(room.tonle, "T-01")
    row = room.session.scalars(select(Completion)).first()
    assert row is not None
    columns = {c.name: getattr(row, c.name) for c in Completion.__table__.columns}

    assert line_digest(Completion, columns) == row.digest
    assert line_digest(Completion, {**columns, "shared_session": 2}) != row.digest


def test_further_people_are_confirmed_later(room: Classroom) -> None:
    room.holds()
    room.confirms(room.mekong, "S-0421")

    room.confirms(room.mekong, "S-0422")

    assert len(room.rows(room.mekong)) == 4
    with pytest.raises(Refused) as refused:
        room.confirms(room.mekong, "S-0421")
    assert codes(refused) == [("person-confirmed", "S-0421")]


def test_who_was_not_on_the_roster_that_day_is_refused_by_name_case_18(room: Classroom) -> None:
    """Case 18: who left before the session was held is no part of it, whoever is there now."""
    room.employs(room.mekong, "S-0777", until_on="2026-10-05")
    room.holds()

    with pytest.raises(Refused) as refused:
        room.confirms(room.mekong, "S-0421", "S-0777", "S-0999")

    assert codes(refused) == [("not-on-roster", "S-0777"), ("not-on-roster", "S-0999")]
    assert room.rows(room.mekong) == []


def test_what_was_recorded_by_hand_that_day_is_not_recorded_twice_case_18(room: Classroom) -> None:
    """Case 18: two trainings of one person overlap; one day and module count once."""
    by_hand = a_completion(room.session, held_on="2026-10-06", module="NTD_PROCEDURE")
    training = REGISTERS["training"]
    isp = room.mekong
    admit(room.session, isp.organisation_id, training, [by_hand], by=isp, at=room.later())
    room.holds()

    room.confirms(isp, "S-0421")

    assert room.rows(isp) == [("S-0421", "AUTHORITY_REPORTING", DAY)]


def test_an_isp_that_the_session_was_not_held_for_finds_nothing(room: Classroom) -> None:
    room.holds({room.mekong: 2})

    with pytest.raises(NotThere):
        room.confirms(room.tonle, "T-01")
    with pytest.raises(NotThere):
        session_for(room.session, room.tonle.organisation_id, 1)
    assert waiting(room.session, room.tonle.organisation_id) == []


def test_another_trainer_finds_nothing_either(room: Classroom) -> None:
    room.holds()

    with pytest.raises(NotThere):
        own_session(room.session, 1, room.police)
    with pytest.raises(NotThere):
        count(room.session, 1, {room.mekong.organisation_id: 9}, by=room.police, at=room.later())


def test_it_waits_until_the_isp_confirms_somebody(room: Classroom) -> None:
    room.holds()
    assert [w.key for w, _ in waiting(room.session, room.mekong.organisation_id)] == [1]

    room.confirms(room.mekong, "S-0421")

    assert waiting(room.session, room.mekong.organisation_id) == []
    assert [w.key for w, _ in waiting(room.session, room.tonle.organisation_id)] == [1]


def test_a_corrected_session_is_told_to_differ_and_followed_with_one_tap(room: Classroom) -> None:
    room.holds()
    room.confirms(room.mekong, "S-0421")
    value = room.value(minutes=90, modules="NTD_PROCEDURE", held_on="2026-10-07")

    reason = CorrectionReason.TYPING_ERROR
    correct(room.session, 1, value, expects=1, reason=reason, by=room.trainer, at=room.later())
    assert room.rows(room.mekong)[0][2] == DAY  # nothing moves until the ISP says so
    isp_id = room.mekong.organisation_id
    changed = follow(room.session, isp_id, 1, by=room.mekong, at=room.later())

    assert changed == 2  # one corrected, one of a module not taught declared void
    assert room.rows(room.mekong) == [("S-0421", "NTD_PROCEDURE", date(2026, 10, 7))]
    [row] = room.session.scalars(
        select(Completion).where(Completion.closed_seq.is_(None), Completion.void.is_(False))
    )
    assert (row.minutes, row.version, row.reason) == (90, 2, CorrectionReason.SOURCE_CORRECTED)
    with pytest.raises(NothingDiffers):
        follow(room.session, isp_id, 1, by=room.mekong, at=room.later())


def test_a_session_moved_to_a_day_without_somebody_is_not_followed_blindly(room: Classroom) -> None:
    room.employs(room.mekong, "S-0777", until_on="2026-10-06")
    room.holds()
    room.confirms(room.mekong, "S-0777")
    value, reason = room.value(held_on="2026-10-07"), CorrectionReason.TYPING_ERROR
    correct(room.session, 1, value, expects=1, reason=reason, by=room.trainer, at=room.later())

    with pytest.raises(Refused) as refused:
        follow(room.session, room.mekong.organisation_id, 1, by=room.mekong, at=room.later())
    assert set(codes(refused)) == {("not-on-roster", "S-0777")}


def test_more_people_than_counted_are_a_warning_never_a_refusal(room: Classroom) -> None:
    room.holds({room.mekong: 1, room.tonle: None})
    room.confirms(room.mekong, "S-0421", "S-0422")
    room.confirms(room.tonle, "T-01")

    mekong, tonle = held_for(room.session, 1)
    assert (mekong.counted, mekong.confirmed, mekong.is_more_than_counted) == (1, 2, True)
    assert (tonle.counted, tonle.confirmed, tonle.is_more_than_counted) == (None, 1, False)

    counts = {room.mekong.organisation_id: 2}
    assert count(room.session, 1, counts, by=room.trainer, at=room.later()) == 1
    assert not held_for(room.session, 1)[0].is_more_than_counted
    with pytest.raises(Unchanged):
        count(room.session, 1, counts, by=room.trainer, at=room.later())


def test_fewer_than_five_people_are_not_told_outside_and_absent_ones_not_counted(
    room: Classroom,
) -> None:
    """Chairs C7: outside the ISP small groups are merged."""
    room.employs(room.mekong, *(f"S-100{n}" for n in range(5)))
    room.holds()
    room.confirms(room.mekong, "S-0421", "S-0422", "S-1000", "S-1001")
    room.confirms(room.mekong, "S-1002", result="ABSENT")
    assert held_for(room.session, 1)[0].confirmed == 4
    assert held_for(room.session, 1)[0].is_few

    room.confirms(room.mekong, "S-1003")

    assert held_for(room.session, 1)[0].confirmed == 5
    assert not held_for(room.session, 1)[0].is_few


def test_nobody_holds_sessions_who_was_not_admitted(room: Classroom) -> None:
    with pytest.raises(NotATrainer):
        room.holds(by=room.police, provider="POLICE")
    with pytest.raises(NotATrainer):
        room.holds(provider="NGO")
    holders = {role for role in Role if may(role, Permission.TRAINING_HOLD)}
    assert holders == {Role.NOTIFIER, Role.REVIEWER}


def test_a_trainer_is_admitted_by_its_kind_and_never_into_the_past(room: Classroom) -> None:
    def admits(organisation_id: int, provider: Provider, day: date) -> None:
        by, at = room.policy_officer, room.later()
        admit_trainer(room.session, organisation_id, provider, from_on=day, by=by, at=at)

    today = date(2026, 11, 5)
    for wrong in ((room.mekong, Provider.NGO), (room.police, Provider.INTERNAL)):
        with pytest.raises(NotATrainer):
            admits(wrong[0].organisation_id, wrong[1], today)
    with pytest.raises(TrainerInThePast):
        admits(room.police.organisation_id, Provider.POLICE, date(2026, 11, 4))
    admits(room.police.organisation_id, Provider.POLICE, today)

    room.holds(by=room.police, provider="POLICE")


def test_a_reference_is_used_once_by_each_trainer(room: Classroom) -> None:
    room.holds()

    with pytest.raises(SessionReferenceUsed):
        room.holds(held_on="2026-10-20")


def test_a_session_is_for_somebody_and_for_each_isp_once(room: Classroom) -> None:
    with pytest.raises(NobodyTrained):
        room.holds({})
    room.holds({room.mekong: 2})
    with pytest.raises(NobodyTrained):
        room.confirms(room.mekong)
    by, mekong, tonle = room.trainer, room.mekong.organisation_id, room.tonle.organisation_id
    with pytest.raises(SessionAlreadyThere):
        add_isps(room.session, 1, {mekong: 1, tonle: 1}, by=by, at=room.later())

    add_isps(room.session, 1, {tonle: 1}, by=by, at=room.later())

    room.confirms(room.tonle, "T-01")


def test_an_isp_without_a_licence_is_named(room: Classroom) -> None:
    gone = an_isp(room.session, "gone-net", until_on=date(2026, 9, 30))

    with pytest.raises(Refused) as refused:
        room.holds({room.mekong: 1, an_officer(room.session, gone): 1})

    [(field, code, params)] = refused.value.problems
    assert (field, code, params["isp"]) == ("isps", "licence-closed", gone.id)


def test_who_corrects_says_which_version_they_saw(room: Classroom) -> None:
    room.holds()
    about = {"reason": CorrectionReason.TYPING_ERROR, "by": room.trainer, "at": room.later()}

    with pytest.raises(Unchanged):
        correct(room.session, 1, room.value(), expects=1, **about)
    with pytest.raises(ChangedMeanwhile):
        correct(room.session, 1, room.value(minutes=90), expects=2, **about)


def test_two_officers_who_confirm_the_same_person_at_once_record_them_once(
    room: Classroom, engine: Engine
) -> None:
    room.holds()
    room.session.commit()
    isp, results = room.mekong, {"S-0421": TrainingResult.PASSED}

    def confirms(_number: int) -> object:
        with sessions(engine)() as own:
            begin_write(own)
            try:
                confirm(own, isp.organisation_id, 1, results, by=isp, at=room.at)
            except Refused as refused:
                return refused.problems[0][1]
            own.commit()
            return "recorded"

    with ThreadPoolExecutor(3) as people:
        answers = sorted(map(str, people.map(confirms, range(3))))
    assert answers == ["person-confirmed", "person-confirmed", "recorded"]
    assert len(room.rows(isp)) == 2
    assert verify(room.session) == []
