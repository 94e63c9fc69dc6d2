"""Which keys sign papers, from when to when, and what came of each."""

from portal.certificates.signers.model import EndReason, Signer, SignerEnd
from portal.certificates.signers.standing import SignerFact, SignerStanding, standing_of

__all__ = ["EndReason", "Signer", "SignerEnd", "SignerFact", "SignerStanding", "standing_of"]
