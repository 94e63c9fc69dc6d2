"""Desks: which registers a preparer, or a program, may write (chairs A6)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.model import Actor, Membership
from portal.accounts.permissions import DESK_OF, DESKS, Desk, Permission, Role, may
from portal.accounts.refusals import DeskNeeded, DesksElsewhere, NotYourDesk
from portal.ledger import take
from portal.trail import append

OF_PROGRAMS = tuple(desk for desk in Desk if may(Role.PROGRAM, DESKS[desk]))


def must_write(permission: Permission, by: Actor) -> None:
    """Raises NotYourDesk unless this actor may write what the permission names.

    Asked by every act of the registers, so that no door (page, file, command) is forgotten.
    """
    if not by.may(permission):
        raise NotYourDesk(desk=DESK_OF[permission])


def desks_for(role: Role, chosen: Collection[Desk]) -> frozenset[Desk] | None:
    """What a membership keeps of the desks somebody chose; None where that is no limit.

    Raises DeskNeeded for a preparer of none, DesksElsewhere for some in another role.
    """
    everything = set(chosen) == set(Desk)
    if role != Role.PREPARER:
        if chosen and not everything:
            raise DesksElsewhere("desks")
        return None
    if not chosen:
        raise DeskNeeded("desks")
    return None if everything else frozenset(chosen)


def in_facts(desks: Collection[Desk] | None) -> list[str] | None:
    """Desks as the trail keeps them, in the order of the list."""
    return None if desks is None else [str(desk) for desk in Desk if desk in desks]


def keep_desks(
    session: Session,
    membership: Membership,
    desks: frozenset[Desk] | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Let a membership hold for these desks from now on; as they were, nothing is said."""
    book = take(session, membership.organisation_id)
    if membership.desks == desks:
        return
    membership.desks = desks
    person, kept = membership.person_id, in_facts(desks)
    append(session, book, "membership.limited", by=by, at=at, person=person, desks=kept)
    session.flush()
