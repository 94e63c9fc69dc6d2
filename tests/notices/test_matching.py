"""What was sent and what was logged, matched in SQL as a slow reader of the rows would match it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, true
from sqlalchemy.orm import Session

from portal.entries.codes import CorrectionReason
from portal.errors import Refusal
from portal.ledger import sequence
from portal.notices.codes import ActKind
from portal.notices.queries import received_notice
from portal.registers.actions import void
from portal.registers.codes import Progress
from portal.registers.sides.actions import undo_match
from portal.registers.sides.counts import SAID, Month, logged_not_known
from portal.registers.sides.matches import matched, missing, sent_not_logged
from portal.registers.sides.model import UndoReason
from portal.registers.sides.progress import items_told
from portal.registers.sides.rounds import isps_told
from portal.registers.sides.taking_in import take_in
from tests.build import policy
from tests.notices.street import BEGAN, OCTOBER, TAKEDOWNS, Street

SINCE_THE_BEGINNING = ("HOTLINE_NATIONAL", BEGAN, datetime(2026, 11, 2, tzinfo=UTC))
RECEIVED = datetime(2026, 10, 13, 2, tzinfo=UTC)
SETTINGS = settings(
    # More, when something was changed: NOTICES_EXAMPLES=200 pytest tests/notices
    max_examples=int(os.environ.get("NOTICES_EXAMPLES", "20")),
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
# Few references and items, so that deeds meet.
REFERENCES = ("H-1", "H-2")
Deed = tuple[str, int, int]
deeds: st.SearchStrategy[list[Deed]] = st.lists(
    st.tuples(
        st.sampled_from(
            ["send", "log", "log", "log", "act", "void", "back", "back", "up", "undo", "take"]
        ),
        st.integers(0, 1),
        st.integers(1, 2),
    ),
    min_size=15,
    max_size=25,
)


@dataclass
class Reader:
    """Lives through the same deeds in plain Python: entries, notices, what was said and undone."""

    street: Street
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    entries: dict[int, list[Any]] = field(default_factory=dict)
    said: dict[tuple[str, int], ActKind] = field(default_factory=dict)
    undone: set[tuple[str, int]] = field(default_factory=set)

    @property
    def isp(self) -> int:
        return self.street.mekong.organisation_id

    def does(self, deed: Deed) -> None:
        """Do a deed; one that is refused has left no trace."""
        kind, place, number = deed
        try:
            with self.street.session.begin_nested():
                getattr(self, kind)(REFERENCES[place], number)
        except Refusal:
            return

    def send(self, reference: str, items: int) -> None:
        notice = self.street.sends(source_ref=reference, items=items)
        self.sizes[reference] = (notice.key, items)

    def log(self, reference: str, item: int) -> None:
        twin = any(e[0] == reference and e[1] == item and e[3] for e in self.entries.values())
        [key] = self.street.logs(item, source_ref=reference)
        self.entries[key] = [reference, item, not twin, not twin]
        self._settle()

    def take(self, reference: str, _number: int) -> None:
        notice = self.sizes.get(reference, (0, 0))[0]
        wanted = [no for first, last in self.lacking(reference) for no in range(first, last + 1)]
        done = take_in(
            self.street.session, self.isp, notice, received_at=RECEIVED,
            by=self.street.mekong, at=self.street.later(),
        )  # fmt: skip
        besides = {key for ref, key in self.undone if ref == reference}
        for no, key in zip(wanted, done.keys, strict=True):
            twin = any(
                e[0] == reference and e[1] == no and e[3] and k not in besides
                for k, e in self.entries.items()
            )
            self.entries[key] = [reference, no, not twin, not twin]
        self._settle()

    def act(self, reference: str, item: int) -> None:
        keys = [k for k, e in self.entries.items() if e[:2] == [reference, item] and e[3]]
        if keys:
            self.street.moves(keys[0], Progress.ACTIONED, "20 09:00", action="REMOVED")
            self.entries[keys[0]][3] = False

    def void(self, reference: str, item: int) -> None:
        keys = [k for k, e in self.entries.items() if e[:2] == [reference, item]]
        if keys:
            void(
                self.street.session, self.isp, TAKEDOWNS, keys[-1], expects=1,
                reason=CorrectionReason.WRONGLY_RECORDED, by=self.street.mekong,
                at=self.street.later(),
            )  # fmt: skip
            del self.entries[keys[-1]]
            self._settle()

    def back(self, reference: str, item: int) -> None:
        self._says(ActKind.WITHDRAWN, reference, item)

    def up(self, reference: str, item: int) -> None:
        self._says(ActKind.STILL_UP, reference, item)

    def undo(self, reference: str, item: int) -> None:
        notice, key = self.sizes.get(reference, (0, 0))[0], self.matched(reference).get(item, 0)
        undo_match(
            self.street.session, self.isp, notice, key, reason=UndoReason.OTHER_ITEM,
            by=self.street.mekong, at=self.street.later(),
        )  # fmt: skip
        self.undone.add((reference, key))
        self._settle()

    def _says(self, kind: ActKind, reference: str, item: int) -> None:
        notice = self.sizes.get(reference, (0, 0))[0]
        self.street.says(kind, "25 09:00", [item], notice=notice)
        self.said[reference, item] = kind
        self._settle()

    def _settle(self) -> None:
        """Ask of each entry whether it is open: that is not what is under test here."""
        for key, entry in self.entries.items():
            effects = [effect for _, effect in self.street.events(key) if effect]
            entry[3] = entry[2] and effects.count("CLOSES") == effects.count("OPENS")

    def matched(self, reference: str) -> dict[int, int]:
        size = self.sizes.get(reference, (0, 0))[1]
        found: dict[int, int] = {}
        for key in sorted(self.entries):
            ref, item, first, _ = self.entries[key]
            counts = ref == reference and first and item <= size
            if counts and (reference, key) not in self.undone:
                found.setdefault(item, key)
        return found

    def lacking(self, reference: str) -> list[tuple[int, int]]:
        size = self.sizes.get(reference, (0, 0))[1]
        back = {no for (ref, no), k in self.said.items() if ref == reference and k == "WITHDRAWN"}
        return list(gaps(sorted(back | set(self.matched(reference))), size))

    def unknown(self) -> list[int]:
        """Entries that no notice asked for, as far as their match was not undone."""
        known = {
            key
            for key, (ref, item, first, _) in self.entries.items()
            if first and item <= self.sizes.get(ref, (0, 0))[1] and (ref, key) not in self.undone
        }
        return sorted(k for k, e in self.entries.items() if e[2] and k not in known)

    def reads(self) -> Any:
        """Everything, as of now."""
        notices = {ref: key for ref, (key, _) in self.sizes.items()}
        return (
            sorted((notices[r], i, k) for r in notices for i, k in self.matched(r).items()),
            {notices[r]: self.lacking(r) for r in notices if self.lacking(r)},
            self.unknown(),
        )


def gaps(known: Iterable[int], last: int) -> Iterator[tuple[int, int]]:
    """The stretches of 1 to ``last`` that ascending numbers leave out."""
    expected = 1
    for number in known:
        if number > expected:
            yield expected, number - 1
        expected = number + 1
    if expected <= last:
        yield expected, last


def told(session: Session, isp: int, seq: int | None) -> Any:
    """The same, asked in SQL."""
    pairs = matched(isp, seq)
    rows = session.execute(select(pairs.c.notice, pairs.c.item_no, pairs.c.key))
    lack = {m.notice.key: list(m.stretches) for m in missing(session, isp, true(), seq=seq)}
    counted = session.execute(sent_not_logged(isp, seq, true())).one()
    assert tuple(map(int, counted)) == (
        len(lack),
        sum(last - first + 1 for gap in lack.values() for first, last in gap),
    )
    zone = policy(session).time_zone
    bounds = OCTOBER.starts_at(zone), OCTOBER.ends_at(zone)
    query = logged_not_known(Month(isp, seq, *bounds, bounds[1]), [SINCE_THE_BEGINNING])
    return sorted(map(tuple, rows)), lack, sorted(row.key for row in session.scalars(query))


@SETTINGS
@given(plan=deeds)
def _lives(street: Street, plan: list[Deed]) -> None:
    session = street.session
    with session.begin_nested() as example:
        reader, frozen = Reader(street), []
        for deed in plan:
            reader.does(deed)
            frozen.append((sequence(session, reader.isp), reader.reads()))
            assert told(session, reader.isp, None) == frozen[-1][1]
        for seq, then in frozen:
            assert told(session, reader.isp, seq) == then
        example.rollback()
    session.expire_all()


def test_matching_is_what_a_slow_reader_finds_now_and_as_of_every_sequence(street: Street) -> None:
    _lives(street)


def test_notices_and_logs_of_others_are_nobodys_business(street: Street) -> None:
    street.sends(street.mekong, street.tonle)
    street.logs(1, 2, by=street.tonle)
    session = street.session

    lack = [
        (m.lacking, m.stretches) for m in missing(session, street.mekong.organisation_id, true())
    ]
    assert lack == [(3, ((1, 3),))]
    lack = [
        (m.lacking, m.stretches) for m in missing(session, street.tonle.organisation_id, true())
    ]
    assert lack == [(1, ((3, 3),))]


def test_175_items_of_which_170_were_logged(street: Street) -> None:
    notice = street.sends(street.mekong, street.tonle, items=175)
    street.logs(*(no for no in range(1, 176) if no not in {7, 90, 91, 92, 175}))

    assert street.known()["sent_not_logged"] == 5
    assert street.known(street.tonle)["sent_not_logged"] == 175
    [only] = missing(street.session, street.mekong.organisation_id, true())
    assert only.stretches == ((7, 7), (90, 92), (175, 175))
    told = isps_told(street.session, notice, street.at)
    there, here = sorted(told, key=lambda one: one.received)
    assert (there.received, there.missing) == (0, 175)
    assert (here.received, here.missing, here.acted) == (170, 5, 0)


def test_a_month_counts_what_was_issued_in_it_on_local_clocks(street: Street) -> None:
    street.sends(source_ref="H-1", issued_at="2026-10-01 00:00", items=1)
    street.sends(source_ref="H-2", issued_at="2026-09-30 23:59", items=1)
    street.sends(source_ref="H-3", issued_at="2026-10-31 23:59", items=1)
    street.sends(source_ref="H-4", issued_at="2026-11-01 00:00", items=1)

    assert street.known()["sent_not_logged"] == 2


def test_what_comes_from_senders_that_also_write_letters_is_never_unknown(street: Street) -> None:
    street.logs(1, source_type="POLICE", source_ref="ACD-1")
    street.logs(1, source_type="HOTLINE_INHOPE_PEER", source_ref="P-1")
    assert street.known()["logged_not_known"] == 0
    street.logs(1, source_ref="H-UNKNOWN")
    assert street.known()["logged_not_known"] == 1


def test_each_figure_says_how_far_the_other_side_confirmed_it(street: Street) -> None:
    street.sends(items=4)
    gone, refused, back, up = street.logs(1, 2, 3, 4)
    street.logs(1, source_ref="H-UNKNOWN")
    street.moves(gone, Progress.ACTIONED, "13 09:00", action="REMOVED")
    street.moves(refused, Progress.ACTIONED, "13 09:00", action="REFUSED_NOT_ILLEGAL")
    street.moves(up, Progress.ACTIONED, "13 09:00", action="REMOVED")
    session, isp = street.session, street.mekong.organisation_id
    before = sequence(session, isp)
    street.says(ActKind.CONFIRMED_GONE, "14 09:00", [1])
    street.says(ActKind.REFUSAL_CONFIRMED, "14 09:00", [2])
    street.says(ActKind.WITHDRAWN, "14 09:00", [3])
    street.says(ActKind.STILL_UP, "14 09:00", [4])

    names = ("items", "sent", *SAID)
    now, then = street.known(), street.known(seq=before)
    assert [now[name] for name in names] == [5, 4, 1, 1, 1, 1]
    assert [then[name] for name in names] == [5, 4, 0, 0, 0, 0]
    assert now["digest"] != then["digest"]
    assert street.events(back) == [("WITHDRAWN", "CLOSES")]


def test_what_a_sender_says_after_the_cut_off_is_a_later_returns(street: Street) -> None:
    street.sends(items=1)
    [key] = street.logs(1)
    street.moves(key, Progress.ACTIONED, "13 09:00", action="REMOVED")
    street.says(ActKind.CONFIRMED_GONE, "14 09:00", [1])

    before, after = (datetime(2026, 10, day, 12, tzinfo=UTC) for day in (13, 14))
    assert street.known(cut_off_at=before)["confirmed_gone"] == 0
    assert street.known(cut_off_at=after)["confirmed_gone"] == 1
    assert street.known(cut_off_at=before)["lines"] < street.known(cut_off_at=after)["lines"]


def test_a_notifier_sees_progress_and_transit_and_no_more(street: Street) -> None:
    notice = street.sends()
    [key] = street.logs(2)
    street.moves(key, Progress.ACTIONED, "13 09:00", action="REFUSED_NOT_ILLEGAL", note="Private.")
    told = items_told(street.session, street.mekong.organisation_id, notice, limit=10)

    assert [one.item_no for one in told] == [1, 2, 3]
    assert [one.received_at is None for one in told] == [True, False, True]
    assert told[1].action == "REFUSED_NOT_ILLEGAL"
    assert told[1].transit is not None
    assert told[1].transit.total_seconds() == 600
    assert "Private" not in repr(told)
    rest = items_told(street.session, street.mekong.organisation_id, notice, after=2, limit=10)
    assert [one.item_no for one in rest] == [3]


def test_an_action_that_was_reopened_is_no_longer_told(street: Street) -> None:
    notice = street.sends()
    [key] = street.logs(1)
    street.moves(key, Progress.ACTIONED, "13 09:00", action="REMOVED")
    street.says(ActKind.STILL_UP, "14 09:00", [1])
    [told, *_] = items_told(street.session, street.mekong.organisation_id, notice, limit=3)

    assert (told.acted_at, told.action) == (None, None)
    assert [act.kind for act in told.acts] == ["STILL_UP"]


def test_a_notice_is_read_with_as_many_questions_whatever_its_size(street: Street) -> None:
    session, isp = street.session, street.mekong.organisation_id
    small, large = street.sends(source_ref="S"), street.sends(source_ref="L", items=60)
    street.logs(*range(1, 41), source_ref="L")

    def asked(read: Callable[[], Sequence[Any]]) -> int:
        count: list[str] = []
        engine = session.get_bind()
        listener = lambda *a: count.append(a[2])  # noqa: E731 - the event needs it by name
        event.listen(engine, "before_cursor_execute", listener)
        read()
        event.remove(engine, "before_cursor_execute", listener)
        return len(count)

    assert received_notice(session, isp, small.key)
    few = asked(lambda: items_told(session, isp, small, limit=100))
    assert few <= asked(lambda: items_told(session, isp, large, limit=100)) <= 5


def test_a_duplicate_does_not_take_the_place_of_an_undone_match(street: Street) -> None:
    notice = street.sends(items=1)
    [first] = street.logs(1)
    street.logs(1)
    session, isp = street.session, street.mekong.organisation_id
    undo_match(
        session, isp, notice.key, first, reason=UndoReason.OTHER_ITEM,
        by=street.mekong, at=street.later(),
    )  # fmt: skip

    assert [m.stretches for m in missing(session, isp, true())] == [((1, 1),)]
