"""One takedown item with its events, read under the ledger's lock: what may be added to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor
from portal.entries.entry import line_digest, seal
from portal.entries.inputs import Problem
from portal.entries.refusals import ChangedMeanwhile, Unchanged
from portal.errors import NotThere, Refused
from portal.policy.document import Policy
from portal.policy.queries import policy_at
from portal.registers import course
from portal.registers.codes import Effect, Progress
from portal.registers.course_rules import Item
from portal.registers.inputs_progress import ProgressIn
from portal.registers.refusals import EntryVoid, IsADuplicate
from portal.registers.register import REGISTERS
from portal.registers.roster import RosterSpan
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.rows import among, chunks

_TABLE: Any = TakedownEvent.__table__
_COLUMNS = tuple(column.name for column in _TABLE.columns)
_NAME = REGISTERS["takedowns"].name


class Read(NamedTuple):
    """Entries in force and all their events, by key."""

    entries: Mapping[int, Mapping[str, Any]]
    events: Mapping[int, Sequence[TakedownEvent]]

    @classmethod
    def of(cls, session: Session, isp_id: int, keys: Sequence[int]) -> Read:
        """Two queries for each few thousand items."""
        entries: dict[int, Mapping[str, Any]] = {}
        events: dict[int, list[TakedownEvent]] = {}
        for some in chunks(keys):
            in_force = select(Takedown.__table__).where(
                Takedown.isp_id == isp_id, among(Takedown.key, some), Takedown.closed_seq.is_(None)
            )
            entries |= {row["key"]: row for row in session.execute(in_force).mappings()}
            every = select(TakedownEvent).where(
                TakedownEvent.isp_id == isp_id, among(TakedownEvent.key, some)
            )
            for event in session.scalars(every, execution_options={"populate_existing": True}):
                events.setdefault(event.key, []).append(event)
        return cls(entries, events)

    def standing(self, key: int) -> Sequence[TakedownEvent]:
        """The events of an item that stand."""
        return [event for event in self.events.get(key, ()) if _stands(event)]


class Case:
    """One item with its events, read under the ledger's lock."""

    def __init__(
        self, session: Session, isp_id: int, key: int, at: datetime, read: Read | None = None
    ) -> None:
        self._session, self._isp_id, self.key = session, isp_id, key
        known = read or Read.of(session, isp_id, [key])
        self._item = _item(known.entries.get(key))
        self._policy: Policy = policy_at(session, at).policy
        every = known.events.get(key, ())
        self.events: Sequence[TakedownEvent] = [event for event in every if _stands(event)]
        self._last: int = max((event.no for event in every), default=0)

    @classmethod
    def several(
        cls, session: Session, isp_id: int, keys: Sequence[int], at: datetime
    ) -> list[Case]:
        """The cases of many items, read together."""
        read = Read.of(session, isp_id, keys)
        return [cls(session, isp_id, key, at, read) for key in keys]

    @property
    def item(self) -> Item:
        """What the rules know of the item."""
        return self._item

    @property
    def possible(self) -> list[Progress]:
        """What could be recorded next."""
        return course.possible(self._item, self.events, self._policy)

    @property
    def received_at(self) -> datetime:
        """When the item came."""
        return self._item.received_at

    def expect(self, no: int) -> None:
        """Refuse unless the reader saw the last event."""
        if no != self._last:
            raise ChangedMeanwhile(version=self._last)

    def event(self, no: int) -> TakedownEvent:
        """The event of a number, if it stands."""
        found = [event for event in self.events if event.no == no]
        if not found:
            raise NotThere("no")
        return found[0]

    def row(self, kind: Progress, **columns: Any) -> dict[str, Any]:
        """The columns of the next event."""
        mine = {"isp_id": self._isp_id, "key": self.key, "no": self._last + 1, "kind": kind}
        return {**dict.fromkeys(_COLUMNS), "retracted": False, **columns, **mine}

    def replacement(self, former: TakedownEvent, value: ProgressIn | None) -> dict[str, Any]:
        """The event that takes a wrong one's place."""
        was = {name: getattr(former, name) for name in _COLUMNS if name not in _OWN}
        if value is None:
            return self.row(former.kind, **was)
        if value.kind != former.kind:
            raise NotThere("kind")
        now = value.columns()
        if former.kind == Progress.RESUMED and now["refers_to"] is None:
            now["refers_to"] = former.refers_to
        if all(was[name] == now[name] for name in now):
            raise Unchanged
        return self.row(former.kind, **now)

    def must_hold(self, row: dict[str, Any]) -> None:
        """Raise Refused where the course of the item cannot hold an event; writes nothing."""
        self._effect_in(self.events, row)

    def append(
        self,
        book: ledger.Ledger,
        row: dict[str, Any],
        *,
        by: Actor,
        at: datetime,
        instead_of: int | None = None,
    ) -> int:
        """Admit the event if the course of the item can hold it, and nobody else has the item."""
        self._make_ready(row, [event for event in self.events if event.no != instead_of])
        seq = trail.append(
            self._session,
            book,
            "event.corrected" if instead_of else "event.recorded",
            by=by,
            at=at,
            subject=_NAME(self.key),
            no=row["no"],
            kind=str(row["kind"]),
            instead_of=instead_of,
            line=row["digest"].hex(),
        )
        row |= {"admitted_seq": seq, "recorded_at": at, "recorded_by": by.person_id}
        if instead_of is not None:
            self._close(instead_of, seq)
        self._session.execute(insert(_TABLE), [row])
        return int(row["no"])

    def take(self, row: dict[str, Any]) -> dict[str, Any]:
        """Let an event join the course at once, to be written later with others in one act."""
        self._make_ready(row, self.events)
        self.events = [*self.events, TakedownEvent(**row)]
        self._last = row["no"]
        return row

    def _make_ready(self, row: dict[str, Any], others: Sequence[TakedownEvent]) -> None:
        if has_gone(self.events):
            raise Refused([(None, "transferred-away", {})])
        self._approve_if_short(row, others)
        row["effect"] = self._effect_in(others, row)
        self._check_second(row)
        seal(self._session, row, TakedownEvent.__sealed__)
        row["digest"] = line_digest(TakedownEvent, row)

    def _approve_if_short(self, row: dict[str, Any], others: Sequence[TakedownEvent]) -> None:
        """Short pauses for everyday reasons stop the clock without the authority."""
        if row["kind"] == Progress.PAUSED:
            pause = TakedownEvent(**row)
            row["approved"] = course.needs_no_approval(pause, row["until_at"], self._policy)
        elif row["kind"] == Progress.RESUMED:
            ended = [event for event in others if event.no == row["refers_to"]]
            row["approved"] = any(
                course.needs_no_approval(pause, row["occurred_at"], self._policy) for pause in ended
            )

    def _effect_in(self, others: Sequence[TakedownEvent], row: dict[str, Any]) -> Effect | None:
        """The event's effect in the course; raises Refused where it cannot stand."""
        mine = [] if row["retracted"] else [TakedownEvent(**row)]
        steps = course.walk(self._item, [*others, *mine], self._policy)
        found, effect = [], None
        for step in steps:
            if step.event.no == row["no"]:
                effect = step.effect
                found += [step.problem] if step.problem else []
        if not found:
            found = [_shaken(s) for s in steps if s.event.no != row["no"] and _falls(s)]
        if found:
            raise Refused([(p.field, p.code, dict(p.params)) for p in found])
        return effect

    def _check_second(self, row: dict[str, Any]) -> None:
        """A second approver is somebody of the ISP's on that day, not just a word (chairs C3)."""
        if row["second_approver"] is None or row["retracted"]:
            return
        day = row["occurred_at"].astimezone(self._policy.time_zone).date()
        on_roster = exists().where(
            RosterSpan.isp_id == self._isp_id,
            RosterSpan.staff_ref == row["second_approver"],
            RosterSpan.from_on <= day,
            or_(RosterSpan.until_on.is_(None), RosterSpan.until_on >= day),
            RosterSpan.closed_seq.is_(None),
            RosterSpan.void.is_(False),
        )
        if not self._session.scalar(select(on_roster)):
            raise Refused([("second_approver", "second-not-on-roster", {"day": day})])

    def _close(self, no: int, seq: int) -> None:
        self._session.execute(
            update(_TABLE)
            .where(_TABLE.c.isp_id == self._isp_id, _TABLE.c.key == self.key, _TABLE.c.no == no)
            .values(closed_seq=seq)
        )


_OWN = frozenset(
    {"isp_id", "key", "no", "kind", "effect", "digest", "admitted_seq", "closed_seq"}
    | {"carried_line"}
    | {"recorded_at", "recorded_by", "corrects", "reason", "retracted"}
)


def _falls(step: course.Step) -> bool:
    return step.problem is not None or step.effect != step.event.effect


def _shaken(step: course.Step) -> Problem:
    return Problem("occurred_at", "later-events-depend-on-it", {"no": step.event.no})


def _item(row: Mapping[str, Any] | None) -> Item:
    if row is None:
        raise NotThere("key")
    if row["void"]:
        raise EntryVoid
    if row["duplicate_of"] is not None:
        raise IsADuplicate(entry=_NAME(row["duplicate_of"]))
    return Item.of(dict(row))


def events_of(session: Session, isp_id: int, key: int) -> Sequence[TakedownEvent]:
    """The events that stand."""
    return Read.of(session, isp_id, [key]).standing(key)


def has_gone(events: Sequence[TakedownEvent]) -> bool:
    """Whether events that stand say that the item went to a successor."""
    return any(event.kind == Progress.TRANSFERRED for event in events)


def _stands(event: TakedownEvent) -> bool:
    return event.closed_seq is None and not event.retracted
