"""The stage: authority, auditor, ISPs with their licences and people, and the policy in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any, Final

from sqlalchemy.orm import Session

from portal.accounts import Actor, Desk, Organisation, OrganisationKind, Person, Role
from portal.accounts.actions import THE_SYSTEM, Naming, begin, enrol, found, join, license_isp
from portal.demo.cast import Part, invented_name
from portal.demo.chance import local
from portal.period import Period

FOUNDED_ON: Final = date(2025, 12, 18)
LICENSED_ON: Final = date(2019, 4, 1)
# The one ISP that begins late: its first month is left to whoever tries the portal.
NEWCOMER: Final = {"kite": date(2026, 10, 1)}
ONE_PERSON: Final = "gecko"
# The one ISP whose preparers are limited to desks: mailbox, desk, title, the registers they enter.
DESKED: Final = "firefly"
DESKS: Final = (
    ("abuse", Desk.ABUSE_DESK, ("Abuse desk", "ផ្នែកទទួលការរំលោភបំពាន"), ("takedowns", "complaints")),
    ("network", Desk.NETWORK, ("Network engineer", "វិស្វករបណ្តាញ"), ("blocklists",)),
    ("hr", Desk.HR, ("Human resources", "ធនធានមនុស្ស"), ("training", "roster")),
)
# ISPs with people to sign in as.
SHOWN: Final = ("firefly", "kapok", "gecko", "kite", "drum", "butterfly")


@dataclass(frozen=True)
class Isp:
    """One ISP on the stage, and who acts for it."""

    part: Part
    id: int
    preparer: Actor
    approver: Actor
    first: Period
    licence: str
    # Who enters what of a register, where that is not the preparer.
    writers: dict[str, Actor] = field(default_factory=dict, compare=False)

    @property
    def slug(self) -> str:
        """Its short name."""
        return self.part.slug


@dataclass(frozen=True)
class Login:
    """Somebody who can be signed in as; the command that builds the demo gives the password."""

    person_id: int
    email: str
    name: str
    role: str
    organisation: str


@dataclass
class World:
    """Everybody on the stage."""

    isps: list[Isp]
    reviewers: list[Actor]
    issuer: Actor
    policy_officer: Actor
    hotline: Actor
    police: Actor
    auditor: Actor
    logins: list[Login] = field(default_factory=list)

    def isp(self, slug: str) -> Isp | None:
        """The ISP of a short name, if it plays in this build."""
        return next((isp for isp in self.isps if isp.slug == slug), None)


def set_stage(session: Session, cast: tuple[Part, ...], first: Period) -> World:
    """Found everything in an empty database, as on the day the portal began."""
    at = local(FOUNDED_ON, 9)
    begin(session)
    founding = _Founding(session, at)
    authority = founding.body(
        "regulator",
        OrganisationKind.AUTHORITY,
        Naming("Regulator of the demonstration", "និយ័តករនៃការបង្ហាញសាកល្បង", "DEMO-A-1"),
    )
    reviewers = [
        founding.actor(authority, Role.REVIEWER, "reviewer", ("Reviewing officer", "មន្ត្រីពិនិត្យ")),
        founding.actor(authority, Role.REVIEWER, "reviewer2", ("Reviewing officer", "មន្ត្រីពិនិត្យ")),
    ]
    issuer = founding.actor(
        authority, Role.ISSUER, "issuer", ("Director (fictional)", "ប្រធាននាយកដ្ឋាន (ប្រឌិត)")
    )
    officer = founding.actor(
        authority, Role.POLICY_OFFICER, "policy", ("Policy officer", "មន្ត្រីគោលនយោបាយ")
    )
    office = founding.body(
        "auditor",
        OrganisationKind.AUDITOR,
        Naming("Audit office of the demonstration", "ការិយាល័យសវនកម្មនៃការបង្ហាញសាកល្បង", "DEMO-B-1"),
    )
    auditor = founding.actor(office, Role.AUDITOR, "auditor", ("Auditor", "សវនករ"))
    isps = [founding.isp(part, place, first) for place, part in enumerate(cast, 1)]
    hotline, police = founding.notifiers()
    founding.council()
    founding.actor(authority, Role.SAFEGUARDING, "care", ("Safeguarding officer", "មន្ត្រីការពារ"))
    founding.desks(isps)
    return World(isps, reviewers, issuer, officer, hotline, police, auditor, founding.logins)


class _Founding:
    """Founds organisations and enrols the invented people who act for them."""

    def __init__(self, session: Session, at: datetime) -> None:
        self.session, self.at = session, at
        self.logins: list[Login] = []
        self._numbers = count()

    def body(self, slug: str, kind: OrganisationKind, naming: Naming) -> Organisation:
        """An organisation of the stage."""
        return found(self.session, kind, slug, naming, by=THE_SYSTEM, at=self.at)

    def actor(
        self, organisation: Organisation, role: Role, mailbox: str | None, title: tuple[str, str]
    ) -> Actor:
        """A person in one role; one with a mailbox can be signed in as."""
        person = self._person(title, mailbox)
        return self._join(person, organisation, role, mailbox)

    def notifiers(self) -> tuple[Actor, Actor]:
        """A hotline and a police office that will use the portal, and an officer of each."""
        bodies = (
            (
                "hotline",
                Naming("Hotline of the demonstration", "ខ្សែបន្ទាន់នៃការបង្ហាញសាកល្បង", "DEMO-N-1"),
            ),
            ("police", Naming("Police of the demonstration", "នគរបាលនៃការបង្ហាញសាកល្បង", "DEMO-N-2")),
        )
        title = ("Notifying officer", "មន្ត្រីជូនដំណឹង")
        hotline, police = (
            self.actor(
                self.body(slug, OrganisationKind.NOTIFIER, naming), Role.NOTIFIER, "officer", title
            )
            for slug, naming in bodies
        )
        return hotline, police

    def council(self) -> None:
        """Who watches over the plan."""
        naming = Naming("Council for children (fictional)", "ក្រុមប្រឹក្សាកុមារ (ប្រឌិត)", "DEMO-O-1")
        council = self.body("council", OrganisationKind.OBSERVER, naming)
        self.actor(council, Role.OBSERVER, "council", ("Secretary", "លេខាធិការ"))

    def desks(self, isps: list[Isp]) -> None:
        """One ISP has a preparer for each desk, who enters what that desk writes."""
        for isp in isps:
            if isp.slug != DESKED:
                continue
            organisation = self.session.get_one(Organisation, isp.id)
            for mailbox, desk, title, registers in DESKS:
                person, held = self._person(title, mailbox), frozenset({desk})
                actor = self._join(person, organisation, Role.PREPARER, mailbox, held)
                isp.writers.update(dict.fromkeys(registers, actor))

    def isp(self, part: Part, place: int, first: Period) -> Isp:
        """An ISP with its licence and its two people (or its one, with a waiver)."""
        naming = Naming(part.name_en, part.name_km, f"DEMO-{place:05d}", part.size)
        organisation = self.body(part.slug, OrganisationKind.ISP, naming)
        licence = f"DEMO-{part.kind.value.replace('_', '-')}-{place:03d}"
        license_isp(
            self.session,
            organisation.id,
            licence,
            part.kind,
            from_on=NEWCOMER.get(part.slug, LICENSED_ON),
            by=THE_SYSTEM,
            at=self.at,
        )
        preparer, approver = self._people(organisation, part)
        begins = NEWCOMER.get(part.slug)
        return Isp(
            part=part,
            id=organisation.id,
            preparer=preparer,
            approver=approver,
            first=Period.on(begins) if begins else first,
            licence=licence,
        )

    def _people(self, organisation: Organisation, part: Part) -> tuple[Actor, Actor]:
        shown = part.slug in SHOWN
        prepares = ("Compliance officer", "មន្ត្រីអនុលោមភាព")
        approves = ("Head of compliance", "ប្រធានផ្នែកអនុលោមភាព")
        if part.slug == ONE_PERSON:
            approver = self.actor(organisation, Role.APPROVER, "owner", approves)
            self._manages(organisation, approver)
            return approver, approver
        mailboxes = ("preparer", "approver") if shown else (None, None)
        preparer = self.actor(organisation, Role.PREPARER, mailboxes[0], prepares)
        approver = self.actor(organisation, Role.APPROVER, mailboxes[1], approves)
        self._manages(organisation, approver)
        return preparer, approver

    def _manages(self, organisation: Organisation, approver: Actor) -> None:
        # Who approves lets the others in, too, as in most of the smaller houses.
        person = self.session.get_one(Person, approver.person_id)
        self._join(person, organisation, Role.ADMINISTRATOR, None)

    def _person(self, title: tuple[str, str], mailbox: str | None) -> Person:
        name = invented_name(next(self._numbers))
        language = "km" if mailbox is None else "en"
        return enrol(self.session, name, title_en=title[0], title_km=title[1], language=language)

    def _join(
        self,
        person: Person,
        organisation: Organisation,
        role: Role,
        mailbox: str | None,
        desks: frozenset[Desk] | None = None,
    ) -> Actor:
        act: dict[str, Any] = {"from_on": FOUNDED_ON, "by": THE_SYSTEM, "at": self.at}
        join(self.session, person, organisation, role, desks=desks, **act)
        if mailbox is not None:
            address = f"{mailbox}@{organisation.slug}.example"
            self.logins.append(Login(person.id, address, person.name, str(role), organisation.slug))
        return Actor(person.id, person.name, role, organisation.id, desks)
