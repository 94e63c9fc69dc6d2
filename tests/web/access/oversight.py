"""What looks at an ISP, or takes something out: an engagement, a sample, holds, a redaction."""

from __future__ import annotations

import io
from datetime import timedelta

from sqlalchemy.orm import Session

from portal import jobs
from portal.accounts import Actor, Organisation, Role
from portal.accounts.desks import OF_PROGRAMS
from portal.accounts.keys import make_key, name_program
from portal.accounts.reach import Reach, Scope
from portal.certificates.monthly import sit
from portal.entries.codes import WithholdingReason
from portal.entries.holds.actions import Wanted, set_hold
from portal.entries.holds.model import HoldGround
from portal.intake import sample_csv, take_in
from portal.intake.uploads import Store, begin, map_columns, note_check
from portal.jobs import JobKind
from portal.ledger import SYSTEM
from portal.period import Period
from portal.policy.queries import policy_at
from portal.redactions.actions import ask, saw
from portal.redactions.places import Target, texts_of
from portal.registers.register import REGISTERS
from portal.returns.model import Filing
from portal.reviews.engagements.actions import confirm, propose
from portal.reviews.engagements.proposal import Proposal
from portal.reviews.samples.actions import draw_sample
from tests import build
from tests.web.access.world import CALLER, OCTOBER, OFFICE, OURS, PEOPLE_OF, SENDER, THEIRS, World


def is_audited(world: World, session: Session) -> None:
    """The auditor may look at the one ISP's October, and has drawn a sample there."""
    auditor, today = world.actor("ly"), world.at.date()
    asked = Proposal(
        organisation_id=auditor.organisation_id,
        people=[auditor.person_id],
        isps=[world.id_of(OURS), world.id_of("small-net")],
        instrument="MANDATE-1",
        first=OCTOBER,
        last=OCTOBER,
        from_on=today,
        until_on=today + timedelta(days=30),
    )
    made = propose(session, asked, by=world.actor("pich"), at=world.at)
    confirm(session, made.no, by=world.actor("chan"), at=world.at)
    world.has["country"]["engagement"] = made.no
    filing = session.get_one(Filing, (world.id_of(OURS), str(OCTOBER), world.has[OURS]["version"]))
    sample = draw_sample(session, filing, "takedowns", 1, by=auditor, at=world.at)
    world.has["country"]["sample"] = sample.no


def is_held(world: World, session: Session) -> None:
    """Of each ISP a month is held."""
    months: tuple[Period, Period] = (OCTOBER, OCTOBER)
    for slug in (OURS, THEIRS):
        day, number = world.at.date(), f"C-{slug}"
        wanted = Wanted(world.id_of(slug), HoldGround.COURT_ORDER, number, day, months=months)
        made = set_hold(session, wanted, by=world.actor("pich"), at=world.at)
        world.has[slug]["hold"] = made.no


def has_programs(world: World, session: Session) -> None:
    """Each ISP has named a program, which has a key; ours has another one, which asks."""
    for slug, name in ((OURS, "List loader"), (THEIRS, "List loader"), (OURS, "Ticket system")):
        isp = session.get_one(Organisation, world.id_of(slug))
        administrator = build.an_officer(session, isp, Role.ADMINISTRATOR, f"Admin of {slug}")
        program = name_program(session, isp, name, OF_PROGRAMS, by=administrator, at=world.at)
        today, reach = world.at.date(), Reach(reads=frozenset(Scope))
        made, key = make_key(
            session, isp.id, program.person_id, today + timedelta(days=30), reach,
            on=today, by=world.actor(PEOPLE_OF[slug][1]), at=world.at,
        )  # fmt: skip
        world.has[slug].setdefault("program", program.person_id)
        world.has[slug] |= {"key": made.no, "secret": key, "caller": program.person_id}
    caller = Actor(world.has[OURS]["caller"], "Ticket system", Role.PROGRAM, world.id_of(OURS))
    world.town.actors[CALLER] = caller


def has_asked(world: World, session: Session) -> None:
    """Each ISP, and the authority, asked that something be done."""
    for slug, name in (*((isp, names[0]) for isp, names in PEOPLE_OF.items()), (OFFICE, "chan")):
        by, isp_id = world.actor(name), world.id_of(slug) if slug != OFFICE else None
        said = {"slug": "takedowns", "name": "0" * 32}
        made = jobs.ask(session, JobKind.IMPORT, "1", by=by, at=world.at, isp_id=isp_id, **said)
        world.has[slug]["job"] = made.id
    at, chan = world.at, world.actor("chan")
    world.has["country"]["sitting"] = sit(session, OCTOBER, [world.id_of(OURS)], by=chan, at=at).no


def has_uploaded(world: World, session: Session) -> None:
    """A file of each ISP, of which a row is wrong, waits for a decision."""
    register, at = REGISTERS["takedowns"], world.town.now
    store = Store(world.town.app.extensions["settings"].uploads)
    policy = policy_at(session, at).policy
    data = sample_csv(register, 2, policy=policy, at=at).replace("BASELINE", "?", 1).encode()
    for slug, (name, _approver) in PEOPLE_OF.items():
        by, isp_id, spool = world.actor(name), world.id_of(slug), store.spool()
        spool.write(data)
        spool.settle()
        spool.keep()
        upload = begin(session, isp_id, register, spool, by=by, at=at)
        fields = data.decode().split("\r\n")[0].split(",")
        map_columns(session, upload, fields)
        report = take_in(
            session, isp_id, register, io.BytesIO(data), dry_run=True, by=by, at=at
        )  # fmt: skip
        note_check(session, upload, report, at=at)
        store.mending(upload.name).write_bytes(b"PK")
        world.has[slug]["upload"] = upload.name


def takes_out(world: World, session: Session) -> None:
    """Each ISP asks that a text of an entry does not stand; somebody saw what nobody should."""
    for slug, (name, _approver) in PEOPLE_OF.items():
        by, key = world.actor(name), world.has[slug]["takedowns"]
        target = Target("takedowns", world.id_of(slug), (str(key),))
        fields = [one for one in texts_of(session, target, by=by) if "source_ref" in one]
        reason = WithholdingReason.PERSONAL_DATA
        made = ask(session, target, fields, reason=reason, by=by, at=world.at)
        world.has[slug]["withholding"] = made.no
    for slug, name in ((SENDER, "vann"), (OFFICE, "sok")):
        by, key = world.actor(name), world.has[slug][f"order to {OURS}"]
        target, reason = Target("notices", SYSTEM, (str(key),)), WithholdingReason.PERSONAL_DATA
        fields = [one for one in texts_of(session, target, by=by) if "source_ref" in one]
        made = ask(session, target, fields, reason=reason, by=by, at=world.at)
        world.has[slug]["withholding"] = made.no
    world.has["country"]["sighting"] = saw(session, None, by=world.actor("spare"), at=world.at).id
