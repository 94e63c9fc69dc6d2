"""The hard cases of real life that a takedown register must bear, one function each.

Which ISP and month shows which case stands in docs/demo.md; the numbers are those of the list of
hard cases there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from portal.demo.chance import local
from portal.demo.notices import Desk
from portal.demo.office import Item
from portal.demo.regulator import Regulator
from portal.demo.secretary import Secretary
from portal.demo.staff import Personnel
from portal.period import Period
from portal.registers.progress import approve_pause
from portal.returns.model import AmendmentReason

_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Players:
    """Who takes part in the cases of one ISP."""

    desk: Desk
    people: Personnel
    secretary: Secretary
    regulator: Regulator

    def item(self, reference: str, received: datetime, **typed: object) -> Item:
        """An item that is acknowledged in ten minutes and reported in three hours."""
        row = self.desk.typed(received, source_ref=reference, **typed)
        item = Item(row).then("ACKNOWLEDGED", received + 10 * _MINUTE)
        return item.then("REPORTED", received + 3 * _HOUR, authority="POLICE_CYBERCRIME")


def midnight(players: Players) -> None:
    """1 and 2: a notice at ten to midnight, acted on in the next month; one at three at night."""
    late = local(date(2026, 10, 31), 23, 50)
    item = Item(players.desk.typed(late, source_ref="H-2026-10311"))
    item.then("ACKNOWLEDGED", late + 5 * _MINUTE)
    item.then("ACTIONED", late + 30 * _MINUTE, action="REMOVED", time_source="SYSTEM_LOG")
    item.then("REPORTED", late + 50 * _MINUTE, authority="POLICE_CYBERCRIME")
    players.desk.take_in([item], late + 4 * _MINUTE)
    for day, reference in (
        (date(2026, 10, 1), "H-2026-10010"),
        (date(2026, 11, 1), "H-2026-11010"),
    ):
        night = local(day, 3)
        players.desk.take_in([players.desk.act(players.item(reference, night), night + 4 * _HOUR)])


def not_due(players: Players) -> None:
    """3: open and not due when the return is prepared; scored once, in the next return."""
    received = local(date(2026, 9, 30), 18)
    item = players.item("H-2026-09300", received, priority="P3_CONTEXTUAL")
    players.desk.take_in([players.desk.act(item, received + 64 * _HOUR)])


def gone_or_not_ours(players: Players) -> None:
    """11: already gone when the ISP looks; only passing through."""
    received = local(date(2026, 10, 14), 10)
    gone = players.item("P-2026-10141", received)
    gone.then("ACTIONED", received + 2 * _HOUR, action="ALREADY_UNAVAILABLE")
    passing = players.item("P-2026-10141", received, item_no=2)
    passing.then("ACTIONED", received + 3 * _HOUR, action="NOT_OUR_SERVICE")
    passing.then("FORWARDED", received + 4 * _HOUR, reference="F-2026-1014")
    players.desk.take_in([gone, passing])


def held(players: Players) -> None:
    """9: an authority asks to wait; the clock stands, and nobody but the officer knows why."""
    received = local(date(2026, 7, 10), 14)
    item = players.item("ACD-2026-0710", received, source_type="POLICE", instrument="ORDER")
    keys: list[int] = []
    desk, agenda = players.desk, players.desk.office.agenda
    rest = Item(item.typed).then("RESUMED", received + 73 * _HOUR)
    desk.act(rest, received + 76 * _HOUR)
    item.then("PAUSED", received + _HOUR, pause_reason="APPROVED_PAUSE")

    def approve(at: datetime) -> None:
        event = approve_pause(
            agenda.session,
            desk.isp.id,
            keys[0],
            desk.office.last_event(keys[0]) - 1,
            by=players.regulator.world.reviewers[0],
            at=at,
        )
        desk.office.saw(keys[0], event)

    item.steps.sort(key=lambda step: step.typed["occurred_at"])
    desk.take_in([item], received + 5 * _MINUTE, keys)
    agenda.plan(received + 19 * _HOUR, approve)
    desk.plan_steps(keys, 0, rest, received + 74 * _HOUR)


def unclear(players: Players) -> None:
    """10: the notice names no usable place; the clock stands until the sender makes it clear."""
    received = local(date(2026, 9, 9), 9)
    item = players.item("H-2026-09090", received)
    asked, told = received + _HOUR, received + 20 * _HOUR
    item.then("PAUSED", asked, pause_reason="CLARIFICATION", until_at=told)
    players.desk.take_in([players.desk.act(item, received + 30 * _HOUR)], received + 4 * _HOUR)


def large_notice(players: Players) -> None:
    """12: one notice with 175 items; most are done within a day, seven only a week later."""
    received = local(date(2026, 8, 12), 9, 20)
    items = []
    for no in range(1, 176):
        item = players.item("H-2026-0812-175", received, item_no=no)
        after = 6 * _HOUR + no * 4 * _MINUTE if no % 25 else 6 * 24 * _HOUR
        items.append(players.desk.act(item, received + after))
    players.desk.take_in(items)


def reopened(players: Players) -> None:
    """13: only the link was removed: same clock; back two weeks after a confirmed removal: new."""
    desk, received = players.desk, local(date(2026, 9, 3), 10)
    item = players.item("H-2026-09030", received)
    item.then("ACTIONED", received + _HOUR, action="ACCESS_DISABLED")
    item.then("REOPENED", received + 6 * _HOUR, reference="H-2026-09030-R")
    item.then("ACTIONED", received + 8 * _HOUR, action="REMOVED")
    item.then("VERIFIED", received + 22 * _HOUR, verifier="HOTLINE", reference="H-2026-09030-V")
    keys: list[int] = []
    desk.take_in([item], received + 11 * _MINUTE, keys)
    back = local(date(2026, 9, 17), 16)
    again = players.item("H-2026-09170", back)

    def came_back(_: datetime) -> None:
        again.typed["reappearance_of"] = keys[0]

    desk.office.agenda.plan(back, came_back)
    desk.take_in([desk.act(again, back + 5 * _HOUR)])


def found_still_up(players: Players) -> None:
    """13, seen from the other side: the hotline itself says that it is still up, then gone."""
    desk, received = players.desk, local(date(2026, 10, 20), 10)
    item = players.item("H-2026-10200", received)
    item.then("ACTIONED", received + 2 * _HOUR, action="ACCESS_DISABLED")
    item.then("REOPENED", received + 6 * _HOUR, reference="H-2026-10200-R")
    item.then("ACTIONED", received + 10 * _HOUR, action="REMOVED")
    item.then("VERIFIED", received + 24 * _HOUR, verifier="HOTLINE", reference="H-2026-10200-V")
    back = players.item("H-2026-10200", received, item_no=2)
    back.then("WITHDRAWN", received + 5 * _HOUR, reference="H-2026-10200-W")
    desk.take_in([item, back])
    desk.senders.post(desk.office, desk.typed(received, source_ref="H-2026-10201"), items=3)


def found_late(players: Players) -> None:
    """15: a forgotten item is found after the certificate was issued; its successor tells of it."""
    received = local(date(2026, 7, 21), 11)
    item = players.item("P-2026-07210", received)
    found = local(date(2026, 9, 14), 9, 30)
    players.desk.take_in([players.desk.act(item, received + 70 * _HOUR)], found)
    players.secretary.amend(Period(2026, 7), AmendmentReason.LATE_ENTRY, found + 6 * _HOUR)


def two_policies(players: Players) -> None:
    """16: the limit changes from 48 to 24 hours on 15 February; the 14th keeps the old one."""
    for day, hours in ((date(2026, 2, 14), 36), (date(2026, 2, 15), 20)):
        received = local(day, 10)
        item = players.item(f"H-2026-02{day.day}", received)
        players.desk.take_in([players.desk.act(item, received + hours * _HOUR)])


def dated_back(players: Players) -> None:
    """19: done in time, entered two days later: both times are kept and shown."""
    received = local(date(2026, 9, 8), 9)
    item = Item(players.desk.typed(received, source_ref="H-2026-09080"))
    item.then("ACKNOWLEDGED", received + _HOUR).then(
        "REPORTED", received + 5 * _HOUR, authority="MINISTRY"
    )
    item.then("ACTIONED", received + 11 * _HOUR, action="BLOCKED", time_source="ESTIMATE")
    item.then("FORWARDED", received + 12 * _HOUR)
    players.desk.take_in([item], local(date(2026, 9, 10), 12))


def clocks_apart(players: Players) -> None:
    """20: the ISP's clock is three minutes behind the notifier's."""
    received = local(date(2026, 10, 6), 10, 5)
    item = Item(players.desk.typed(received, source_ref="H-2026-10060"))
    item.then("ACKNOWLEDGED", received - 3 * _MINUTE)
    item.then("REPORTED", received + 2 * _HOUR, authority="POLICE_CHILD_PROTECTION")
    players.desk.take_in([players.desk.act(item, received + 5 * _HOUR)])


def too_slow(players: Players) -> None:
    """Core requirements not met: the paper is a statement of findings, never a certificate."""
    for day, hours in ((7, 90), (16, 130), (22, 52)):
        for month in (9, 10):
            received = local(date(2026, month, day), 13)
            item = players.item(f"H-2026-{month:02d}{day:02d}-D", received)
            players.desk.take_in([players.desk.act(item, received + hours * _HOUR)])


def open_before(players: Players) -> None:
    """A start (chairs A4): two items were open when the first month began."""
    received = local(players.desk.isp.first.first_day, 9) - 40 * _HOUR
    items = [players.item("H-2025-1230", received, item_no=no) for no in (1, 2)]
    for item in items:
        players.desk.act(item, received + 47 * _HOUR)
    players.desk.take_in(items, received + 44 * _HOUR)


Case = Callable[[Players], None]
# The first month that must be played for the cases, by ISP.
CASES: Final[dict[str, tuple[tuple[Period, Case], ...]]] = {
    "kapok": (
        (Period(2026, 2), two_policies),
        (Period(2026, 7), held),
        (Period(2026, 9), reopened),
        (Period(2026, 10), midnight),
        (Period(2026, 10), gone_or_not_ours),
        (Period(2026, 10), found_still_up),
    ),
    "firefly": ((Period(2026, 8), large_notice),),
    "banyan": ((Period(2026, 9), not_due),),
    "cardamom": ((Period(2026, 9), unclear),),
    "lotuspond": ((Period(2026, 7), found_late),),
    "coconut": ((Period(2026, 9), dated_back),),
    "turmeric": ((Period(2026, 10), clocks_apart),),
    "drum": ((Period(2026, 9), too_slow),),
    "bamboo": ((Period(2026, 1), open_before),),
}
