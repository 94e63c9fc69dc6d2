"""What each register asks of new rows: duplicates, issues known already, totals, spans."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.notices.codes import Assessment, Assessor, Instrument, UpdateKind
from portal.registers import duplicates
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import Method
from portal.registers.lists import asking
from portal.registers.matching import Batch, Row
from portal.registers.register import Register
from portal.registers.roster import RosterSpan
from portal.registers.takedowns import Takedown
from portal.rows import among, chunks


def match(batch: Batch) -> None:
    """Ask the questions of the batch's register; some answers set ``duplicate_of``."""
    for ask in _QUESTIONS.get(batch.register.slug, ()):
        ask(batch)


def are_asked_of(register: Register) -> bool:
    """Whether new rows of a register meet any question but for their own references."""
    return register.slug in _QUESTIONS


def _orders(batch: Batch) -> None:
    """Unless hotline, police or court assessed it, an order's clock does not start (chairs C2)."""
    for index, row in enumerate(batch.rows):
        unassessed = row["assessed_by"] == Assessor.PROVIDER_UNVERIFIED or (
            row["assessment"] in (Assessment.PENDING, Assessment.NOT_ASSESSED)
        )
        if unassessed and row["instrument"] == Instrument.ORDER:
            batch.warn(index, "assessed_by", "order-not-assessed")


def _reappearances(batch: Batch) -> None:
    named = {row["reappearance_of"] for row in batch.rows if row["reappearance_of"] is not None}
    known: set[int] = set()
    for some in chunks(sorted(named)):
        known |= set(
            batch.session.scalars(
                select(Takedown.key).where(batch.standing(Takedown), among(Takedown.key, some))
            )
        )
    for index, row in enumerate(batch.rows):
        if row["reappearance_of"] is not None and row["reappearance_of"] not in known:
            batch.refuse(index, "reappearance_of", "no-such-entry")


def _inherited(batch: Batch) -> None:
    """What an upstream's evidence says is the upstream's to correct."""
    for index, row in enumerate(batch.rows):
        if row.get("enforced_by") is not None:
            batch.refuse(index, None, "inherited-entry")


def _issues(batch: Batch) -> None:
    """An issue is known by list and digest; the second record of one is refused (hard case 5)."""
    seen: dict[Any, str] = {}
    for some in chunks(sorted({row["content_digest"] for row in batch.rows})):
        query = select(
            BlocklistUpdate.list_code, BlocklistUpdate.content_digest, BlocklistUpdate.key
        ).where(
            batch.standing(BlocklistUpdate),
            among(BlocklistUpdate.content_digest, some),
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
        # What a release says stands, also where an issue between was passed over (hard case 6).
        if before is not None and not reset and row["release"] is None:
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
        query = select(RosterSpan).where(
            batch.standing(RosterSpan), among(RosterSpan.staff_ref, some)
        )
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
    "takedowns": (duplicates.mark, _orders, _reappearances),
    "blocklists": (_inherited, asking.standing, asking.released, _issues, _totals),
    "roster": (_spans,),
}
