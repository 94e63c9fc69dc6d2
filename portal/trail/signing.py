"""Signing the day: a leaf for each chain that moved, and the note over all leaves so far."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import Refusal
from portal.ledger import SYSTEM, Ledger, take
from portal.trail.chain import By, append
from portal.trail.key import CheckpointKey
from portal.trail.leaves import leaf_hashes, newest_leaves
from portal.trail.merkle import leaf_hash, root
from portal.trail.model import SIGNED, Checkpoint, Leaf
from portal.trail.note import Head, sign_note
from portal.trail.verifying import first_break


class TrailBroken(Refusal):
    """A chain does not go on from what was sealed of it, so nothing is signed or proven."""

    code = "trail-broken"


def sign_checkpoint(
    session: Session, key: CheckpointKey, *, by: By, at: datetime, day: date
) -> Checkpoint:
    """Seal the heads of all chains that moved; the newest checkpoint, if it is of that day.

    Only the system's ledger is held: the heads are read as they were committed. Raises TrailBroken
    for a chain that does not go on from the head that was sealed last.
    """
    book = take(session, SYSTEM)
    newest = newest_checkpoint(session)
    if newest is not None and newest.day >= day:
        return newest
    hashes = leaf_hashes(session)
    new = _new_leaves(session, len(hashes), day)
    hashes += [leaf_hash(leaf.line) for leaf in new]
    head = Head(key.name, len(hashes), root(hashes))
    session.add_all(new)
    signed = Checkpoint(size=head.size, root=head.root, day=day, at=at, note=sign_note(head, key))
    about = str(signed.size)
    signed.seq = append(session, book, SIGNED, by=by, at=at, subject=about, **signed.told)
    session.add(signed)
    session.flush()
    return signed


def newest_checkpoint(session: Session) -> Checkpoint | None:
    """The checkpoint of the newest day; None before the first."""
    query = select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1)
    return session.scalar(query)


def checkpoints(session: Session, *, before: int | None, limit: int) -> list[Checkpoint]:
    """A page of the checkpoints, newest first; ``before`` is the last size of the page before."""
    query = select(Checkpoint).order_by(Checkpoint.size.desc()).limit(limit)
    if before is not None:
        query = query.where(Checkpoint.size < before)
    return list(session.scalars(query))


def _new_leaves(session: Session, size: int, day: date) -> list[Leaf]:
    last = newest_leaves(session)
    books = session.execute(
        select(Ledger.isp_id, Ledger.seq, Ledger.head).order_by(Ledger.isp_id)
    ).all()
    new: list[Leaf] = []
    for isp_id, seq, head in books:
        sealed = last.get(isp_id)
        if (seq, head) == ((sealed.seq, sealed.head) if sealed else (0, head)):
            continue
        broken = first_break(session, isp_id, sealed)
        if broken is not None:
            raise TrailBroken(chain=isp_id, seq=broken.seq)
        new.append(Leaf(no=size + len(new), isp_id=isp_id, seq=seq, head=head, day=day))
    return new
