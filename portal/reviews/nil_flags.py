"""Which nil returns of a month may be accepted together: those on which nothing stands out.

Nil is said register by register (case 17): a return is nil here if no item and no complaint came.
Lists may have been updated; then all of it was in time, and tested, or it stands out.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from portal.accounts import Organisation
from portal.notices.model import Notice, NoticeIsp
from portal.period import Period
from portal.policy.document import Policy
from portal.policy.queries import NoPolicyInForce, policy_on
from portal.registers.codes import Answer
from portal.registers.sides.matches import sent_not_logged
from portal.returns.judge import NOT_MET
from portal.returns.model import Filing, ReturnKind
from portal.returns.queries import read
from portal.returns.standing import Standing, StandingCode, standings
from portal.reviews.model import ReviewComment

_WAITING = (StandingCode.FILED, StandingCode.UNDER_REVIEW)
_SAYS_NO = (Answer.NO, Answer.PARTLY)
_WHOLE_MONTHS = (ReturnKind.NIL, ReturnKind.NORMAL)
# Training comes once a year; these go on, or somebody should ask why not.
_STEADY = ("takedowns", "blocklists")


class NilFlag(enum.StrEnum):
    """Why somebody must look at a nil return by itself; the list is closed and published."""

    LATE = "LATE"
    """Filed after it was due."""
    LATER_VERSION = "LATER_VERSION"
    """Not the first version of the month."""
    PRACTICE = "PRACTICE"
    """A month of practice: nothing of it is attested."""
    BEGUN = "BEGUN"
    """Somebody began to review it by hand."""
    COMMENTED = "COMMENTED"
    """Somebody drafted a comment on it."""
    SENT_NOT_LOGGED = "SENT_NOT_LOGGED"
    """A notifier sent items that month which the ISP never logged."""
    SAID_NO = "SAID_NO"
    """A declaration answers no, or partly."""
    ADVERSE = "ADVERSE"
    """An obligation is not met."""
    SOMETHING_LATE = "SOMETHING_LATE"
    """Something was late or is overdue, even where the minimum was reached."""
    UNTESTED = "UNTESTED"
    """A list that was applied was not tested, or failed a test."""
    OPEN_ITEMS = "OPEN_ITEMS"
    """Items of earlier months are still open."""
    ADJUSTED = "ADJUSTED"
    """The opening was adjusted against the month before."""
    ENTERED_LATE = "ENTERED_LATE"
    """Actions were entered after their limit, or their times estimated."""
    NO_ROSTER = "NO_ROSTER"
    """Nobody stands on the roster, so that training cannot be judged."""
    FELL_SILENT = "FELL_SILENT"
    """Items or list updates were recorded the month before, and none now."""


@dataclass(frozen=True)
class Nil:
    """A nil return that waits to be judged, and what stands out on it."""

    isp: Organisation
    filing: Filing
    flags: tuple[NilFlag, ...]


@dataclass(frozen=True)
class _Known:
    """What the portal knows besides the filings themselves, by ISP."""

    unlogged: Collection[int]
    commented: Collection[tuple[int, int]]
    before: Mapping[int, Filing]


def nils(session: Session, period: Period, now: datetime) -> list[Nil]:
    """The nil returns of a month that wait, with their flags, by the short names of their ISPs.

    The number of queries is fixed, but for ISPs that were sent a notice that month. Empty where no
    policy judges the month.
    """
    try:
        policy = policy_on(session, period.last_day).policy
        found = [
            (isp, stands)
            for isp, stands in standings(session, period, now)
            if stands.code in _WAITING and _is_nil(_filed(stands))
        ]
    except NoPolicyInForce:
        return []
    isp_ids = [isp.id for isp, _ in found]
    known = _Known(
        _unlogged(session, period, policy, isp_ids),
        _commented(session, period),
        _before(session, period, now),
    )
    return [Nil(isp, _filed(stands), tuple(_flags(stands, known))) for isp, stands in found]


def _is_nil(filing: Filing) -> bool:
    """Whether a whole month is nil but for lists and training."""
    if filing.kind not in _WHOLE_MONTHS:
        return False
    registers = read(filing.statement)["registers"]
    return bool(registers["takedowns"]["nil"]) and not registers["complaints"]["entries"]


def _filed(stands: Standing) -> Filing:
    assert stands.filing is not None  # nosec B101  # noqa: S101 - what waits was filed
    return stands.filing


def _flags(stands: Standing, known: _Known) -> Iterator[NilFlag]:
    """Everything that stands out, in the order of the list."""
    filing = _filed(stands)
    of_filing = {
        NilFlag.LATE: stands.days_late > 0,
        NilFlag.LATER_VERSION: filing.version > 1,
        NilFlag.PRACTICE: stands.practice,
        NilFlag.BEGUN: stands.code == StandingCode.UNDER_REVIEW,
        NilFlag.COMMENTED: (filing.isp_id, filing.version) in known.commented,
        NilFlag.SENT_NOT_LOGGED: filing.isp_id in known.unlogged,
    }
    before = known.before.get(filing.isp_id)
    said = read(filing.statement)
    stands_out = of_filing | _of_statement(said)
    stands_out[NilFlag.FELL_SILENT] = before is not None and _fell_silent(before, said)
    yield from (flag for flag in NilFlag if stands_out[flag])


def _of_statement(said: Mapping[str, Any]) -> dict[NilFlag, bool]:
    flow = said["roll_forward"]
    estimated = sum(row["estimated"] for row in said["indicators"])
    return {
        NilFlag.SAID_NO: any(row["answer"] in _SAYS_NO for row in said["declarations"]),
        NilFlag.ADVERSE: any(row["result"] == NOT_MET for row in said["results"]),
        NilFlag.SOMETHING_LATE: any(
            row["late"] or row["open_overdue"] for row in said["indicators"]
        ),
        NilFlag.UNTESTED: any(
            not 0 < row["tests_run"] == row["tests_passed"] for row in said["lists"]
        ),
        NilFlag.OPEN_ITEMS: flow["closing"] != 0,
        NilFlag.ADJUSTED: flow["adjustments"] != 0,
        NilFlag.ENTERED_LATE: bool(said["entered_after_limit"] or estimated),
        NilFlag.NO_ROSTER: not said["staff"],
    }


def _fell_silent(before: Filing, said: Mapping[str, Any]) -> bool:
    former, now = read(before.statement)["registers"], said["registers"]
    return any(former[slug]["entries"] and not now[slug]["entries"] for slug in _STEADY)


def _unlogged(
    session: Session, period: Period, policy: Policy, isp_ids: Sequence[int]
) -> frozenset[int]:
    """The ISPs that were sent items in the month which they have not logged."""
    zone = policy.time_zone
    narrowed = and_(
        Notice.issued_at >= period.starts_at(zone), Notice.issued_at < period.ends_at(zone)
    )
    asked = (
        select(NoticeIsp.isp_id)
        .join(Notice, Notice.key == NoticeIsp.notice)
        .where(NoticeIsp.closed_seq.is_(None), Notice.closed_seq.is_(None), narrowed)
        .distinct()
    )
    addressed = set(session.scalars(asked)) & set(isp_ids)
    return frozenset(
        isp_id
        for isp_id in sorted(addressed)
        if session.execute(sent_not_logged(isp_id, None, narrowed)).one()[0]
    )


def _commented(session: Session, period: Period) -> frozenset[tuple[int, int]]:
    query = select(ReviewComment.isp_id, ReviewComment.version)
    rows = session.execute(query.where(ReviewComment.period == str(period)).distinct())
    return frozenset((isp_id, version) for isp_id, version in rows)


def _before(session: Session, period: Period, now: datetime) -> dict[int, Filing]:
    """What stands of the month before; nothing where no policy judged it."""
    try:
        found = standings(session, period.previous(), now)
    except NoPolicyInForce:
        return {}
    return {isp.id: stands.filing for isp, stands in found if stands.filing is not None}
