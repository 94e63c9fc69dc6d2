"""The verbs of issuing a month in one sitting: ask for it, and answer one ISP after another."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.canonical import canonical, sha256
from portal.certificates.actions import issue
from portal.certificates.model import Certificate
from portal.certificates.sitting import Sitting, SittingIsp
from portal.errors import Refusal
from portal.jobs import Job, JobKind, ask
from portal.ledger import SYSTEM, take
from portal.period import Period
from portal.trail import append, note_refusal


def sit(
    session: Session, period: Period, isp_ids: Collection[int], *, by: Actor, at: datetime
) -> Sitting:
    """Let a worker issue the certificates of a month, each as an act of its own. Pressed twice, the
    sitting under way stands.
    """
    book, chosen = take(session, SYSTEM), sorted(set(isp_ids))
    under_way = _under_way(session, period, chosen, by)
    if under_way is not None:
        return under_way
    no = (session.scalar(select(func.max(Sitting.no))) or 0) + 1
    facts = {"isps": len(chosen), "list": sha256(canonical(chosen)).hex(), "period": str(period)}
    seq = append(session, book, "sitting.opened", by=by, at=at, subject=str(no), **facts)
    sitting = Sitting(
        no=no, period=str(period), organisation_id=by.organisation_id,
        opened_by=by.person_id, opened_at=at, seq=seq,
    )  # fmt: skip
    session.add(sitting)
    session.flush()
    session.add_all([SittingIsp(sitting=no, owner_id=each) for each in chosen])
    session.flush()
    ask(session, JobKind.MONTH, sitting.subject, by=by, at=at, sitting=no)
    return sitting


def unanswered(session: Session, no: int) -> list[int]:
    """The ISPs of a sitting of which nothing came yet, in the order in which they are answered."""
    query = select(SittingIsp.owner_id).where(
        SittingIsp.sitting == no, SittingIsp.answered_at.is_(None)
    )
    return list(session.scalars(query.order_by(SittingIsp.owner_id)))


def issue_one_of(
    session: Session, sitting: Sitting, isp_id: int, *, by: Actor, at: datetime
) -> Certificate | None:
    """Issue for one ISP of a sitting, unless it was answered; raises what ``issue`` raises."""
    answer = _held(session, sitting.no, isp_id)
    if answer.answered_at is not None:
        return None
    made = issue(session, isp_id, Period.parse(sitting.period), by=by, at=at)
    answer.serial, answer.answered_at = made.serial, at
    session.flush()
    return made


def note_no(
    session: Session, sitting: Sitting, isp_id: int, refusal: Refusal, *, by: Actor, at: datetime
) -> None:
    """Write down that a rule said no to one ISP of a sitting, in a transaction of its own."""
    answer = _held(session, sitting.no, isp_id)
    if answer.answered_at is not None:
        return
    facts = {name: str(value) for name, value in refusal.params.items()}
    answer.refusal, answer.facts, answer.answered_at = refusal.code, canonical(facts).decode(), at
    session.flush()
    note_refusal(session, refusal.code, by=by, at=at, subject=f"sitting {sitting.no}")


def _held(session: Session, no: int, isp_id: int) -> SittingIsp:
    """One ISP's row, fresh and locked: of two workers, one issues."""
    query = select(SittingIsp).where(SittingIsp.sitting == no, SittingIsp.owner_id == isp_id)
    fresh = {"populate_existing": True}
    return session.execute(query.with_for_update(), execution_options=fresh).scalar_one()


def _under_way(
    session: Session, period: Period, isp_ids: Collection[int], by: Actor
) -> Sitting | None:
    """A sitting that this officer asked for about the same ISPs, of which nothing is over yet."""
    query = select(Job.subject).where(
        Job.kind == JobKind.MONTH,
        Job.owner_id == by.person_id,
        Job.organisation_id == by.organisation_id,
        Job.ended_at.is_(None),
        Job.cancel_asked_at.is_(None),
    )
    subjects = set(session.scalars(query))
    for sitting in session.scalars(
        select(Sitting)
        .where(Sitting.period == str(period), Sitting.opened_by == by.person_id)
        .order_by(Sitting.no.desc())
    ):
        of = select(SittingIsp.owner_id).where(SittingIsp.sitting == sitting.no)
        if sitting.subject in subjects and set(session.scalars(of)) >= set(isp_ids):
            return sitting
    return None
