"""Who was trained on the month's last day, by role group, in SQL (§4.10); people are pseudonyms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Date,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from portal.policy.codes import Module, RoleGroup, TrainingResult
from portal.registers.codes import Level
from portal.returns.basis import Frame, roster, training
from portal.returns.blanks import FIRST_DAY, LAST_DAY, TRAINED_SINCE, ask, built_once

_LIMIT_FROM_ON = bindparam("limit_from_on", type_=Date())
_OLD_HAND_ON = bindparam("old_hand_on", type_=Date())


@dataclass(frozen=True)
class Curriculum:
    """What policy asks for: modules by role group, the results that count, the induction's days."""

    required: tuple[tuple[RoleGroup, tuple[Module, ...]], ...]
    counting: tuple[TrainingResult, ...]
    induction_days: int

    def values(self, frame: Frame) -> dict[str, Any]:
        """What fills the blanks: of those who joined up to the second day the limit is over, and
        it fell in the month for those who joined from the first on.
        """
        days = timedelta(days=self.induction_days)
        return {
            **frame.values,
            "limit_from_on": frame.period.first_day - days,
            "old_hand_on": frame.period.last_day - days,
        }


def staff(session: Session, frame: Frame, curriculum: Curriculum) -> list[dict[str, Any]]:
    """One row a role group with people on the last day: in scope, covered, and joiners still in
    their induction window who may not see cases yet (listed apart, not in scope).
    """
    counts = ("in_scope", "covered", "in_induction")
    found = [
        {"role_group": str(row.role_group), **{name: int(getattr(row, name)) for name in counts}}
        for row in ask(session, _covered(curriculum), curriculum.values(frame))
    ]
    return sorted(found, key=lambda row: str(row["role_group"]))  # not by a database's alphabet


@built_once
def _covered(curriculum: Curriculum) -> Select[Any]:
    person = _people(curriculum)
    covered = person.c.held >= person.c.needed
    waiting = and_(person.c.joiner == 1, ~covered)
    return select(
        person.c.role_group,
        func.sum(case((waiting, 0), else_=1)).label("in_scope"),
        func.sum(case((covered, 1), else_=0)).label("covered"),
        func.sum(case((waiting, 1), else_=0)).label("in_induction"),
    ).group_by(person.c.role_group)


def _people(curriculum: Curriculum) -> Subquery:
    """Everybody in a role on the last day: how many modules they need, and hold of these."""
    held = _held(curriculum).cte("held")
    needed = _needed(curriculum)
    span = roster().cte("span")
    joins = and_(span.c.joined_on > _OLD_HAND_ON, span.c.handles_notices.is_(False))
    return (
        select(
            span.c.role_group,
            span.c.staff_ref,
            case((joins, 1), else_=0).label("joiner"),
            func.count(needed.c.module.distinct()).label("needed"),
            func.count(held.c.module.distinct()).label("held"),
        )
        .outerjoin(needed, needed.c.role_group == span.c.role_group)
        .outerjoin(
            held, and_(held.c.staff_ref == span.c.staff_ref, held.c.module == needed.c.module)
        )
        .where(or_(span.c.until_on.is_(None), span.c.until_on >= LAST_DAY))
        .group_by(span.c.role_group, span.c.staff_ref, span.c.joined_on, span.c.handles_notices)
        .subquery()
    )


def _held(curriculum: Curriculum) -> Any:
    row = training().subquery()
    counts = and_(row.c.result.in_(curriculum.counting), row.c.held_on >= TRAINED_SINCE)
    exempt = and_(row.c.result == TrainingResult.EXEMPT, row.c.exempt_until >= LAST_DAY)
    return select(row.c.staff_ref, row.c.module).where(or_(counts, exempt)).distinct()


def _needed(curriculum: Curriculum) -> Any:
    rows = [
        select(literal(role.value).label("role_group"), literal(module.value).label("module"))
        for role, modules in curriculum.required
        for module in modules
    ]
    nothing = select(literal("").label("role_group"), literal("").label("module"))
    return union_all(*(rows or [nothing])).cte("needed")


def induction(session: Session, frame: Frame, curriculum: Curriculum) -> tuple[int, int]:
    """(inducted by the limit, people whose limit fell in the month); joiners are few."""
    days = timedelta(days=curriculum.induction_days)
    found = ask(session, _joiners(curriculum.counting), curriculum.values(frame)).all()
    # Whoever went to a successor counts where they were when the limit was over.
    people = [
        p
        for p in found
        if (p.went_on is None or p.joined_on + days <= p.went_on)
        and (p.came_on is None or p.joined_on + days >= p.came_on)
    ]
    return sum(_in_time(p.inducted_on, p.joined_on + days) for p in people), len(people)


@built_once
def _joiners(counting: tuple[TrainingResult, ...]) -> Select[Any]:
    span, done = roster().subquery(), training().subquery()
    return (
        select(
            span.c.staff_ref,
            span.c.joined_on,
            func.min(done.c.held_on).label("inducted_on"),
            func.max(case((span.c.carried_to.is_not(None), span.c.until_on))).label("went_on"),
            func.min(case((span.c.carried_isp.is_not(None), span.c.from_on))).label("came_on"),
        )
        .outerjoin(
            done,
            and_(
                done.c.staff_ref == span.c.staff_ref,
                done.c.level == Level.INDUCTION,
                done.c.result.in_(counting),
                done.c.held_on >= span.c.joined_on,
            ),
        )
        .where(span.c.joined_on >= _LIMIT_FROM_ON, span.c.joined_on <= _OLD_HAND_ON)
        .group_by(span.c.staff_ref, span.c.joined_on)
    )


def _in_time(day: date | None, limit: date) -> bool:
    return day is not None and day <= limit


def sessions_held(session: Session, frame: Frame) -> dict[str, int]:
    """Sessions, completions and minutes taught in the month; how many of the completions confirm a
    session that its trainer entered (chairs A1, B8).
    """
    found = ask(session, _sessions(), frame.values).one()
    return {
        "sessions": int(found[0]),
        "completions": int(found[1]),
        "person_minutes": int(found[2]),
        "shared_completions": int(found[3]),
    }


@built_once
def _sessions() -> Select[Any]:
    row = training().subquery()
    return (
        select(
            func.count(row.c.session_ref.distinct()),
            func.count(),
            func.coalesce(func.sum(row.c.minutes), 0),
            func.count(row.c.shared_session),
        )
        .select_from(row)
        # What somebody learned at a predecessor is told there.
        .where(row.c.held_on >= FIRST_DAY, row.c.carried_isp.is_(None))
    )
