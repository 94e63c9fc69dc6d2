"""An order's clock starts only with an assessment by hotline, police or court (chairs C2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.returns.clock import OCTOBER
from tests.returns.office import Office, indicator, said_by

ORDER: dict[str, Any] = {"source_type": "REGULATOR", "source_ref": "ORD-7", "instrument": "ORDER"}


@pytest.mark.parametrize(("role", "clock"), [("HOSTING", "act"), ("ACCESS", "block_forward")])
@pytest.mark.parametrize(
    ("assessment", "assessed_by"),
    [("NOT_ASSESSED", "PROVIDER_UNVERIFIED"), ("PENDING", "POLICE")],
)  # fmt: skip
def test_until_somebody_assesses_it_an_order_is_counted_and_has_no_clock_for_acting(
    office: Office, role: str, clock: str, assessment: str, assessed_by: str
) -> None:
    over = {**ORDER, "service_role": role, "assessment": assessment, "assessed_by": assessed_by}
    key = office.logs(**over)
    office.opens(OCTOBER)
    waiting = office.prepares(OCTOBER)
    assert indicator(waiting, clock) is None
    assert said_by(waiting)["excluded"]["orders"] == 1
    assert said_by(waiting)["roll_forward"]["closing"] == 1
    assert (indicator(waiting, "acknowledge") or {})["open_overdue"] == 1

    office.corrects(key, assessment="BASELINE", assessed_by="POLICE")
    told = indicator(office.prepares(OCTOBER), clock) or {}
    assert (told["denominator"], told["open_overdue"]) == (1, 1)


def test_a_notice_needs_no_assessment_for_its_clock(office: Office) -> None:
    office.logs(assessment="NOT_ASSESSED", assessed_by="PROVIDER_UNVERIFIED")
    office.opens(OCTOBER)
    assert (indicator(office.prepares(OCTOBER), "act") or {})["open_overdue"] == 1
