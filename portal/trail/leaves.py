"""Questions about the leaves of the log."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.trail.merkle import leaf_hash
from portal.trail.model import Leaf, leaf_line


def leaf_hashes(session: Session, size: int | None = None) -> list[bytes]:
    """The hashes of the first ``size`` leaves, or of all, in order; they may be 18,000 a year."""
    query = select(Leaf.isp_id, Leaf.seq, Leaf.head, Leaf.day).order_by(Leaf.no)
    if size is not None:
        query = query.where(Leaf.no < size)
    rows = session.execute(query)
    return [leaf_hash(leaf_line(c, seq, head.hex(), str(day))) for c, seq, head, day in rows]


def newest_leaves(session: Session) -> dict[int, Leaf]:
    """The newest leaf of each chain."""
    newest = select(func.max(Leaf.no)).group_by(Leaf.isp_id)
    return {leaf.isp_id: leaf for leaf in session.scalars(select(Leaf).where(Leaf.no.in_(newest)))}


def has_gaps(session: Session) -> bool:
    """Whether the leaves are not numbered 0, 1, 2 and on."""
    first, last, count = session.execute(
        select(func.min(Leaf.no), func.max(Leaf.no), func.count())
    ).one()
    return bool(count) and (first, last) != (0, count - 1)


def sealed_up_to(session: Session, isp_id: int) -> int:
    """The number of the last event of a chain that a checkpoint has sealed; 0 for none."""
    return session.scalar(select(func.max(Leaf.seq)).where(Leaf.isp_id == isp_id)) or 0
