"""What the rules about organisations and licences say no to."""

from __future__ import annotations

from datetime import date

from portal.errors import Refusal


class NameTaken(Refusal):
    """Another organisation has this short name already."""

    code = "name-taken"


class SpanBackwards(Refusal):
    """The last day lies before the first."""

    code = "span-backwards"


class LicenceTaken(Refusal):
    """The licence is held on that day: by another ISP, or by this one already."""

    code = "licence-taken"


class LicenceOver(Refusal):
    """No day of the licence lies there."""

    code = "licence-over"


class NotYourGrant(Refusal):
    """A waiver of the four-eyes rule is granted by an officer of the authority who may."""

    code = "waiver-not-yours"


class RoleElsewhere(Refusal):
    """People of this kind of organisation do not act in this role."""

    code = "role-elsewhere"


class OwnRights(Refusal):
    """Nobody gives rights to themselves."""

    code = "own-rights"


class LastAdministrator(Refusal):
    """Nobody would be left to manage the ISP's people."""

    code = "last-administrator"


class SameOfficerBinds(Refusal):
    """Two officers make an administrator: this one proposed it."""

    code = "binding-same-officer"


class BindingDone(Refusal):
    """Another officer confirmed it already."""

    code = "binding-done"


class SuccessionCircle(Refusal):
    """The successor is the predecessor itself, or somebody who went on as it."""

    code = "succession-circle"


class SucceededAlready(Refusal):
    """Somebody goes on as this ISP already."""

    code = "succeeded-already"


class PredecessorNotLicensed(Refusal):
    """The predecessor held no licence on the day before the succession."""

    code = "predecessor-not-licensed"


class SuccessorNotLicensed(Refusal):
    """The successor holds no active licence on the first day."""

    code = "successor-not-licensed"


def must_go_forward(from_on: date, until_on: date | None) -> None:
    """Raises SpanBackwards where the last day lies before the first."""
    if until_on is not None and until_on < from_on:
        raise SpanBackwards("until_on", from_on=from_on, until_on=until_on)
