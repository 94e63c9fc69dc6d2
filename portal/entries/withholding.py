"""How a value stops standing: a mark for the text, the commitment for its salt (chairs B2).

Every digest re-performs as before, since the line of a row holds the commitment and never the
text; every figure too, since a text that others are compared with gives way to the same mark
wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from portal import ledger, trail
from portal.accounts import Actor
from portal.accounts.actions import THE_SYSTEM
from portal.canonical import digest_of
from portal.entries.codes import ShownAgainReason, WithholdingOutcome, WithholdingReason
from portal.entries.kin import Found, Value, with_their_kin
from portal.entries.letting_go import let_go
from portal.entries.refusals import (
    AlreadyDecidedOn,
    ChangedMeanwhile,
    NothingToWithhold,
    SamePersonWithholds,
)
from portal.entries.restating import put_away, put_back
from portal.entries.withheld import BY_POLICY, Withheld, Withholding
from portal.errors import NotThere
from portal.ledger import SYSTEM, Ledger

_TABLE: Any = Withheld.__table__
Choice = Callable[[Session, Iterable[Value]], Sequence[Found]]


def withhold(
    session: Session,
    values: Iterable[Value],
    *,
    reason: WithholdingReason,
    by: Actor,
    at: datetime,
    choose: Choice = with_their_kin,
) -> Withholding:
    """Destroy values at once and for good, for the reasons in BY_POLICY alone.

    What others are compared with is destroyed wherever it stands (``portal.entries.kin``), unless
    ``choose`` says otherwise: it is asked again under the ledgers, and answers for every figure.
    The last copy stays while a hold covers it (``portal.entries.letting_go``).

    Raises NothingToWithhold where none of the values stands, ValueError for a reason that takes two
    people.
    """
    if reason not in BY_POLICY:
        msg = f"{reason} takes two people"
        raise ValueError(msg)
    made = _withhold(
        session, values, reason, "values.withheld", told=by, by=by, at=at, choose=choose
    )
    _ends(session, made, WithholdingOutcome.DESTROYED, made.asked_seq, by=by, at=at)
    let_go(session, *_all_of(made), at=at)
    return made


def hide(
    session: Session,
    values: Iterable[Value],
    *,
    reason: WithholdingReason,
    by: Actor,
    at: datetime,
    choose: Choice = with_their_kin,
) -> Withholding:
    """Hide values from every page at once, till a second person decides; ``choose`` says which go
    with them.

    Who saw or pasted something is not named in the trail, where colleagues read (chairs C6).
    Raises NothingToWithhold where none of the values stands.
    """
    told = THE_SYSTEM if reason == WithholdingReason.SEEN_OR_PASTED else by
    kind = "values.hidden"
    return _withhold(session, values, reason, kind, told=told, by=by, at=at, choose=choose)


def destroy(session: Session, isp_id: int, no: int, *, by: Actor, at: datetime) -> Withholding:
    """Destroy what is hidden, for good: the second person's act.

    Raises NotThere, AlreadyDecidedOn and SamePersonWithholds.
    """
    books, asked = _undecided(session, isp_id, no)
    if asked.asked_by == by.person_id:
        raise SamePersonWithholds
    seqs = _tell(session, books, asked, "values.destroyed", by=by, at=at)
    _ends(session, asked, WithholdingOutcome.DESTROYED, seqs[isp_id], by=by, at=at)
    let_go(session, *_all_of(asked), at=at)
    return asked


def show_again(
    session: Session, isp_id: int, no: int, *, because: ShownAgainReason, by: Actor, at: datetime
) -> Withholding:
    """Put hidden values back as they were. Raises NotThere and AlreadyDecidedOn."""
    books, asked = _undecided(session, isp_id, no)
    seqs = _tell(session, books, asked, "values.shown", by=by, at=at, because=str(because))
    put_back(session, _kept(session, asked))
    _ends(
        session, asked, WithholdingOutcome.SHOWN_AGAIN, seqs[isp_id], by=by, at=at, because=because
    )
    _empty(session, asked, seqs)
    for owner, seq in seqs.items():
        session.execute(_mine(update(_TABLE), asked, owner).values(ended_seq=seq))
    return asked


def withheld_up_to(session: Session, isp_id: int, seq: int) -> int:
    """How many values of an ISP's rows up to a sequence number do not stand now."""
    query = select(func.count()).where(
        Withheld.owner_id == isp_id, Withheld.admitted_seq <= seq, Withheld.ended_seq.is_(None)
    )
    return session.scalar(query) or 0


def _withhold(
    session: Session,
    values: Iterable[Value],
    reason: WithholdingReason,
    kind: str,
    *,
    told: Actor,
    by: Actor,
    at: datetime,
    choose: Choice = with_their_kin,
) -> Withholding:
    wanted = list(values)
    before = choose(session, wanted)
    if not before:
        raise NothingToWithhold
    books = _take(session, {found.owner_id for found in before})
    chosen = choose(session, wanted)
    if {found.owner_id for found in chosen} != {book.isp_id for book in books}:
        raise ChangedMeanwhile(version=0)
    asked = next(f for value in wanted for f in chosen if f.value == value).owner_id
    made = Withholding(isp_id=asked, no=_next_no(session, asked), reason=reason)
    seqs = _tell(session, books, made, kind, chosen, by=told, at=at)
    made.asked_by, made.asked_at, made.asked_seq = by.person_id, at, seqs[asked]
    session.add(made)
    session.flush()
    session.execute(insert(_TABLE), [{**_row(found), **_key(made)} for found in chosen])
    put_away(session, chosen)
    return made


def _take(session: Session, owners: set[int]) -> list[Ledger]:
    """Lock several ledgers in the house's order, the system's last."""
    return [ledger.take(session, isp) for isp in sorted(owners, key=lambda o: (o == SYSTEM, o))]


def _next_no(session: Session, isp_id: int) -> int:
    query = select(func.max(Withholding.no)).where(Withholding.isp_id == isp_id)
    return (session.scalar(query) or 0) + 1


def _key(made: Withholding) -> dict[str, int]:
    return {"isp_id": made.isp_id, "no": made.no}


def _row(found: Found) -> dict[str, Any]:
    row: dict[str, Any] = {"line": found.value.line, "field": found.value.field}
    row |= {"place": found.value.table.__tablename__, "owner_id": found.owner_id}
    row |= {"admitted_seq": found.admitted_seq, "commitment": found.commitment}
    return row | {"mark": found.mark, "text": found.text, "salt": found.salt}


def _tell(
    session: Session,
    books: Iterable[Ledger],
    about: Withholding,
    kind: str,
    chosen: Iterable[Found] | None = None,
    *,
    by: Actor,
    at: datetime,
    **facts: Any,
) -> dict[int, int]:
    """One event in each chain concerned, without a value; the numbers they got, by ledger."""
    # That somebody saw something is not told where colleagues read.
    if about.reason != WithholdingReason.SEEN_OR_PASTED:
        facts |= {"reason": str(about.reason)}
    there = [] if chosen is None else list(chosen)
    seqs: dict[int, int] = {}
    for book in books:
        said = sorted(f.told() for f in there if f.owner_id == book.isp_id)
        more = {"count": len(said), "values": digest_of(said).hex()} if said else {}
        seqs[book.isp_id] = trail.append(
            session, book, kind, by=by, at=at, subject=about.number, **facts, **more
        )
    return seqs


def _undecided(session: Session, isp_id: int, no: int) -> tuple[list[Ledger], Withholding]:
    query = select(Withheld.owner_id).where(Withheld.isp_id == isp_id, Withheld.no == no)
    books = _take(session, {*session.scalars(query.distinct()), isp_id})
    found = session.get(Withholding, (isp_id, no), populate_existing=True)
    if found is None:
        raise NotThere("withholding")
    if found.outcome is not None:
        raise AlreadyDecidedOn(number=found.number)
    return books, found


def _kept(session: Session, asked: Withholding) -> list[Withheld]:
    query = select(Withheld).where(Withheld.isp_id == asked.isp_id, Withheld.no == asked.no)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _mine(statement: Any, asked: Withholding, owner: int) -> Any:
    mine = (_TABLE.c.isp_id == asked.isp_id, _TABLE.c.no == asked.no, _TABLE.c.owner_id == owner)
    return statement.where(*mine)


def _all_of(asked: Withholding) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (Withheld.isp_id == asked.isp_id, Withheld.no == asked.no)


def _ends(
    session: Session,
    asked: Withholding,
    outcome: WithholdingOutcome,
    seq: int,
    *,
    by: Actor,
    at: datetime,
    because: ShownAgainReason | None = None,
) -> None:
    asked.outcome, asked.shown_because, asked.decided_seq = outcome, because, seq
    asked.decided_by, asked.decided_at = by.person_id, at
    session.flush()


def _empty(session: Session, asked: Withholding, seqs: Iterable[int]) -> None:
    """Let go of the texts, here where they were last."""
    for owner in seqs:
        session.execute(_mine(update(_TABLE), asked, owner).values(text=None, salt=None))
