"""Open items on their way from one ISP's register to another's, some thousand at a time.

Of each item the successor gets the particulars and every event that stands, with their original
times, so that its clocks run on by the same rules. Tickets, pseudonyms and free text stay behind:
they mean something in one house only, and what is not copied need not be redacted twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor
from portal.entries.entry import line_digest, seal, stamp
from portal.ledger import Ledger
from portal.registers.codes import Effect, Progress
from portal.registers.folds import is_open
from portal.registers.matching import Row
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.rows import CHUNK, among, insert_rows

_ITEMS: Any = Takedown.__table__
_EVENTS: Any = TakedownEvent.__table__
_LEFT_BEHIND: Final = ("own_ref", "handled_by", "note", "duplicate_of", "reappearance_of")


class Handover:
    """The open items of ``old``, handed to ``new`` because of the decision of that reference.

    ``first`` is the instant from which the successor holds them. ``seq`` is the successor's act.
    Call under both ledgers.
    """

    def __init__(
        self, session: Session, old: Ledger, new: Ledger, reference: str, first: datetime
    ) -> None:
        self._session, self._old, self._new = session, old, new
        self._reference, self._first = reference, first
        # What is written before the act's event carries the number that the event will get.
        self._gone_seq, self.seq = old.seq + 1, new.seq + 1
        self._gone, self._came = hashlib.sha256(), hashlib.sha256()

    def run(self, *, by: Actor, at: datetime) -> int:
        """Hand everything over as one act in each chain; returns how many items."""
        count = 0
        for items in self._open_items():
            self._hand_over(items, by=by, at=at)
            count += len(items)
        if count:
            told = {"items": count, "from": self._old.isp_id, "to": self._new.isp_id}
            lines = self._gone.hexdigest(), self._came.hexdigest()
            both = ((self._old, "items.transferred"), (self._new, "items.carried"))
            for (book, kind), line in zip(both, lines, strict=True):
                trail.append(
                    self._session, book, kind, by=by, at=at, subject="takedowns",
                    lines=line, **told,
                )  # fmt: skip
        return count

    def _open_items(self) -> Iterator[Sequence[Row]]:
        last = 0
        while True:
            query = (
                select(_ITEMS)
                .where(
                    Takedown.isp_id == self._old.isp_id,
                    Takedown.closed_seq.is_(None),
                    Takedown.void.is_(False),
                    Takedown.duplicate_of.is_(None),
                    Takedown.key > last,
                    is_open(),
                )
                .order_by(Takedown.key)
                .limit(CHUNK)
            )
            found = [dict(row) for row in self._session.execute(query).mappings()]
            if not found:
                return
            last = found[-1]["key"]
            yield found

    def _hand_over(self, items: Sequence[Row], *, by: Actor, at: datetime) -> None:
        keys = ledger.keys(self._new, len(items))
        events = self._events([item["key"] for item in items])
        last_nos = self._last_nos([item["key"] for item in items])
        gone, came, copies = list[Row](), list[Row](), list[Row]()
        for item, key in zip(items, keys, strict=True):
            mine = events.get(item["key"], [])
            moment = self._moment(item, mine)
            gone.append(self._leaves(item, last_nos.get(item["key"], 0) + 1, moment))
            came.append(self._arrives(item, key, moment))
            copies += [self._copied(event, key) for event in mine]
        self._write(TakedownEvent, gone, self._gone, self._gone_seq, by=by, at=at)
        self._write(Takedown, came, self._came, self.seq, by=by, at=at)
        self._write(TakedownEvent, copies, self._came, self.seq, by=by, at=at)

    def _moment(self, item: Row, events: Sequence[Row]) -> datetime:
        """When it left: on the first day, unless it came, or was worked on, after that."""
        # The authority's approval may come at any time and is no work on the item.
        worked = [e["occurred_at"] for e in events if e["kind"] != Progress.PAUSE_APPROVED]
        moment: datetime = max(self._first, item["carried_at"] or item["received_at"], *worked)
        return moment

    def _leaves(self, item: Row, no: int, moment: datetime) -> Row:
        row = {"isp_id": self._old.isp_id, "key": item["key"], "no": no, "occurred_at": moment}
        row |= {"kind": Progress.TRANSFERRED, "effect": Effect.CLOSES, "retracted": False}
        return {**dict.fromkeys(_EVENTS.columns.keys()), **row, "reference": self._reference}

    def _arrives(self, item: Row, key: int, moment: datetime) -> Row:
        carried = {"carried_isp": self._old.isp_id, "carried_key": item["key"]}
        carried |= {"carried_line": item["digest"], "carried_at": moment}
        anew = {"isp_id": self._new.isp_id, "key": key, "version": 1, "reason": None}
        return {**item, **dict.fromkeys(_LEFT_BEHIND), **anew, **carried}

    def _copied(self, event: Row, key: int) -> Row:
        anew = {"isp_id": self._new.isp_id, "key": key, "carried_line": event["digest"]}
        return {**event, **anew, "note": None}

    def _write(
        self, table: Any, rows: Sequence[Row], lines: Any, seq: int, *, by: Actor, at: datetime
    ) -> None:
        for row in rows:
            seal(self._session, row, table.__sealed__)
            row["digest"] = line_digest(table, row)
            lines.update(row["digest"])
            stamp(row, seq, by=by.person_id, at=at)
        insert_rows(self._session, table.__table__, rows)

    def _events(self, keys: Sequence[int]) -> Mapping[int, list[Row]]:
        """The events that stand, by item, in the order of their numbers."""
        query = (
            select(_EVENTS)
            .where(
                TakedownEvent.isp_id == self._old.isp_id,
                among(TakedownEvent.key, keys),
                TakedownEvent.closed_seq.is_(None),
                TakedownEvent.retracted.is_(False),
            )
            .order_by(TakedownEvent.key, TakedownEvent.no)
        )
        found: dict[int, list[Row]] = {}
        for row in self._session.execute(query).mappings():
            found.setdefault(row["key"], []).append(dict(row))
        return found

    def _last_nos(self, keys: Sequence[int]) -> Mapping[int, int]:
        """The last number given in each item, taken back or not."""
        query = (
            select(TakedownEvent.key, func.max(TakedownEvent.no))
            .where(TakedownEvent.isp_id == self._old.isp_id, among(TakedownEvent.key, keys))
            .group_by(TakedownEvent.key)
        )
        return {row.key: row[1] for row in self._session.execute(query)}
