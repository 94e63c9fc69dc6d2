"""Notices as hotlines, police and others send them, and what the ISPs do about each item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from portal.demo.agenda import Act
from portal.demo.cast import CAST, Care
from portal.demo.chance import Chance, awake
from portal.demo.office import Item, Office, Row, Step
from portal.demo.senders import Senders
from portal.demo.staff import Personnel
from portal.period import Period

_HOUR: Final = timedelta(hours=1)
_LONGEST: Final = 22 * _HOUR
# Items a month in the whole country: most ISPs get none, one month is three times the usual.
_NATIONAL: Final = {
    Period(2026, 1): 55,
    Period(2026, 2): 28,
    Period(2026, 3): 70,
    Period(2026, 4): 64,
    Period(2026, 5): 82,
    Period(2026, 6): 76,
    Period(2026, 7): 95,
    Period(2026, 8): 150,
    Period(2026, 9): 104,
    Period(2026, 10): 118,
    Period(2026, 11): 80,
}
_WEIGHTS: Final = sum(part.notices for part in CAST)
_SENDERS: Final = (
    ("HOTLINE_NATIONAL", "H", "NOTICE", 46),
    ("HOTLINE_INHOPE_PEER", "P", "NOTICE", 22),
    ("POLICE", "ACD", "ORDER", 14),
    ("TRUSTED_FLAGGER", "F", "NOTICE", 6),
    ("USER_REPORT", "U", "REFERRAL", 6),
    ("REGULATOR", "TRC", "ORDER", 6),
)
_COUNTRIES: Final = ("US", "NL", "DE", "FR", "SG", "XX", "RO", "HK")
_HARMS: Final = (
    *("CSAM",) * 7,
    "CSAM_GENERATED_OR_MANIPULATED",
    "ADVERTISING_OR_LINKING",
    "SEXTORTION",
)
# Of a thousand items: what becomes of them instead of an action.
_GONE, _NOT_OURS, _REFUSED, _WITHDRAWN = 220, 28, 16, 12
_LATE: Final = {Care.GOOD: 4, Care.FAIR: 12, Care.POOR: 130}


class Desk:
    """The abuse desk of one ISP: it records what comes in and what it does about it."""

    def __init__(self, office: Office, people: Personnel, senders: Senders) -> None:
        self.office, self.people, self.isp = office, people, office.isp
        self.senders = senders
        self.chance = Chance("notices", self.isp.slug)

    def month(self, period: Period) -> None:
        """Plan a month's notices."""
        expected = _NATIONAL[period] * self.isp.part.notices / _WEIGHTS
        left = int(expected + self.chance.random() * 1.6 - 0.3)
        number = 0
        while left > 0:
            number += 1
            items = min(left, self.chance.choice((1, 1, 1, 1, 2, 2, 3, 5)))
            self.take_in(self._notice(period, number, items))
            left -= items

    def take_in(
        self, items: Sequence[Item], at: datetime | None = None, keys: list[int] | None = None
    ) -> None:
        """Plan the recording of a notice's items, and of what happens to each; ``keys`` is filled
        with their numbers when they are recorded.
        """
        keys = [] if keys is None else keys
        received = items[0].typed["received_at"]
        recorded = at or awake(received + self.chance.minutes(4, 25))
        self.senders.send(self.office, items)
        plan = self.office.agenda.plan
        plan(
            recorded,
            lambda now: keys.extend(self.office.record("takedowns", [i.typed for i in items], now)),
        )
        for place, item in enumerate(items):
            self.plan_steps(keys, place, item, recorded)

    def plan_steps(self, keys: list[int], place: int, item: Item, recorded: datetime) -> None:
        """Plan the entry of what happens to an item, each sitting soon after it happened."""
        for steps in _sittings(item.steps):
            last = max(step.typed["occurred_at"] for step in steps)
            # Nothing is entered before what came first, however late at night that happened.
            at = recorded = max(recorded, awake(last)) + self.chance.minutes(3, 15)
            self.office.agenda.plan(at, self._entry(keys, place, steps))

    def _entry(self, keys: list[int], place: int, steps: list[Step]) -> Act:
        return lambda now: self.office.move(keys[place], steps, now)

    def typed(self, received: datetime, **others: Any) -> Row:
        """What is typed of an item: an everyday notice, unless ``others`` say otherwise."""
        hosts = self.isp.part.hosts
        return {
            "own_ref": self.office.ticket(),
            "source_type": "HOTLINE_NATIONAL",
            "item_no": 1,
            "instrument": "NOTICE",
            "legal_basis": "PRAKAS_170_2018_7" if not hosts else "ECOM_2019_24_25",
            "priority": "P2_STANDARD",
            "service_role": "HOSTING" if hosts else "ACCESS",
            "harm": "CSAM",
            "assessment": "BASELINE",
            "assessed_by": "HOTLINE",
            "locator_kind": "URL",
            "hosting_country": "KH" if hosts else "NL",
            "issued_at": received - timedelta(minutes=6),
            "received_at": received,
            "handled_by": self.people.handler,
            **others,
        }

    def _notice(self, period: Period, number: int, items: int) -> list[Item]:
        chance = self.chance
        day = period.first_day + timedelta(days=chance.randrange(period.last_day.day))
        received = chance.moment(day)
        sender, prefix, instrument, _ = chance.choices(_SENDERS, [s[3] for s in _SENDERS])[0]
        urgent = sender in {"POLICE", "HOTLINE_NATIONAL"} and chance.happens(45)
        reference = f"{prefix}-{period.year}-{self.isp.id:02d}{period.month:02d}{number:02d}"
        user = sender in {"USER_REPORT", "TRUSTED_FLAGGER"}
        common = {
            "source_type": sender,
            "source_ref": reference,
            "instrument": instrument,
            "priority": "P1_CHILD_IN_DANGER" if urgent else "P2_STANDARD",
            "assessment": "PENDING" if user else "BASELINE",
            "assessed_by": "PROVIDER_UNVERIFIED" if user else _assessor(sender),
            "issued_at": received - chance.minutes(2, 180),
        }
        return [
            self._everyday(
                self.typed(
                    received,
                    **common,
                    item_no=no,
                    harm=chance.choice(_HARMS),
                    media=chance.choice(("IMAGE", "VIDEO", "MIXED", "UNKNOWN")),
                    hosting_country="KH" if self.isp.part.hosts else chance.choice(_COUNTRIES),
                )
            )
            for no in range(1, items + 1)
        ]

    def _everyday(self, typed: Row) -> Item:
        """An item with the course that chance gives it."""
        item, chance = Item(typed), self.chance
        received, urgent = typed["received_at"], typed["priority"] == "P1_CHILD_IN_DANGER"
        item.then("ACKNOWLEDGED", received + self._until_acknowledged(urgent=urgent))
        fate = chance.randrange(1000)
        if typed["assessment"] != "PENDING":
            self._report(item, urgent=urgent)
        done = received + self._until_done(urgent=urgent)
        if fate < _GONE:
            return item.then("ACTIONED", done, action="ALREADY_UNAVAILABLE")
        if fate < _GONE + _NOT_OURS:
            item.then("ACTIONED", done, action="NOT_OUR_SERVICE")
            return item.then("FORWARDED", done + chance.minutes(5, 40))
        if fate < _GONE + _NOT_OURS + _REFUSED and typed["assessment"] == "PENDING":
            return self._refuse(item, done)
        if fate > 1000 - _WITHDRAWN:
            return item.then("WITHDRAWN", done, reference=f"{typed['source_ref']}-W")
        return self.act(item, done)

    def act(self, item: Item, done: datetime, **others: Any) -> Item:
        """The ISP acts: removes what it hosts, blocks and forwards the rest."""
        chance = self.chance
        late = done - item.typed["received_at"] > 24 * _HOUR
        if late and chance.happens(500):
            others["late_reason"] = chance.choice(("STAFF_ABSENCE", "AWAITING_THIRD_PARTY"))
        if item.typed["service_role"] != "HOSTING":
            item.then("ACTIONED", done, action="BLOCKED", time_source="SYSTEM_LOG", **others)
            return item.then("FORWARDED", done + chance.minutes(3, 45))
        action = chance.choice(("REMOVED", "REMOVED", "ACCESS_DISABLED", "ACCOUNT_SUSPENDED"))
        item.then("ACTIONED", done, action=action, time_source="SYSTEM_LOG", **others)
        keep = done.date() + timedelta(days=183)
        item.then("PRESERVED", done + chance.minutes(1, 9), expires_on=keep)
        if chance.happens(400):
            reference = f"{item.typed['source_ref']}-V"
            item.then(
                "VERIFIED", done + chance.minutes(90, 900), verifier="HOTLINE", reference=reference
            )
        return item

    def _refuse(self, item: Item, done: datetime) -> Item:
        item.then("ACTIONED", done, action="REFUSED_NOT_ILLEGAL")
        confirmed = done + self.chance.minutes(600, 3000)
        return item.then("REFUSAL_CONFIRMED", confirmed, reference=f"{item.typed['source_ref']}-C")

    def _report(self, item: Item, *, urgent: bool) -> None:
        within = self.chance.minutes(8, 50) if urgent else self.chance.spell(4 * _HOUR)
        if self.chance.happens({Care.GOOD: 0, Care.FAIR: 4, Care.POOR: 90}[self.isp.part.care]):
            within = 25 * _HOUR + self.chance.minutes(0, 3000)
        else:
            within = min(within, 20 * _HOUR)
        at = item.typed["received_at"] + within
        item.then(
            "REPORTED",
            at,
            authority=self.chance.choice(("POLICE_CYBERCRIME", "POLICE_CHILD_PROTECTION")),
        )

    def _until_acknowledged(self, *, urgent: bool) -> timedelta:
        if self.chance.happens(_LATE[self.isp.part.care]):
            return 5 * _HOUR + self.chance.minutes(0, 700)
        if urgent:
            return self.chance.minutes(2, 25)
        return min(self.chance.spell(timedelta(minutes=35)), timedelta(minutes=225))

    def _until_done(self, *, urgent: bool) -> timedelta:
        if self.chance.happens(_LATE[self.isp.part.care] // (3 if urgent else 1)):
            return 49 * _HOUR + self.chance.spell(60 * _HOUR, 1.1)
        if urgent:
            return self.chance.minutes(6, 52)
        return min(self.chance.spell(6 * _HOUR), _LONGEST)


def _assessor(sender: str) -> str:
    return "POLICE" if sender in {"POLICE", "REGULATOR"} else "HOTLINE"


def _sittings(steps: Sequence[Step]) -> list[list[Step]]:
    """Steps in order of time, those within three hours of each other entered in one sitting."""
    sittings: list[list[Step]] = []
    for step in sorted(steps, key=lambda s: s.typed["occurred_at"]):
        at = step.typed["occurred_at"]
        if sittings and at - sittings[-1][-1].typed["occurred_at"] <= 3 * _HOUR:
            sittings[-1].append(step)
        else:
            sittings.append([step])
    return sittings
