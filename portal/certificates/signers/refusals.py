"""What the rules of keeping keys say no to."""

from __future__ import annotations

from portal.certificates.refusals import PapersWait
from portal.errors import Refusal


class SignerNotYours(Refusal):
    """Keys are kept by officers who may, two at a time."""

    code = "signer-not-yours"


class OneOfficerAlone(Refusal):
    """Two officers are present, and they are two people."""

    code = "one-officer-alone"


class SignerKnown(Refusal):
    """The key stands in the register."""

    code = "signer-known"


class SignerEnded(Refusal):
    """The key was ended for that reason already."""

    code = "signer-ended"


class SignerUnfit(PapersWait):
    """The key of the settings is not one that signs papers now; the papers wait."""

    code = "signer-unfit"
