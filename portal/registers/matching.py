"""What new rows meet in a register: the same ticket, issue, item of a notice or span."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import Assessor, Instrument, Method, UpdateKind
from portal.registers.folds import is_open
from portal.registers.inputs import Problem
from portal.registers.register import Register
from portal.registers.roster import RosterSpan
from portal.registers.takedowns import Takedown

Row = dict[str, Any]
CHUNK = 5000


@dataclass(frozen=True)
class Batch:
    """Rows about to be admitted to one register of one ISP: columns as typed, plus their key.

    ``besides`` is an entry that is being corrected: it does not stand in its own way.
    """

    session: Session
    isp_id: int
    register: Register
    rows: Sequence[Row]
    besides: int | None = None
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
        if self.besides is not None:
            wanted.append(table.key != self.besides)
        return and_(*wanted)


def match(batch: Batch) -> None:
    """Ask the questions of the batch's register; some answers set ``duplicate_of``."""
    for ask in _QUESTIONS.get(batch.register.slug, ()):
        ask(batch)


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
            select(table.__table__).where(batch.standing(table), table.own_ref.in_(refs))
        ).mappings()
        for entry in found:
            index = wanted[entry["own_ref"]]
            if _was(batch, dict(entry), batch.rows[index]):
                alike[index] = entry["key"]
            else:
                name = batch.register.name(entry["key"])
                batch.refuse(index, "own_ref", "already-recorded", entry=name)
    return alike


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Slices small enough for one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


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


def _items(batch: Batch) -> None:
    """Mark duplicates: the same item of the same notice is open already (§4, edge rules)."""
    named = sorted(
        (row["received_at"], index)
        for index, row in enumerate(batch.rows)
        if row["source_ref"] is not None
    )
    open_items = _open_items(batch, {batch.rows[index]["source_ref"] for _, index in named})
    for received_at, index in named:
        row = batch.rows[index]
        place = (row["source_type"], row["source_ref"], row["item_no"])
        first = open_items.setdefault(place, (row["key"], received_at))
        if first[0] == row["key"]:
            continue
        row["duplicate_of"] = first[0]
        earlier = received_at < first[1]
        code = "duplicate-came-earlier" if earlier else "duplicate"
        batch.warn(index, "source_ref", code, entry=batch.register.name(first[0]))


def _open_items(batch: Batch, refs: Iterable[str]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for some in chunks(sorted(refs)):
        query = select(
            Takedown.source_type,
            Takedown.source_ref,
            Takedown.item_no,
            Takedown.key,
            Takedown.received_at,
        ).where(
            batch.standing(Takedown),
            Takedown.source_ref.in_(some),
            Takedown.duplicate_of.is_(None),
            is_open(),
        )
        found |= {
            tuple(row[:3]): (row.key, row.received_at) for row in batch.session.execute(query)
        }
    return found


def _orders(batch: Batch) -> None:
    """Unless hotline, police or court assessed it, an order's clock does not start (chairs C2)."""
    for index, row in enumerate(batch.rows):
        unassessed = row["assessed_by"] == Assessor.PROVIDER_UNVERIFIED
        if unassessed and row["instrument"] == Instrument.ORDER:
            batch.warn(index, "assessed_by", "order-not-assessed")


def _reappearances(batch: Batch) -> None:
    named = {row["reappearance_of"] for row in batch.rows if row["reappearance_of"] is not None}
    known: set[int] = set()
    for some in chunks(sorted(named)):
        known |= set(
            batch.session.scalars(
                select(Takedown.key).where(batch.standing(Takedown), Takedown.key.in_(some))
            )
        )
    for index, row in enumerate(batch.rows):
        if row["reappearance_of"] is not None and row["reappearance_of"] not in known:
            batch.refuse(index, "reappearance_of", "no-such-entry")


def _issues(batch: Batch) -> None:
    """An issue is known by list and digest; the second record of one is refused (hard case 5)."""
    seen: dict[Any, str] = {}
    for some in chunks(sorted({row["content_digest"] for row in batch.rows})):
        query = select(
            BlocklistUpdate.list_code, BlocklistUpdate.content_digest, BlocklistUpdate.key
        ).where(
            batch.standing(BlocklistUpdate),
            BlocklistUpdate.content_digest.in_(some),
            BlocklistUpdate.update_kind != UpdateKind.ROLLBACK,
        )
        found = batch.session.execute(query)
        seen |= {(code, digest): batch.register.name(key) for code, digest, key in found}
    for index, row in enumerate(batch.rows):
        issue = (row["list_code"], row["content_digest"])
        if row["update_kind"] == UpdateKind.ROLLBACK:
            continue
        if issue in seen:
            batch.refuse(index, "content_digest", "issue-already-recorded", entry=seen[issue])
        seen[issue] = batch.register.name(row["key"])


def _totals(batch: Batch) -> None:
    """Warn where entries do not add up with the issue before, or a list must block too much."""
    last: dict[str, int | None] = {}
    by_time = sorted(range(len(batch.rows)), key=lambda i: batch.rows[i]["published_at"])
    for index in by_time:
        row = batch.rows[index]
        code = row["list_code"]
        if code not in last:
            last[code] = _total_before(batch, row)
        before, last[code] = last[code], row["entries_total"]
        reset = row["update_kind"] in {UpdateKind.FULL_RESET, UpdateKind.ROLLBACK}
        if before is not None and not reset:
            sums_to = before + row["added"] - row["removed"]
            if sums_to != row["entries_total"]:
                batch.warn(index, "entries_total", "totals-do-not-add-up", expected=sums_to)
        if row["list_kind"] == "URL" and Method.DNS_RPZ.value in row["methods"].split():
            batch.warn(index, "methods", "addresses-over-dns-block-too-much")


def _total_before(batch: Batch, row: Row) -> int | None:
    return batch.session.scalar(
        select(BlocklistUpdate.entries_total)
        .where(
            batch.standing(BlocklistUpdate),
            BlocklistUpdate.list_code == row["list_code"],
            BlocklistUpdate.published_at < row["published_at"],
        )
        .order_by(BlocklistUpdate.published_at.desc(), BlocklistUpdate.key.desc())
        .limit(1)
    )


def _spans(batch: Batch) -> None:
    """One person is in one role once at a time."""
    held: dict[Any, list[Any]] = {}
    people = {row["staff_ref"] for row in batch.rows}
    for some in chunks(sorted(people)):
        query = select(RosterSpan).where(batch.standing(RosterSpan), RosterSpan.staff_ref.in_(some))
        for span in batch.session.scalars(query):
            who = (span.staff_ref, span.role_group)
            held.setdefault(who, []).append((span.from_on, span.until_on, span.key))
    for index, row in enumerate(batch.rows):
        mine = held.setdefault((row["staff_ref"], row["role_group"]), [])
        for from_on, until_on, key in mine:
            ends_before = row["until_on"] is not None and row["until_on"] < from_on
            if not ends_before and (until_on is None or until_on >= row["from_on"]):
                batch.refuse(index, "from_on", "span-overlaps", entry=batch.register.name(key))
                break
        mine.append((row["from_on"], row["until_on"], row["key"]))


_QUESTIONS = {
    "takedowns": (_items, _orders, _reappearances),
    "blocklists": (_issues, _totals),
    "roster": (_spans,),
}
