"""What the rules about shared training say no to."""

from __future__ import annotations

from portal.errors import Refusal


class NotATrainer(Refusal):
    """The organisation is not known to hold sessions as this provider today, or never can."""

    code = "not-a-trainer"


class TrainerInThePast(Refusal):
    """A trainer begins and ends today or later, never before."""

    code = "notifier-in-the-past"


class SessionReferenceUsed(Refusal):
    """The trainer held another session under this reference."""

    code = "session-reference-used"


class NobodyTrained(Refusal):
    """The session names no ISP, or the confirmation nobody of the ISP's people."""

    code = "nobody-trained"


class SessionAlreadyThere(Refusal):
    """The session was entered for this ISP before."""

    code = "session-already-there"


class NothingDiffers(Refusal):
    """The ISP's rows say what the session says."""

    code = "nothing-differs"
