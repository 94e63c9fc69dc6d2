"""What is said of the code on a paper, beside the verdict on its file."""

from __future__ import annotations


def _(text: str) -> str:
    """Marks a text that has a Khmer one."""
    return text


CODES = {
    "OURS": _("The code was made by the issuer. Compare number and digest with the paper."),
    "FORGED": _("FORGED CODE: not made by this issuer. Trust neither paper nor site."),
    "OTHER_PAPER": _("ANOTHER PAPER'S CODE: made by the issuer, not for this number."),
    "NO_KEY": _("The code cannot be checked without --list or --signer."),
}  # fmt: skip
DIGEST = _("Digest of the attestation begins with: %(digest)s")
BAD_LIST = _("THE LIST IS NOT SIGNED by this issuer: it says nothing.")
