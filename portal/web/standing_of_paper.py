"""How a number stands in the register, for whoever holds a paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from portal.certificates.model import Certificate
from portal.certificates.queries import by_number, history
from portal.certificates.signers import SignerStanding, standing_of
from portal.certificates.signers.queries import facts
from portal.verifier.standing import DIFFERS, UNKNOWN, Standing
from portal.verifier.verdict import Verdict
from portal.wall import Step, stepping
from portal.web.session import session

T = TypeVar("T")


def looked_up(number: str, ask: Callable[[Certificate], T]) -> T | None:
    """What is asked of the certificate of a number, whoever asks; None for a number never given."""
    with stepping(session(), Step.LOOK_UP):
        found = by_number(session(), number)
        return None if found is None else ask(found)


def standings_of(verdict: Verdict) -> list[Standing]:
    """Every state that a paper's number came into, oldest first; UNKNOWN for a number never given,
    and DIFFERS before all where the register holds another attestation under it.
    """
    if not verdict.number:
        return []

    def ask(found: Certificate) -> list[Standing]:
        same = found.attestation_digest.hex() == verdict.attestation_digest
        return [*([] if same else [Standing(DIFFERS)]), *states_of(found)]

    return looked_up(verdict.number, ask) or [Standing(UNKNOWN)]


def signer_standing(verdict: Verdict) -> SignerStanding | None:
    """How the key stood when it signed; None for a paper that is not genuine."""
    if verdict.fingerprint is None or verdict.signed_at is None:
        return None
    stamped = verdict.stamped_by is not None
    known = facts(session())
    return standing_of(known, verdict.fingerprint, verdict.signed_at, stamped=stamped)


def states_of(certificate: Certificate) -> list[Standing]:
    """Every state that a certificate came into, oldest first."""
    return [
        Standing(str(one.code), one.since_at, one.successor, one.reason)
        for one in history(session(), certificate)
    ]
