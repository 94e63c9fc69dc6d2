"""What the rules of issuing say no to."""

from __future__ import annotations

from portal.errors import Refusal


class NotAccepted(Refusal):
    """The filing in force was not accepted: undecided, sent back or void."""

    code = "filing-not-accepted"


class SameOfficer(Refusal):
    """Who decided the filing may not issue its certificate."""

    code = "same-officer"


class AlreadyIssued(Refusal):
    """This filing has a certificate that holds."""

    code = "already-issued"


class AlreadyRevoked(Refusal):
    """The certificate was revoked; that is not reversible."""

    code = "already-revoked"


class PolicyNotAdopted(Refusal):
    """A policy version that judged the month was not adopted: nothing is attested (chairs B1)."""

    code = "policy-not-adopted"


class PracticeMonth(Refusal):
    """The policy names the month as practice: it is reviewed, and nothing is attested (A4)."""

    code = "practice-month"


class CourtNeedsReason(Refusal):
    """The reference of a court's decision goes with that reason alone."""

    code = "court-needs-reason"
