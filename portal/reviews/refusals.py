"""What the rules of review say no to."""

from __future__ import annotations

from portal.errors import Refusal


class AlreadyDecided(Refusal):
    """The filing was decided; a later decision belongs to a later version."""

    code = "already-decided"


class NotInForce(Refusal):
    """A later version stands, or this one was recalled: it cannot be judged any more."""

    code = "filing-not-in-force"


class ReviewNotBegun(Refusal):
    """The review has not begun: until then the ISP may still recall the filing."""

    code = "review-not-begun"


class NeedsReasons(Refusal):
    """Sending back, voiding and observing need at least one comment that says why."""

    code = "needs-reasons"


class NotExcusable(Refusal):
    """Only a single late item of a small sample with a coded reason can be excused."""

    code = "not-excusable"


class UnknownObligation(Refusal):
    """The statement has no such obligation."""

    code = "unknown-obligation"


class NothingWritten(Refusal):
    """A comment needs words."""

    code = "nothing-written"


class LooksLikeLocator(Refusal):
    """The words look like a place on the net; comments name entries by their reference."""

    code = "looks-like-locator"


class TooManyWords(Refusal):
    """The comment is longer than a comment may be."""

    code = "comment-too-long"


class NothingSaid(Refusal):
    """A draft, a reply, an appeal or its answer needs words."""

    code = "nothing-said"


class NothingAdverse(Refusal):
    """A decision on this filing would find no core obligation not met: no draft is needed."""

    code = "nothing-adverse"


class AlreadyDrafted(Refusal):
    """The ISP has this draft already and may reply until ``due``."""

    code = "already-drafted"


class NotYetHeard(Refusal):
    """Adverse, and no draft that covers it was sent to the ISP."""

    code = "not-yet-heard"


class ReplyOpen(NotYetHeard):
    """Adverse, and the ISP may reply until ``due``."""

    code = "reply-open"


class ReplyNotYours(Refusal):
    """Only an approver of the ISP replies for it, and appeals."""

    code = "reply-not-yours"


class ReplyTooLate(Refusal):
    """The day of the reply is over."""

    code = "reply-too-late"


class AlreadyReplied(Refusal):
    """The ISP replied already; until the day the reply may be corrected."""

    code = "already-replied"


class NotAppealable(Refusal):
    """Only an adverse decision in force, or a revocation, is appealed against."""

    code = "not-appealable"


class AppealTooLate(Refusal):
    """The days of the appeal are over."""

    code = "appeal-too-late"


class AlreadyAppealed(Refusal):
    """There is an appeal against this already."""

    code = "already-appealed"


class AppealNotYours(Refusal):
    """An appeal is decided by an officer who may."""

    code = "appeal-not-yours"


class OwnDecision(Refusal):
    """Who decided first does not decide the appeal against it."""

    code = "own-decision"


class AppealDecided(Refusal):
    """The appeal was decided already."""

    code = "appeal-decided"


class NothingSetAside(Refusal):
    """An appeal against findings that is allowed sets at least one of them aside, and no other."""

    code = "nothing-set-aside"


class AlreadyEstimated(Refusal):
    """The month has an estimate already."""

    code = "already-estimated"


class NotDelinquent(Refusal):
    """Only a month that is long overdue is estimated; one that was filed never."""

    code = "not-delinquent"


class NothingToDraw(Refusal):
    """No unflagged nil return of the month waits that no draw was made from."""

    code = "nothing-to-draw"


class SampleWaits(Refusal):
    """What was drawn is judged by hand before the others are accepted."""

    code = "sample-waits"


class NothingToAccept(Refusal):
    """Nothing of the draw is left that could be accepted without a look."""

    code = "nothing-to-accept"
