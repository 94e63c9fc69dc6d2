"""Rows of a file that say something else than what was recorded under their own reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import ledger
from portal.accounts import Actor
from portal.entries.codes import CorrectionReason
from portal.entries.inputs import Problem
from portal.errors import Refusal, Refused
from portal.registers.actions import corrected
from portal.registers.bulk.matching import Changed
from portal.registers.case import Read
from portal.registers.matching import Row
from portal.registers.register import Register
from portal.registers.takedowns import Takedown
from portal.registers.writing import as_expected, next_version
from portal.rows import among

_AT_ONCE: Final = 500
"""So many entries are read with their events in one turn."""


class Corrections:
    """The rows that differ from what stands, each as the correction that it would be."""

    def __init__(self, session: Session, isp_id: int, register: Register, at: datetime) -> None:
        self._session, self._isp_id, self._register, self._at = session, isp_id, register, at

    def objections(self, changed: Sequence[Changed]) -> Iterator[tuple[Changed, list[Problem]]]:
        """Each with why it cannot become a correction: what would refuse it on its page, too."""
        for one, former, read in self._read(changed):
            try:
                self._corrected(one, former, read)
            except Refused as several:
                yield one, [Problem(*problem) for problem in several.problems]
            except Refusal as refusal:
                yield one, [Problem(refusal.field, refusal.code, refusal.params)]
            else:
                yield one, []

    def write(
        self,
        book: ledger.Ledger,
        changed: Sequence[Changed],
        *,
        reason: CorrectionReason,
        by: Actor,
    ) -> None:
        """Write each as the next version of its entry, under the ISP's lock. It is weighed again:
        it may meet what the same file has just recorded.
        """
        session, register, at = self._session, self._register, self._at
        # The ledger is ours and written at the end: the server keeps every version that a row has
        # had in a transaction, and would walk them all for each entry.
        with session.no_autoflush:
            for one, former, read in self._read(changed):
                row = self._corrected(one, former, read)
                next_version(session, book, register, row, reason=reason, by=by, at=at)

    def _read(self, changed: Sequence[Changed]) -> Iterator[tuple[Changed, Any, Read]]:
        table = self._register.table.__table__
        for first in range(0, len(changed), _AT_ONCE):
            some = changed[first : first + _AT_ONCE]
            keys = [one.key for one in some]
            read = Read({}, {})
            if self._register.table is Takedown:
                read = Read.of(self._session, self._isp_id, keys)
            mine = (table.c.isp_id == self._isp_id, table.c.closed_seq.is_(None))
            query = select(table).where(*mine, among(table.c.key, keys))
            stands = {row["key"]: row for row in self._session.execute(query).mappings()}
            for one in some:
                yield one, stands.get(one.key), read

    def _corrected(self, one: Changed, former: Any, read: Read) -> Row:
        stood = as_expected(former, one.version)
        said = {name: one.row[name] for name in self._register.input.model_fields}
        events = read.standing(one.key)
        return corrected(self._session, self._register, stood, events, said, at=self._at)
