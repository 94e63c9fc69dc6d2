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


class HoldsGood(Refusal):
    """The certificate prints the particulars as they are; nothing is to be corrected."""

    code = "holds-good"


class PapersWait(Refusal):
    """A paper cannot be signed now. Its number stands, and it is tried again."""

    code = "papers-wait"


class StampAway(PapersWait):
    """No time-stamping authority answers; the papers wait, for none is signed without a stamp."""

    code = "stamp-away"


class EvidenceAway(PapersWait):
    """Who issued the signing certificate does not say whether it still holds; the papers wait."""

    code = "evidence-away"


class SignerRevoked(PapersWait):
    """The signing certificate was revoked by its issuer; nothing is signed with it."""

    code = "signer-revoked"


class TokenAway(PapersWait):
    """The token that keeps the signing key is not there, or does not let the portal in."""

    code = "token-away"
