"""Plain builders: an authority, an ISP and its people, a policy in force, inputs that are right."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from importlib.resources.abc import Traversable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, LicenceKind, Organisation, OrganisationKind, Role, SizeClass
from portal.accounts.actions import Naming, begin, enrol, found, join, license_isp
from portal.entries.inputs import Input, check
from portal.ledger import Ledger
from portal.notices.releases.inputs import ListReleaseIn
from portal.policy import Policy, adopt, load, shipped_pack
from portal.policy.queries import policy_on
from portal.registers.codes import Progress
from portal.registers.inputs_blocklists import BlocklistUpdateIn
from portal.registers.inputs_complaints import ComplaintIn
from portal.registers.inputs_progress import PROGRESS_INPUTS, ProgressIn
from portal.registers.inputs_staff import CompletionIn, DeclarationIn, RosterSpanIn
from portal.registers.inputs_takedowns import TakedownIn
from tests.settled import settle

START = datetime(2025, 8, 20, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
"""When tests take place: 5 November 2026, 10:00 in Phnom Penh; October is the month to file."""

FOUNDER = Actor(0, "Founder", Role.OPERATOR, 0)


def an_authority(
    session: Session, *, policy: bool = True, pack: Traversable | None = None
) -> Organisation:
    """The regulator, with the system's ledger and (if asked) the shipped policy in force."""
    if session.get(Ledger, 0) is None and policy and pack is None:
        settle(session, "authority", lambda: _an_authority(session, policy=True, pack=None))
        return session.scalars(select(Organisation).filter_by(slug="regulator")).one()
    return _an_authority(session, policy=policy, pack=pack)


def _an_authority(session: Session, *, policy: bool, pack: Traversable | None) -> Organisation:
    if session.get(Ledger, 0) is None:
        begin(session)
    naming = Naming("Fictional Regulator", "និយតករ​សាកល្បង", "A-1")
    authority = found(
        session, OrganisationKind.AUTHORITY, "regulator", naming, by=FOUNDER, at=START
    )
    if policy:
        a_policy(session, an_officer(session, authority, Role.POLICY_OFFICER, "Chan Dara"), pack)
    return authority


def a_policy(session: Session, officer: Actor, pack: Traversable | None = None) -> None:
    """A pack (the shipped one), loaded and adopted by a fictional instrument from 2025-09 on."""
    load(session, pack or shipped_pack("kh"), by=officer, at=START)
    for version, day in (("2026.1", date(2025, 9, 1)), ("2026.2", date(2026, 11, 15))):
        adopt(
            session,
            version,
            instrument=f"Fictional Prakas {version}",
            adopted_on=date(2025, 8, 15),
            effective_from=day,
            signatory="A fictional minister",
            demo=True,
            by=officer,
            at=START,
        )


def an_isp(
    session: Session,
    slug: str = "mekong-net",
    *,
    size: SizeClass = SizeClass.STANDARD,
    from_on: date = date(2025, 9, 1),
    until_on: date | None = None,
) -> Organisation:
    """An ISP with one active licence."""
    name = slug.replace("-", " ").title()
    naming = Naming(name, f"{name} (KM)", f"R-{slug}", size)
    isp = found(session, OrganisationKind.ISP, slug, naming, by=FOUNDER, at=START)
    license_isp(
        session,
        isp.id,
        f"L-{slug}",
        LicenceKind.FIXED_ISP,
        from_on=from_on,
        until_on=until_on,
        by=FOUNDER,
        at=START,
    )
    return isp


def an_officer(
    session: Session, organisation: Organisation, role: Role = Role.PREPARER, name: str = "Sok Dara"
) -> Actor:
    """Somebody acting for an organisation in a role."""
    person = enrol(session, name)
    join(session, person, organisation, role, from_on=date(2025, 8, 1), by=FOUNDER, at=START)
    return Actor(person.id, name, role, organisation.id)


def policy(session: Session, at: datetime = NOW) -> Policy:
    """The policy in force."""
    return policy_on(session, at.date()).policy


def made(session: Session, model: type[Input], data: dict[str, Any], at: datetime = NOW) -> Any:
    """An input that went through the one check."""
    return check(model, data, now=at, policy=policy(session, at))


TAKEDOWN: dict[str, Any] = {
    "source_type": "HOTLINE_NATIONAL",
    "source_ref": "IHC-2026-0417",
    "instrument": "NOTICE",
    "legal_basis": "ECOM_2019_24_25",
    "priority": "P2_STANDARD",
    "service_role": "HOSTING",
    "harm": "CSAM",
    "assessment": "BASELINE",
    "assessed_by": "HOTLINE",
    "locator_kind": "URL",
    "hosting_country": "KH",
    "issued_at": "2026-10-12 09:00",
    "received_at": "2026-10-12 09:10",
    "handled_by": "S-0421",
}

UPDATE: dict[str, Any] = {
    "list_code": "INTERPOL_IWOL",
    "list_kind": "DOMAIN",
    "update_kind": "MIXED",
    "transport": "RPZ_IXFR",
    "version_label": "2026-10-12",
    "serial": 2026101201,
    "content_digest": hashlib.sha256(b"issue of 12 October").hexdigest(),
    "published_at": "2026-10-12 12:00",
    "fetched_at": "2026-10-12 12:30",
    "applied_at": "2026-10-12 15:00",
    "entries_total": 5000,
    "added": 12,
    "removed": 4,
    "methods": "DNS_RPZ",
    "points_in_scope": 6,
    "points_live": 6,
    "subscribers_in_scope": 40000,
    "subscribers_covered": 40000,
    "stop_page": "YES",
    "test_result": "PASS",
    "tested_at": "2026-10-12 16:00",
    "vantage_points": 2,
}

RELEASE: dict[str, Any] = {
    "list_code": "INTERPOL_IWOL",
    "list_kind": "DOMAIN",
    "update_kind": "ADD",
    "version_label": "2026-10-12",
    "serial": 2026101201,
    "content_digest": UPDATE["content_digest"],
    "published_at": "2026-10-12 12:00",
    "entries_total": 5000,
    "added": 12,
    "removed": 0,
}

COMPLETION: dict[str, Any] = {
    "session_ref": "T-2026-10",
    "held_on": "2026-10-06",
    "module": "NTD_PROCEDURE",
    "level": "REFRESHER",
    "provider": "HOTLINE",
    "mode": "CLASSROOM",
    "language": "KM",
    "minutes": 90,
    "staff_ref": "S-0421",
    "result": "PASSED",
}

SPAN: dict[str, Any] = {
    "staff_ref": "S-0421",
    "role_group": "DESIGNATED_HANDLER",
    "joined_on": "2025-09-01",
    "from_on": "2025-09-01",
    "handles_notices": True,
}

COMPLAINT: dict[str, Any] = {
    "list_code": "INTERPOL_IWOL",
    "method": "DNS_RPZ",
    "received_at": "2026-10-14 10:00",
}

DECLARATION: dict[str, Any] = {
    "obligation": "SP5-13",
    "answer": "YES",
    "since_on": "2026-01-01",
    "checked_on": "2026-10-30",
}


def a_takedown(session: Session, *, at: datetime = NOW, **over: Any) -> TakedownIn:
    """A hosted item received on 12 October 2026, 09:10 in Phnom Penh."""
    return made(session, TakedownIn, {**TAKEDOWN, **over}, at)  # type: ignore[no-any-return]


def an_update(session: Session, *, at: datetime = NOW, **over: Any) -> BlocklistUpdateIn:
    """An issue of a domain list, applied everywhere on the day it was published."""
    return made(session, BlocklistUpdateIn, {**UPDATE, **over}, at)  # type: ignore[no-any-return]


def a_release(session: Session, *, at: datetime = NOW, **over: Any) -> ListReleaseIn:
    """What its publisher says of that issue: additions only."""
    return made(session, ListReleaseIn, {**RELEASE, **over}, at)  # type: ignore[no-any-return]


def a_completion(session: Session, *, at: datetime = NOW, **over: Any) -> CompletionIn:
    """A handler's refresher in October 2026."""
    return made(session, CompletionIn, {**COMPLETION, **over}, at)  # type: ignore[no-any-return]


def a_span(session: Session, *, at: datetime = NOW, **over: Any) -> RosterSpanIn:
    """A designated handler since September 2025."""
    return made(session, RosterSpanIn, {**SPAN, **over}, at)  # type: ignore[no-any-return]


def a_complaint(session: Session, *, at: datetime = NOW, **over: Any) -> ComplaintIn:
    """A complaint received in October 2026."""
    return made(session, ComplaintIn, {**COMPLAINT, **over}, at)  # type: ignore[no-any-return]


def a_declaration(session: Session, *, at: datetime = NOW, **over: Any) -> DeclarationIn:
    """A wellness programme, checked in October 2026."""
    return made(session, DeclarationIn, {**DECLARATION, **over}, at)  # type: ignore[no-any-return]


def a_step(
    session: Session, kind: Progress, when: str, *, at: datetime = NOW, **over: Any
) -> ProgressIn:
    """A progress of a kind that happened at a time on Phnom Penh's clocks."""
    return made(session, PROGRESS_INPUTS[kind], {"occurred_at": when, **over}, at)  # type: ignore[no-any-return]
