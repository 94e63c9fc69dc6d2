"""What the rules between both sides of an order say no to."""

from __future__ import annotations

from portal.errors import Refusal


class AlreadyAnswered(Refusal):
    """The ISP answered before, and nothing is left of which this could be said."""

    code = "already-answered"


class OrderWithdrawn(Refusal):
    """The sender took the order back; nothing is asked any more."""

    code = "order-withdrawn"


class NothingToLift(Refusal):
    """No block stands here on an order that was taken back."""

    code = "nothing-to-lift"
