"""Questions about shared sessions: one's own, those held for an ISP, who of it was confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.accounts.queries import as_of
from portal.errors import NotThere
from portal.period import Period
from portal.policy.codes import TrainingResult
from portal.registers.roster import RosterSpan
from portal.registers.shared.model import SessionIsp, SharedSession
from portal.registers.training import Completion
from portal.wall import Step, stepping

FEWEST_SHOWN = 5
"""Outside the ISP a group of fewer people is told as "fewer than 5" (chairs C7)."""

# What a completion says as its session does; the module stands for itself.
SAID_ALIKE = ("session_ref", "held_on", "level", "provider", "mode", "language", "minutes")
_THERE = (TrainingResult.PASSED, TrainingResult.ATTENDED, TrainingResult.FAILED)


@dataclass(frozen=True)
class HeldFor:
    """A session at one ISP: what the trainer counted there (None: nothing), what the ISP confirmed
    of its own people; absent and exempt ones are no part of it.
    """

    isp_id: int
    counted: int | None
    confirmed: int

    @property
    def is_more_than_counted(self) -> bool:
        """Whether the ISP confirmed more people than the trainer saw: a warning to both."""
        return self.counted is not None and self.confirmed > self.counted

    @property
    def is_few(self) -> bool:
        """Whether outside the ISP the number is not told."""
        return 0 < self.confirmed < FEWEST_SHOWN


def name_of(key: int) -> str:
    """How a session is called: TS-000042."""
    return f"TS-{key:06d}"


def own_session(session: Session, key: int, by: Actor) -> SharedSession:
    """A session of the asker's organisation as it stands; raises NotThere for all others."""
    found = session.scalar(
        select(SharedSession).where(
            SharedSession.key == key,
            SharedSession.trainer_id == by.organisation_id,
            SharedSession.closed_seq.is_(None),
        )
    )
    if found is None:
        raise NotThere("session")
    return found


def own_sessions(
    session: Session, trainer_id: int, *, before: int | None, limit: int
) -> Sequence[SharedSession]:
    """A page of an organisation's sessions, newest first."""
    query = select(SharedSession).where(
        SharedSession.trainer_id == trainer_id, SharedSession.closed_seq.is_(None)
    )
    if before is not None:
        query = query.where(SharedSession.key < before)
    return session.scalars(query.order_by(SharedSession.key.desc()).limit(limit)).all()


def held_for(session: Session, key: int) -> list[HeldFor]:
    """A session at each ISP that it was held for, by their ids; two queries however many."""
    there = and_(
        Completion.shared_session == key,
        Completion.closed_seq.is_(None),
        Completion.void.is_(False),
        Completion.result.in_(_THERE),
    )
    people = func.count(Completion.staff_ref.distinct()).label("people")
    query = select(Completion.isp_id, people).where(there).group_by(Completion.isp_id)
    with stepping(session, Step.CONFIRMED):
        confirmed: dict[int, int] = {row.isp_id: row.people for row in session.execute(query)}
    return [
        HeldFor(row.isp_id, row.counted, confirmed.get(row.isp_id, 0))
        for row in addressed(session, key)
    ]


def addressed(session: Session, key: int) -> Sequence[SessionIsp]:
    """The ISPs that a session was held for, by their ids."""
    query = select(SessionIsp).where(
        SessionIsp.shared_session == key, SessionIsp.closed_seq.is_(None)
    )
    return session.scalars(query.order_by(SessionIsp.isp_id)).all()


def held(isp_id: Any, seq: Any) -> Select[SharedSession, SessionIsp]:
    """The sessions held for an ISP, as of a sequence number of its own (None: now)."""
    version = and_(
        SharedSession.key == SessionIsp.shared_session, SharedSession.version == SessionIsp.version
    )
    return (
        select(SharedSession, SessionIsp)
        .join(SessionIsp, version)
        .where(SessionIsp.isp_id == isp_id, as_of(SessionIsp, seq))
    )


def session_for(session: Session, isp_id: int, key: int) -> tuple[SharedSession, SessionIsp]:
    """A session that was held for this ISP, as it stands; raises NotThere."""
    found = session.execute(
        held(isp_id, None).where(SessionIsp.shared_session == key)
    ).one_or_none()
    if found is None:
        raise NotThere("session")
    what, at_isp = found
    return what, at_isp


def waiting(
    session: Session, isp_id: int, period: Period | None = None
) -> list[tuple[SharedSession, SessionIsp]]:
    """The sessions (of a month) of which an ISP has confirmed nobody yet, the oldest first."""
    mine = select(Completion.key).where(
        Completion.isp_id == isp_id,
        Completion.shared_session == SessionIsp.shared_session,
        Completion.closed_seq.is_(None),
        Completion.void.is_(False),
    )
    query = held(isp_id, None).where(~mine.exists())
    if period is not None:
        query = query.where(SharedSession.held_on.between(period.first_day, period.last_day))
    rows = session.execute(query.order_by(SharedSession.held_on, SharedSession.key))
    return [(what, at_isp) for what, at_isp in rows]


def completions_of(session: Session, isp_id: int, key: int) -> Sequence[Completion]:
    """An ISP's valid completions that name a session, by person and module."""
    query = select(Completion).where(
        Completion.isp_id == isp_id,
        Completion.shared_session == key,
        Completion.closed_seq.is_(None),
        Completion.void.is_(False),
    )
    return session.scalars(query.order_by(Completion.staff_ref, Completion.module)).all()


def differs(row: Completion, what: SharedSession) -> bool:
    """Whether an ISP's row says something else than the session does now."""
    alike = all(getattr(row, name) == getattr(what, name) for name in SAID_ALIKE)
    return not alike or row.module not in what.modules.split()


def on_roster(session: Session, isp_id: int, day: date) -> Mapping[str, str]:
    """The people of an ISP on a day: pseudonym -> role group (the first of several), in order."""
    query = select(RosterSpan.staff_ref, RosterSpan.role_group).where(
        RosterSpan.isp_id == isp_id,
        RosterSpan.closed_seq.is_(None),
        RosterSpan.void.is_(False),
        RosterSpan.staff_ref.is_not(None),
        RosterSpan.from_on <= day,
        or_(RosterSpan.until_on.is_(None), RosterSpan.until_on >= day),
    )
    people: dict[str, str] = {}
    for person, role in session.execute(query.order_by(RosterSpan.staff_ref, RosterSpan.key)):
        people.setdefault(str(person), role)
    return people
