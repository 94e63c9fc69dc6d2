"""What an ISP said last of a list: its next issue is recorded from there."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.registers.blocklists import BlocklistUpdate


def last_issue(
    session: Session, isp_id: int, list_code: str | None = None
) -> BlocklistUpdate | None:
    """The newest issue that an ISP recorded itself (of one list); None where it recorded none."""
    query = select(BlocklistUpdate).where(
        BlocklistUpdate.isp_id == isp_id,
        BlocklistUpdate.closed_seq.is_(None),
        BlocklistUpdate.void.is_(False),
        BlocklistUpdate.enforced_by.is_(None),
    )
    if list_code is not None:
        query = query.where(BlocklistUpdate.list_code == list_code)
    newest = query.order_by(BlocklistUpdate.published_at.desc(), BlocklistUpdate.key.desc())
    return session.scalar(newest.limit(1))
