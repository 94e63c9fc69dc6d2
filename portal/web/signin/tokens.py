"""What the provider's answer proves: the code is redeemed, the token it gives is checked whole.

OpenID Connect Core §3.1.3.7; of a token nothing is kept but what :class:`Told` holds.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from authlib.integrations.base_client import OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc.errors import InvalidClaimError, JoseError
from requests import RequestException

from portal.canonical import digest_of
from portal.provider import Provider
from portal.web.signin.errands import Errand, Purpose, oldest, where_back
from portal.web.signin.outgoing import ProviderAway, Remote, remote_of, the_provider

LEEWAY: Final = 60
"""Seconds that the provider's clock may differ from ours."""

_LONGEST: Final = 255


class NotProved(Exception):
    """The provider's answer proves nothing here; the reader is told no more than that."""


@dataclass(frozen=True)
class Told:
    """Who it is, by the digest of issuer and subject; ``at`` is when they proved it there, in
    seconds since 1970 (0: not said); whether that had a second factor that counts here.
    """

    subject: bytes
    at: float
    has_second_factor: bool


class Checked(CodeIDToken):  # type: ignore[misc]
    """An id_token whose signature holds; everything else about it is checked here."""

    def validate(self, now: int | None = None, leeway: int = 0) -> None:
        """Raise a JoseError where any of it does not hold."""
        super().validate(now, leeway)
        moment = time.time()
        if str(self.header.get("typ", "JWT")).upper() != "JWT":
            # Signed by the same key, but made for something else: an access token, say.
            raise InvalidClaimError("typ")
        if self["aud"] not in (self.params["client_id"], [self.params["client_id"]]):
            raise InvalidClaimError("aud")
        if not 0 < len(self["sub"]) <= _LONGEST:
            raise InvalidClaimError("sub")
        if self["iat"] > moment + leeway or self["iat"] < self.options["iat"]["since"] - leeway:
            raise InvalidClaimError("iat")
        if self.get("auth_time", 0) > moment + leeway:
            raise InvalidClaimError("auth_time")


def heard(errand: Errand, answer: Mapping[str, str]) -> Told:
    """Redeem what the browser brought back from the provider.

    Raises NotProved, and ProviderAway where nobody answers.
    """
    provider = the_provider()
    remote = remote_of(provider)
    try:
        _check_answer(provider, remote, errand, answer)
        token = remote.fetch_access_token(
            where_back(), code=answer["code"], code_verifier=errand.verifier
        )
        return _told(provider, errand, _claims(remote, errand, provider, token))
    except RequestException as fault:
        raise ProviderAway from fault
    # The library has as many ways to break on a broken token as a token can be broken.
    except (JoseError, OAuthError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise NotProved from fault


def subject_of(provider: Provider, name: str) -> bytes:
    """The digest that a subject of a provider is known by: neither is kept in words."""
    return digest_of([provider.issuer, name])


def _check_answer(
    provider: Provider, remote: Remote, errand: Errand, answer: Mapping[str, str]
) -> None:
    if not hmac.compare_digest(answer.get("state", "").encode(), errand.state.encode()):
        raise NotProved
    # RFC 9207: an answer of another provider than the one that was asked.
    if answer.get("iss", None if remote.tells_issuer else provider.issuer) != provider.issuer:
        raise NotProved
    if "error" in answer or not answer.get("code"):
        raise NotProved


def _claims(
    remote: Remote, errand: Errand, provider: Provider, token: dict[str, Any]
) -> Mapping[str, Any]:
    claims: Mapping[str, Any] | None = remote.parse_id_token(
        token,
        nonce=errand.nonce,
        claims_cls=Checked,
        claims_options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "sub": {"essential": True},
            "nonce": {"essential": True},
            "exp": {"essential": True},
            "iat": {"essential": True, "since": errand.began},
        },
        leeway=LEEWAY,
    )
    if claims is None:
        raise NotProved
    return claims


def _told(provider: Provider, errand: Errand, claims: Mapping[str, Any]) -> Told:
    at = float(claims.get("auth_time", 0))
    # Who does not say when it was is believed at sign-in, but that proves nothing young.
    told_when = at > 0 or errand.purpose is Purpose.PROOF
    if told_when and at < errand.began - oldest(errand.purpose) - LEEWAY:
        raise NotProved
    ways = claims.get("amr", [])
    second = claims.get("acr") in provider.acr or bool(provider.amr.intersection(ways))
    return Told(subject_of(provider, claims["sub"]), at, second)
