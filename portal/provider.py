"""The provider of sign-in by OpenID Connect, as the settings name it; none is named by default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
SETTINGS = (
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_CLIENT_SECRET_FILE",
    "OIDC_NAME_EN",
    "OIDC_NAME_KM",
    "OIDC_HOSTS",
    "OIDC_ACR",
    "OIDC_AMR",
)
_LONGEST = 200


@dataclass(frozen=True)
class Provider:
    """Who says who somebody is; ``issuer`` to the letter as it stands in what the provider signs.

    ``hosts``: further machines on which its endpoints may lie. ``acr`` and ``amr``: what it says of
    a sign-in that had a second factor (OpenID Connect Core §2); empty, ours is asked for always.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name_en: str
    name_km: str
    hosts: frozenset[str] = frozenset()
    acr: tuple[str, ...] = ()
    amr: frozenset[str] = frozenset()

    def name_in(self, language: str) -> str:
        """What readers of a language know it by."""
        return self.name_km if language == "km" else self.name_en

    def owns(self, address: str) -> bool:
        """Whether an address lies at the issuer itself, or over https on one of its machines."""
        asked = urlsplit(address)
        ours = urlsplit(self.issuer)
        if _origin(asked) == _origin(ours):
            return True
        return asked.scheme == "https" and asked.netloc in self.hosts


def read_provider(
    environment: Mapping[str, str], *, production: bool
) -> tuple[Provider | None, list[str]]:
    """The provider of an environment, and what is wrong with it, one sentence a setting."""
    told = {name.removeprefix("OIDC_"): environment.get(name, "").strip() for name in SETTINGS}
    if not told["ISSUER"]:
        stray = [name for name, text in told.items() if text]
        return None, [f"OIDC_{name}: means nothing without OIDC_ISSUER" for name in stray]
    secret, faults = _secret(told)
    faults = [*_faults_of_issuer(told["ISSUER"], production=production), *faults]
    if not told["CLIENT_ID"]:
        faults.append("OIDC_CLIENT_ID: the provider's name for this portal is needed")
    faults += [
        f"OIDC_{name}: has at most {_LONGEST} characters"
        for name in ("NAME_EN", "NAME_KM")
        if len(told[name]) > _LONGEST
    ]
    faults += [
        f"OIDC_HOSTS: {host} is no host name such as keys.provider.example"
        for host in told["HOSTS"].split()
        if set(host) & set("/@")
    ]
    return (None if faults else _named(told, secret)), faults


def _named(told: Mapping[str, str], secret: str) -> Provider:
    name_en = told["NAME_EN"] or urlsplit(told["ISSUER"]).hostname or ""
    return Provider(
        issuer=told["ISSUER"],
        client_id=told["CLIENT_ID"],
        client_secret=secret,
        name_en=name_en,
        name_km=told["NAME_KM"] or name_en,
        hosts=frozenset(told["HOSTS"].split()),
        acr=tuple(told["ACR"].split()),
        amr=frozenset(told["AMR"].split()),
    )


def _faults_of_issuer(issuer: str, *, production: bool) -> list[str]:
    try:
        parts = urlsplit(issuer)
        whole = bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        whole = False
    if not whole or parts.scheme not in {"http", "https"}:
        return ["OIDC_ISSUER: is the provider's own address, such as https://sign-in.example"]
    if parts.scheme == "http" and (production or parts.hostname not in OWN_MACHINE):
        return ["OIDC_ISSUER: is reached over https; http is for trying out on one's own machine"]
    return []


def _secret(told: Mapping[str, str]) -> tuple[str, list[str]]:
    given, kept = told["CLIENT_SECRET"], told["CLIENT_SECRET_FILE"]
    if bool(given) == bool(kept):
        return "", ["OIDC_CLIENT_SECRET: set it or OIDC_CLIENT_SECRET_FILE, one of the two"]
    if given:
        return given, []
    try:
        text = Path(kept).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        text = ""
    return text, [] if text else [f"OIDC_CLIENT_SECRET_FILE: {kept} holds no secret"]


def _origin(parts: SplitResult) -> tuple[str, str]:
    return parts.scheme, parts.netloc
