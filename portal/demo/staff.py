"""Staff and their training: who is there, who comes and leaves, who learns what and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from portal.demo.cast import Care, Tier
from portal.demo.chance import Chance, local
from portal.demo.office import Office, Row
from portal.demo.world import Isp
from portal.period import Period
from portal.policy.codes import Module, RoleGroup
from portal.policy.document import Policy
from portal.registers.codes import Level

_DAY: Final = timedelta(days=1)
_R = RoleGroup
# The first people of an ISP in this order; further ones in turn.
_FIRST: Final = (_R.DESIGNATED_HANDLER, _R.NOC_DNS, _R.MANAGEMENT, _R.CUSTOMER_CARE)
_FURTHER: Final = (
    _R.CUSTOMER_CARE,
    _R.NOC_DNS,
    _R.ABUSE_DESK,
    _R.CUSTOMER_CARE,
    _R.LEGAL_COMPLIANCE,
    _R.CUSTOMER_CARE,
    _R.NOC_DNS,
    _R.CONTRACTOR,
)
_HANDLING: Final = frozenset({_R.DESIGNATED_HANDLER, _R.ABUSE_DESK})
_MINUTES: Final = (45, 60, 90)
# How many of a thousand people a year join (and about as many leave).
_TURNOVER: Final = {Tier.GIANT: 14, Tier.MOBILE: 14, Tier.STANDARD: 10, Tier.SMALL: 5}


@dataclass(frozen=True)
class Worker:
    """One pseudonym in one role from the day of joining."""

    ref: str
    role: RoleGroup
    joined_on: date

    @property
    def handles(self) -> bool:
        """Whether this role sees cases."""
        return self.role in _HANDLING


class Personnel:
    """The people of one ISP; ``handler`` is whom its notices go to."""

    def __init__(self, office: Office, policy: Policy, first: Period) -> None:
        self.office, self.first = office, first
        self.isp: Isp = office.isp
        self.chance = Chance("staff", self.isp.slug)
        self._required = policy.training.required[self.isp.part.size]
        self.workers = [self._worker(place) for place in range(self.isp.part.staff)]
        self.keys: list[int] = []
        self._next = len(self.workers)
        # The month of the yearly refresher; the year before the first month has one, too.
        self.refresher = self.chance.randint(1, 12)

    @property
    def handler(self) -> str:
        """A pseudonym for the field "handled by"."""
        handling = [worker.ref for worker in self.workers if worker.handles]
        return self.chance.choice(handling)

    @property
    def seconds(self) -> str:
        """Another one, to approve what needs two."""
        return self.workers[2].ref

    def enter(self) -> None:
        """Record who is there at the beginning, and what they learned in the year before."""
        at = local(self.first.first_day + _DAY, 10)
        rows = [self.span(worker) for worker in self.workers]
        learned = list(self._before())
        plan = self.office.agenda.plan
        plan(at, lambda now: self.keys.extend(self.office.record("roster", rows, now)))
        if learned:
            plan(at, lambda now: self.office.record("training", learned, now))

    def month(self, period: Period) -> None:
        """Plan what the month brings: the yearly refresher, joiners, leavers."""
        if period.month == self.refresher:
            self._teach(self._refresh(period), local(self._session_day(period) + _DAY, 11))
        if self.chance.happens(_TURNOVER[self.isp.part.tier] * len(self.workers) // 2):
            self._join(period)

    def _worker(self, place: int) -> Worker:
        role = _FIRST[place] if place < len(_FIRST) else _FURTHER[place % len(_FURTHER)]
        if place == len(_FIRST):
            role = _R.DESIGNATED_HANDLER  # the deputy
        joined = self.first.first_day - timedelta(days=self.chance.randint(200, 2900))
        return Worker(f"S-{101 + place:04d}", role, joined)

    def span(self, worker: Worker) -> Row:
        """What is typed of a worker."""
        return {
            "staff_ref": worker.ref,
            "role_group": worker.role,
            "joined_on": worker.joined_on,
            "from_on": worker.joined_on,
            "handles_notices": worker.handles,
        }

    def _session_day(self, period: Period) -> date:
        day = period.first_day + timedelta(days=4 + self.refresher)
        return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)  # noqa: PLR2004

    def _before(self) -> Iterator[Row]:
        """The newest refresher before the first month: it still counts for some of them."""
        year = self.first.year - (self.refresher >= self.first.month)
        held = Period(year, self.refresher)
        for worker in self.workers:
            yield from self._lessons(worker, self._session_day(held), Level.REFRESHER)

    def _refresh(self, period: Period) -> list[Row]:
        missing = {Care.GOOD: 0, Care.FAIR: 8, Care.POOR: 260}[self.isp.part.care]
        return [
            row
            for worker in self.workers
            if not self.chance.happens(0 if worker.handles else missing)
            for row in self._lessons(worker, self._session_day(period), Level.REFRESHER)
        ]

    def _lessons(self, worker: Worker, day: date, level: Level) -> Iterator[Row]:
        for module in self._required[worker.role]:
            yield {**self._session(module, day, level), "staff_ref": worker.ref, "result": "PASSED"}

    def _session(self, module: Module, day: date, level: Level) -> dict[str, Any]:
        from_hotline = module is Module.SAFE_HANDLING_NO_VIEWING
        return {
            "session_ref": f"{day:%Y-%m}-{level.value[:3]}-{module.value[:24]}",
            "held_on": day,
            "module": module,
            "level": level,
            "provider": "HOTLINE" if from_hotline else "INTERNAL",
            "mode": "CLASSROOM" if day.month % 2 else "LIVE_ONLINE",
            "language": "KM",
            "minutes": _MINUTES[len(module) % len(_MINUTES)],
            "funded_by": "DONOR" if from_hotline else "OWN",
        }

    def _teach(self, rows: list[Row], at: Any) -> None:
        self.office.agenda.plan(at, lambda now: self.office.record("training", rows, now))

    def _join(self, period: Period) -> None:
        day = period.first_day + timedelta(days=self.chance.randint(1, 12))
        worker = Worker(f"S-{101 + self._next:04d}", _R.CUSTOMER_CARE, day)
        self._next += 1
        self.workers.append(worker)
        at = local(day, 15)
        plan = self.office.agenda.plan
        plan(at, lambda now: self.office.record("roster", [self.span(worker)], now))
        late = {Care.GOOD: 0, Care.FAIR: 40, Care.POOR: 400}[self.isp.part.care]
        within = 41 if self.chance.happens(late) else self.chance.randint(5, 22)
        inducted = day + timedelta(days=within)
        rows = list(self._lessons(worker, inducted, Level.INDUCTION))
        self._teach(rows, local(inducted, 17))
