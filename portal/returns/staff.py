"""Who was trained on the month's last day, by role group, in SQL (§4.10); people are pseudonyms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Subquery, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from portal.policy.codes import Module, RoleGroup, TrainingResult
from portal.registers.codes import Level
from portal.returns.basis import Frame, roster, training


@dataclass(frozen=True)
class Curriculum:
    """What policy asks for: modules by role group, the results that count, the induction's days."""

    required: Mapping[RoleGroup, Sequence[Module]]
    counting: Sequence[TrainingResult]
    induction_days: int


def staff(session: Session, frame: Frame, curriculum: Curriculum) -> list[dict[str, Any]]:
    """One row a role group with people on the last day: in scope, covered, and joiners still in
    their induction window who may not see cases yet (listed apart, not in scope).
    """
    person = _people(frame, curriculum)
    covered = person.c.held >= person.c.needed
    waiting = and_(person.c.joiner == 1, ~covered)
    query = (
        select(
            person.c.role_group,
            func.sum(case((waiting, 0), else_=1)).label("in_scope"),
            func.sum(case((covered, 1), else_=0)).label("covered"),
            func.sum(case((waiting, 1), else_=0)).label("in_induction"),
        )
        .group_by(person.c.role_group)
        .order_by(person.c.role_group)
    )
    counts = ("in_scope", "covered", "in_induction")
    return [
        {"role_group": str(row.role_group), **{name: int(getattr(row, name)) for name in counts}}
        for row in session.execute(query)
    ]


def _people(frame: Frame, curriculum: Curriculum) -> Subquery:
    """Everybody in a role on the last day: how many modules they need, and hold of these."""
    held = _held(frame, curriculum).cte("held")
    needed = _needed(curriculum)
    span = roster(frame).cte("span")
    last = frame.period.last_day
    newest_old_hand = last - timedelta(days=curriculum.induction_days)
    joins = and_(span.c.joined_on > newest_old_hand, span.c.handles_notices.is_(False))
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
        .where(or_(span.c.until_on.is_(None), span.c.until_on >= last))
        .group_by(span.c.role_group, span.c.staff_ref, span.c.joined_on, span.c.handles_notices)
        .subquery()
    )


def _held(frame: Frame, curriculum: Curriculum) -> Any:
    row = training(frame).subquery()
    counts = and_(row.c.result.in_(curriculum.counting), row.c.held_on >= frame.trained_since)
    exempt = and_(
        row.c.result == TrainingResult.EXEMPT, row.c.exempt_until >= frame.period.last_day
    )
    return select(row.c.staff_ref, row.c.module).where(or_(counts, exempt)).distinct()


def _needed(curriculum: Curriculum) -> Any:
    rows = [
        select(literal(role.value).label("role_group"), literal(module.value).label("module"))
        for role, modules in sorted(curriculum.required.items())
        for module in modules
    ]
    nothing = select(literal("").label("role_group"), literal("").label("module"))
    return union_all(*(rows or [nothing])).cte("needed")


def induction(session: Session, frame: Frame, curriculum: Curriculum) -> tuple[int, int]:
    """(inducted by the limit, people whose limit fell in the month); joiners are few."""
    days = timedelta(days=curriculum.induction_days)
    span, done = roster(frame).subquery(), training(frame).subquery()
    query = (
        select(span.c.staff_ref, span.c.joined_on, func.min(done.c.held_on).label("inducted_on"))
        .outerjoin(
            done,
            and_(
                done.c.staff_ref == span.c.staff_ref,
                done.c.level == Level.INDUCTION,
                done.c.result.in_(curriculum.counting),
                done.c.held_on >= span.c.joined_on,
            ),
        )
        .where(
            span.c.joined_on >= frame.period.first_day - days,
            span.c.joined_on <= frame.period.last_day - days,
        )
        .group_by(span.c.staff_ref, span.c.joined_on)
    )
    people = session.execute(query).all()
    return sum(_in_time(p.inducted_on, p.joined_on + days) for p in people), len(people)


def _in_time(day: date | None, limit: date) -> bool:
    return day is not None and day <= limit


def sessions_held(session: Session, frame: Frame) -> dict[str, int]:
    """Sessions, completions and minutes taught in the month."""
    row = training(frame).subquery()
    found = session.execute(
        select(
            func.count(row.c.session_ref.distinct()),
            func.count(),
            func.coalesce(func.sum(row.c.minutes), 0),
        )
        .select_from(row)
        .where(row.c.held_on >= frame.period.first_day)
    ).one()
    return {
        "sessions": int(found[0]),
        "completions": int(found[1]),
        "person_minutes": int(found[2]),
    }
