"""Errands: somebody is led to the provider for one purpose, and what is kept until they are back.

It is kept in the cookie of the browser that was led away, one errand at a time: an answer that
another browser brings, or the same one a second time, finds nothing to belong to.
"""

from __future__ import annotations

import enum
import time
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import session as cookie
from flask import url_for

from portal.web.session import settings
from portal.web.signin.outgoing import remote_of, the_provider

_KEY: Final = "errand"
_PROVED: Final = "proved"
GOOD_FOR: Final = 600
"""Seconds within which somebody is back, and within which what they proved is made use of."""


class Purpose(enum.StrEnum):
    """What somebody is led to the provider for."""

    SIGN_IN = "SIGN_IN"
    PROOF = "PROOF"
    TIE = "TIE"
    INVITATION = "INVITATION"


@dataclass(frozen=True)
class Errand:
    """One way to the provider and back; ``began`` is in seconds since 1970.

    ``next`` is a path of ours; ``account_id`` who is signed in, where that is asked for;
    ``token`` the invitation that is to be taken.
    """

    purpose: Purpose
    state: str
    nonce: str
    verifier: str
    began: float
    next: str = ""
    account_id: int | None = None
    token: str = ""


@dataclass(frozen=True)
class Proved:
    """Whom the provider has named, until the person says that it is to be tied."""

    subject: str
    until: float
    account_id: int | None
    token: str


def lead(purpose: Purpose, **about: Any) -> str:
    """Begin an errand in place of any before; gives the provider's address to go to.

    Raises ProviderAway.
    """
    provider = the_provider()
    asked: dict[str, Any] = {"max_age": str(oldest(purpose))}
    if purpose is Purpose.PROOF:
        # Whoever sits there proves it now, whatever the provider remembers of them.
        asked["prompt"] = "login"
    elif provider.acr:
        asked["acr_values"] = " ".join(provider.acr)
    made = remote_of(provider).create_authorization_url(where_back(), **asked)
    secrets = {"state": made["state"], "nonce": made["nonce"], "verifier": made["code_verifier"]}
    cookie[_KEY] = asdict(Errand(purpose, began=time.time(), **secrets, **about))
    cookie.pop(_PROVED, None)
    return str(made["url"])


def oldest(purpose: Purpose) -> int:
    """How many seconds ago somebody may have proved at the provider who they are."""
    return 0 if purpose is Purpose.PROOF else settings().session_hours * 3600


def where_back() -> str:
    """Where the provider leads back to: known to it beforehand, and to the letter."""
    return settings().public_url + url_for("provider.answer")


def taken() -> Errand | None:
    """The errand of this browser, which is over by that; None if it has none, or an old one."""
    kept = cookie.pop(_KEY, None)
    if kept is None:
        return None
    errand = Errand(**{**kept, "purpose": Purpose(kept["purpose"])})
    return errand if 0 <= time.time() - errand.began < GOOD_FOR else None


def keep_proved(errand: Errand, subject: bytes) -> None:
    """Keep whom the provider named until the person confirms it."""
    until = time.time() + GOOD_FOR
    cookie[_PROVED] = asdict(Proved(subject.hex(), until, errand.account_id, errand.token))


def proved(*, account_id: int | None = None, token: str = "") -> bytes | None:  # nosec B107
    """Whom the provider named a short while ago for this account or invitation, if anybody."""
    kept = cookie.get(_PROVED)
    found = Proved(**kept) if kept else None
    if found is None or (found.account_id, found.token) != (account_id, token):
        return None
    return bytes.fromhex(found.subject) if time.time() < found.until else None


def forget_proved() -> None:
    """It was made use of."""
    cookie.pop(_PROVED, None)
