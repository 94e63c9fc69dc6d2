"""A sample drawn of quiet returns by a published rule, and the others accepted in one sitting.

The rule, so that anybody can draw again (chairs B7, domain §2.4): put the receipts in the order of
SHA-256(seed followed by receipt), and take the first ones; so many tenths of a percent as the
policy says, rounded up, and one at least.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal import trail
from portal.accounts import Actor
from portal.entries.entry import line_digest, stamp
from portal.errors import NotThere
from portal.ledger import SYSTEM, take
from portal.period import Period
from portal.policy.queries import policy_at
from portal.returns.model import Decision, DecisionOutcome
from portal.returns.queries import in_force
from portal.reviews.actions import decide, open_review
from portal.reviews.drawing import digest_of_names, made_seed, place_of
from portal.reviews.model import DrawnFiling, NilDraw
from portal.reviews.nil_flags import Nil, NilFlag, nils
from portal.reviews.refusals import NothingToAccept, NothingToDraw, SampleWaits

THOUSAND = 1000
_DRAWS: Any = NilDraw.__table__
_DRAWN: Any = DrawnFiling.__table__


@dataclass(frozen=True)
class Sitting:
    """What became of the filings that were not drawn: accepted, or dropped out since the draw
    (with their flags; none where the filing does not stand any more).
    """

    accepted: tuple[str, ...]
    dropped: tuple[tuple[str, tuple[NilFlag, ...]], ...]


@dataclass(frozen=True)
class Redrawn:
    """A draw made again: whether its list and its sample are what was recorded."""

    chosen: tuple[str, ...]
    same_list: bool
    same_sample: bool


def chosen_of(seed: str, receipts: Iterable[str], tenths: int) -> list[str]:
    """The sample that a seed draws, whatever the order of the receipts; sorted."""
    in_order = sorted(set(receipts), key=lambda receipt: place_of(seed, receipt))
    wanted = max(1, -(-len(in_order) * tenths // THOUSAND))
    return sorted(in_order[:wanted])


def drawable(session: Session, period: Period, now: datetime) -> list[Nil]:
    """The unflagged nil returns of a month that no draw was made from yet."""
    known = {(row.isp_id, row.version) for row in _drawn(session, period)}
    return [
        nil
        for nil in nils(session, period, now)
        if not nil.flags and (nil.filing.isp_id, nil.filing.version) not in known
    ]


def draw(
    session: Session, period: Period, *, seed: str | None = None, by: Actor, at: datetime
) -> NilDraw:
    """Draw a sample of a month's unflagged nil returns, each of which is drawn from once only.

    ``seed`` is one that the officer brings, of at most 64 letters and digits; else one is made.
    Raises NothingToDraw.
    """
    book = take(session, SYSTEM)
    listed = {nil.filing.receipt: nil.filing for nil in drawable(session, period, at)}
    if not listed:
        raise NothingToDraw("seed", period=str(period))
    tenths = policy_at(session, at).policy.fair.nil_sample_tenths
    row: dict[str, Any] = {"period": str(period), "no": _last(session, period) + 1}
    row |= {"seed": seed or made_seed(session), "seed_given": seed is not None}
    sample = chosen_of(row["seed"], listed, tenths)
    row |= {"tenths": tenths, "listed": len(listed), "chosen": len(sample)}
    row |= {"list_digest": digest_of_names(listed), "sample_digest": digest_of_names(sample)}
    row["digest"] = line_digest(NilDraw, row)
    facts = {"no": row["no"], "listed": len(listed), "line": row["digest"].hex()}
    seq = trail.append(session, book, "nils.drawn", by=by, at=at, subject=str(period), **facts)
    stamp(row, seq, by=by.person_id, at=at)
    session.execute(insert(_DRAWS), [row])
    rows = [
        {"isp_id": filing.isp_id, "period": str(period), "version": filing.version}
        | {"draw": row["no"], "receipt": receipt, "by_hand": receipt in sample}
        for receipt, filing in sorted(listed.items())
    ]
    session.execute(insert(_DRAWN), rows)
    return the_draw(session, period, row["no"])


def the_draw(session: Session, period: Period, no: int) -> NilDraw:
    """A draw of a month; raises NotThere."""
    found = session.get(NilDraw, (str(period), no))
    if found is None:
        raise NotThere("draw")
    return found


def draws(session: Session, period: Period) -> Sequence[NilDraw]:
    """The draws of a month, oldest first."""
    query = select(NilDraw).where(NilDraw.period == str(period))
    return session.scalars(query.order_by(NilDraw.no)).all()


def drawn_from(session: Session, period: Period, no: int) -> Sequence[DrawnFiling]:
    """The filings that a draw was made from, by receipt."""
    return _drawn(session, period, no)


def decisions_of(session: Session, rows: Collection[DrawnFiling]) -> dict[str, Decision]:
    """How filings of one draw were judged so far, by receipt."""
    months = {row.period for row in rows}
    receipts = {(row.isp_id, row.period, row.version): row.receipt for row in rows}
    found = session.scalars(
        select(Decision).where(Decision.period.in_(months), Decision.closed_seq.is_(None))
    )
    keyed = (((one.isp_id, one.period, one.version), one) for one in found)
    return {receipts[key]: one for key, one in keyed if key in receipts}


def accept_others(session: Session, period: Period, no: int, *, by: Actor, at: datetime) -> Sitting:
    """Accept every filing of a draw that was not drawn, each by a decision of its own.

    What was drawn is judged by hand first. A filing that changed or stands out since the draw drops
    out and waits for a review of its own. Raises NotThere, SampleWaits, NothingToAccept.
    """
    the_draw(session, period, no)
    rows = _drawn(session, period, no)
    done = decisions_of(session, rows)
    waiting = [row for row in rows if row.by_hand and row.receipt not in done]
    if lacking := [row.receipt for row in waiting if _stands(session, period, row)]:
        raise SampleWaits(count=len(lacking), receipt=lacking[0])
    others = [row for row in rows if not row.by_hand and row.receipt not in done]
    # All at once and in the order of their ids: from here on nothing about them changes.
    for isp_id in sorted(row.isp_id for row in others):
        take(session, isp_id)
    now = {nil.filing.receipt: nil for nil in nils(session, period, at)}
    clean = [
        now[row.receipt] for row in others if row.receipt in now and not now[row.receipt].flags
    ]
    if not clean:
        raise NothingToAccept(period=str(period))
    for nil in sorted(clean, key=lambda nil: nil.filing.isp_id):
        open_review(session, nil.isp.id, period, nil.filing.version, by=by, at=at)
        decide(session, nil.filing, DecisionOutcome.ACCEPT, by=by, at=at)
    accepted = {nil.filing.receipt for nil in clean}
    dropped = [row.receipt for row in others if row.receipt not in accepted]
    facts = {"no": no, "accepted": len(accepted), "dropped": len(dropped)}
    book = take(session, SYSTEM)
    trail.append(session, book, "nils.accepted", by=by, at=at, subject=str(period), **facts)
    gone = tuple((receipt, now[receipt].flags if receipt in now else ()) for receipt in dropped)
    return Sitting(tuple(sorted(accepted)), gone)


def redraw(session: Session, period: Period, no: int) -> Redrawn:
    """Draw again from the recorded list by the recorded seed; raises NotThere."""
    was = the_draw(session, period, no)
    rows = _drawn(session, period, no)
    again = chosen_of(was.seed, [row.receipt for row in rows], was.tenths)
    marked = sorted(row.receipt for row in rows if row.by_hand)
    return Redrawn(
        tuple(again),
        digest_of_names(row.receipt for row in rows) == was.list_digest,
        again == marked and digest_of_names(again) == was.sample_digest,
    )


def _stands(session: Session, period: Period, row: DrawnFiling) -> bool:
    standing = in_force(session, row.isp_id, period)
    return standing is not None and standing.version == row.version


def _drawn(session: Session, period: Period, no: int | None = None) -> Sequence[DrawnFiling]:
    query = select(DrawnFiling).where(DrawnFiling.period == str(period))
    if no is not None:
        query = query.where(DrawnFiling.draw == no)
    return session.scalars(query.order_by(DrawnFiling.receipt)).all()


def _last(session: Session, period: Period) -> int:
    query = select(func.max(NilDraw.no)).where(NilDraw.period == str(period))
    return session.scalar(query) or 0
