"""Proofs to take away: that an event is under a checkpoint, that a checkpoint goes on another."""

from __future__ import annotations

from contextlib import closing
from itertools import takewhile
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import NotThere, Refusal
from portal.trail.chain import spoken, walk
from portal.trail.checking import CONSISTENCY, INCLUSION, Fails, follow
from portal.trail.leaves import leaf_hashes
from portal.trail.merkle import consistency_path, inclusion_path
from portal.trail.model import Checkpoint, Leaf
from portal.trail.signing import TrailBroken, newest_checkpoint

Proof = dict[str, Any]


class NotSealed(Refusal):
    """No checkpoint has sealed the event yet."""

    code = "not-sealed"


def prove_inclusion(session: Session, isp_id: int, seq: int) -> Proof:
    """The way from an event through its chain, the leaf that sealed it and the tree to the newest
    note. Raises NotThere, NotSealed, and TrailBroken where the way does not hold.

    It carries every event of the chain up to the leaf, for each is linked by all it says.
    """
    sealed = select(Leaf).where(Leaf.isp_id == isp_id, Leaf.seq >= seq).order_by(Leaf.no).limit(1)
    leaf, newest = session.scalar(sealed), newest_checkpoint(session)
    limit = leaf.seq if leaf else seq
    with closing(walk(session, isp_id, seq - 1)) as way:
        events = [spoken(event) for event in takewhile(lambda event: event.seq <= limit, way)]
    if not events or events[0]["seq"] != seq:
        raise NotThere("event")
    if leaf is None or newest is None:
        raise NotSealed(seq=seq)
    proof = {
        "form": INCLUSION,
        "events": events,
        "leaf": {"no": leaf.no, "day": leaf.day.isoformat()},
        "path": [step.hex() for step in inclusion_path(leaf_hashes(session, newest.size), leaf.no)],
        "note": newest.note,
    }
    return _sound(proof, isp_id, seq)


def prove_consistency(session: Session, old: int, new: int) -> Proof:
    """That the checkpoint of size ``new`` goes on the one of size ``old``. Raises NotThere for a
    size that is no checkpoint's, and TrailBroken where they do not agree.
    """
    before, after = session.get(Checkpoint, old), session.get(Checkpoint, new)
    if before is None or after is None or old > new:
        raise NotThere("checkpoint")
    path = consistency_path(leaf_hashes(session, new), old)
    proof = {
        "form": CONSISTENCY,
        "old": before.note,
        "path": [step.hex() for step in path],
        "note": after.note,
    }
    return _sound(proof, 0, after.seq)


def _sound(proof: Proof, chain: int, seq: int) -> Proof:
    # A proof that proves nothing is not given out.
    try:
        follow(proof)
    except Fails as failure:
        raise TrailBroken(chain=chain, seq=seq) from failure
    return proof
