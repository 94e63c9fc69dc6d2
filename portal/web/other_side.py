"""What the senders of notices and the trainers know of a month that was filed."""

from __future__ import annotations

from typing import Any

from portal.period import Period
from portal.policy.queries import policy_on
from portal.registers.shared.counts import from_shared_sessions
from portal.registers.sides.counts import both_sides, confirmed_by_counterparty
from portal.returns.model import Filing
from portal.web.session import session


def other_side(filing: Filing, period: Period) -> dict[str, Any]:
    """What the other sides know of this month, as of what was filed (chairs A1, B8)."""
    isp_id, policy = filing.isp_id, policy_on(session(), period.last_day).policy
    about = (session(), isp_id, period, policy)
    trained = from_shared_sessions(session(), isp_id, period, seq=filing.basis_seq)
    return {
        "both": both_sides(*about, seq=filing.basis_seq),
        "confirmed": confirmed_by_counterparty(*about, seq=filing.basis_seq),
        "trained": trained,
    }
