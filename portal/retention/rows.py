"""Which rows of the registers are over their term, asked in SQL.

An entry goes as a whole, with all its versions and steps, and by what its version in force says of
its times. It stays while it is open, while anything of it happened within the term, and while one
of its months is unsettled (``portal.retention.settled``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, exists, false, inspect, or_
from sqlalchemy.orm import aliased

from portal.notices.model import Notice, NoticeAct, NoticeIsp
from portal.period import Period
from portal.registers.blocklists import BlocklistUpdate
from portal.registers.complaints import Complaint
from portal.registers.roster import RosterSpan
from portal.registers.shared.model import SharedSession
from portal.registers.takedowns import Takedown, TakedownEvent
from portal.registers.training import Completion
from portal.retention.happenings import HAPPENED, STILL_OPEN, Condition, began, since
from portal.retention.settled import Stretch
from portal.retention.terms import Terms

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


def _of_entry(table: Any, row: Any) -> Callable[[Terms, Unsettled], Condition]:
    """That the entry to which a row belongs is over its term."""

    def over(terms: Terms, unsettled: Unsettled) -> Condition:
        happened = HAPPENED[table]

        def touches(first: Period, last: Period) -> Condition:
            return and_(began(table, last, terms), happened(first.previous(), terms))

        return exists().where(
            table.isp_id == row.isp_id,
            table.key == row.key,
            table.closed_seq.is_(None),
            ~happened(terms.rows_since, terms),
            or_(table.void, ~STILL_OPEN[table]()),
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


def _act_over(terms: Terms, unsettled: Unsettled) -> Condition:
    """What a sender said of a notice at an ISP goes when it has said nothing within the term."""
    later, said = aliased(NoticeAct), _ACT
    again = exists().where(
        later.isp_id == said.isp_id,
        later.notice == said.notice,
        since(terms.rows_since, terms, later.occurred_at),
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
        NoticeAct.notice == _NOTICE.key, since(terms.rows_since, terms, NoticeAct.occurred_at)
    )
    return and_(~since(terms.rows_since, terms, _NOTICE.issued_at), ~said, ~awaited)


def _session_over(terms: Terms, _unsettled: Unsettled) -> Condition:
    return ~since(terms.rows_since, terms, _SESSION.held_on)


_ITEM, _STEP, _ISSUE = aliased(Takedown), aliased(TakedownEvent), aliased(BlocklistUpdate)
_RESULT, _SPAN, _COMPLAINT = aliased(Completion), aliased(RosterSpan), aliased(Complaint)
_ACT, _NOTICE, _SESSION = aliased(NoticeAct), aliased(Notice), aliased(SharedSession)

# A pseudonym in training and roster goes when its person has left (``portal.retention.people``).
OF_AN_ISP: Final = (
    Kept(
        _ITEM,
        ("own_ref", "source_ref", "handled_by", "note"),
        _of_entry(Takedown, _ITEM),
        alone=("handled_by",),
    ),
    Kept(
        _STEP,
        ("second_approver", "reference", "note"),
        _of_entry(Takedown, _STEP),
        alone=("second_approver",),
    ),
    Kept(_ISSUE, ("own_ref", "note"), _of_entry(BlocklistUpdate, _ISSUE)),
    Kept(_RESULT, ("own_ref", "session_ref", "note"), _of_entry(Completion, _RESULT)),
    Kept(_SPAN, ("own_ref",), _of_entry(RosterSpan, _SPAN)),
    Kept(_COMPLAINT, ("own_ref", "note"), _of_entry(Complaint, _COMPLAINT)),
    Kept(_ACT, ("reference",), _act_over),
)
OF_NO_ISP: Final = (
    Kept(_NOTICE, ("source_ref",), _notice_over),
    Kept(_SESSION, ("session_ref",), _session_over),
)
