"""How a hearing or an appeal is written down: one line, one event, in the ISP's chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.db import Base
from portal.entries.entry import close, line_digest, seal, stamp
from portal.ledger import Ledger
from portal.trail import append

L = TypeVar("L", bound=Base)


def admit(
    session: Session,
    book: Ledger,
    table: type[L],
    event: str,
    row: dict[str, Any],
    *,
    closes: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
    subject: str,
    **facts: Any,
) -> L:
    """Append a line under a ledger that is held; ``closes`` names the version that it replaces.

    The event carries the line's digest, so that the chain commits to texts it does not hold.
    """
    row["isp_id"] = book.isp_id
    seal(session, row, table.__sealed__)  # type: ignore[attr-defined]
    row["digest"] = line_digest(table, row)
    line = row["digest"].hex()
    seq = append(session, book, event, by=by, at=at, subject=subject, line=line, **facts)
    if closes is not None:
        close(session, table, seq, isp_id=book.isp_id, **closes)
    stamp(row, seq, by=by.person_id, at=at)
    made = table(**row)
    session.add(made)
    session.flush()
    return made


def next_no(session: Session, table: Any, isp_id: int) -> int:
    """The number of an ISP's next draft or appeal."""
    return (session.scalar(select(func.max(table.no)).where(table.isp_id == isp_id)) or 0) + 1
