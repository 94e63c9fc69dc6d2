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


class NotYourDesk(Refusal):
    """Another desk writes this register, or no program does."""

    code = "not-your-desk"


class DeskNeeded(Refusal):
    """Whoever is limited to desks has one at least."""

    code = "desk-needed"


class DesksElsewhere(Refusal):
    """Preparers are limited to desks, and nobody else."""

    code = "desks-elsewhere"


class DesksUnchanged(Refusal):
    """These are the desks already."""

    code = "desks-unchanged"


class ProgramNamed(Refusal):
    """Another program of the ISP, or one of its people, has this name."""

    code = "program-named"


class ProgramEnded(Refusal):
    """The program was ended, with its keys."""

    code = "program-ended"


class TwoKeys(Refusal):
    """Two keys of the program are good: one to use, and one to change to."""

    code = "two-keys"


class KeyTooLong(Refusal):
    """A key is good from now on until a day, and for a year at most."""

    code = "key-too-long"


class KeyOver(Refusal):
    """The key was revoked before."""

    code = "key-over"


class KeyUnknown(Refusal):
    """There is no such key."""

    code = "key-unknown"


class KeyExpired(Refusal):
    """The last day of the key is past."""

    code = "key-expired"


class KeyRevoked(Refusal):
    """The key, or its program, was taken back."""

    code = "key-revoked"


class KeyWithoutLicence(Refusal):
    """The ISP of the key holds no active licence today."""

    code = "key-without-licence"


class KeyMakerGone(Refusal):
    """Whoever made the key approves for its ISP no more."""

    code = "key-maker-gone"


class KeyForTrying(Refusal):
    """The key is for trying out, and what is asked would be recorded."""

    code = "key-for-trying"


class KeyForNothing(Refusal):
    """A key would neither write nor read."""

    code = "key-for-nothing"


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
