"""What the rules of the monthly return say no to."""

from __future__ import annotations

from portal.errors import Refusal


class NotOwed(Refusal):
    """No licence of the ISP was active in the month, so no return is owed."""

    code = "return-not-owed"


class MonthNotBegun(Refusal):
    """The month lies in the future: there is nothing to show and nothing to declare."""

    code = "month-not-begun"


class MonthNotOver(Refusal):
    """The month has not ended yet."""

    code = "month-not-over"


class NilWithEntries(Refusal):
    """A register was declared nil although it holds entries of the month."""

    code = "nil-with-entries"


class NilMissing(Refusal):
    """A register holds no entry of the month and was not declared nil; silence is not nil."""

    code = "nil-missing"


class OpeningMissing(Refusal):
    """The first month needs a declared number of items that were open when it began."""

    code = "opening-missing"


class OpeningFixed(Refusal):
    """The opening balance belongs to the first month and was filed with it."""

    code = "opening-fixed"


class ReasonMissing(Refusal):
    """A later version says why it is filed."""

    code = "amendment-reason-missing"


class Unchanged(Refusal):
    """Nothing has changed since the filing in force; its receipt stands."""

    code = "filing-unchanged"


class BeingReviewed(Refusal):
    """The authority has opened the filing: nothing replaces it until it is decided."""

    code = "being-reviewed"


class OwnPreparation(Refusal):
    """Who prepared a return may not approve it, unless the authority has waived the rule."""

    code = "own-preparation"


class NewerPreparation(Refusal):
    """A newer preparation exists; that one is to be approved."""

    code = "newer-preparation"


class FiledAlready(Refusal):
    """The month was filed: it needs no more time."""

    code = "filed-already"


class ExtensionTooLate(Refusal):
    """The return is overdue: more time is asked for before it is due."""

    code = "extension-too-late"


class ExtensionTooLong(Refusal):
    """More days than the policy lets an ISP ask for at once, or none."""

    code = "extension-too-long"


class ExtensionWaiting(Refusal):
    """A request for this month waits for its answer."""

    code = "extension-waiting"


class ExtensionAnswered(Refusal):
    """The request was answered; a new one can be made."""

    code = "extension-answered"


class ExtensionNotYours(Refusal):
    """Only an officer of the authority grants more time."""

    code = "extension-not-yours"


class OwnRequest(Refusal):
    """Who asked may not answer."""

    code = "own-request"


class ReviewedMeanwhile(Refusal):
    """The preparation reports errors before review, and the review has begun since."""

    code = "reviewed-meanwhile"
