"""Duplicates of takedown items: the same item of the same notice; the earliest receipt governs.

A duplicate is never received before its original: where it would be, the entry is refused in a
sentence that names the other one. So the original's own receipt is always the earliest, and starts
the clocks (indicators §4, edge rules).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.registers.folds import is_open
from portal.registers.matching import Batch
from portal.registers.takedowns import Takedown
from portal.rows import among, chunks

_PLACE = ("source_type", "source_ref", "item_no")


def mark(batch: Batch) -> None:
    """Set ``duplicate_of`` where the same item of the same notice is open already; refuse a row
    that came before it.
    """
    named = sorted(
        (row["received_at"], index)
        for index, row in enumerate(batch.rows)
        if row["source_ref"] is not None
    )
    open_items = _open_items(batch, {batch.rows[index]["source_ref"] for _, index in named})
    for received_at, index in named:
        row = batch.rows[index]
        place = tuple(row[name] for name in _PLACE)
        key, first_at = open_items.setdefault(place, (row["key"], received_at))
        if key == row["key"]:
            continue
        entry = batch.register.name(key)
        if received_at < first_at:
            batch.refuse(index, "received_at", "duplicate-came-earlier", entry=entry)
            continue
        row["duplicate_of"] = key
        batch.warn(index, "source_ref", "duplicate", entry=entry)


def is_elsewhere(row: Mapping[str, Any], former: Mapping[str, Any]) -> bool:
    """Whether a correction says that it was another item, or of another notice."""
    return any(row[name] != former[name] for name in _PLACE)


def keep_order(batch: Batch) -> None:
    """Refuse a correction by which a duplicate would have come before its original."""
    [row] = batch.rows
    if row["duplicate_of"] is not None:
        original = _received(batch, Takedown.key == row["duplicate_of"])
        if original and row["received_at"] < original[1]:
            entry = batch.register.name(original[0])
            batch.refuse(0, "received_at", "duplicate-came-earlier", entry=entry)
    repeated = earliest_duplicate(batch, row["key"])
    if repeated and repeated[1] < row["received_at"]:
        entry = batch.register.name(repeated[0])
        batch.refuse(0, "received_at", "later-than-its-duplicate", entry=entry)


def earliest_duplicate(batch: Batch, key: int) -> tuple[int, datetime] | None:
    """The entry that repeats this one and came first, with its receipt; None if none does."""
    return _received(batch, Takedown.duplicate_of == key)


def _received(batch: Batch, wanted: Any) -> tuple[int, datetime] | None:
    query = (
        select(Takedown.key, Takedown.received_at)
        .where(batch.standing(Takedown), wanted)
        .order_by(Takedown.received_at, Takedown.key)
        .limit(1)
    )
    found = batch.session.execute(query).one_or_none()
    return None if found is None else (found.key, found.received_at)


def _open_items(batch: Batch, refs: Iterable[str]) -> dict[Any, tuple[int, datetime]]:
    found: dict[Any, tuple[int, datetime]] = {}
    for some in chunks(sorted(refs)):
        query = (
            select(
                *[getattr(Takedown, name) for name in _PLACE], Takedown.key, Takedown.received_at
            )
            .where(
                batch.standing(Takedown),
                among(Takedown.source_ref, some),
                Takedown.duplicate_of.is_(None),
                is_open(),
            )
            # Two may be open, if one was reopened: the one that came first is the original.
            .order_by(Takedown.received_at.desc(), Takedown.key.desc())
        )
        for row in batch.session.execute(query):
            found[tuple(row[:3])] = (row.key, row.received_at)
    return found
