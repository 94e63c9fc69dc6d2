"""The country's figures: all ISPs together, by month for officers, by quarter for observers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from portal.accounts import Permission
from portal.period import Period
from portal.policy.queries import NoPolicyInForce, policy_on
from portal.returns.indicators import share
from portal.reviews.nation import Nation, nation
from portal.web.gate import allow, i_may
from portal.web.pages import page
from portal.web.session import now, session, today
from portal.web.statements import FLOW, titled

bp = Blueprint("nation", __name__, url_prefix="/nation")
QUARTER = 3
_COVERED = ("subscribers_covered", "subscribers_in_scope")


@bp.get("")
@allow(Permission.STATISTICS_READ)
def index() -> Response:
    """One month or one quarter; who oversees the plan sees quarters alone (chairs D)."""
    wanted = request.args.get("period", "")
    period = Period.parse(wanted) if wanted else Period.on(today()).previous()
    monthly = i_may(Permission.FILING_REVIEW)
    is_quarter = not monthly or request.args.get("span") == "quarter"
    periods = quarter_of(period) if is_quarter else [period]
    found = nation(session(), periods, now())
    return page(
        "nation/index.html",
        found=found,
        periods=periods,
        is_quarter=is_quarter,
        monthly=monthly,
        before=_href(periods[0].previous(), is_quarter),
        after=_href(periods[-1].next(), is_quarter),
        other=_href(periods[-1], not is_quarter),
        flow=[(name, found.flow[name]) for name in FLOW if name in found.flow],
        indicators=_indicators(found),
        lists=_lists(found),
        results=_results(found, periods[-1]),
    )


def quarter_of(period: Period) -> list[Period]:
    """The three months of the calendar quarter in which a month lies."""
    first = Period(period.year, period.month - (period.month - 1) % QUARTER)
    return [first, first.next(), first.next().next()]


def _href(period: Period, is_quarter: bool) -> str:
    return url_for(".index", period=period, span="quarter" if is_quarter else None)


def _indicators(found: Nation) -> list[dict[str, Any]]:
    """The figures by code, with their share where anything was counted."""
    return [
        {**row, "code": code, "tenths": share(row["numerator"], row["denominator"])}
        for code, row in found.indicators.items()
    ]


def _lists(found: Nation) -> list[dict[str, Any]]:
    """The lists by code, with the share of subscribers covered where any are in scope."""
    return [
        {**row, "code": code, "tenths": share(*[row[name] for name in _COVERED])}
        for code, row in found.lists.items()
    ]


def _results(found: Nation, period: Period) -> list[dict[str, Any]]:
    """How often each obligation was given which word, with its title in the reader's language."""
    try:
        policy = policy_on(session(), period.last_day).policy
    except NoPolicyInForce:
        return []
    known = {o.code: titled(o) for o in policy.obligations}
    return [
        {"code": code, "title": known.get(code, ""), "words": words}
        for code, words in found.results.items()
    ]
