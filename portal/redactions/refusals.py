"""What redaction says no to."""

from __future__ import annotations

from portal.errors import Refusal


class OthersHaveIt(Refusal):
    """The value came from, or stands at, somebody else: an officer withholds it everywhere."""

    code = "others-have-it"


class NotAsked(Refusal):
    """This reason is no reason that a person gives."""

    code = "not-a-reason-to-withhold"


class PaperWithheld(Refusal):
    """A paper prints words that were withheld, so it is not handed out any more."""

    code = "paper-withheld"
