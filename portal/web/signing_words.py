"""What is said where a paper cannot be signed, and of the keys that sign; by page and command."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from portal.certificates.signers import SignerStanding

SIGNING_RULES: dict[str, LazyString] = {
    "stamp-away": _(
        "No time-stamping authority answers as it should. The papers wait: none is signed without"
        " a trusted time."
    ),
    "evidence-away": _(
        "Who issued the signing certificate does not say whether it still holds. The papers wait."
    ),
    "signer-revoked": _(
        "The signing certificate was revoked by its issuer. Nothing is signed with it."
    ),
    "token-away": _(
        "The token that keeps the signing key is not there, or does not let the portal in."
    ),
    "papers-wait": _("The papers cannot be signed now. They wait."),
    "signer-unfit": _(
        "The signing key of the settings is not one that the register knows to sign papers now."
        " The papers wait."
    ),
    "signer-not-yours": _("Signing keys are kept by officers who may, two at a time."),
    "one-officer-alone": _("Two officers have to be present, and they are two people."),
    "signer-known": _("This key stands in the register already, as number %(number)s."),
    "signer-ended": _("Key %(number)s was ended for that reason already."),
    "holds-good": _("%(number)s prints the particulars as they are: nothing is to be corrected."),
}
STANDINGS: dict[SignerStanding, LazyString] = {
    SignerStanding.GOOD: _("The key that signed it was in use then."),
    SignerStanding.UNNAMED: _("The register of signing keys does not name the key."),
    SignerStanding.EARLY: _("It was signed before the key was in use."),
    SignerStanding.LATE: _("It was signed after the key was replaced."),
    SignerStanding.COMPROMISED: _(
        "The key that signed it was in wrong hands, and no trusted time says that it was signed"
        " before: do not rely on it."
    ),
}
