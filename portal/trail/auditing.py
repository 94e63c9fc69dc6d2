"""Does the log hold? Every checkpoint, and all that was kept elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.canonical import canonical
from portal.ledger import SYSTEM
from portal.trail.key import PublicKey
from portal.trail.leaves import has_gaps, leaf_hashes
from portal.trail.merkle import roots_at
from portal.trail.model import SIGNED, Checkpoint, Event
from portal.trail.note import Head, NotSigned, UnreadableNote, open_note, read_head


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
