"""A small world with an object of every kind for each of two ISPs and two senders.

Everything is made by the verbs of the domain, in the order of a month's life: two ISPs are sent the
same, do the same, file, are found against, get a paper, lose it and appeal. What one of them has,
the other has under another number.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from flask_security import hash_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Membership, Organisation, Person, Role, SuccessionKind
from portal.accounts.bindings import ask_binding, confirm_binding
from portal.accounts.successions import Succeeding
from portal.certificates.actions import issue
from portal.certificates.model import Certificate, Paper, PaperKind, RevocationReason
from portal.certificates.revoking import appeal_revocation, revoke
from portal.db import begin_write
from portal.letters.actions import write
from portal.letters.model import Rung
from portal.letters.queries import DueLetter
from portal.notices.actions import send
from portal.notices.codes import SourceType
from portal.notices.inputs import NoticeIn
from portal.notices.notifiers import admit_notifier
from portal.notices.releases.actions import record
from portal.notices.releases.publishers import name_publisher
from portal.period import Period
from portal.policy.outages import record_outage, take_back_outage
from portal.registers.actions import admit
from portal.registers.codes import ListMode, Progress, Provider
from portal.registers.lists.standing import say
from portal.registers.progress import approve_pause, progress
from portal.registers.register import REGISTERS
from portal.registers.shared.actions import hold
from portal.registers.shared.inputs import SharedSessionIn
from portal.registers.shared.trainers import admit_trainer
from portal.registers.sides.taking_in import take_in
from portal.registers.successions import succeed
from portal.returns.actions import declare_opening, file, prepare, recall
from portal.returns.asking import ask_for_time
from portal.returns.extension import ExtensionReason
from portal.returns.model import AmendmentReason, DecisionOutcome, Filing
from portal.reviews import decide, open_review
from portal.reviews.appealing import appeal_decision
from portal.reviews.nil_draws import draw
from portal.trail import sign_checkpoint
from portal.web.keyring import checkpoint_key
from portal.web.session import session as open_session
from portal.web.signin import add_hashed_account
from portal.web.signin.entrances import LoginSession, Purpose
from portal.web.signin.links import make_link, token_of
from portal.web.signin.model import Account
from tests import build
from tests.hearing import is_heard, is_heard_on_revoking
from tests.notices.street import NOTICE
from tests.registers.classroom import SESSION
from tests.reviews.quiet import Country
from tests.town import PASSWORD, Town

OCTOBER = Period(2026, 10)
BEGAN = datetime(2025, 9, 1, 2, tzinfo=UTC)
QUIET = frozenset({"blocklists", "training"})
OURS, THEIRS = "mekong-net", "tonle-net"
SENDER, OFFICE = "police", "regulator"
"""The notifier and the authority; each sends notices and orders, trains, and publishes a list."""

PEOPLE_OF = {OURS: ("chea", "meas"), THEIRS: ("tep", "uk")}
FURTHER = {
    "adm": (OURS, Role.ADMINISTRATOR),
    "spare": (OURS, Role.PREPARER),
    "leaver": (OURS, Role.PREPARER),
    "op": (OFFICE, Role.OPERATOR),
    "dual": (OFFICE, Role.REVIEWER),
    "care": (OFFICE, Role.SAFEGUARDING),
}
"""People whom the town lacks: of each role one, and two to whom something may happen."""

WHO = {
    Role.PREPARER: "chea",
    Role.APPROVER: "meas",
    Role.ADMINISTRATOR: "adm",
    Role.REVIEWER: "sok",
    Role.ISSUER: "chan",
    Role.POLICY_OFFICER: "pich",
    Role.NOTIFIER: "vann",
    Role.AUDITOR: "ly",
    Role.OBSERVER: "kong",
    Role.OPERATOR: "op",
    Role.SAFEGUARDING: "care",
}
"""Who asks as what; a new role needs a person here."""
CALLER = "caller"
"""The program that asks, of our ISP."""
LOOSE = "noun"
"""Somebody who never asks: others are tried with what is theirs."""


@dataclass
class World:
    """The town with all of that in it; ``has`` says by owner and kind under which number."""

    town: Town
    has: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def at(self) -> datetime:
        return self.town.now

    def actor(self, name: str) -> Actor:
        return self.town.actors[name]

    def id_of(self, slug: str) -> int:
        return self.town.bodies[slug]

    def address(self, endpoint: str, params: dict[str, Any], method: str = "GET") -> str:
        """The address of an endpoint; what has no place in it is asked behind it."""
        return self.town.app.url_map.bind("").build(endpoint, params, method)

    def capacity_of(self, role: str) -> str:
        """What the person of a role sends to go on acting as they do."""
        me = self.actor(WHO[Role(role)])
        return f"{me.organisation_id}:{me.role}"

    def link(self, purpose: Purpose) -> str:
        """A fresh link from a mail, of a kind, to somebody who does not ask."""
        with self.town.app.app_context():
            of = Account.person_id == self.actor(LOOSE).person_id
            account = open_session().scalars(select(Account).where(of)).one()
            made = make_link(account, purpose, f"{secrets.token_hex(4)}@example.org")
            open_session().commit()
            return token_of(made)

    def sessions_of(self, role: str) -> tuple[int, int]:
        """The number of a further session of the one who asks, and of one of somebody else."""
        mine, other = (self._session_of(name) for name in (WHO.get(role, "chea"), "tep"))
        return mine, other

    def _session_of(self, name: str) -> int:
        self.town.visit(name)
        of = Account.person_id == self.actor(name).person_id
        with self.town.session() as db:
            return db.scalars(select(func.max(LoginSession.id)).join(Account).where(of)).one()


def build_world(town: Town, *more: Callable[[World, Session], None]) -> World:
    """Everything, from 5 to 19 November 2026; ``more`` on the last day but one."""
    world = World(town)
    _more_people(world)
    for when, acts in (
        ("2026-11-05 10:00", (_admits, _sends, _trains, _publishes, _logs)),
        ("2026-11-06 10:00", (_asks_and_is_reminded, _files, _files_quietly)),
        ("2026-11-16 10:00", (_is_found_against, _draws)),
        ("2026-11-17 10:00", (_is_certified, _merges, _stands_still, _binds)),
        ("2026-11-18 10:00", (_is_revoked_and_appeals, *more, _signs)),
        ("2026-11-19 10:00", (_signs,)),
    ):
        town.moves_to(when)
        for act in acts:
            with town.session() as session:
                act(world, session)
    world.has["links"] = {purpose: world.link(purpose) for purpose in Purpose}
    return world


def _more_people(world: World) -> None:
    town = world.town
    with town.app.app_context():
        hashed = hash_password(PASSWORD)
    with town.session() as session:
        for slug in ("old-net", "gone-net"):
            town.bodies[slug] = build.an_isp(session, slug, from_on=date(2026, 10, 1)).id
            by = build.an_officer(session, session.get_one(Organisation, town.bodies[slug]))
            town.actors[slug] = by
        for name, (slug, role) in FURTHER.items():
            body = session.get_one(Organisation, town.bodies[slug])
            actor = build.an_officer(session, body, role, name.title())
            person = session.get_one(Person, actor.person_id)
            add_hashed_account(session, person, f"{name}@example.org", hashed)
            town.actors[name] = actor
        for member in session.scalars(select(Membership).order_by(Membership.id)):
            named = {a.person_id: name for name, a in town.actors.items()}
            world.has[named.get(member.person_id, "")]["membership"] = member.id


def _admits(world: World, session: Session) -> None:
    by = world.actor("pich")
    office, sender = world.id_of(OFFICE), world.id_of(SENDER)
    admit_notifier(
        session, office, SourceType.REGULATOR, from_on=BEGAN.date(), sole=False, by=by, at=BEGAN
    )
    for body, provider in ((sender, Provider.POLICE), (office, Provider.REGULATOR)):
        admit_trainer(session, body, provider, from_on=BEGAN.date(), by=by, at=BEGAN)
    name_publisher(session, sender, "INTERPOL_IWOL", from_on=date(2026, 11, 5), by=by, at=world.at)


def _sends(world: World, session: Session) -> None:
    senders = {SENDER: (world.actor("vann"), "POLICE"), OFFICE: (world.actor("sok"), "REGULATOR")}
    for sender, (by, source) in senders.items():
        for isp in (OURS, THEIRS):
            for instrument, kind in (("NOTICE", "notice"), ("ORDER", "order")):
                said = {"source_type": source, "source_ref": f"{sender}-{isp}-{kind}"}
                said |= {"instrument": instrument, "assessed_by": "POLICE", "items": 2}
                if kind == "order":
                    said |= {"service_role": "ACCESS", "hosting_country": "NL"}
                value = build.made(session, NoticeIn, {**NOTICE, **said}, world.at)
                made = send(session, value, [world.id_of(isp)], by=by, at=world.at)
                world.has[sender][f"{kind} to {isp}"] = made.key
                world.has[isp][f"{kind} of {sender}"] = made.key


def _trains(world: World, session: Session) -> None:
    for slug in PEOPLE_OF:
        row = build.a_span(session, at=world.at)
        _records(world, session, slug, "roster", row)
    for trainer, (name, provider) in {
        SENDER: ("vann", "POLICE"),
        OFFICE: ("sok", "REGULATOR"),
    }.items():
        for isp in (OURS, THEIRS):
            said = {"provider": provider, "session_ref": f"T-{trainer}-{isp}"}
            value = build.made(session, SharedSessionIn, {**SESSION, **said}, world.at)
            by, held_for = world.actor(name), {world.id_of(isp): 2}
            made = hold(session, value, held_for, by=by, at=world.at)
            world.has[trainer][f"session for {isp}"] = made.key
            world.has[isp][f"session of {trainer}"] = made.key


def _publishes(world: World, session: Session) -> None:
    for no, (publisher, name) in enumerate(((SENDER, "vann"), (OFFICE, "sok"))):
        digest = hashlib.sha256(publisher.encode()).hexdigest()
        said = {"version_label": publisher, "serial": 2026101201 + no, "content_digest": digest}
        value = build.a_release(session, at=world.at, **said)
        key = record(session, value, by=world.actor(name), at=world.at)
        world.has[publisher]["release"] = key


def _logs(world: World, session: Session) -> None:
    for slug, (name, _approver) in PEOPLE_OF.items():
        by, isp_id = world.actor(name), world.id_of(slug)
        # One ISP's numbers must not be the other's: it has logged more before.
        for extra in range(4 if slug == THEIRS else 0):
            row = build.a_span(session, at=world.at, staff_ref=f"S-050{extra}")
            _records(world, session, slug, "roster", row)
        for register in ("blocklists", "training", "takedowns"):
            _records(world, session, slug, register, _entry(session, register, slug))
        key = world.has[slug]["takedowns"]
        for no, (kind, when) in enumerate(
            ((Progress.ACKNOWLEDGED, "2026-10-12 09:40"), (Progress.PAUSED, "2026-10-12 10:00"))
        ):
            more = {"pause_reason": "APPROVED_PAUSE"} if kind == Progress.PAUSED else {}
            step = build.a_step(session, kind, when, at=world.at, **more)
            world.has[slug]["step"] = progress(
                session, isp_id, key, kind, step, expects_no=no, by=by, at=world.at
            )
        approve_pause(
            session, isp_id, key, world.has[slug]["step"], by=world.actor("sok"), at=world.at
        )
        notice = world.has[slug][f"notice of {SENDER}"]
        taken = take_in(
            session, isp_id, notice, received_at=world.at, handled_by=None, by=by, at=world.at
        )
        world.has[slug]["matched"] = taken.keys[0]
    for slug, upstream in (("old-net", OURS), ("gone-net", THEIRS)):
        say(
            session, world.id_of(slug), ["INTERPOL_IWOL"], ListMode.UPSTREAM,
            from_on=date(2026, 11, 5), upstream_id=world.id_of(upstream),
            by=world.actor(slug), at=world.at,
        )  # fmt: skip


def _entry(session: Session, register: str, slug: str) -> Any:
    if register == "blocklists":
        return build.an_update(session, methods="DNS_RPZ")
    if register == "training":
        return build.a_completion(session)
    return build.a_takedown(session, source_ref=f"ITEM-{slug}")


def _records(world: World, session: Session, slug: str, register: str, row: Any) -> None:
    isp_id, by = world.id_of(slug), world.actor(PEOPLE_OF[slug][0])
    made = admit(session, isp_id, REGISTERS[register], [row], by=by, at=world.at)
    world.has[slug][register] = made.keys[0]


def _asks_and_is_reminded(world: World, session: Session) -> None:
    for slug, (name, _approver) in PEOPLE_OF.items():
        by, isp_id = world.actor(name), world.id_of(slug)
        due = DueLetter(isp_id, OCTOBER, Rung.REMINDER)
        assert write(session, due, by=world.actor("sok"), at=world.at)
        reason = next(iter(ExtensionReason))
        world.has[slug]["request"] = ask_for_time(
            session, isp_id, OCTOBER, reason, 3, by=by, at=world.at
        ).no


def _files(world: World, session: Session) -> None:
    for slug, (name, approver) in PEOPLE_OF.items():
        isp_id, by = world.id_of(slug), world.actor(name)
        declare_opening(session, isp_id, OCTOBER, 0, by=by, at=world.at)
        reason = None
        for version in (1, 2) if slug == THEIRS else (1,):
            made = prepare(session, isp_id, OCTOBER, nils=set(), reason=reason, by=by, at=world.at)
            done = file(session, isp_id, OCTOBER, made.no, by=world.actor(approver), at=world.at)
            if slug == THEIRS and version == 1:
                recall(session, isp_id, OCTOBER, 1, by=world.actor(approver), at=world.at)
                reason = AmendmentReason.RECALLED
            world.has[slug]["version"] = done.version


def _files_quietly(world: World, session: Session) -> None:
    isp = session.get_one(Organisation, world.id_of("small-net"))
    people = {"small-net": (isp, world.actor("small"), world.actor("boss"))}
    office = session.get_one(Organisation, world.id_of(OFFICE))
    country = Country(session, office, world.actor("sok"), people)
    declare_opening(session, isp.id, OCTOBER, 0, by=world.actor("small"), at=world.at)
    country.files("small-net", at=world.at)


def _is_found_against(world: World, session: Session) -> None:
    for slug, (_name, approver) in PEOPLE_OF.items():
        isp_id, version = world.id_of(slug), world.has[slug]["version"]
        filing = session.get_one(Filing, (isp_id, str(OCTOBER), version))
        officer = world.actor("sok")
        open_review(session, isp_id, OCTOBER, version, by=officer, at=world.at)
        is_heard(
            session, filing, DecisionOutcome.ACCEPT,
            officer=officer, approver=world.actor(approver), at=world.at,
        )  # fmt: skip
        decide(session, filing, DecisionOutcome.ACCEPT, by=officer, at=world.at)


def _draws(world: World, session: Session) -> None:
    made = draw(session, OCTOBER, seed="a lottery", by=world.actor("sok"), at=world.at)
    world.has["country"]["draw"] = made.no


def _is_certified(world: World, session: Session) -> None:
    for slug in PEOPLE_OF:
        made = issue(session, world.id_of(slug), OCTOBER, by=world.actor("chan"), at=world.at)
        world.has[slug] |= {"number": made.number, "serial": made.serial}
        # What a paper looks like is tried elsewhere; here it is enough that there is one.
        for kind in PaperKind:
            pdf = f"%PDF {made.number} {kind}".encode()
            sha256 = hashlib.sha256(pdf).digest()
            row = Paper(serial=made.serial, kind=kind, sha256=sha256, pdf=pdf, made_at=world.at)
            session.add(row)
        session.commit()
        begin_write(session)


def _merges(world: World, session: Session) -> None:
    for old, new in (("old-net", OURS), ("gone-net", THEIRS)):
        kind, day = SuccessionKind.MERGER, date(2026, 11, 17)
        decided = Succeeding(world.id_of(old), world.id_of(new), kind, day, f"MPTC/2026/{old}")
        succeed(session, decided, by=world.actor("pich"), at=world.at)
        session.commit()
        begin_write(session)


def _stands_still(world: World, session: Session) -> None:
    by = world.actor("pich")
    outage = record_outage(
        session, datetime(2026, 11, 9, 1, tzinfo=UTC), datetime(2026, 11, 9, 5, tzinfo=UTC),
        isps=None, instrument="OUT-1", by=by, at=world.at,
    )  # fmt: skip
    world.has["country"]["outage"] = outage.key
    take_back_outage(session, outage.key, by=by, at=world.at)


def _binds(world: World, session: Session) -> None:
    for slug, name in ((OURS, "spare"), (THEIRS, "uk")):
        isp = session.get_one(Organisation, world.id_of(slug))
        person = session.get_one(Person, world.actor(name).person_id)
        made = ask_binding(
            session, person, isp, f"LETTER-{slug}", by=world.actor("sok"), at=world.at
        )
        confirm_binding(
            session, isp, made.no, from_on=world.at.date(), by=world.actor("dual"), at=world.at
        )
        world.has[slug]["binding"] = made.no


def _is_revoked_and_appeals(world: World, session: Session) -> None:
    for slug, (_name, approver) in PEOPLE_OF.items():
        serial, by = world.has[slug]["serial"], world.actor(approver)
        reason, issuer = RevocationReason.ISSUED_IN_ERROR, world.actor("chan")
        is_heard_on_revoking(session, serial, reason, officer=issuer, approver=by, at=world.at)
        revoke(session, serial, reason, by=issuer, at=world.at)
        found = session.get_one(Certificate, serial)
        filing = session.get_one(Filing, (found.isp_id, found.period, found.version))
        world.has[slug]["appeal"] = appeal_revocation(
            session, serial, "It was right.", by=by, at=world.at
        ).no
        appeal_decision(session, filing, "It was right.", by=by, at=world.at)
        session.commit()
        begin_write(session)


def _signs(world: World, session: Session) -> None:
    with world.town.app.app_context():
        key = checkpoint_key()
    day = world.at.date()
    made = sign_checkpoint(session, key, by=world.actor("op"), at=world.at, day=day)
    world.has["country"].setdefault("sizes", []).append(made.size)
