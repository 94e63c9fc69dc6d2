"""A verdict in words: the same on the page, from the command and from the file that stands alone.

The texts are English; whoever shows them says how they read in another language (``say``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from portal.verifier.standing import Standing
from portal.verifier.verdict import Verdict


class Say(Protocol):
    """A text in the reader's language, with what is filled in."""

    def __call__(self, text: str, /, **filled: Any) -> str: ...


When = Callable[[datetime], str]


def _(text: str) -> str:
    """Marks a text that has a Khmer one."""
    return text


VERDICTS = {
    "GENUINE": _("Genuine: signed by the issuer and not changed since."),
    "ALTERED": _("ALTERED: this is not the file that was signed."),
    "UNKNOWN_SIGNER": _("UNKNOWN SIGNER: signed, but not with a key of this issuer."),
    "NOT_OURS": _("NOT OURS: this is no paper of this portal."),
    "UNREADABLE": _("UNREADABLE: this is not a PDF file that can be read."),
}
NOTES = {
    "too-large": _("The file is larger than any paper of ours."),
    "not-a-pdf": _("It is not a PDF."),
    "encrypted": _("It is encrypted; no paper of ours is."),
    "too-much-work": _("It would take more time or memory than any paper of ours."),
    "no-signature": _("It carries no signature."),
    "signature-broken": _("The signature does not fit the file."),
    "bytes-changed": _("The part that was signed was changed."),
    "unknown-signer": _("The signer's certificate is not trusted here."),
    "signer-not-valid-then": _("The signer's certificate did not hold at the time of signing."),
    "bytes-added": _("Something was added after the signature."),
    "revision-added": _("A later revision was added; it can show other content."),
    "changed-after-signing": _("The content was changed after it was signed."),
    "not-certified": _("The signature allows changes; those of our papers allow none."),
    "nothing-inside": _("The attestation that belongs inside is missing."),
    "inside-does-not-agree": _("What is attached does not agree with the paper."),
    "time-claimed": _("The signing time is the signer's own word."),
    "development-key": _("Signed with a development key: without legal effect."),
    "demo": _("A demonstration: everything in it is invented."),
    "draft": _("A draft."),
    "report": _("This is the compliance report that belongs to the certificate."),
}
STANDINGS = {
    "ISSUED": _("Standing: issued on %(when)s."),
    "BEING_PREPARED": _("Standing: BEING PREPARED; the number was given, its paper is not out."),
    "SUPERSEDED": _("Standing: SUPERSEDED on %(when)s: another one tells how the month stands."),
    "REVOKED": _("Standing: REVOKED on %(when)s: it no longer holds."),
    "DIFFERS": _("Standing: the register holds ANOTHER paper under this number. Ask the issuer."),
    "UNKNOWN": _("Standing: the register does not know the number; that is not revoked."),
    "NOT_LISTED": _("Standing: neither superseded nor revoked by %(listed)s, says the list."),
    "TOO_NEW": _("Standing: the number was given after the list of %(listed)s was made."),
}  # fmt: skip
REASONS = {
    "FALSE_STATEMENT": _("Reason: a statement was false."),
    "ISSUED_IN_ERROR": _("Reason: issued in error."),
    "COURT_OR_AUTHORITY": _("Reason: a court or authority decided so."),
}
_NUMBER = _("Number: %(number)s")
_SIGNED = _("Signed by %(signer)s, %(when)s")
_SUCCESSOR = _("Its successor: %(number)s")
_STALE = _("THE LIST IS OLD: a newer one was due on %(due)s. Fetch it before you rely on this.")
_ADDS_UP = _("Re-performed: every figure of the attached statement adds up.")
LOST = _(
    "The key that signed it was in wrong hands, and no trusted time says that it was signed before:"
    " do not rely on it."
)
_DOES_NOT = _("DOES NOT ADD UP in the attached statement: %(figures)s")


def lines(verdict: Verdict, standings: Sequence[Standing], say: Say, when: When) -> Iterator[str]:
    """What a verdict and the standing of its number say, line by line."""
    yield say(VERDICTS[verdict.kind])
    if verdict.number:
        yield say(_NUMBER, number=verdict.number)
    if verdict.signer and verdict.signed_at:
        yield say(_SIGNED, signer=verdict.signer, when=when(verdict.signed_at))
    for standing in standings:
        yield from standing_lines(standing, say, when)
    if verdict.figures is not None:
        yield (
            say(_DOES_NOT, figures=", ".join(verdict.figures)) if verdict.figures else say(_ADDS_UP)
        )
    yield from (say(NOTES[note]) for note in verdict.notes)


def standing_lines(standing: Standing, say: Say, when: When) -> Iterator[str]:
    """One state of a number, why, what came after it, and how old the list is that says so."""
    yield say(
        STANDINGS[standing.code],
        when=when(standing.since_at) if standing.since_at else "",
        listed=when(standing.listed_at) if standing.listed_at else "",
    )
    if standing.reason:
        yield say(REASONS[standing.reason])
    if standing.successor:
        yield say(_SUCCESSOR, number=standing.successor)
    if standing.due_at:
        yield say(_STALE, due=when(standing.due_at))
