"""How an ISP's figures went in the months before: charts for the officer who reviews one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from portal.period import Period
from portal.returns.clockwork import ACT, BLOCK
from portal.returns.indicators import share
from portal.reviews import queries
from portal.web.charts import Chart, Point, bar_chart, line_chart
from portal.web.language import number, tenths
from portal.web.session import session

_FEWEST_FOR_A_TREND = 2


def trends(isp_id: int, period: Period) -> list[Chart]:
    """Charts of an ISP's months up to a period; none where there is nothing to compare."""
    months = queries.trend(session(), isp_id, period)
    if len(months) < _FEWEST_FOR_A_TREND:
        return []
    received = [(m, s["roll_forward"]["received"]) for m, s in months]
    shares = [(m, _share_of_actions(s)) for m, s in months]
    return [
        bar_chart(
            "received", _("Items received"), [Point(str(m), n, number(n)) for m, n in received]
        ),
        line_chart(
            "in-limit",
            _("Items acted on, or blocked and forwarded, in limit"),
            [Point(str(m), share, tenths(share)) for m, share in shares],
        ),
    ]


def _share_of_actions(statement: Mapping[str, Any]) -> int | None:
    acted = [i for i in statement["indicators"] if i["code"].split(".")[-1] in (ACT, BLOCK)]
    return share(sum(i["numerator"] for i in acted), sum(i["denominator"] for i in acted))
