"""What the rules about engagements and samples say no to."""

from __future__ import annotations

from portal.errors import NotThere, Refusal


class OutsideEngagement(NotThere):
    """An auditor asked for what no engagement of theirs covers today: nothing is there."""

    code = "outside-engagement"


class EngagementNotYours(Refusal):
    """Engagements are proposed, confirmed and ended by officers of the authority who may."""

    code = "engagement-not-yours"


class NotAnAuditor(Refusal):
    """The person is no auditor of that organisation on the engagement's first day."""

    code = "not-an-auditor"


class NotApart(Refusal):
    """Somebody acts for one of the ISPs, did so in a month covered, or acts for the authority."""

    code = "auditor-not-apart"


class NobodyEngaged(Refusal):
    """An engagement names people and ISPs, at least one of each."""

    code = "nobody-engaged"


class MonthsBackwards(Refusal):
    """The last month lies before the first."""

    code = "months-backwards"


class EngagementOver(Refusal):
    """The last day is over, or the engagement was ended."""

    code = "engagement-over"


class SameOfficerEngages(Refusal):
    """Two officers let an auditor in: this one proposed it."""

    code = "engagement-same-officer"


class EngagementConfirmed(Refusal):
    """Another officer confirmed it already."""

    code = "engagement-confirmed"
