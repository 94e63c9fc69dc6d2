"""What is held, asked of the holds that stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.entries.holds.model import HoldStep, LegalHold, StepKind
from portal.period import Period, months_later
from portal.policy.queries import policy_on


@dataclass(frozen=True)
class Scope:
    """What one hold covers of an ISP; without months and entry all of it."""

    isp_id: int
    months: tuple[Period, Period] | None
    entry: tuple[str, int] | None


@dataclass(frozen=True)
class Listed:
    """A hold for the officer's page, its steps oldest first, and when it is to be looked at again
    (None: it stands no more).
    """

    hold: LegalHold
    steps: tuple[HoldStep, ...]
    ended: bool
    review_on: date | None

    def is_due(self, day: date) -> bool:
        """Whether somebody should look at it again."""
        return self.review_on is not None and self.review_on <= day


def scopes(session: Session, day: date) -> list[Scope]:
    """What the holds in force on a day cover.

    Whoever acts on the answer holds the system's ledger: a hold is set under it.
    """
    query = select(LegalHold).where(
        LegalHold.closed_seq.is_(None),
        LegalHold.from_on <= day,
        or_(LegalHold.until_on.is_(None), LegalHold.until_on >= day),
    )
    return [_scope(hold) for hold in session.scalars(query.order_by(LegalHold.no))]


def stands_any(session: Session) -> bool:
    """Whether any hold was set and not lifted."""
    query = select(LegalHold.no).where(LegalHold.closed_seq.is_(None)).limit(1)
    return session.scalar(query) is not None


def listed(session: Session, day: date) -> list[Listed]:
    """Every hold, those that stand first, then the newest first."""
    steps: dict[int, list[HoldStep]] = {}
    for step in session.scalars(select(HoldStep).order_by(HoldStep.hold, HoldStep.no)):
        steps.setdefault(step.hold, []).append(step)
    found = [
        _listed(session, hold, tuple(steps.get(hold.no, ())), day)
        for hold in session.scalars(select(LegalHold).order_by(LegalHold.no.desc()))
    ]
    return sorted(found, key=lambda one: one.ended)


def reviews_due(session: Session, day: date) -> int:
    """How many holds should be looked at again by now."""
    standing = session.scalar(
        select(func.count()).select_from(LegalHold).where(LegalHold.closed_seq.is_(None))
    )
    return sum(one.is_due(day) for one in listed(session, day)) if standing else 0


def _listed(session: Session, hold: LegalHold, steps: tuple[HoldStep, ...], day: date) -> Listed:
    ended = hold.closed_seq is not None or (hold.until_on is not None and hold.until_on < day)
    seen = [step.on_day for step in steps if step.kind == StepKind.REVIEWED]
    months = _review_months(session, day)
    review = None if ended else months_later(max(seen, default=hold.from_on), months)
    return Listed(hold, steps, ended, review)


def _review_months(session: Session, day: date) -> int:
    kept = policy_on(session, day).policy.retention
    # A hold that no policy speaks of is looked at once a year.
    return kept.hold_review_months if kept else 12


def _scope(hold: LegalHold) -> Scope:
    months = entry = None
    if hold.first_month is not None and hold.last_month is not None:
        months = Period.parse(hold.first_month), Period.parse(hold.last_month)
    if hold.place is not None and hold.key is not None:
        entry = hold.place, hold.key
    return Scope(hold.subject_id, months, entry)
