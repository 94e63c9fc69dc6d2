"""What new rows meet in a register: the same ticket, issue, item of a notice or span."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from portal.entries.inputs import Problem
from portal.registers.register import Register
from portal.rows import among, chunks

Row = dict[str, Any]


@dataclass(frozen=True)
class Batch:
    """Rows about to be admitted to one register of one ISP: columns as typed, plus their key.

    ``besides`` are entries that do not stand in the way: one that is being corrected, or those
    that are known not to be what a notice asked for.
    """

    session: Session
    isp_id: int
    register: Register
    rows: Sequence[Row]
    besides: frozenset[int] = frozenset()
    refused: list[tuple[int, Problem]] = field(default_factory=list)
    warned: list[tuple[int, Problem]] = field(default_factory=list)

    def refuse(self, index: int, name: str | None, code: str, /, **params: Any) -> None:
        """Note why a row cannot be admitted."""
        self.refused.append((index, Problem(name, code, params)))

    def warn(self, index: int, name: str | None, code: str, /, **params: Any) -> None:
        """Note what is odd about a row that is admitted all the same."""
        self.warned.append((index, Problem(name, code, params)))

    def standing(self, table: Any) -> ColumnElement[bool]:
        """The valid versions in force of the ISP's entries."""
        wanted = [table.isp_id == self.isp_id, table.closed_seq.is_(None), table.void.is_(False)]
        if self.besides:
            wanted.append(table.key.not_in(self.besides))
        return and_(*wanted)


def recorded_alike(batch: Batch) -> dict[int, int]:
    """The rows whose own reference and content are recorded already: row index -> key.

    The same reference with another content is refused; so is one reference twice in the batch.
    """
    table = batch.register.table
    wanted = {row["own_ref"]: i for i, row in enumerate(batch.rows) if row["own_ref"] is not None}
    _refuse_repeated(batch, wanted)
    alike: dict[int, int] = {}
    for refs in chunks(sorted(wanted)):
        found = batch.session.execute(
            select(table.__table__).where(batch.standing(table), among(table.own_ref, refs))
        ).mappings()
        for entry in found:
            index = wanted[entry["own_ref"]]
            if _was(batch, dict(entry), batch.rows[index]):
                alike[index] = entry["key"]
            else:
                name = batch.register.name(entry["key"])
                batch.refuse(index, "own_ref", "already-recorded", entry=name)
    return alike


def _refuse_repeated(batch: Batch, last: Mapping[str, int]) -> None:
    for index, row in enumerate(batch.rows):
        if row["own_ref"] is not None and last[row["own_ref"]] != index:
            batch.refuse(index, "own_ref", "twice-in-one-batch", row=last[row["own_ref"]] + 1)


def _was(batch: Batch, entry: Mapping[str, Any], row: Row) -> bool:
    """Whether the entry says, or once said, what the row says: sending a file again is harmless."""

    def same(version: Mapping[str, Any]) -> bool:
        return all(version[name] == row[name] for name in batch.register.input.model_fields)

    if same(entry) or entry["version"] == 1:
        return same(entry)
    table = batch.register.table
    first = select(table.__table__).where(
        table.isp_id == batch.isp_id, table.key == entry["key"], table.version == 1
    )
    return same(dict(batch.session.execute(first).mappings().one()))
