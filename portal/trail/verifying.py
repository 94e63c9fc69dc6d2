"""Does every chain hold, link by link, and is it the one that was sealed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger import GENESIS, Ledger
from portal.trail.chain import link, walk
from portal.trail.model import Event, Leaf


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold, and why.

    ``changed`` and ``missing``: an event; ``head``: the chain does not end where its ledger says;
    ``rewritten``: whole in itself, but from ``seq`` on another chain than the one sealed;
    ``truncated``: it ends before what was sealed. ``sealed_on`` is the day of the first checkpoint
    that had sealed the event; None for what came after the newest.
    """

    isp_id: int
    seq: int
    why: str
    sealed_on: date | None = None


def first_break(session: Session, isp_id: int, after: Leaf | None = None) -> Break | None:
    """Walk one chain from its beginning (or from what a leaf has sealed); None where all holds.

    Acts may be added meanwhile: what was sealed and where the ledger stood is asked first.
    """
    seals, book = _seals(session, isp_id), _book(session, isp_id)
    seq, head, agreed = (after.seq, after.head, after.seq) if after else (0, GENESIS, 0)
    heads = {seq: head}
    for event in walk(session, isp_id, seq):
        seal = seals.get(event.seq)
        why = _fault_of(event, seq, head, seal)
        if why is not None:
            return _broken(isp_id, 1 + (agreed if why == "rewritten" else seq), why, seals)
        seq, head = event.seq, event.digest
        agreed = seq if seal else agreed
        if seq == book.seq:
            heads[seq] = head
    if max(seals, default=0) > seq:
        return _broken(isp_id, seq + 1, "truncated", seals)
    if heads.get(book.seq) != book.head or _book(session, isp_id).seq < seq:
        return _broken(isp_id, min(seq, book.seq) + 1, "head", seals)
    return None


def verify(session: Session) -> list[Break]:
    """The first break of every chain that has one; empty when all hold."""
    chains = session.scalars(select(Ledger.isp_id).order_by(Ledger.isp_id)).all()
    known = {*chains}
    others = select(Event.isp_id).union(select(Leaf.isp_id)).order_by("isp_id")
    orphans = [chain for chain in session.scalars(others) if chain not in known]
    breaks = (first_break(session, isp_id) for isp_id in (*chains, *orphans))
    return [found for found in breaks if found]


def _fault_of(event: Event, seq: int, head: bytes, seal: Leaf | None) -> str | None:
    """Why an event does not go on the one numbered ``seq``."""
    if event.seq != seq + 1:
        return "missing"
    if event.previous != head or event.digest != link(event):
        return "changed"
    return "rewritten" if seal is not None and seal.head != event.digest else None


def _book(session: Session, isp_id: int) -> Ledger:
    found = session.get(Ledger, isp_id, populate_existing=True)
    # A chain without a ledger ends nowhere.
    return found or Ledger(isp_id=isp_id, seq=0, head=b"")


def _seals(session: Session, isp_id: int) -> dict[int, Leaf]:
    """What was sealed of a chain, by number."""
    leaves = session.scalars(select(Leaf).where(Leaf.isp_id == isp_id).order_by(Leaf.no))
    return {leaf.seq: leaf for leaf in leaves}


def _broken(isp_id: int, seq: int, why: str, seals: Mapping[int, Leaf]) -> Break:
    days = [leaf.day for at, leaf in seals.items() if at >= seq]
    return Break(isp_id, seq, why, min(days, default=None))
