"""When something of an entry happened, and whether it is still open, asked in SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, and_, exists, false, or_
from sqlalchemy.orm import aliased

from portal.period import Period
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import Outcome
from portal.registers.complaints import Complaint
from portal.registers.folds import is_open
from portal.registers.roster import RosterSpan
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.registers.training import Completion
from portal.retention.terms import Terms

Condition = ColumnElement[bool]


def began(table: Any, month: Period, terms: Terms) -> Condition:
    """Whether an entry began before a month was over."""
    dated = getattr(table, table.__dated__)
    ends: Any = month.next().first_day
    if not isinstance(dated.type, Date):
        ends = month.ends_at(terms.zone)
    return dated < ends  # type: ignore[no-any-return]


def since(month: Period, terms: Terms, *columns: Any) -> Condition:
    """Whether any of these days or instants is in a month or later; an absent one is not."""
    day: date = month.first_day
    at = month.starts_at(terms.zone)
    return or_(
        *(and_(c.is_not(None), c >= (day if isinstance(c.type, Date) else at)) for c in columns)
    )


def _item_happened(month: Period, terms: Terms) -> Condition:
    step = aliased(TakedownEvent)
    moved = exists().where(
        step.isp_id == Takedown.isp_id,
        step.key == Takedown.key,
        since(month, terms, step.occurred_at),
    )
    return or_(since(month, terms, Takedown.received_at, Takedown.carried_at), moved)


HAPPENED: Final[Mapping[Any, Callable[[Period, Terms], Condition]]] = {
    Takedown: _item_happened,
    BlocklistUpdate: lambda month, terms: since(
        month,
        terms,
        BlocklistUpdate.published_at,
        BlocklistUpdate.fetched_at,
        BlocklistUpdate.applied_at,
        BlocklistUpdate.tested_at,
    ),
    Completion: lambda month, terms: since(
        month, terms, Completion.held_on, Completion.exempt_until
    ),
    RosterSpan: lambda month, terms: or_(
        RosterSpan.until_on.is_(None), since(month, terms, RosterSpan.until_on)
    ),
    Complaint: lambda month, terms: since(
        month, terms, Complaint.received_at, Complaint.decided_at, Complaint.restored_at
    ),
}


def _item_open() -> Condition:
    # A duplicate has no steps of its own.
    return and_(Takedown.duplicate_of.is_(None), is_open())


def _issue_open() -> Condition:
    later = aliased(BlocklistUpdate)
    replaced = exists().where(
        later.isp_id == BlocklistUpdate.isp_id,
        later.list_code == BlocklistUpdate.list_code,
        later.closed_seq.is_(None),
        later.void.is_(False),
        later.applied_at.is_not(None),
        later.published_at > BlocklistUpdate.published_at,
    )
    return and_(BlocklistUpdate.applied_at.is_(None), ~replaced)


def _complaint_open() -> Condition:
    wrong = and_(Complaint.outcome == Outcome.UPHELD, Complaint.restored_at.is_(None))
    return or_(Complaint.decided_at.is_(None), wrong)


STILL_OPEN: Final[Mapping[Any, Callable[[], Condition]]] = {
    Takedown: _item_open,
    BlocklistUpdate: _issue_open,
    Completion: false,
    RosterSpan: false,
    Complaint: _complaint_open,
}
"""Of each register whether its entry is open; what lasts is not over its term anyway."""
