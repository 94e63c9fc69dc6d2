"""Does the trail hold? Every link of every chain, every checkpoint, every note kept elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.canonical import canonical
from portal.ledger import GENESIS, SYSTEM, Ledger
from portal.trail.chain import link, walk
from portal.trail.key import PublicKey
from portal.trail.leaves import has_gaps, leaf_hashes
from portal.trail.merkle import roots_at
from portal.trail.model import SIGNED, Checkpoint, Event, Leaf
from portal.trail.note import Head, NotSigned, UnreadableNote, open_note, read_head


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


@dataclass(frozen=True)
class Fault:
    """A checkpoint that does not hold, by its size, and why.

    ``leaves``: there are not as many as were signed, or more, or their numbers have gaps;
    ``root``: the leaves are not those that were signed; ``order``: its day does not follow;
    ``untold``: the system's chain tells of others than there are; ``unreadable``, ``unsigned``: the
    note. Of a note kept elsewhere, or a paper that names a checkpoint (``kept`` says which):
    ``rolled-back``: the log here is shorter; ``rebuilt``: at that size it has another root.
    """

    size: int
    why: str
    on: date | None = None
    kept: str | None = None


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


def checkpoint_faults(
    session: Session, keys: Sequence[PublicKey], kept: Mapping[str, str], papers: Mapping[str, Head]
) -> list[Fault]:
    """What does not hold of the checkpoints, oldest first; of notes kept elsewhere, by name; and
    of the heads that papers name.
    """
    signed = session.scalars(select(Checkpoint).order_by(Checkpoint.size)).all()
    hashes = leaf_hashes(session)
    unsaid = {name: why for name, note in kept.items() if (why := _note_fault(note, keys))}
    heads = {name: read_head(note) for name, note in kept.items() if name not in unsaid}
    heads |= papers
    sizes = {one.size for one in signed} | {head.size for head in heads.values()}
    roots = roots_at(hashes, sizes)
    if has_gaps(session) or len(hashes) != max((one.size for one in signed), default=0):
        return [Fault(len(hashes), "leaves")]
    found = [*_signed_faults(signed, roots, keys), *_untold(session, signed)]
    found += [Fault(0, why, kept=name) for name, why in unsaid.items()]
    return found + [
        Fault(head.size, "rolled-back" if head.size > len(hashes) else "rebuilt", kept=name)
        for name, head in heads.items()
        if roots.get(head.size) != head.root
    ]


def _signed_faults(
    signed: Sequence[Checkpoint], roots: Mapping[int, bytes], keys: Sequence[PublicKey]
) -> Iterator[Fault]:
    before: date | None = None
    for one in signed:
        if before is not None and one.day <= before:
            yield Fault(one.size, "order", one.day)
        why = _note_fault(one.note, keys)
        head = None if why else read_head(one.note)
        if head is not None and (head.size, head.root) != (one.size, one.root):
            why = "root"
        if why is None and roots.get(one.size) != one.root:
            why = "root"
        if why:
            yield Fault(one.size, why, one.day)
        before = one.day


def _untold(session: Session, signed: Sequence[Checkpoint]) -> Iterator[Fault]:
    """Checkpoints without their event in the system's chain, and events without theirs."""
    events = session.scalars(select(Event).filter_by(isp_id=SYSTEM, kind=SIGNED))
    told = {(event.seq, event.facts) for event in events}
    there = {(one.seq, canonical(one.told).decode()): one for one in signed}
    for key in sorted(told ^ there.keys()):
        one = there.get(key)
        size, day = (one.size, one.day) if one else (json.loads(key[1])["size"], None)
        yield Fault(size, "untold", day)


def _note_fault(note: str, keys: Sequence[PublicKey]) -> str | None:
    """Why a note says nothing; None for one that is signed by any of the keys.

    The key is what counts: a portal that moved to another address names its log anew.
    """
    try:
        origin = read_head(note).origin
        open_note(note, [key.named(origin) for key in keys])
    except UnreadableNote:
        return "unreadable"
    except NotSigned:
        return "unsigned"
    return None


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
