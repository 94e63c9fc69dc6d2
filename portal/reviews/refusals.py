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


class NothingToDraw(Refusal):
    """No unflagged nil return of the month waits that no draw was made from."""

    code = "nothing-to-draw"


class SampleWaits(Refusal):
    """What was drawn is judged by hand before the others are accepted."""

    code = "sample-waits"


class NothingToAccept(Refusal):
    """Nothing of the draw is left that could be accepted without a look."""

    code = "nothing-to-accept"
