"""Entries are recorded once, corrected by versions and declared void, never changed in place."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Organisation
from portal.canonical import canonical, sha256
from portal.entries.codes import CorrectionReason
from portal.entries.entry import line_digest, line_of
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.errors import NotThere, Refused
from portal.ledger import sequence
from portal.registers import REGISTERS
from portal.registers.actions import admit, correct, void
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import Progress
from portal.registers.progress import progress
from portal.registers.refusals import EntryVoid, NotAReason, OthersAreDuplicates
from portal.registers.takedowns import Takedown
from portal.trail import Event, verify
from tests.build import (
    NOW,
    UPDATE,
    a_complaint,
    a_completion,
    a_span,
    a_step,
    a_takedown,
    an_isp,
    an_update,
)

TAKEDOWNS, BLOCKLISTS = REGISTERS["takedowns"], REGISTERS["blocklists"]
TYPO = CorrectionReason.TYPING_ERROR


def versions(session: Session, table: Any, key: int) -> list[Any]:
    return list(session.scalars(select(table).where(table.key == key).order_by(table.version)))


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[Any, str]]:
    return [(params.get("row"), code) for _, code, params in refused.value.problems]


def test_a_confidential_text_enters_the_digest_as_a_salted_commitment(
    session: Session, isp: Organisation, by: Actor
) -> None:
    """chairs B2: whoever holds commitment and line re-performs the digest without the text."""
    notes = [a_takedown(session, item_no=no, note="Told the sender by phone.") for no in (1, 2)]
    admit(session, isp.id, TAKEDOWNS, notes, by=by, at=NOW)
    rows = session.scalars(select(Takedown)).all()
    lines = [line_of(Takedown, dict(row.__dict__)) for row in rows]

    assert all("Told" not in str(line) for line in lines)
    assert len({line["note"] for line in lines}) == 2
    for row, line in zip(rows, lines, strict=True):
        assert hashlib.sha256(row.note_salt + row.note.encode()).hexdigest() == line["note"]
        assert sha256(canonical(line)) == row.digest


def test_an_entry_is_recorded_with_both_times_and_its_digest(
    session: Session, isp: Organisation, by: Actor
) -> None:
    admission = admit(session, isp.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW)

    [entry] = versions(session, Takedown, admission.keys[0])
    assert (entry.version, entry.closed_seq, entry.admitted_seq) == (1, None, admission.seq)
    assert entry.received_at == datetime(2026, 10, 12, 2, 10, tzinfo=UTC)
    assert (entry.recorded_at, entry.recorded_by) == (NOW, by.person_id)
    assert entry.digest == line_digest(Takedown, entry.__dict__)
    assert verify(session) == []


@pytest.mark.parametrize(
    ("slug", "build"),
    [
        ("takedowns", a_takedown),
        ("blocklists", an_update),
        ("training", a_completion),
        ("roster", a_span),
        ("complaints", a_complaint),
    ],
)
def test_every_register_takes_entries(
    session: Session, isp: Organisation, by: Actor, slug: str, build: Any
) -> None:
    register = REGISTERS[slug]
    [key] = admit(session, isp.id, register, [build(session)], by=by, at=NOW).keys

    [entry] = versions(session, register.table, key)
    assert entry.digest == line_digest(register.table, entry.__dict__)


def test_a_batch_is_one_event_of_the_trail(session: Session, isp: Organisation, by: Actor) -> None:
    before = sequence(session, isp.id)
    rows = [a_takedown(session, item_no=n) for n in range(1, 31)]
    admission = admit(session, isp.id, TAKEDOWNS, rows, by=by, at=NOW)

    assert sequence(session, isp.id) == before + 1
    assert len(set(admission.keys)) == 30
    event = session.get(Event, (isp.id, admission.seq))
    assert event is not None
    assert '"count":30' in event.facts


def test_sending_the_same_again_changes_nothing(
    session: Session, isp: Organisation, by: Actor
) -> None:
    rows = [a_takedown(session, own_ref=f"T-{n}", item_no=n) for n in (1, 2)]
    first = admit(session, isp.id, TAKEDOWNS, rows, by=by, at=NOW)
    before = sequence(session, isp.id)
    third = a_takedown(session, own_ref="T-3", item_no=3)

    again = admit(session, isp.id, TAKEDOWNS, rows, by=by, at=NOW)
    more = admit(session, isp.id, TAKEDOWNS, [*rows, third], by=by, at=NOW)

    assert (again.seq, again.keys, again.same) == (None, first.keys, frozenset(first.keys))
    assert more.keys[:2] == first.keys
    assert more.same == frozenset(first.keys)
    assert sequence(session, isp.id) == before + 1


def test_sending_the_first_version_again_after_a_correction_changes_nothing(
    session: Session, isp: Organisation, by: Actor
) -> None:
    first = a_takedown(session, own_ref="T-1")
    [key] = admit(session, isp.id, TAKEDOWNS, [first], by=by, at=NOW).keys
    value = a_takedown(session, own_ref="T-1", item_no=7)
    correct(session, isp.id, TAKEDOWNS, key, expects=1, value=value, reason=TYPO, by=by, at=NOW)

    assert admit(session, isp.id, TAKEDOWNS, [first], by=by, at=NOW).same == {key}


def test_the_same_ticket_with_other_content_is_refused_and_names_the_entry(
    session: Session, isp: Organisation, by: Actor
) -> None:
    [key] = admit(
        session, isp.id, TAKEDOWNS, [a_takedown(session, own_ref="T-1")], by=by, at=NOW
    ).keys
    with pytest.raises(Refused) as refused:
        admit(
            session,
            isp.id,
            TAKEDOWNS,
            [a_takedown(session, own_ref="T-1", item_no=2)],
            by=by,
            at=NOW,
        )

    [(field, code, params)] = refused.value.problems
    assert (field, code) == ("own_ref", "already-recorded")
    assert params == {"entry": TAKEDOWNS.name(key), "row": 1}


def test_one_ticket_twice_in_a_batch_is_refused(
    session: Session, isp: Organisation, by: Actor
) -> None:
    rows = [a_takedown(session, own_ref="T-1", item_no=n) for n in (1, 2)]
    with pytest.raises(Refused) as refused:
        admit(session, isp.id, TAKEDOWNS, rows, by=by, at=NOW)
    assert codes(refused) == [(1, "twice-in-one-batch")]


def test_one_bad_row_keeps_the_whole_batch_out(
    session: Session, isp: Organisation, by: Actor
) -> None:
    before = sequence(session, isp.id)
    rows = [
        a_takedown(session, item_no=1),
        a_takedown(session, item_no=2, reappearance_of=999),
        a_takedown(session, issued_at="2024-01-01 10:00", received_at="2024-01-01 10:00"),
    ]
    with pytest.raises(Refused) as refused:
        admit(session, isp.id, TAKEDOWNS, rows, by=by, at=NOW)

    assert codes(refused) == [(2, "no-such-entry"), (3, "licence-closed")]
    assert sequence(session, isp.id) == before
    assert session.scalar(select(func.count()).select_from(Takedown)) == 0


def test_a_month_without_a_licence_takes_no_entries(session: Session, by: Actor) -> None:
    closed = an_isp(session, "closed-net", until_on=date(2026, 9, 17))
    with pytest.raises(Refused) as refused:
        admit(session, closed.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW)
    assert codes(refused) == [(1, "licence-closed")]


def test_staff_trained_before_the_licence_began_are_recorded(session: Session, by: Actor) -> None:
    new = an_isp(session, "new-net", from_on=date(2026, 10, 1))
    early = a_completion(session, held_on="2026-08-03")

    assert admit(session, new.id, REGISTERS["training"], [early], by=by, at=NOW).keys


def test_the_same_item_while_open_is_a_duplicate(
    session: Session, isp: Organisation, by: Actor
) -> None:
    first = admit(session, isp.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW)
    again = a_takedown(session, received_at="2026-10-13 09:10")
    second = admit(session, isp.id, TAKEDOWNS, [again], by=by, at=NOW)

    [entry] = versions(session, Takedown, second.keys[0])
    [(index, warning)] = second.warnings
    assert entry.duplicate_of == first.keys[0]
    assert (index, warning.code) == (0, "duplicate")
    assert warning.params == {"entry": TAKEDOWNS.name(first.keys[0])}


def test_within_a_batch_the_item_received_first_governs(
    session: Session, isp: Organisation, by: Actor
) -> None:
    rows = [a_takedown(session, received_at=f"2026-10-{day} 09:10") for day in (14, 13)]
    later, earlier = admit(session, isp.id, TAKEDOWNS, rows, by=by, at=NOW).keys

    assert versions(session, Takedown, earlier)[0].duplicate_of is None
    assert versions(session, Takedown, later)[0].duplicate_of == earlier


def test_the_same_item_after_closing_is_a_new_one(
    session: Session, isp: Organisation, by: Actor
) -> None:
    [key] = admit(session, isp.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW).keys
    done = a_step(session, Progress.ACTIONED, "2026-10-12 12:00", action="REMOVED")
    progress(session, isp.id, key, Progress.ACTIONED, done, expects_no=0, by=by, at=NOW)

    again = a_takedown(session, received_at="2026-10-20 09:10", reappearance_of=key)
    [new] = admit(session, isp.id, TAKEDOWNS, [again], by=by, at=NOW).keys
    [entry] = versions(session, Takedown, new)
    assert (entry.duplicate_of, entry.reappearance_of) == (None, key)


@pytest.mark.parametrize(
    ("assessment", "assessed_by"), [("NOT_ASSESSED", "PROVIDER_UNVERIFIED"), ("PENDING", "POLICE")]
)
def test_an_order_that_nobody_assessed_is_recorded_with_a_warning(
    session: Session, isp: Organisation, by: Actor, assessment: str, assessed_by: str
) -> None:
    waits = {"assessment": assessment, "assessed_by": assessed_by}
    order = a_takedown(session, source_type="REGULATOR", instrument="ORDER", **waits)
    rows = [order, a_takedown(session, **waits)]
    warned = admit(session, isp.id, TAKEDOWNS, rows, by=by, at=NOW).warnings
    assert [(index, warning.code) for index, warning in warned] == [(0, "order-not-assessed")]


def test_an_issue_is_known_by_list_and_digest(
    session: Session, isp: Organisation, by: Actor
) -> None:
    admit(session, isp.id, BLOCKLISTS, [an_update(session)], by=by, at=NOW)
    relabelled = an_update(session, version_label="again")
    with pytest.raises(Refused) as refused:
        admit(session, isp.id, BLOCKLISTS, [relabelled], by=by, at=NOW)
    assert codes(refused) == [(1, "issue-already-recorded")]

    back = an_update(
        session, update_kind="ROLLBACK", note="Wrong issue was sent", fetched_at="2026-10-14 10:00",
        applied_at="2026-10-14 11:00", tested_at="2026-10-14 12:00",
    )  # fmt: skip
    assert admit(session, isp.id, BLOCKLISTS, [back], by=by, at=NOW).keys


def test_totals_that_do_not_add_up_are_a_warning(
    session: Session, isp: Organisation, by: Actor
) -> None:
    admit(session, isp.id, BLOCKLISTS, [an_update(session)], by=by, at=NOW)
    times = {
        name: UPDATE[name].replace("10-12", "10-13")
        for name in ("published_at", "fetched_at", "applied_at", "tested_at")
    }
    following = an_update(
        session, content_digest="ab" * 32, entries_total=5001, added=3, removed=1, **times
    )
    [(_, warning)] = admit(session, isp.id, BLOCKLISTS, [following], by=by, at=NOW).warnings

    assert (warning.code, warning.params) == ("totals-do-not-add-up", {"expected": 5002})


def test_spans_of_one_person_in_one_role_do_not_overlap(
    session: Session, isp: Organisation, by: Actor
) -> None:
    roster = REGISTERS["roster"]
    admit(session, isp.id, roster, [a_span(session, until_on="2026-10-10")], by=by, at=NOW)
    with pytest.raises(Refused) as refused:
        admit(session, isp.id, roster, [a_span(session, from_on="2026-10-10")], by=by, at=NOW)
    assert codes(refused) == [(1, "span-overlaps")]

    next_span = a_span(session, from_on="2026-10-11")
    assert admit(session, isp.id, roster, [next_span], by=by, at=NOW).keys


def test_a_correction_is_the_next_version_with_a_reason(
    session: Session, isp: Organisation, by: Actor
) -> None:
    [key] = admit(session, isp.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW).keys
    value = a_takedown(session, received_at="2026-10-12 09:40", note="Mail log says 09:40")
    assert correct(
        session, isp.id, TAKEDOWNS, key, expects=1, value=value, reason=TYPO, by=by, at=NOW
    ) == 2  # fmt: skip

    first, second = versions(session, Takedown, key)
    assert (first.closed_seq, second.closed_seq) == (second.admitted_seq, None)
    assert second.reason == TYPO
    assert second.received_at == datetime(2026, 10, 12, 2, 40, tzinfo=UTC)
    assert first.digest != second.digest
    assert verify(session) == []


def test_the_loser_of_a_race_is_refused(session: Session, isp: Organisation, by: Actor) -> None:
    [key] = admit(session, isp.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW).keys
    values = [a_takedown(session, item_no=n) for n in (2, 3)]
    correct(session, isp.id, TAKEDOWNS, key, expects=1, value=values[0], reason=TYPO, by=by, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        correct(
            session, isp.id, TAKEDOWNS, key, expects=1, value=values[1], reason=TYPO, by=by, at=NOW
        )


def test_a_correction_that_changes_nothing_is_refused(
    session: Session, isp: Organisation, by: Actor
) -> None:
    [key] = admit(session, isp.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW).keys
    with pytest.raises(Unchanged):
        correct(
            session, isp.id, TAKEDOWNS, key,
            expects=1, value=a_takedown(session), reason=TYPO, by=by, at=NOW,
        )  # fmt: skip


def test_a_correction_that_its_events_contradict_is_refused(
    session: Session, isp: Organisation, by: Actor
) -> None:
    [key] = admit(session, isp.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW).keys
    done = a_step(session, Progress.ACTIONED, "2026-10-12 12:00", action="REMOVED")
    progress(session, isp.id, key, Progress.ACTIONED, done, expects_no=0, by=by, at=NOW)
    value = a_takedown(session, received_at="2026-10-13 09:00")
    with pytest.raises(Refused) as refused:
        correct(session, isp.id, TAKEDOWNS, key, expects=1, value=value, reason=TYPO, by=by, at=NOW)
    assert refused.value.problems == [
        (None, "events-do-not-fit", {"no": 1, "why": "before-receipt"})
    ]


def test_a_void_entry_stays_readable_and_frees_its_ticket(
    session: Session, isp: Organisation, by: Actor
) -> None:
    value = a_takedown(session, own_ref="T-1")
    [key] = admit(session, isp.id, TAKEDOWNS, [value], by=by, at=NOW).keys
    wrongly = CorrectionReason.WRONGLY_RECORDED
    with pytest.raises(NotAReason):
        void(session, isp.id, TAKEDOWNS, key, expects=1, reason=TYPO, by=by, at=NOW)
    void(session, isp.id, TAKEDOWNS, key, expects=1, reason=wrongly, by=by, at=NOW)

    assert [(e.version, e.void) for e in versions(session, Takedown, key)] == [
        (1, False),
        (2, True),
    ]
    with pytest.raises(EntryVoid):
        void(session, isp.id, TAKEDOWNS, key, expects=2, reason=wrongly, by=by, at=NOW)
    again = a_takedown(session, own_ref="T-1", item_no=2)
    assert admit(session, isp.id, TAKEDOWNS, [again], by=by, at=NOW).same == frozenset()


def test_an_entry_with_duplicates_is_not_voided(
    session: Session, isp: Organisation, by: Actor
) -> None:
    later = a_takedown(session, received_at="2026-10-13 09:10")
    keys = admit(session, isp.id, TAKEDOWNS, [a_takedown(session), later], by=by, at=NOW).keys
    with pytest.raises(OthersAreDuplicates):
        void(
            session, isp.id, TAKEDOWNS, keys[0],
            expects=1, reason=CorrectionReason.WRONGLY_RECORDED, by=by, at=NOW,
        )  # fmt: skip


def test_a_stranger_finds_nothing_to_correct(
    session: Session, isp: Organisation, by: Actor
) -> None:
    [key] = admit(session, isp.id, TAKEDOWNS, [a_takedown(session)], by=by, at=NOW).keys
    other = an_isp(session, "other-net")
    with pytest.raises(NotThere):
        correct(
            session, other.id, TAKEDOWNS, key,
            expects=1, value=a_takedown(session, item_no=2), reason=TYPO, by=by, at=NOW,
        )  # fmt: skip


def test_an_update_goes_on_as_its_next_version(
    session: Session, isp: Organisation, by: Actor
) -> None:
    partly = an_update(session, applied_at=None, points_live=5, subscribers_covered=30000)
    [key] = admit(session, isp.id, BLOCKLISTS, [partly], by=by, at=NOW).keys
    correct(
        session, isp.id, BLOCKLISTS, key,
        expects=1, value=an_update(session), reason=CorrectionReason.PROGRESS, by=by, at=NOW,
    )  # fmt: skip

    assert [v.applied_at is None for v in versions(session, BlocklistUpdate, key)] == [True, False]
