"""One takedown item with its events, read under the ledger's lock: what may be added to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

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

_TABLE: Any = TakedownEvent.__table__
_COLUMNS = tuple(column.name for column in _TABLE.columns)
_NAME = REGISTERS["takedowns"].name


class Case:
    """One item with its events, read under the ledger's lock."""

    def __init__(self, session: Session, isp_id: int, key: int, at: datetime) -> None:
        self._session, self._isp_id, self._key = session, isp_id, key
        self._item = _item(session, isp_id, key)
        self._policy: Policy = policy_at(session, at).policy
        every = _every_event(session, isp_id, key)
        self.events: Sequence[TakedownEvent] = [event for event in every if _stands(event)]
        self._last: int = max((event.no for event in every), default=0)

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
        mine = {"isp_id": self._isp_id, "key": self._key, "no": self._last + 1, "kind": kind}
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
        if has_gone(self.events):
            raise Refused([(None, "transferred-away", {})])
        others = [event for event in self.events if event.no != instead_of]
        self._approve_if_short(row, others)
        row["effect"] = self._effect_in(others, row)
        self._check_second(row)
        seal(self._session, row, TakedownEvent.__sealed__)
        row["digest"] = line_digest(TakedownEvent, row)
        seq = trail.append(
            self._session,
            book,
            "event.corrected" if instead_of else "event.recorded",
            by=by,
            at=at,
            subject=_NAME(self._key),
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
            .where(_TABLE.c.isp_id == self._isp_id, _TABLE.c.key == self._key, _TABLE.c.no == no)
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


def _item(session: Session, isp_id: int, key: int) -> Item:
    row = (
        session.execute(
            select(Takedown.__table__).where(
                Takedown.isp_id == isp_id, Takedown.key == key, Takedown.closed_seq.is_(None)
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotThere("key")
    if row["void"]:
        raise EntryVoid
    if row["duplicate_of"] is not None:
        raise IsADuplicate(entry=_NAME(row["duplicate_of"]))
    return Item.of(dict(row))


def events_of(session: Session, isp_id: int, key: int) -> Sequence[TakedownEvent]:
    """The events that stand."""
    return [event for event in _every_event(session, isp_id, key) if _stands(event)]


def has_gone(events: Sequence[TakedownEvent]) -> bool:
    """Whether events that stand say that the item went to a successor."""
    return any(event.kind == Progress.TRANSFERRED for event in events)


def _every_event(session: Session, isp_id: int, key: int) -> Sequence[TakedownEvent]:
    return session.scalars(
        select(TakedownEvent).where(TakedownEvent.isp_id == isp_id, TakedownEvent.key == key),
        execution_options={"populate_existing": True},
    ).all()


def _stands(event: TakedownEvent) -> bool:
    return event.closed_seq is None and not event.retracted
