"""The country's figures of some months, from the statements of all ISPs.

Numerators and denominators are re-summed, percentages never averaged (§4.10); a national median
would need the items of all, so that none is told. Nothing here is asked of a register: what is
summed is what the ISPs filed, in the version that stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.period import Period
from portal.policy.queries import NoPolicyInForce
from portal.returns.indicators import share
from portal.returns.judge import MET, NOT_MET
from portal.returns.model import ACCEPTED
from portal.returns.queries import read
from portal.returns.standing import Standing, standings

Counts = Mapping[str, int]
_SCORED = ("numerator", "denominator", "late", "open_overdue", "open_not_due", "estimated", "n")
_COVERED = ("subscribers_covered", "subscribers_in_scope", "points_live", "points_in_scope")
_STOCKS = ("opening", "closing", "adjustments")


@dataclass(frozen=True)
class Filings:
    """How many returns were owed and due by now; filed; of those due: in time; accepted; filed in
    a later version than the first.
    """

    due: int
    filed: int
    in_time: int
    accepted: int
    amended: int

    @property
    def in_time_tenths(self) -> int | None:
        """The share of returns that were filed in time (§4.11), in tenths of a per cent."""
        return share(self.in_time, self.due)


@dataclass(frozen=True)
class Nation:
    """All ISPs together. ``flow`` opens with the first month and closes with the last; each of
    ``indicators`` is of one code, over all cohorts and policy versions; ``results`` says how often
    each obligation was given which word.
    """

    filings: Filings
    flow: Counts
    excluded: Counts
    counterparty: Counts
    senders: Mapping[str, Counts]
    indicators: Mapping[str, Counts]
    lists: Mapping[str, Counts]
    staff: Mapping[str, Counts]
    results: Mapping[str, Counts]


def nation(session: Session, periods: Sequence[Period], now: datetime) -> Nation:
    """The country's figures of some months, given in their order; months that no policy judges and
    months of practice say nothing.
    """
    months = [month for period in periods if (month := _month(session, period, now))]
    said = [[read(one.filing.statement) for one in month if one.filing] for month in months]
    every = [statement for month in said for statement in month]
    return Nation(
        filings=_filings([one for month in months for one in month], now),
        flow=_flow(said),
        excluded=_summed(one["excluded"] for one in every),
        counterparty=_summed(_numbers(one["counterparty"], but=("lines",)) for one in every),
        senders=_by("source_type", (row for one in every for row in one["senders"])),
        indicators=_by("code", (row for one in every for row in one["indicators"]), _SCORED),
        # Subscribers and people are counted at the end: those of the last month. Whoever enforces
        # a list counts its subscribers and its points, once (chairs A5).
        lists=_by("list", _enforced((said or [[]])[-1]), _COVERED),
        staff=_by("role_group", (row for one in (said or [[]])[-1] for row in one["staff"])),
        results=_words([one for month in months for one in month]),
    )


def _enforced(said: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The lists of some statements, each where it is enforced."""
    return [row for one in said for row in one["lists"] if "enforced_by" not in row]


def _month(session: Session, period: Period, now: datetime) -> list[Standing]:
    try:
        found = [stands for _, stands in standings(session, period, now)]
    except NoPolicyInForce:
        return []
    return [stands for stands in found if not stands.practice]


def _filings(found: Iterable[Standing], now: datetime) -> Filings:
    owed = [one for one in found if one.filing or one.due_at < now]
    filed = [one for one in owed if one.filing]
    return Filings(
        due=len(owed),
        filed=len(filed),
        in_time=sum(one.days_late == 0 for one in filed),
        accepted=sum(bool(one.decision and one.decision.outcome in ACCEPTED) for one in filed),
        amended=sum(one.filing.version > 1 for one in filed if one.filing),
    )


def _flow(said: Sequence[Sequence[Mapping[str, Any]]]) -> Counts:
    """The roll-forwards added up: what moved in any of the months, between the first opening and
    the last closing.
    """
    if not said:
        return {}
    whole = [_summed(statement["roll_forward"] for statement in month) for month in said]
    moved = _summed({k: v for k, v in flow.items() if k not in _STOCKS} for flow in whole)
    stocks = {"opening": whole[0].get("opening", 0), "closing": whole[-1].get("closing", 0)}
    return {**stocks, **moved, "adjustments": sum(flow.get("adjustments", 0) for flow in whole)}


def _by(
    name: str, rows: Iterable[Mapping[str, Any]], counted: Sequence[str] | None = None
) -> dict[str, Counts]:
    """Rows of one name added up, in the order of their names."""
    grouped: dict[str, list[Mapping[str, int]]] = {}
    for row in rows:
        numbers = {n: row[n] for n in counted} if counted else _numbers(row)
        grouped.setdefault(row[name], []).append(numbers)
    return {key: _summed(grouped[key]) for key in sorted(grouped)}


def _numbers(row: Mapping[str, Any], but: Sequence[str] = ()) -> dict[str, int]:
    return {k: v for k, v in row.items() if isinstance(v, int) and k not in but}


def _summed(counts: Iterable[Mapping[str, int]]) -> Counts:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)


def _words(found: Iterable[Standing]) -> dict[str, Counts]:
    """How often each obligation was given which word; the duty to file is judged once that is done
    (``judged-at-filing``).
    """
    words: dict[str, Counter[str]] = {}
    for stands in found:
        for row in read(stands.filing.statement)["results"] if stands.filing else ():
            filed = NOT_MET if stands.days_late else MET
            word = filed if row["reason"] == "judged-at-filing" else row["result"]
            words.setdefault(row["code"], Counter())[word] += 1
    return {code: dict(words[code]) for code in sorted(words)}
