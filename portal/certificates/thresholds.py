"""The limits and minima an obligation was judged by: policy data that an attestation repeats.

They are public (chairs B5): what is asked of everybody says nothing of anybody. Figures are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.policy.codes import JudgedAt, Measure
from portal.policy.document import Policy
from portal.policy.obligations import Obligation
from portal.returns import clockwork

COVERAGE = "coverage"
_DAY = 86_400
_BY_PRIORITY = {
    clockwork.ACKNOWLEDGE: "acknowledge_s",
    clockwork.ACT: "act_s",
    clockwork.BLOCK: "act_s",
    clockwork.REPORT: "report_s",
}
_FOR_ALL = {
    clockwork.ADD: "list_add_s",
    clockwork.DELIST: "list_delist_s",
    clockwork.EMERGENCY: "list_emergency_s",
    clockwork.COMPLAINT_ACK: "complaint_ack_s",
    clockwork.COMPLAINT_DECIDE: "complaint_decide_s",
    clockwork.RESTORE: "restore_s",
}


def thresholds_of(obligation: Obligation, policies: Sequence[Policy]) -> list[dict[str, Any]]:
    """One row for each limit or minimum of an obligation, by policy version, indicator and group.

    ``policies`` judged the month, oldest first. The newest names the minima; what an item's own
    moment chooses (design §2.10) has the limits of each. ``group`` is a priority or a role group,
    None where there is one for all; ``limit_s`` are seconds, ``minimum_tenths`` of a percent, and
    ``due_day`` a day of the month after.
    """
    by_moment = obligation.judged_at in (JudgedAt.RECEIVED_AT, JudgedAt.PUBLISHED_AT)
    return [
        row
        for policy in (policies if by_moment else policies[-1:])
        for code in obligation.indicators
        for row in _rows(obligation, code, policy)
    ]


def _rows(obligation: Obligation, code: str, policy: Policy) -> list[dict[str, Any]]:
    name, minimum = code.split(".", 1)[1], obligation.minimum_of(code)
    row = {
        "policy": policy.version,
        "indicator": code,
        "group": None,
        "limit_s": _limit(name, policy),
        "minimum_tenths": minimum,
        "due_day": policy.return_due_day if obligation.measured_by == Measure.FILING else None,
    }
    if name in _BY_PRIORITY:
        limits = getattr(policy.limits, _BY_PRIORITY[name])
        return [row | {"group": str(group), "limit_s": limits[group]} for group in sorted(limits)]
    if obligation.measured_by == Measure.TRAINING and name == COVERAGE:
        minima = policy.training.minima
        return [row | {"group": str(g), "minimum_tenths": minima[g]} for g in sorted(minima)]
    return [row]


def _limit(name: str, policy: Policy) -> int | None:
    if name == clockwork.INDUCTION:
        return policy.training.induction_days * _DAY
    found: int | None = getattr(policy.limits, _FOR_ALL[name]) if name in _FOR_ALL else None
    return found
