"""How long values are kept: what the policy in force on the day of the run says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal.period import Period, months_later
from portal.policy.queries import policies_in_force, policy_at
from portal.policy.terms import Retention


@dataclass(frozen=True)
class Terms:
    """What is over its term on a day: rows whose last month is before ``rows_since``, people whose
    last day is before ``people_since``. A training counts for ``counts_months`` at most.
    """

    zone: ZoneInfo
    day: date
    rows_since: Period
    people_since: date
    counts_months: int


def retention_on(session: Session, day: date) -> Retention | None:
    """What the policy in force on a day says; None where it says nothing, or there is none."""
    found = policies_in_force(session, day, day)
    return found[0].policy.retention if found else None


def terms_at(session: Session, at: datetime) -> Terms | None:
    """The terms at an instant, on the policy's clocks; None where the policy says none, for then
    nothing is destroyed. Raises NoPolicyInForce.
    """
    policy = policy_at(session, at).policy
    if policy.retention is None:
        return None
    day = at.astimezone(policy.time_zone).date()
    first = months_later(Period.on(day).first_day, -policy.retention.register_months)
    every = policies_in_force(session, date.min, date.max)
    return Terms(
        policy.time_zone,
        day,
        Period.on(first),
        months_later(day, -policy.retention.pseudonym_months),
        max(one.policy.training.refresher_months for one in every),
    )
