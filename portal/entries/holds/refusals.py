"""What the rules about holds say no to."""

from __future__ import annotations

from portal.errors import Refusal


class HoldNotYours(Refusal):
    """Only an officer of the authority who may set holds does this."""

    code = "hold-not-yours"


class HoldEnded(Refusal):
    """The hold was lifted before."""

    code = "hold-ended"


class HoldBackwards(Refusal):
    """The last day or month lies before the first."""

    code = "hold-backwards"


class HoldTwoScopes(Refusal):
    """A hold is on all of an ISP, on months of it, or on one entry."""

    code = "hold-two-scopes"
