"""A month's figures, gathered: what the statement says, before it is frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.accounts.model import Licence, LicenceStatus
from portal.accounts.queries import licences, particulars
from portal.entries.entry import plain
from portal.period import Period, months_later
from portal.policy.document import Policy
from portal.policy.queries import InForce, NoPolicyInForce, policies_in_force
from portal.returns import basis, flows, indicators, lists, odd_times, staff
from portal.returns.blanks import ask
from portal.returns.clockwork import INDUCTION, Clockwork
from portal.returns.judge import JUDGED, Month, judge
from portal.returns.limits import limits_of
from portal.returns.other_side import other_side
from portal.returns.predecessors import predecessors
from portal.returns.subject import subject

_REACH_BACK = timedelta(days=400)
_DAY = timedelta(days=1)
SUSPENDED = LicenceStatus.SUSPENDED


@dataclass(frozen=True)
class Question:
    """Which month of which ISP is asked, and as of when: the ISP's sequence number, the system's
    (policy, calendar), the cut-off T, the cut-off of the month before, and the due date if an
    earlier version of the return fixed it.
    """

    isp_id: int
    period: Period
    seq: int
    system_seq: int
    cut_off_at: datetime
    carried_from: datetime | None
    due_at: datetime | None = None


def figures(session: Session, asked: Question) -> dict[str, Any]:
    """Everything a statement says besides its frame, its opening balance and its nils; raises
    NoPolicyInForce.
    """
    policies = _policies(session, asked)
    newest = policies[-1]
    training = newest.policy.training
    known = particulars(session, asked.isp_id, asked.seq)
    spans = licences(session, asked.isp_id, asked.period, asked.seq)
    required = sorted(training.required[known.size].items())
    curriculum = staff.Curriculum(
        tuple((role, tuple(modules)) for role, modules in required),
        tuple(training.results_that_count),
        training.induction_days,
    )
    work = _work(session, asked, policies, spans)
    gathered = _gather(session, work, newest, curriculum)
    items = gathered["flow"]["received"] - gathered["excluded"]["duplicate"]
    gathered["counterparty"] = other_side(session, work.frame, items)
    judged = {name: gathered[name] for name in JUDGED}
    said = gathered.get("list_standings", {}).get("lists", ())
    month = Month(last_day=asked.period.last_day, list_standings=said, **judged)
    return {
        "isp": asked.isp_id,
        "period": str(asked.period),
        "subject": subject(known, spans),
        "policy": _judging(policies, asked.period, gathered["indicators"]),
        **gathered,
        "results": [result.as_json() for result in judge(newest.policy, month)],
    }


def _policies(session: Session, asked: Question) -> Sequence[InForce]:
    policies = policies_in_force(
        session, asked.period.first_day - _REACH_BACK, asked.period.last_day, seq=asked.system_seq
    )
    if not policies:
        raise NoPolicyInForce(day=asked.period.last_day)
    return policies


def work_of(session: Session, asked: Question) -> Clockwork:
    """What the clocks of a month need; raises NoPolicyInForce."""
    spans = licences(session, asked.isp_id, asked.period, asked.seq)
    return _work(session, asked, _policies(session, asked), spans)


def _work(
    session: Session, asked: Question, policies: Sequence[InForce], spans: Sequence[Licence]
) -> Clockwork:
    newest = policies[-1].policy
    zone = ZoneInfo(newest.zone)
    owes_from, owes_until = owing(spans, asked.period)
    frame = basis.Frame(
        asked.isp_id,
        asked.period,
        asked.seq,
        zone,
        _months_back(asked.period.last_day, newest.training.refresher_months),
        asked.cut_off_at,
        asked.system_seq,
        owes_from,
        owes_until,
    )
    came = predecessors(session, frame, asked.system_seq)
    return Clockwork(frame, asked.carried_from, limits_of(policies, zone), came)


def owing(spans: Sequence[Licence], period: Period) -> tuple[date, date | None]:
    """From which day the licences of a month ran, and the first day that none ran any more (None:
    they run on).
    """
    active = [span for span in spans if span.status != SUSPENDED]
    ends = [span.until_on for span in active]
    first = min((span.from_on for span in active), default=period.first_day)
    last = None if None in ends else max((day for day in ends if day), default=None)
    return first, last and last + _DAY


def _judging(
    policies: Sequence[InForce], period: Period, rows: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    # Items carried in may be judged by a version that ended before the month began.
    judging = {row["policy"] for row in rows}
    return [
        {"version": p.version, "digest": p.digest, "effective_from": plain(p.from_on)}
        for p in policies
        if p.until_on is None or p.until_on >= period.first_day or p.version in judging
    ]


def _gather(
    session: Session, work: Clockwork, newest: InForce, curriculum: staff.Curriculum
) -> dict[str, Any]:
    frame = work.frame
    activity = basis.activity(session, frame)
    registers = {}
    for slug in basis.BASES:
        found = basis.lines(session, slug, frame)
        registers[slug] = {
            "entries": activity.get(slug, found.count),
            "lines": found.count,
            "digest": found.digest,
        }
    groups = indicators.groups(session, work)
    inducted, due = staff.induction(session, frame, curriculum)
    return {
        "registers": registers,
        "flow": flows.stock_and_flow(session, frame),
        "excluded": flows.excluded(session, frame),
        "senders": flows.senders(session, frame),
        "indicators": named(
            [*indicators.timed(groups), *_induction(frame, newest, inducted, due)], newest.policy
        ),
        "carried_forward": indicators.carried_forward(groups),
        "pauses": flows.paused(session, frame),
        "pauses_approved_afterwards": odd_times.approved_afterwards(session, frame),
        "entered_after_limit": odd_times.entered_after_limit(session, work),
        "longest_entry_delay_s": flows.entry_delay(session, frame),
        "lists": lists.lists(session, frame, newest.policy.limits.list_add_s),
        "staff": staff.staff(session, frame, curriculum),
        "sessions": staff.sessions_held(session, frame),
        "declarations": declared(session, frame),
        **_beside(session, frame),
    }


def _beside(session: Session, frame: basis.Frame) -> dict[str, Any]:
    """What figures stand on besides the registers: releases not logged, and what the ISP says of
    how it applies its lists. A month without them says nothing of them.
    """
    found: dict[str, Any] = {}
    for name in basis.BESIDE:
        lines = basis.lines(session, name, frame)
        if lines.count:
            found[name] = {"lines": lines.count, "digest": lines.digest}
    if "list_standings" in found:
        found["list_standings"]["lists"] = lists.standing(session, frame)
    return found


def named(rows: list[dict[str, Any]], policy: Policy) -> list[dict[str, Any]]:
    """Give each indicator the code that the policy knows it by, and the minimum it is judged by;
    others are shown, not judged.
    """
    codes = {code.split(".", 1)[1]: code for o in policy.obligations for code in o.indicators}
    minima = {code: o.minimum_of(code) for o in policy.obligations for code in o.indicators}
    for row in rows:
        row["code"] = codes.get(row["code"], row["code"])
        row["minimum_tenths"] = minima.get(row["code"])
        row["obligation"] = row["code"].split(".")[0] if "." in row["code"] else None
    return rows


def _induction(
    frame: basis.Frame, newest: InForce, inducted: int, due: int
) -> list[dict[str, Any]]:
    if not due:
        return []
    counted = {
        "code": INDUCTION,
        "cohort": str(frame.period),
        "policy": newest.policy.version,
        "numerator": inducted,
        "denominator": due,
        "late": due - inducted,
        "limit_s": curriculum_seconds(newest),
    }
    return [indicators.indicator(counted)]


def curriculum_seconds(force: InForce) -> int:
    """The induction's limit in seconds."""
    return force.policy.training.induction_days * 86_400


def declared(session: Session, frame: basis.Frame) -> list[dict[str, Any]]:
    """The standing answers, by obligation."""
    return [
        {
            "obligation": row.obligation,
            "answer": str(row.answer),
            "since": plain(row.since_on),
            "checked_on": plain(row.checked_on),
            "deputies": row.deputies,
        }
        for row in ask(session, _answers(), frame.values)
    ]


@cache
def _answers() -> Select[Any]:
    rows = basis.declarations().subquery()
    asked = (rows.c.obligation, rows.c.answer, rows.c.since_on, rows.c.checked_on, rows.c.deputies)
    return select(*asked).order_by(rows.c.obligation)


def _months_back(day: date, months: int) -> date:
    """The first day from which something still counts ``months`` months later, on ``day``."""
    return months_later(day, -months) + timedelta(days=1)
