"""A hotline that trains, two ISPs with people on their rosters, and words for what they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts import Actor, OrganisationKind, Role
from portal.accounts.actions import Naming, found
from portal.policy.codes import TrainingResult
from portal.registers.actions import admit
from portal.registers.codes import Provider
from portal.registers.register import REGISTERS
from portal.registers.shared.actions import hold
from portal.registers.shared.confirming import confirm
from portal.registers.shared.inputs import SharedSessionIn
from portal.registers.shared.model import SharedSession
from portal.registers.shared.queries import completions_of
from portal.registers.shared.trainers import admit_trainer
from tests.build import FOUNDER, NOW, START, a_span, an_authority, an_isp, an_officer, made

BEGAN = datetime(2025, 9, 1, 2, tzinfo=UTC)
SESSION: dict[str, Any] = {
    "provider": "HOTLINE",
    "session_ref": "HT-2026-31",
    "held_on": "2026-10-06",
    "modules": "NTD_PROCEDURE AUTHORITY_REPORTING",
    "level": "REFRESHER",
    "mode": "CLASSROOM",
    "language": "KM",
    "minutes": 60,
    "funded_by": "DONOR",
}


@dataclass
class Classroom:
    """Everybody in it; ``at`` is what the clock says, a minute later after each act."""

    session: Session
    trainer: Actor
    police: Actor
    policy_officer: Actor
    mekong: Actor
    tonle: Actor
    at: datetime = NOW

    @classmethod
    def built(cls, session: Session) -> Classroom:
        authority = an_authority(session)
        officer = an_officer(session, authority, Role.POLICY_OFFICER, "Pich Policy")
        bodies = [
            found(
                session, OrganisationKind.NOTIFIER, slug, Naming(slug.title(), slug, f"N-{slug}"),
                by=FOUNDER, at=START,
            )
            for slug in ("hotline", "police")
        ]  # fmt: skip
        admit_trainer(
            session, bodies[0].id, Provider.HOTLINE, from_on=BEGAN.date(), by=officer, at=BEGAN
        )
        room = cls(
            session,
            *(an_officer(session, body, Role.NOTIFIER, f"Of {body.slug}") for body in bodies),
            officer,
            *(an_officer(session, an_isp(session, slug)) for slug in ("mekong-net", "tonle-net")),
        )
        room.employs(room.mekong, "S-0421", "S-0422")
        room.employs(room.tonle, "T-01")
        return room

    def later(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def employs(self, isp: Actor, *people: str, until_on: str | None = None) -> None:
        """Put people on an ISP's roster, as handlers since September 2025."""
        rows = [a_span(self.session, staff_ref=who, until_on=until_on) for who in people]
        roster = REGISTERS["roster"]
        admit(self.session, isp.organisation_id, roster, rows, by=isp, at=self.later())

    def holds(
        self, counts: dict[Actor, int | None] | None = None, by: Actor | None = None, **over: Any
    ) -> SharedSession:
        """The trainer enters its session of 6 October for the ISPs."""
        given = {self.mekong: 2, self.tonle: None} if counts is None else counts
        held_for = {isp.organisation_id: count for isp, count in given.items()}
        value = self.value(**over)
        return hold(self.session, value, held_for, by=by or self.trainer, at=self.later())

    def value(self, **over: Any) -> SharedSessionIn:
        found: SharedSessionIn = made(self.session, SharedSessionIn, {**SESSION, **over}, self.at)
        return found

    def confirms(self, isp: Actor, *people: str, key: int = 1, result: str = "PASSED") -> Any:
        """An ISP confirms its own people."""
        results = {who: TrainingResult(result) for who in people}
        return confirm(self.session, isp.organisation_id, key, results, by=isp, at=self.later())

    def rows(self, isp: Actor, key: int = 1) -> list[tuple[str, str, date]]:
        """What an ISP has of the session."""
        found = completions_of(self.session, isp.organisation_id, key)
        return [(str(row.staff_ref), str(row.module), row.held_on) for row in found]
