"""An entry as an auditor reads it: sealed texts as the policy says, pauses all alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from portal.certificates.annexes import merged
from portal.policy.document import Policy
from portal.registers import course
from portal.registers.codes import Progress
from portal.registers.register import Register
from portal.registers.takedowns import TakedownEvent
from portal.web.facts import GUARDED, Fact, facts_about, step_facts
from portal.web.labels import label
from portal.web.words import title_of

# A pause says that it was one and whether it stood, never why: a hold of the police must not be
# told from another (chairs C1).
_OF_A_PAUSE = frozenset({Progress.PAUSED, Progress.RESUMED, Progress.PAUSE_APPROVED})
_PSEUDONYM = "second_approver"
# What the form calls "your own" is another's to who reads it here.
_OF_THE_ISP: Mapping[str, LazyString] = {
    "own_ref": lazy_gettext("The ISP's own number"),
    "service_role": lazy_gettext("The ISP's part in the service"),
}


class Read(NamedTuple):
    """An entry for an auditor: what it says, and what stands behind the content note."""

    facts: list[Fact]
    guarded: list[Fact]


class Happened(NamedTuple):
    """Something that happened to an item: what, when (claimed), entered when, and its details."""

    title: str
    at: datetime
    entered_at: datetime
    facts: list[Fact]


class Reader:
    """Reads the entries of a frozen month under a policy; ``staff`` are its statement's groups."""

    def __init__(self, policy: Policy, staff: Sequence[Mapping[str, Any]]) -> None:
        self.policy = policy
        self.shown = frozenset(str(name) for name in policy.audit.shown_texts)
        told = {one["role_group"] for one in merged([*map(dict, staff)], policy.small_cell)}
        self.small = {one["role_group"] for one in staff} - told

    def read(self, register: Register, row: Any) -> Read:
        """The whole entry."""
        names = [name for name in register.input.model_fields if name not in GUARDED]
        guarded = [name for name in GUARDED if name in register.input.model_fields]
        return Read(
            self.facts(register, row, names), facts_about(register.input, row, self.policy, guarded)
        )

    def facts(self, register: Register, row: Any, names: Iterable[str]) -> list[Fact]:
        """The named fields of an entry."""
        return [self._fact(register, row, name) for name in names]

    def steps(self, events: Sequence[TakedownEvent]) -> list[Happened]:
        """What happened to an item, oldest first."""
        return [
            self._happened(event, events)
            for event in events
            if event.kind != Progress.PAUSE_APPROVED
        ]

    def _fact(self, register: Register, row: Any, name: str) -> Fact:
        if name in register.table.__sealed__ and name not in self.shown:
            there = getattr(row, f"{name}_salt") is not None
            said = _("sealed; not shown to auditors") if there else "–"
            return Fact(self._title(register, name), said, verbatim=False)
        [fact] = facts_about(register.input, row, self.policy, [name])
        fact = fact._replace(title=self._title(register, name))
        small = name == "role_group" and row.role_group in self.small
        return fact._replace(text=_("one of the small groups, merged")) if small else fact

    def _title(self, register: Register, name: str) -> str:
        return str(_OF_THE_ISP.get(name) or title_of(register.input, name))

    def _happened(self, event: TakedownEvent, events: Sequence[TakedownEvent]) -> Happened:
        title = label(event.kind)
        if event.kind == Progress.PAUSED:
            stood = course.is_approved(event, events)
            title = label("APPROVED_PAUSE") if stood else _("Pause that was not approved")
        elif event.action is not None:
            title = f"{title}: {label(event.action)}"
        facts = [] if event.kind in _OF_A_PAUSE else self._of_step(event)
        return Happened(title, event.occurred_at, event.recorded_at, facts)

    def _of_step(self, event: TakedownEvent) -> list[Fact]:
        hidden = [n for n in (*event.__sealed__, _PSEUDONYM) if n not in self.shown]
        return step_facts(event, self.policy, leave_out=hidden)
