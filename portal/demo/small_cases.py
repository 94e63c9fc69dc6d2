"""The hard cases outside the takedown register: complaints, staff, recalls, a refused locator."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from portal.demo.chance import local
from portal.demo.hard_cases import Case, Players
from portal.entries.codes import CorrectionReason
from portal.errors import Refused
from portal.period import Period
from portal.returns.actions import recall
from portal.returns.model import AmendmentReason
from portal.trail import note_refusal

_DAY: Final = timedelta(days=1)


def wrongly_blocked(players: Players) -> None:
    """8: somebody complains that a block takes out a whole site; upheld, and access restored."""
    office = players.desk.office
    received = local(date(2026, 8, 5), 10)
    row: dict[str, Any] = {
        "own_ref": "C-0001",
        "list_code": "NATIONAL_CSAM",
        "method": "DNS_RPZ",
        "received_at": received,
        "acknowledged_at": received + timedelta(hours=2),
    }
    decided = {
        "decided_at": received + 2 * _DAY,
        "outcome": "UPHELD",
        "restored_at": received + 2 * _DAY + timedelta(hours=5),
        "note": "The entry took out a whole site; left out, and the publisher told",
    }

    def settle(at: datetime) -> None:
        office.correct("complaints", keys[0], {**row, **decided}, CorrectionReason.PROGRESS, at)

    keys: list[int] = []
    office.agenda.plan(
        received + timedelta(hours=3),
        lambda now: keys.extend(office.record("complaints", [row], now)),
    )
    office.agenda.plan(received + 3 * _DAY, settle)


def overblocking(players: Players) -> None:
    """8: not blocked, for it would take out a whole site; forwarded: counts as done in time."""
    received = local(date(2026, 8, 20), 15)
    item = players.item("H-2026-08200", received)
    item.then("ACTIONED", received + timedelta(hours=4), action="NOT_BLOCKED_OVERBLOCK")
    item.then("FORWARDED", received + timedelta(hours=5))
    players.desk.take_in([item])


def handler_leaves(players: Players) -> None:
    """18: the handler leaves in the middle of a month and a colleague takes over."""
    office, leaves = players.desk.office, date(2026, 6, 12)
    leaver = players.people.workers[0]

    def hand_over(at: datetime) -> None:
        span = players.people.span(leaver)
        key = players.people.keys[0]
        ended = {**span, "until_on": leaves}
        office.correct("roster", key, ended, CorrectionReason.PROGRESS, at)
        successor = players.people.workers[1]
        taken = {**players.people.span(successor), "from_on": leaves + _DAY}
        taken |= {"role_group": "DESIGNATED_HANDLER", "handles_notices": True}
        office.record("roster", [taken], at)

    office.agenda.plan(local(leaves + _DAY, 17), hand_over)


def taken_back(players: Players) -> None:
    """21: filed late, taken back before the review began, put right and filed again."""
    secretary, month = players.secretary, Period(2026, 8)

    def again(at: datetime) -> None:
        secretary.file(month, at)  # the second click: the same receipt
        recall(
            secretary.office.agenda.session,
            secretary.isp.id,
            month,
            1,
            by=secretary.isp.approver,
            at=at + timedelta(minutes=9),
        )

    secretary.office.agenda.plan(local(date(2026, 9, 15), 17), again)
    secretary.amend(month, AmendmentReason.RECALLED, local(date(2026, 9, 16), 8))


def refused_locator(players: Players) -> None:
    """22: an address pasted from a letter is refused at the door; only the refusal is kept."""
    office = players.desk.office
    received = local(date(2026, 10, 20), 9)

    def paste(at: datetime) -> None:
        row = players.desk.typed(received, source_ref="see www.example.invalid")
        try:
            office.record("takedowns", [row], at)
        except Refused as refused:
            _, code, _ = refused.problems[0]
            session, by = office.agenda.session, office.isp.preparer
            note_refusal(session, code, by=by, at=at, subject="takedowns")

    office.agenda.plan(received + timedelta(minutes=20), paste)


SMALL_CASES: Final[dict[str, tuple[tuple[Period, Case], ...]]] = {
    "firefly": ((Period(2026, 8), wrongly_blocked), (Period(2026, 8), overblocking)),
    "mango": ((Period(2026, 6), handler_leaves),),
    "areca": ((Period(2026, 8), taken_back),),
    "gecko": ((Period(2026, 10), refused_locator),),
}
