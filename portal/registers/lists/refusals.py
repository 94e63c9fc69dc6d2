"""What the rules about how lists are applied say no to."""

from __future__ import annotations

from portal.errors import Refusal


class StandingOverlaps(Refusal):
    """Something was said of this list from a later day on; what is said now begins before it."""

    code = "standing-overlaps"


class OwnUpdatesSince(Refusal):
    """The ISP logged updates of its own of this list since that day."""

    code = "own-updates-since"


class NoSuchUpstream(Refusal):
    """The upstream named is no ISP with an active licence."""

    code = "no-such-upstream"


class UpstreamIsItself(Refusal):
    """An ISP cannot be its own upstream."""

    code = "upstream-is-itself"


class UpstreamCircle(Refusal):
    """The upstream says that this ISP enforces the list for it."""

    code = "upstream-circle"


class UpstreamChain(Refusal):
    """The upstream has an upstream, or this ISP is one: who really enforces is to be named."""

    code = "upstream-chain"


class ConsentNotYours(Refusal):
    """Only the upstream itself consents."""

    code = "consent-not-yours"


class NotNamedByIt(Refusal):
    """That ISP does not say that you enforce a list for it."""

    code = "not-named-by-it"


class ConsentOverlaps(Refusal):
    """A consent to the same ISP holds on that day, or was taken back from a later day on."""

    code = "consent-overlaps"


class NoConsent(Refusal):
    """There is no consent that could be taken back."""

    code = "no-consent"


class WithdrawnInThePast(Refusal):
    """A consent ends today or later: what was inherited stays."""

    code = "withdrawn-in-the-past"


class InheritedEntry(Refusal):
    """The entry is an upstream's evidence: the upstream corrects its own."""

    code = "inherited-entry"
