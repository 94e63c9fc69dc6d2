"""A statement stays within its bound whatever the month: no count of entries makes it longer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from portal.policy.actions import MOST_ADOPTIONS
from portal.policy.codes import RoleGroup
from portal.returns.clockwork import (
    ACKNOWLEDGE,
    ACT,
    ADD,
    BLOCK,
    COMPLAINT_ACK,
    COMPLAINT_DECIDE,
    DELIST,
    EMERGENCY,
    INDUCTION,
    LIFT,
    MONTHS_NAMED,
    OWN,
    REPORT,
    RESTORE,
)
from portal.returns.indicators import BANDS, indicator
from portal.returns.statement import MOST_BYTES, freeze

GOLDEN = Path(__file__).parents[1] / "golden" / "statement-october.json"
CLOCKS = (
    ACKNOWLEDGE, ACT, BLOCK, OWN, REPORT, LIFT, ADD, DELIST, EMERGENCY,
    COMPLAINT_ACK, COMPLAINT_DECIDE, RESTORE, INDUCTION,
)  # fmt: skip
MANY, LONG = 9_999_999, 99_999_999
LISTS, LICENCES = 10, 10


def largest() -> dict[str, Any]:
    """A month in which everything that can be said is said, with the longest numbers and names."""
    month = json.loads(GOLDEN.read_text(encoding="utf-8"))
    # A clock has a row a cohort, and one more where a policy begins within it.
    rows = MONTHS_NAMED + 1 + MOST_ADOPTIONS
    clocks = [clock for clock in CLOCKS if clock != INDUCTION for _ in range(rows)]
    # Inductions are told of the month alone, by the policy at its end.
    month["indicators"] = [_indicator(clock) for clock in (*clocks, INDUCTION)]
    month["carried_forward"] = [
        {"cohort": "2026-10", "band": band, "count": MANY}
        for band, _ in BANDS
        for _ in range(MONTHS_NAMED + 1)
    ]
    listed = month["lists"][0] | {"unlogged": 1, "enforced_by": 1}
    month["lists"] = [_filled(listed) for _ in range(LISTS)]
    said = {
        "list": "L" * 40,
        "mode": "PUBLIC_RESOLVERS",
        "since": "2026-10-31",
        "enforced_by": MANY,
    }
    lines = {"lines": MANY, "digest": "0" * 64}
    month |= {"releases": lines, "list_standings": lines | {"lists": [said] * LISTS}}
    month["staff"] = [_filled(month["staff"][0]) | {"role_group": str(role)} for role in RoleGroup]
    codes = [result["code"] for result in month["results"]]
    month["declarations"] = [month["declarations"][0] | {"obligation": code} for code in codes]
    month["policy"] = month["policy"] * (MOST_ADOPTIONS + 1)
    month["registers"] = {
        slug: register | {"entries": MANY, "lines": MANY}
        for slug, register in month["registers"].items()
    }
    month["counterparty"] = _filled(month["counterparty"])
    licence = month["subject"]["licences"][0] | {"number": "L" * 80, "until_on": "2026-10-31"}
    names = {"name_en": "N" * 200, "name_km": "ក" * 200, "registration_no": "R" * 80}
    month["subject"] = {**month["subject"], **names, "licences": [licence] * LICENCES}
    return month


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its counts at their longest; shares are tenths of a percent."""
    return {
        name: value if isinstance(value, str) else 1000 if name.endswith("_tenths") else MANY
        for name, value in row.items()
    }


def _indicator(clock: str) -> dict[str, Any]:
    counts = indicator({"code": "", "numerator": MANY, "denominator": MANY, "limit_s": 0})
    full = {name: MANY for name, value in counts.items() if value in (0, None)}
    return {
        **counts,
        **full,
        "code": f"SP5-00.{clock}",
        "cohort": "2026-10",
        "policy": "2026.10",
        "obligation": "SP5-00",
        "late": MANY,
        "limit_s": LONG,
        "median_s": LONG,
        "p90_s": LONG,
        "p90_with_open_s": LONG,
        "p90_with_open_is_open": False,
        "tenths": 999,
        "minimum_tenths": 950,
        "basis": "COMPUTED",
    }


def test_the_largest_month_that_can_be_said_fits_into_the_bound() -> None:
    assert len(freeze(largest())) <= MOST_BYTES


def test_the_largest_month_is_near_the_bound_so_that_the_test_would_notice() -> None:
    assert len(freeze(largest())) > MOST_BYTES // 2
