"""The orders that wait for an ISP's answer, wherever it starts its day."""

from __future__ import annotations

from typing import Any

from portal.notices.queries import name_of
from portal.policy.codes import Priority
from portal.registers.sides.rounds import orders_to_do
from portal.web.nav import organisation_names
from portal.web.session import now, session


def waiting_orders(isp_id: int) -> dict[str, Any]:
    """What a page shows of them: the orders, their senders' names, and whether to call first."""
    orders = orders_to_do(session(), isp_id, now())
    return {
        "orders": orders,
        "senders": organisation_names(one.notice.notifier_id for one in orders) if orders else {},
        "name_of": name_of,
        "danger": any(one.notice.priority == Priority.P1_CHILD_IN_DANGER for one in orders),
    }
