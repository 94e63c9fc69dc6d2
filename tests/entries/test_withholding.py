"""What is withheld is gone, and nothing that was counted, signed or linked moves (chairs B2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal.entries.codes import ShownAgainReason, WithholdingReason
from portal.entries.entry import MARK, is_withheld
from portal.entries.kin import Value, values_of, with_their_kin
from portal.entries.refusals import AlreadyDecidedOn, NothingToWithhold, SamePersonWithholds
from portal.entries.withheld import Withheld, Withholding
from portal.entries.withholding import destroy, hide, show_again, withhold
from portal.errors import Refused
from portal.registers.complaints import Complaint
from portal.registers.roster import RosterSpan
from portal.registers.takedowns import Takedown
from portal.registers.training import Completion
from portal.trail import Event
from tests.entries.paper import a_month_full_of_texts, holds, rows, standing, texts, withheld
from tests.returns.office import Office

PASTED = WithholdingReason.PERSONAL_DATA
OVER = WithholdingReason.RETENTION_OVER


def hides(office: Office, values: list[Value]) -> Withholding:
    return hide(office.session, values, reason=PASTED, by=office.preparer, at=office.now)


def destroys(office: Office, asked: Withholding) -> Withholding:
    return destroy(office.session, asked.isp_id, asked.no, by=office.reviewer, at=office.now)


def shows(office: Office, asked: Withholding) -> Withholding:
    return show_again(
        office.session, asked.isp_id, asked.no,
        because=ShownAgainReason.STILL_NEEDED, by=office.reviewer, at=office.now,
    )  # fmt: skip


def goes_by_policy(office: Office, values: list[Value]) -> Withholding:
    return withhold(office.session, values, reason=OVER, by=office.reviewer, at=office.now)


def hides_and_destroys(office: Office, values: list[Value]) -> Withholding:
    return destroys(office, hides(office, values))


def hides_and_shows(office: Office, values: list[Value]) -> Withholding:
    return shows(office, hides(office, values))


WAYS = (hides, goes_by_policy, hides_and_destroys, hides_and_shows)


@given(
    st.lists(
        st.tuples(st.sampled_from(WAYS), st.sets(st.integers(0, 80), min_size=1)),
        min_size=1, max_size=4,
    )
)  # fmt: skip
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_withheld_in_whatever_order_every_digest_figure_and_chain_holds(
    office: Office, acts: list[tuple[Callable[..., Any], set[int]]]
) -> None:
    office.at("2026-11-05 10:00").noticed = 0
    with office.session.begin_nested() as undone:
        filing = a_month_full_of_texts(office)
        for way, numbers in acts:
            there = standing(office.session)
            chosen = [there[number % len(there)] for number in sorted(numbers)] if there else []
            if chosen:
                way(office, chosen)
        assert holds(office.session, filing)
        undone.rollback()


def test_a_hidden_value_stands_nowhere_but_where_it_is_kept(office: Office) -> None:
    filing = a_month_full_of_texts(office)
    [complaint] = office.session.scalars(select(Complaint))

    asked = hides(office, values_of(complaint, ["note"]))

    assert "A school" not in texts(office.session)
    assert is_withheld(complaint.note)
    assert office.session.scalars(select(Withheld.text)).all() == ["A school"]
    assert holds(office.session, filing)

    destroys(office, asked)

    assert office.session.scalars(select(Withheld.text)).all() == [None]
    assert is_withheld(complaint.note)
    assert holds(office.session, filing)


def test_a_value_that_is_shown_again_is_the_very_same(office: Office) -> None:
    filing = a_month_full_of_texts(office)
    before = texts(office.session)

    asked = hides(office, standing(office.session))
    assert withheld(office.session) == len(before)
    shows(office, asked)

    assert texts(office.session) == before
    assert set(office.session.scalars(select(Withheld.text))) == {None}
    assert holds(office.session, filing)
    hides_and_destroys(office, standing(office.session))
    assert withheld(office.session) == len(before)


def test_a_pseudonym_goes_wherever_it_stands_and_still_counts_as_one_person(office: Office) -> None:
    filing = a_month_full_of_texts(office)
    [span] = office.session.scalars(select(RosterSpan).filter_by(staff_ref="S-0421"))

    goes_by_policy(office, values_of(span, ["staff_ref"]))

    assert "S-0421" not in texts(office.session)
    assert "S-0500" in texts(office.session)
    people = {span.staff_ref for span in office.session.scalars(select(RosterSpan))}
    trained = {row.staff_ref for row in office.session.scalars(select(Completion))}
    assert people == trained
    assert len(people) == 2
    assert holds(office.session, filing)


def test_a_senders_number_goes_on_both_sides(office: Office) -> None:
    filing = a_month_full_of_texts(office)
    item = office.session.scalars(
        select(Takedown).filter_by(item_no=1).order_by(Takedown.key)
    ).first()
    chosen = values_of(item, ["source_ref"])
    assert {found.owner_id for found in with_their_kin(office.session, chosen)} == {
        0, office.isp.id,
    }  # fmt: skip

    hides_and_destroys(office, chosen)

    assert "IHC-2026-0417" not in texts(office.session)
    assert holds(office.session, filing)


def test_destroying_takes_a_second_person_and_is_done_once(office: Office) -> None:
    a_month_full_of_texts(office)
    asked = hides(office, standing(office.session)[:1])

    with pytest.raises(SamePersonWithholds):
        destroy(office.session, asked.isp_id, asked.no, by=office.preparer, at=office.now)
    destroys(office, asked)
    with pytest.raises(AlreadyDecidedOn):
        shows(office, asked)


def test_what_is_withheld_already_is_not_withheld_again(office: Office) -> None:
    a_month_full_of_texts(office)
    values = standing(office.session)[:1]
    hides(office, values)

    with pytest.raises(NothingToWithhold):
        hides(office, values)


def test_the_trail_tells_of_it_in_every_chain_concerned_and_of_no_value(office: Office) -> None:
    a_month_full_of_texts(office)
    before = texts(office.session)
    hides_and_destroys(office, standing(office.session))

    events = office.session.scalars(select(Event).where(Event.kind.startswith("values."))).all()
    assert {(event.isp_id, event.kind) for event in events} == {
        (isp, kind) for isp in (0, office.isp.id) for kind in ("values.hidden", "values.destroyed")
    }
    assert not [one for one in before for event in events if one in event.facts]


def test_who_saw_something_is_not_named_in_the_trail(office: Office) -> None:
    a_month_full_of_texts(office)
    asked = hide(
        office.session, standing(office.session)[:1],
        reason=WithholdingReason.SEEN_OR_PASTED, by=office.preparer, at=office.now,
    )  # fmt: skip

    [event] = office.session.scalars(select(Event).filter_by(kind="values.hidden"))
    assert (event.person_id, asked.asked_by) == (0, office.preparer.person_id)


REFUSED = (
    "UPDATE complaint SET note = NULL, note_salt = NULL",
    "UPDATE complaint SET note = 'Other words'",
    "UPDATE complaint SET note_salt = NULL",
    "UPDATE complaint SET list_code = 'OTHER'",
    "UPDATE withheld SET text = 'Other words'",
    "UPDATE withheld SET text = NULL, salt = NULL",
    "UPDATE withheld SET mark = 'x'",
    "DELETE FROM withheld",
    "DELETE FROM withholding",
    "UPDATE withholding SET decided_by = asked_by, decided_at = asked_at, decided_seq = 1",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_lets_a_text_give_way_to_its_mark_and_nothing_else(
    office: Office, statement: str
) -> None:
    a_month_full_of_texts(office)
    hides(office, [v for row in rows(office.session) for v in values_of(row, row.__sealed__[-1:])])
    office.session.flush()

    with pytest.raises(DatabaseError), office.session.begin_nested():
        office.session.execute(text(statement))


def test_the_database_takes_no_mark_that_was_not_written_down(office: Office) -> None:
    a_month_full_of_texts(office)
    [complaint] = office.session.scalars(select(Complaint))
    [found] = with_their_kin(office.session, values_of(complaint, ["note"]))
    statement = text("UPDATE complaint SET note = :mark, note_salt = :salt")

    with pytest.raises(DatabaseError), office.session.begin_nested():
        office.session.execute(statement, {"mark": found.mark, "salt": found.commitment})


def test_the_database_brings_back_nothing_that_was_destroyed(office: Office) -> None:
    a_month_full_of_texts(office)
    [complaint] = office.session.scalars(select(Complaint))
    said = {"text": complaint.note, "salt": complaint.note_salt}
    hides_and_destroys(office, values_of(complaint, ["note"]))

    statement = text("UPDATE complaint SET note = :text, note_salt = :salt")
    with pytest.raises(DatabaseError), office.session.begin_nested():
        office.session.execute(statement, said)


def test_no_door_takes_what_stands_for_a_withheld_text(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        office.logs(note=f"{MARK}abcdefghijklmno")
    assert [code for _, code, _ in refused.value.problems] == ["not-plain-text"]
