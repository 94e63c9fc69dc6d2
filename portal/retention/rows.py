"""Which rows of the registers are over their term, asked in SQL.

An entry goes as a whole, with all its versions and steps, and by what its version in force says of
its times. It stays while it is open, while anything of it happened within the term, and while one
of its months is unsettled (``portal.retention.settled``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, and_, exists, false, inspect, or_
from sqlalchemy.orm import aliased

from portal.notices.model import Notice, NoticeAct, NoticeIsp
from portal.period import Period
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.codes import Outcome
from portal.registers.complaints import Complaint
from portal.registers.folds import is_open
from portal.registers.roster import RosterSpan
from portal.registers.shared.model import SharedSession
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.registers.training import Completion
from portal.retention.settled import Stretch
from portal.retention.terms import Terms

Condition = ColumnElement[bool]
Unsettled = Mapping[int, tuple[Stretch, ...]]


@dataclass(frozen=True)
class Kept:
    """A table whose confidential texts go with time. ``fields`` are those that do; those of
    ``alone`` get a mark each, for no figure compares them. ``row`` is the alias by which its rows
    are asked, and ``over`` makes the condition on it that it is over its term.
    """

    row: Any
    fields: tuple[str, ...]
    over: Callable[[Terms, Unsettled], Condition]
    alone: tuple[str, ...] = ()

    @property
    def table(self) -> Any:
        """The table itself."""
        return inspect(self.row).mapper.class_


def _of_entry(
    table: Any, row: Any, still_open: Callable[[], Condition]
) -> Callable[[Terms, Unsettled], Condition]:
    """That the entry to which a row belongs is over its term."""

    def over(terms: Terms, unsettled: Unsettled) -> Condition:
        happened = _HAPPENED[table]

        def touches(first: Period, last: Period) -> Condition:
            return and_(_began(table, last, terms), happened(first.previous(), terms))

        return exists().where(
            table.isp_id == row.isp_id,
            table.key == row.key,
            table.closed_seq.is_(None),
            ~happened(terms.rows_since, terms),
            or_(table.void, ~still_open()),
            *_settled(row.isp_id, touches, unsettled),
        )

    return over


def _settled(
    isp_id: Any, touches: Callable[[Period, Period], Condition], unsettled: Unsettled
) -> list[Condition]:
    """That no unsettled stretch of months of the row's ISP is touched."""
    return [
        ~and_(isp_id == isp, touches(first, last))
        for isp, months in sorted(unsettled.items())
        for first, last in months
    ]


def _began(table: Any, month: Period, terms: Terms) -> Condition:
    """Whether an entry began before a month was over."""
    dated = getattr(table, table.__dated__)
    ends: Any = month.next().first_day
    if not isinstance(dated.type, Date):
        ends = month.ends_at(terms.zone)
    return dated < ends  # type: ignore[no-any-return]


def _since(month: Period, terms: Terms, *columns: Any) -> Condition:
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
        _since(month, terms, step.occurred_at),
    )
    return or_(_since(month, terms, Takedown.received_at, Takedown.carried_at), moved)


_HAPPENED: dict[Any, Callable[[Period, Terms], Condition]] = {
    Takedown: _item_happened,
    BlocklistUpdate: lambda month, terms: _since(
        month,
        terms,
        BlocklistUpdate.published_at,
        BlocklistUpdate.fetched_at,
        BlocklistUpdate.applied_at,
        BlocklistUpdate.tested_at,
    ),
    Completion: lambda month, terms: _since(
        month, terms, Completion.held_on, Completion.exempt_until
    ),
    RosterSpan: lambda month, terms: or_(
        RosterSpan.until_on.is_(None), _since(month, terms, RosterSpan.until_on)
    ),
    Complaint: lambda month, terms: _since(
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


def _never_open() -> Condition:
    return false()


def _act_over(terms: Terms, unsettled: Unsettled) -> Condition:
    """What a sender said of a notice at an ISP goes when it has said nothing within the term."""
    later, said = aliased(NoticeAct), _ACT
    again = exists().where(
        later.isp_id == said.isp_id,
        later.notice == said.notice,
        _since(terms.rows_since, terms, later.occurred_at),
    )
    return and_(~again, *_settled(said.isp_id, _within(said.occurred_at, terms), unsettled))


def _within(dated: Any, terms: Terms) -> Callable[[Period, Period], Condition]:
    return lambda first, last: and_(
        dated >= first.starts_at(terms.zone), dated < last.ends_at(terms.zone)
    )


def _notice_over(terms: Terms, unsettled: Unsettled) -> Condition:
    """A notice goes when nothing was said of it within the term, and no ISP that it went to may
    still have to log it; its number goes with the entries that name it.
    """
    sent = _within(_NOTICE.issued_at, terms)
    awaited = exists().where(
        NoticeIsp.notice == _NOTICE.key,
        or_(
            false(),
            *(
                and_(NoticeIsp.isp_id == isp, sent(first, last))
                for isp, months in sorted(unsettled.items())
                for first, last in months
            ),
        ),
    )
    said = exists().where(
        NoticeAct.notice == _NOTICE.key, _since(terms.rows_since, terms, NoticeAct.occurred_at)
    )
    return and_(~_since(terms.rows_since, terms, _NOTICE.issued_at), ~said, ~awaited)


def _session_over(terms: Terms, _unsettled: Unsettled) -> Condition:
    return ~_since(terms.rows_since, terms, _SESSION.held_on)


_ITEM, _STEP, _ISSUE = aliased(Takedown), aliased(TakedownEvent), aliased(BlocklistUpdate)
_RESULT, _SPAN, _COMPLAINT = aliased(Completion), aliased(RosterSpan), aliased(Complaint)
_ACT, _NOTICE, _SESSION = aliased(NoticeAct), aliased(Notice), aliased(SharedSession)

# A pseudonym in training and roster goes when its person has left (``portal.retention.people``).
OF_AN_ISP: Final = (
    Kept(
        _ITEM,
        ("own_ref", "source_ref", "handled_by", "note"),
        _of_entry(Takedown, _ITEM, _item_open),
        alone=("handled_by",),
    ),
    Kept(
        _STEP,
        ("second_approver", "reference", "note"),
        _of_entry(Takedown, _STEP, _item_open),
        alone=("second_approver",),
    ),
    Kept(_ISSUE, ("own_ref", "note"), _of_entry(BlocklistUpdate, _ISSUE, _issue_open)),
    Kept(_RESULT, ("own_ref", "session_ref", "note"), _of_entry(Completion, _RESULT, _never_open)),
    Kept(_SPAN, ("own_ref",), _of_entry(RosterSpan, _SPAN, _never_open)),
    Kept(_COMPLAINT, ("own_ref", "note"), _of_entry(Complaint, _COMPLAINT, _complaint_open)),
    Kept(_ACT, ("reference",), _act_over),
)
OF_NO_ISP: Final = (
    Kept(_NOTICE, ("source_ref",), _notice_over),
    Kept(_SESSION, ("session_ref",), _session_over),
)
