"""The verbs of redaction: ask, destroy or show again; and to say that one saw something."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import Actor, Membership, Person, Role
from portal.accounts.desks import must_write
from portal.accounts.queries import acts_on
from portal.entries import withholding
from portal.entries.codes import ShownAgainReason, WithholdingReason
from portal.entries.kin import Found, Value, with_their_kin
from portal.entries.refusals import ChangedMeanwhile, NothingToWithhold
from portal.entries.withheld import BY_POLICY, Withholding
from portal.entries.withholding import Choice
from portal.errors import NotThere
from portal.ledger import SYSTEM
from portal.mail import MailKind
from portal.mail.actions import post_to
from portal.redactions.model import Sighting
from portal.redactions.papers import empty_papers
from portal.redactions.places import Target, are_by, came_to, is_officer, texts_of
from portal.redactions.queries import may_decide
from portal.redactions.refusals import NotAsked, OthersHaveIt
from portal.registers.register import REGISTERS
from portal.wall import Step, stepping

REASONS = tuple(
    reason
    for reason in WithholdingReason
    if reason not in BY_POLICY and reason != WithholdingReason.SEEN_OR_PASTED
)

# Letters and digits alone: nothing can be pasted there, and to hide one would hide a person's rows.
PSEUDONYMS = frozenset({"staff_ref", "handled_by", "second_approver"})

_TRIES = 3


def ask(
    session: Session,
    target: Target,
    fields: Collection[str],
    *,
    reason: WithholdingReason,
    by: Actor,
    at: datetime,
) -> Withholding:
    """Ask to withhold texts of one thing (``table.field``): hidden at once on every page.

    Raises NotThere, NotAsked, NothingToWithhold, NotYourDesk, and OthersHaveIt where a text came
    from or stands at somebody else and the asker is no officer.
    """
    if reason not in REASONS:
        raise NotAsked("reason")
    there = texts_of(session, target, by=by)
    must_be_ones_desk(target, by)
    values = [value for name in fields for value in there.get(name, ())]
    if not values:
        raise NothingToWithhold("fields")
    if not is_officer(by) and not _own_alone(session, values, target, by):
        raise OthersHaveIt("fields")
    choose = with_their_kin if is_officer(by) else _kin_of(target.owner_id)
    with _where_it_is_kept(session, target):
        return withholding.hide(session, values, reason=reason, by=by, at=at, choose=choose)


def must_be_ones_desk(target: Target, by: Actor) -> None:
    """Raises NotYourDesk where what stands in an ISP's register is another desk's: to hide it would
    be to write there. Whoever saw something says so instead (``saw``), whatever their desk.
    """
    if target.place in REGISTERS and not is_officer(by):
        must_write(REGISTERS[target.place].permission, by)


def saw(session: Session, target: Target | None, *, by: Actor, at: datetime) -> Sighting:
    """Somebody saw or pasted something: hide the texts of the entry they name, if any, and tell one
    safeguarding officer. Nothing is asked, and nothing of it is held against them (chairs C6).
    """
    hidden = _hide_own(session, target, by=by, at=at) if target else None
    said = Sighting(
        person_id=by.person_id,
        organisation_id=by.organisation_id,
        said_at=at,
        isp_id=hidden.isp_id if hidden else None,
        withholding_no=hidden.no if hidden else None,
    )
    with _beside_care(session):
        session.add(said)
        session.flush()
        officer = _safeguarding(session, at)
        if officer is not None:
            person, organisation_id = officer
            kind, subject = MailKind.SOMETHING_SEEN, f"S-{said.id}"
            post_to(session, person, kind, organisation_id, subject, at=at)
    return said


def destroy(session: Session, isp_id: int, no: int, *, by: Actor, at: datetime) -> Withholding:
    """Destroy what is hidden, as the second person; a report that prints it goes, too.

    Raises NotThere, AlreadyDecidedOn, SamePersonWithholds.
    """
    _must_decide(session, isp_id, no, by)
    done = withholding.destroy(session, isp_id, no, by=by, at=at)
    with stepping(session, Step.EMPTIED):
        empty_papers(session, done)
    return done


def show_again(
    session: Session, isp_id: int, no: int, *, because: ShownAgainReason, by: Actor, at: datetime
) -> Withholding:
    """Refuse the request, with a reason: the values show again. Raises as ``destroy``."""
    _must_decide(session, isp_id, no, by)
    return withholding.show_again(session, isp_id, no, because=because, by=by, at=at)


def forget(session: Session, sighting_id: int) -> None:
    """Forget who said that they saw something: the safeguarding officer has talked to them."""
    said = session.get(Sighting, sighting_id)
    if said is None:
        raise NotThere("sighting")
    session.delete(said)


def _must_decide(session: Session, isp_id: int, no: int, by: Actor) -> None:
    asked = session.get(Withholding, (isp_id, no))
    if asked is None or not may_decide(session, asked, by):
        raise NotThere("withholding")


def _where_it_is_kept(session: Session, target: Target) -> AbstractContextManager[None]:
    """What no ISP has is withheld under the system's ledger, where its sender does not write."""
    return stepping(session, Step.UNOWNED) if target.owner_id == SYSTEM else nullcontext()


def _own_alone(session: Session, values: Iterable[Value], target: Target, by: Actor) -> bool:
    with stepping(session, Step.KIN):
        kin = with_their_kin(session, values)
        if target.owner_id != SYSTEM:
            # What never came to the ISP is compared with nothing there, and is not told of.
            return not came_to(session, kin, target.owner_id)
        # Two senders may give the same number: what has no ISP is its author's.
        return {one.owner_id for one in kin} <= {SYSTEM} and are_by(session, kin, by)


def _kin_of(owner_id: int) -> Choice:
    def choose(session: Session, values: Iterable[Value]) -> Sequence[Found]:
        return [one for one in with_their_kin(session, values) if one.owner_id == owner_id]

    return choose


def _hide_own(session: Session, target: Target, *, by: Actor, at: datetime) -> Withholding | None:
    for _ in range(_TRIES):
        own = _own_of(session, target, by)
        if not own:
            break
        try:
            return withholding.hide(
                session,
                own,
                reason=WithholdingReason.SEEN_OR_PASTED,
                by=by,
                at=at,
                choose=_kin_of(target.owner_id),
            )
        except (ChangedMeanwhile, NothingToWithhold):
            # Somebody hid them a moment ago; whoever says it is heard all the same.
            session.expire_all()
    return None


def _own_of(session: Session, target: Target, by: Actor) -> list[Value]:
    texts = texts_of(session, target, by=by).values()
    return [
        value
        for values in texts
        if values[0].field not in PSEUDONYMS and _own_alone(session, values, target, by)
        for value in values
    ]


def _beside_care(session: Session) -> AbstractContextManager[None]:
    """Where the safeguarding officer is known, and what is said to them alone is written."""
    return stepping(session, Step.SEEN)


def is_somebody_told(session: Session, at: datetime) -> bool:
    """Whether there is a safeguarding officer; who comes later reads what was said before."""
    with _beside_care(session):
        return _safeguarding(session, at) is not None


def _safeguarding(session: Session, at: datetime) -> tuple[Person, int] | None:
    """The one who is told: the safeguarding officer who has been it for longest."""
    query = (
        select(Person, Membership.organisation_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.role == Role.SAFEGUARDING, acts_on(at.date()))
        .order_by(Membership.id)
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])
