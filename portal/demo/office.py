"""The office of one ISP: it records and moves on through the same doors as everybody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from portal.accounts import Actor
from portal.demo.agenda import Agenda
from portal.demo.chance import ZONE
from portal.demo.world import Isp
from portal.entries.codes import CorrectionReason
from portal.entries.inputs import check
from portal.period import Period
from portal.policy import Policy, policy_at
from portal.registers.actions import admit, correct
from portal.registers.codes import Progress
from portal.registers.inputs_progress import PROGRESS_INPUTS
from portal.registers.lists.inheriting import inherit
from portal.registers.progress import progress
from portal.registers.register import REGISTERS
from portal.registers.takedowns import TakedownEvent

Row = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """Something that happens to an item: its kind and what is typed of it."""

    kind: Progress
    typed: Mapping[str, Any]


@dataclass
class Item:
    """One item of a notice: what is typed when it is recorded, and what happens to it then."""

    typed: Row
    steps: list[Step] = field(default_factory=list)

    def then(self, kind: str, at: datetime, **typed: Any) -> Item:
        """Let something happen to it."""
        self.steps.append(Step(Progress(kind), {"occurred_at": at, **typed}))
        return self


class Office:
    """Records for one ISP, numbers its tickets, knows which registers hold entries of a month."""

    def __init__(self, agenda: Agenda, isp: Isp) -> None:
        self.agenda = agenda
        self.isp = isp
        self._entries: Counter[tuple[Period, str]] = Counter()
        self._last_event: Counter[int] = Counter()
        self._tickets = 0
        self._policies: dict[date, Policy] = {}
        # Whether notifiers, too, add to what happens to its items.
        self.watched = False

    def ticket(self) -> str:
        """The next number of the ISP's own."""
        self._tickets += 1
        return f"T-{self._tickets:04d}"

    def record(
        self, slug: str, rows: Sequence[Row], at: datetime, by: Actor | None = None
    ) -> tuple[int, ...]:
        """Check rows as if they had been typed, and admit them as one act; returns their keys."""
        register, policy = REGISTERS[slug], self._policy(at)
        checked = [check(register.input, row, now=at, policy=policy) for row in rows]
        by = by or self.isp.writers.get(slug, self.isp.preparer)
        done = admit(self.agenda.session, self.isp.id, register, checked, by=by, at=at)
        for row in rows:
            self.mark(slug, row[register.dated_by], row.get("fetched_at"))
        return done.keys

    def correct(
        self, slug: str, key: int, row: Row, reason: CorrectionReason, at: datetime
    ) -> None:
        """Write the second version of an entry."""
        register = REGISTERS[slug]
        correct(
            self.agenda.session,
            self.isp.id,
            register,
            key,
            expects=1,
            value=check(register.input, row, now=at, policy=self._policy(at)),
            reason=reason,
            by=self.isp.preparer,
            at=at,
        )

    def move(self, key: int, steps: Sequence[Step], at: datetime) -> None:
        """Record what happened to an item."""
        policy = self._policy(at)
        for step in steps:
            self._last_event[key] = progress(
                self.agenda.session,
                self.isp.id,
                key,
                step.kind,
                check(PROGRESS_INPUTS[step.kind], step.typed, now=at, policy=policy),
                expects_no=self.last_event(key),
                by=self.isp.preparer,
                at=at,
            )

    def last_event(self, key: int) -> int:
        """The number of the newest event of an item."""
        if not self.watched:
            return self._last_event[key]
        mine = (TakedownEvent.isp_id == self.isp.id, TakedownEvent.key == key)
        return self.agenda.session.scalar(select(func.max(TakedownEvent.no)).where(*mine)) or 0

    def saw(self, key: int, no: int) -> None:
        """Take note of an event that somebody else recorded."""
        self._last_event[key] = no

    def inherit(self, period: Period, at: datetime) -> None:
        """Take an upstream's evidence of a month over."""
        isp = self.isp
        count = inherit(self.agenda.session, isp.id, period, by=isp.preparer, at=at)
        self._entries[period, "blocklists"] += count

    def nils(self, period: Period, declaring: Sequence[str]) -> list[str]:
        """The registers that hold no entry of a month."""
        return [slug for slug in declaring if not self._entries[period, slug]]

    def _policy(self, at: datetime) -> Policy:
        # Every policy of the story was adopted before it began: a day is asked for once.
        day = at.astimezone(ZONE).date()
        if day not in self._policies:
            self._policies[day] = policy_at(self.agenda.session, at).policy
        return self._policies[day]

    def mark(self, slug: str, *dated: date | datetime | None) -> None:
        """Take note of the months in which a register holds something."""
        for moment in dated:
            if isinstance(moment, datetime):
                self._entries[Period.of(moment, ZONE), slug] += 1
            elif moment is not None:
                self._entries[Period.on(moment), slug] += 1
