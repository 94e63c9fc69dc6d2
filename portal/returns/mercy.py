"""Errors that an ISP reports itself before review never worsen its result (chairs C8).

An amendment that tells the truth keeps its true figures; the *word* of an obligation that the first
filing of the month did not fail is then MET_WITH_OBSERVATION instead of NOT_MET. Everything it
rests on is frozen (earlier filings, as of the basis), so a statement can be rebuilt.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.period import Period
from portal.policy.codes import Measure
from portal.policy.obligations import Obligation
from portal.policy.queries import policy_of
from portal.returns.figures import Question
from portal.returns.judge import NOT_MET
from portal.returns.model import Filing, ReviewStart
from portal.returns.queries import filings, read

SELF_REPORTED, OBSERVED = "self-reported", "MET_WITH_OBSERVATION"
Results = list[dict[str, Any]]


def forgive(session: Session, asked: Question, found: Mapping[str, Any]) -> Results:
    """A month's results, those forgiven that the ISP itself reported; ``found`` are its figures."""
    results: Results = found["results"]
    failed = {one["code"] for one in results if one["result"] == NOT_MET}
    first = _first_filing(session, asked) if failed else None
    if first is None:
        return results
    before = read(first.statement)
    worse = failed - {one["code"] for one in before["results"] if one["result"] == NOT_MET}
    if not worse or review_begun(session, asked.isp_id, asked.period, asked.seq):
        return results
    policy = policy_of(session, found["policy"][-1]["version"])
    spent = _spent(session, asked, policy.fair.self_report_months)
    shown = _shown_by_others(before, found)
    return [
        one | {"result": OBSERVED, "reason": SELF_REPORTED, "excusable": False}
        if one["code"] in worse
        and may_be_forgiven(
            policy.obligation(one["code"]), found["indicators"], spent=spent, shown=shown
        )
        else one
        for one in results
    ]


def may_be_forgiven(
    obligation: Obligation,
    indicators: Sequence[Mapping[str, Any]],
    *,
    spent: Collection[str],
    shown: bool,
) -> bool:
    """Once an obligation in so many months (``spent``), never where an item of priority 1 is late,
    and of takedown items never what a sender had already ``shown``.
    """
    mine = [one for one in indicators if one["obligation"] == obligation.code]
    urgent = any(one.get("urgent_denominator", 0) > one.get("urgent_numerator", 0) for one in mine)
    told = shown and obligation.measured_by is Measure.TAKEDOWNS
    return obligation.code not in spent and not urgent and not told


def is_forgiving(statement: Mapping[str, Any]) -> bool:
    """Whether a statement forgives anything."""
    return any(one["reason"] == SELF_REPORTED for one in statement["results"])


def review_begun(session: Session, isp_id: int, period: Period, seq: int | None = None) -> bool:
    """Whether the review of any version of a month had begun (as of a sequence number)."""
    query = select(ReviewStart.version).where(
        ReviewStart.isp_id == isp_id, ReviewStart.period == str(period)
    )
    if seq is not None:
        query = query.where(ReviewStart.seq <= seq)
    return session.scalar(query.limit(1)) is not None


def _first_filing(session: Session, asked: Question) -> Filing | None:
    known = filings(session, asked.isp_id, asked.period)
    return next((one for one in known if one.version == 1 and one.seq <= asked.seq), None)


def _spent(session: Session, asked: Question, months: int) -> frozenset[str]:
    """The obligations that were forgiven in the months before."""
    since = reduce(lambda month, _: month.previous(), range(months), asked.period)
    earlier = session.scalars(
        select(Filing.statement).where(
            Filing.isp_id == asked.isp_id,
            Filing.period > str(since),
            Filing.period < str(asked.period),
            Filing.seq <= asked.seq,
        )
    )
    return frozenset(
        one["code"]
        for statement in earlier
        for one in read(statement)["results"]
        if one["reason"] == SELF_REPORTED
    )


def _shown_by_others(first: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether a sender had items that the ISP had not logged when it filed first, sent or matched
    one since, or found one still reachable.
    """
    then, since = first["counterparty"], now["counterparty"]
    sent_since = since["sent"] > then["sent"]
    return bool(then["sent_not_logged"] or sent_since or since["found_still_up"])
