"""What the rules about notices say no to."""

from __future__ import annotations

from portal.errors import Refusal


class NotANotifier(Refusal):
    """The organisation is not known to send notices as this kind of sender on this day."""

    code = "not-a-notifier"


class NotASender(Refusal):
    """No organisation of this kind sends notices, or none sends them as this."""

    code = "not-a-sender"


class BoundInThePast(Refusal):
    """A notifier begins and ends today or later, never before."""

    code = "notifier-in-the-past"


class ReferenceUsed(Refusal):
    """The notifier sent another notice under this reference."""

    code = "reference-used"


class ActedOnAlready(Refusal):
    """Once something was said of its items, a notice keeps its reference and those items."""

    code = "notice-acted-on"


class NoSuchItems(Refusal):
    """The notice has no such items; ``items`` is its last number."""

    code = "no-such-items"


class NobodyAddressed(Refusal):
    """The notice names no ISP."""

    code = "nobody-addressed"


class AlreadyAddressed(Refusal):
    """The notice went to this ISP before."""

    code = "already-addressed"


class MonthNotOver(Refusal):
    """A month is counted when it is over."""

    code = "count-after-the-month"
