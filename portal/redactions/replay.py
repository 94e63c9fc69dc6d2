"""What was withheld, told to a backup that was restored: a list of digests, kept outside.

A backup from before a redaction still holds the text. The list holds no text and no salt: only
which field of which row, by digest and commitment, and whether it was destroyed or hidden.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.entries import withholding
from portal.entries.codes import WithholdingOutcome, WithholdingReason
from portal.entries.kin import Value, with_their_kin
from portal.entries.withheld import BY_TERM, Withheld, Withholding, tables
from portal.redactions.papers import empty_papers

FORM = "withheld/1"


@dataclass(frozen=True)
class Record:
    """One value that does not stand: its ISP (0: of none), table, row's digest, field and
    commitment, why, and whether it is destroyed.
    """

    isp: int
    place: str
    line: str
    field: str
    commitment: str
    reason: str
    destroyed: bool

    @classmethod
    def read(cls, said: dict[str, Any]) -> Self:
        """A record out of a line; raises KeyError, TypeError or ValueError for what is none."""
        bytes.fromhex(said["line"]), bytes.fromhex(said["commitment"])
        return cls(
            int(said["isp"]), str(said["place"]), str(said["line"]), str(said["field"]),
            str(said["commitment"]), str(WithholdingReason(said["reason"])),
            bool(said["destroyed"]),
        )  # fmt: skip


@dataclass(frozen=True)
class Replayed:
    """What a replay did: values destroyed and hidden again, those withheld there already, and those
    that this database does not have.
    """

    destroyed: int = 0
    hidden: int = 0
    already: int = 0
    unknown: int = 0


def export(session: Session) -> Iterator[str]:
    """The lines of the list: first what it is, then each value that does not stand now."""
    yield json.dumps({"form": FORM})
    query = (
        select(Withheld, Withholding)
        .join(
            Withholding, (Withholding.isp_id == Withheld.isp_id) & (Withholding.no == Withheld.no)
        )
        # What goes by its term goes again with the next run, and by marks of its own.
        .where(Withheld.ended_seq.is_(None), Withholding.reason.not_in(BY_TERM))
        .order_by(Withheld.owner_id, Withheld.place, Withheld.line, Withheld.field)
    )
    for value, act in session.execute(query):
        done = act.outcome == WithholdingOutcome.DESTROYED
        yield json.dumps(
            asdict(
                Record(
                    value.owner_id, value.place, value.line.hex(), value.field,
                    value.commitment.hex(), str(act.reason), done,
                )
            )
        )  # fmt: skip


def read(lines: Iterable[str]) -> list[Record]:
    """The records of a list; raises ValueError for what is none."""
    said = [json.loads(line) for line in lines]
    if not said or said[0] != {"form": FORM}:
        raise ValueError(FORM)
    try:
        return [Record.read(one) for one in said[1:]]
    except (KeyError, TypeError) as error:
        raise ValueError(FORM) from error


def replay(session: Session, records: Iterable[Record], *, by: Actor, at: datetime) -> Replayed:
    """Withhold again what the list says, in a database that was restored; twice is once."""
    wanted = list(records)
    before = _marked(session, wanted)
    kept = _destroy_what_is_kept(session, wanted, by=by, at=at)
    standing = _standing(session, [one for one in wanted if _named(one) not in before])
    gone, hidden = 0, 0
    for (_isp, reason), values in _acts(wanted, standing).items():
        if reason == WithholdingReason.REPLAYED:
            done = withholding.withhold(session, values, reason=reason, by=by, at=at)
            empty_papers(session, done)
            gone += len(values)
        else:
            withholding.hide(session, values, reason=reason, by=by, at=at)
            hidden += len(values)
    unknown = len(wanted) - len(before) - len(standing)
    return Replayed(gone + kept, hidden, len(before) - kept, unknown)


def _named(one: Record) -> tuple[str, str, str]:
    return one.place, one.line, one.field


def _marked(session: Session, wanted: list[Record]) -> set[tuple[str, str, str]]:
    """Those that do not stand in this database, either."""
    lines = [bytes.fromhex(one.line) for one in wanted]
    query = select(Withheld).where(Withheld.line.in_(lines), Withheld.ended_seq.is_(None))
    there = {(one.place, one.line.hex(), one.field) for one in session.scalars(query)}
    return there & {_named(one) for one in wanted}


def _destroy_what_is_kept(
    session: Session, wanted: list[Record], *, by: Actor, at: datetime
) -> int:
    """The backup was made between asking and destroying: destroy what it still keeps."""
    lines = [bytes.fromhex(one.line) for one in wanted if one.destroyed]
    mine = (Withholding.isp_id == Withheld.isp_id) & (Withholding.no == Withheld.no)
    # What was decided and has its text still is under a hold.
    undecided = Withholding.outcome.is_(None)
    query = select(Withheld).join(Withholding, mine).where(Withheld.line.in_(lines), undecided)
    kept = session.scalars(query).all()
    for isp_id, no in sorted({(one.isp_id, one.no) for one in kept}):
        empty_papers(session, withholding.destroy(session, isp_id, no, by=by, at=at))
    return len(kept)


def _standing(session: Session, wanted: list[Record]) -> dict[tuple[str, str, str], Value]:
    """Those that stand here, with the very commitment of the list."""
    known = tables()
    values = [
        Value(known[one.place], bytes.fromhex(one.line), one.field)
        for one in wanted
        if one.place in known and one.field in known[one.place].__sealed__
    ]
    said = {(*_named(one), one.commitment) for one in wanted}
    found = {}
    for one in with_their_kin(session, values):
        table, line, field = one.value
        named = (table.__tablename__, line.hex(), field)
        if (*named, one.commitment.hex()) in said:
            found[named] = one.value
    return found


def _acts(
    wanted: list[Record], standing: dict[tuple[str, str, str], Value]
) -> dict[tuple[int, WithholdingReason], list[Value]]:
    """What is done in one act: all of an ISP that was destroyed, and what was hidden by reason."""
    acts: dict[tuple[int, WithholdingReason], list[Value]] = defaultdict(list)
    for one in wanted:
        if _named(one) in standing:
            replayed = WithholdingReason.REPLAYED
            reason = replayed if one.destroyed else WithholdingReason(one.reason)
            acts[one.isp, reason].append(standing[_named(one)])
    return acts
