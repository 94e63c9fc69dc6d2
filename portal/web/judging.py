"""Judge a paper that somebody sent: in memory, within bounds, and keep nothing of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from portal.certificates.signers import SignerStanding
from portal.certificates.verify import LARGEST, Verdict, VerdictKind, agreed
from portal.verifier.bounded import examine_bounded
from portal.verifier.standing import Standing
from portal.web.keyring import trust_anchors, trusted_stamps
from portal.web.standing_of_paper import signer_standing, standings_of


@dataclass(frozen=True)
class Judged:
    """A verdict, every state that the number came into, oldest first, and how the key stood."""

    verdict: Verdict
    standings: list[Standing]
    signer: SignerStanding | None


def judge(pdf: bytes) -> Judged:
    """The verdict on a file. What the log hears of it is the kind and how large it was."""
    if len(pdf) > LARGEST:  # no more of it was taken in
        verdict = Verdict(VerdictKind.UNREADABLE, notes=("too-large",))
    else:
        anchors, stamps = trust_anchors(), trusted_stamps()
        verdict = agreed(examine_bounded(pdf, anchors, stamps), pdf, anchors, stamps)
    g.said = f"{verdict.kind} {len(pdf)}"
    return Judged(verdict, standings_of(verdict), signer_standing(verdict))
