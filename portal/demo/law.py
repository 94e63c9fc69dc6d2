"""The law of the stage: the shipped policy in force by invented instruments, waivers, endings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from portal.accounts import Actor
from portal.accounts.actions import THE_SYSTEM, grant_waiver, license_isp
from portal.demo.world import FOUNDED_ON, LICENSED_ON, Isp
from portal.policy import adopt, load, shipped_pack

POLICY_CHANGES_ON: Final = date(2026, 2, 15)
# The one ISP whose licence ends within a month, and the one that it merges into (hard case 14).
LEAVER: Final = {"orchard": date(2026, 5, 17)}
MERGES_INTO: Final = {"orchard": "mango"}


def rule(session: Session, officer: Actor, at: datetime) -> None:
    """Load the shipped pack and put its first version in force by an invented instrument."""
    load(session, shipped_pack("kh"), by=officer, at=at)
    adopt(
        session,
        "2026.1",
        instrument="Fictional Prakas D-1 of the demonstration",
        adopted_on=FOUNDED_ON,
        effective_from=date(2025, 12, 25),
        signatory="Minister of the demonstration",
        demo=True,
        by=officer,
        at=at,
    )


def change_policy(session: Session, officer: Actor, at: datetime) -> None:
    """Put the second version in force in the middle of a month (hard case 16)."""
    adopt(
        session,
        "2026.2",
        instrument="Fictional Prakas D-2 of the demonstration",
        adopted_on=date(2026, 2, 3),
        effective_from=POLICY_CHANGES_ON,
        signatory="Minister of the demonstration",
        demo=True,
        by=officer,
        at=at,
    )


def waive(session: Session, isp: Isp, reviewer: Actor, at: datetime, until_on: date) -> None:
    """Let the one person of a small ISP prepare and approve, until a day."""
    grant_waiver(
        session,
        isp.id,
        f"W-{at.year}-{isp.id:03d}",
        from_on=at.date(),
        until_on=until_on,
        by=reviewer,
        at=at,
    )


def end_licence(session: Session, isp: Isp, until_on: date, at: datetime) -> None:
    """State that the ISP's licence ends on a day: the return of that month is its final one."""
    license_isp(
        session,
        isp.id,
        isp.licence,
        isp.part.kind,
        from_on=LICENSED_ON,
        until_on=until_on,
        by=THE_SYSTEM,
        at=at,
    )
