"""One of two ways out of the house: to the endpoints of the provider that the settings name.

But for the authorities behind signatures nothing else is ever fetched (domain §6.2). Where a
request goes stands in the provider's own metadata, which is believed only as far as the settings
say: its issuer must be the one named there, each of its addresses must lie at that issuer or on a
machine listed beside it.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from flask import abort
from requests import PreparedRequest, RequestException, Response

from portal.provider import Provider
from portal.web.session import settings

ALGORITHMS: Final = (
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "PS256",
    "PS384",
    "PS512",
    "RS256",
    "RS512",
)
"""Signatures that are believed: made with a key that nobody but the provider holds."""

_KEPT_SECONDS: Final = 3600
_REST_SECONDS: Final = 10
_TIMEOUT: Final = (3.0, 5.0)
_LONGEST_WAIT: Final = 10.0
_LARGEST: Final = 256 * 1024
_PART: Final = 8192
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ISS_TOLD: Final = "authorization_response_iss_parameter_supported"
_SIGNED_BY: Final = "id_token_signing_alg_values_supported"


class ProviderAway(Exception):
    """The provider cannot be reached, or does not answer as one."""


class _Elsewhere(RequestException):
    """The address of a request is not the provider's."""


class Line(OAuth2Session):  # type: ignore[misc]
    """A line to one provider: short waits, small answers, its own addresses alone."""

    def __init__(self, *args: Any, provider: Provider, **told: Any) -> None:
        super().__init__(*args, **told)
        self.provider = provider
        # Nothing of the machine's own: no proxy, no stored password.
        self.trust_env = False

    def send(self, request: PreparedRequest, **told: Any) -> Response:
        """Send what every call ends in; raises RequestException."""
        if not self.provider.owns(request.url or ""):
            raise _Elsewhere
        # Who is led onward gets no further: this here is asked about every address.
        told.update(timeout=_TIMEOUT, allow_redirects=False, stream=True)
        answer: Response = super().send(request, **told)
        # What `json()` and the library read from now on.
        answer._content = _small(answer)  # noqa: SLF001 - requests has no limit of its own
        return answer


class Remote(FlaskOAuth2App):  # type: ignore[misc]
    """The provider as its metadata describes it; asked anew after an hour, and for some seconds
    not at all after it did not answer: nobody waits for what has just failed.
    """

    client_cls = Line
    server_metadata: dict[str, Any]
    missed_at = 0.0

    def load_server_metadata(self) -> dict[str, Any]:
        """What the provider says of itself, checked; raises ProviderAway."""
        known = self.server_metadata
        if known and 0 <= time.time() - known["_loaded_at"] < _KEPT_SECONDS:
            return known
        if 0 <= time.time() - self.missed_at < _REST_SECONDS:
            raise ProviderAway
        try:
            self.server_metadata = self._asked()
        except (RequestException, ValueError, ProviderAway) as fault:
            self.missed_at = time.time()
            raise ProviderAway from fault
        return self.server_metadata

    def _asked(self) -> dict[str, Any]:
        provider = self.client_kwargs["provider"]
        address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        with self._get_session() as line:
            answer = line.request("GET", address, withhold_token=True)
            answer.raise_for_status()
            return _believed(provider, answer.json())

    @property
    def tells_issuer(self) -> bool:
        """Whether its answers in the browser name the issuer (RFC 9207)."""
        return bool(self.load_server_metadata()[_ISS_TOLD])


def the_provider() -> Provider:
    """The provider of the settings; 404 where none is named."""
    return settings().provider or abort(404)


@lru_cache(maxsize=4)
def remote_of(provider: Provider) -> Remote:
    """The client of a provider, one a process."""
    return Remote(
        FlaskIntegration("oidc"),
        "oidc",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "provider": provider},
    )


def _believed(provider: Provider, told: Any) -> dict[str, Any]:
    if not isinstance(told, dict) or told.get("issuer") != provider.issuer:
        raise ProviderAway
    places = {name: told.get(name) for name in _ENDPOINTS}
    if not all(isinstance(each, str) and provider.owns(each) for each in places.values()):
        raise ProviderAway
    offered = told.get(_SIGNED_BY) or ALGORITHMS
    signed_by = [name for name in ALGORITHMS if name in offered]
    # Without any the library would fall back on a list of its own.
    if not signed_by or urlsplit(places["authorization_endpoint"]).fragment:
        raise ProviderAway
    # Only what is used is kept: the library would take further names for settings of its own.
    return {
        **places,
        "issuer": provider.issuer,
        _SIGNED_BY: signed_by,
        _ISS_TOLD: told.get(_ISS_TOLD) is True,
        "_loaded_at": time.time(),
    }


def _small(answer: Response) -> bytes:
    held, until = b"", time.monotonic() + _LONGEST_WAIT
    for part in answer.iter_content(_PART):
        held += part
        if len(held) > _LARGEST or time.monotonic() > until:
            answer.close()
            raise RequestException
    return held
