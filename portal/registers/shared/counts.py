"""How far a month's training was confirmed by whoever held it (chairs A1, B8)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.queries import as_of
from portal.period import Period
from portal.registers.training import Completion


class FromShared(NamedTuple):
    """Of the completions of a month, how many confirm a session that its trainer entered."""

    shared: int
    completions: int


def from_shared_sessions(
    session: Session, isp_id: int, period: Period, *, seq: int | None = None
) -> FromShared:
    """How many completions of an ISP's month stand on both sides, as of a sequence number."""
    shared, whole = session.execute(
        select(func.count(Completion.shared_session), func.count()).where(
            Completion.isp_id == isp_id,
            as_of(Completion, seq),
            Completion.void.is_(False),
            Completion.held_on.between(period.first_day, period.last_day),
        )
    ).one()
    return FromShared(shared, whole)
