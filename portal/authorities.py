"""Who stands behind a signature, as the settings name them: a token that keeps the key, authorities
that say when; neither is there by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from portal import readers
from portal.provider import OWN_MACHINE

STAMPS = (
    "STAMP_URLS",
    "STAMP_USER",
    "STAMP_PASSWORD",
    "STAMP_TRUST",
    "STAMP_SECONDS",
    "SIGNING_HOSTS",
)
TOKEN = (
    "SIGNING_TOKEN",
    "SIGNING_TOKEN_LABEL",
    "SIGNING_TOKEN_KEY",
    "SIGNING_PIN",
    "SIGNING_PIN_FILE",
    "SIGNING_CERTIFICATE",
)


@dataclass(frozen=True)
class Authorities:
    """Time-stamping authorities (RFC 3161), asked in turn, and where revocation is asked about.

    ``trust``: their anchors (PEM). ``hosts``: machines on which the authorities of the signing
    key's and of their own certificates answer. ``seconds``: how long one of them may take.
    """

    stamps: tuple[str, ...]
    trust: bytes
    user: str = ""
    password: str = field(default="", repr=False)
    hosts: frozenset[str] = frozenset()
    seconds: int = 10

    def owns(self, address: str) -> bool:
        """Whether an address may be asked at all: one of those, or one on a machine listed."""
        parts = urlsplit(address)
        listed = parts.scheme in {"http", "https"} and parts.netloc in self.hosts
        return address in self.stamps or listed


@dataclass(frozen=True)
class Token:
    """A PKCS#11 token that keeps the signing key: its library, its label, the key's label.

    ``certificate``: PEM file with the key's certificate and its issuers; else the token holds them.
    """

    library: Path
    label: str
    key: str
    pin: str = field(repr=False)
    certificate: Path | None = None


def read_authorities(environment: Mapping[str, str]) -> tuple[Authorities | None, list[str]]:
    """The authorities of an environment, and what is wrong with it, one sentence a setting."""
    told = {name: environment.get(name, "").strip() for name in STAMPS}
    urls = tuple(told["STAMP_URLS"].split())
    if not urls:
        stray = [name for name, text in told.items() if text]
        return None, [f"{name}: means nothing without STAMP_URLS" for name in stray]
    faults = [fault for url in urls for fault in _faults_of(url, secret=bool(told["STAMP_USER"]))]
    if bool(told["STAMP_USER"]) != bool(told["STAMP_PASSWORD"]):
        faults.append("STAMP_PASSWORD: STAMP_USER and STAMP_PASSWORD are set together")
    trust = _read(told["STAMP_TRUST"])
    if b"BEGIN CERTIFICATE" not in trust:
        faults.append("STAMP_TRUST: a PEM file with the authorities' trust anchors is needed")
    try:
        seconds = readers.count(told["STAMP_SECONDS"] or "10")
    except ValueError as fault:
        seconds = 0
        faults.append(f"STAMP_SECONDS: {fault}")
    faults += [
        f"SIGNING_HOSTS: {host} is no host name such as ocsp.authority.example"
        for host in told["SIGNING_HOSTS"].split()
        if set(host) & set("/@")
    ]
    if faults:
        return None, faults
    hosts = frozenset(told["SIGNING_HOSTS"].split())
    return Authorities(urls, trust, told["STAMP_USER"], told["STAMP_PASSWORD"], hosts, seconds), []


def read_token(environment: Mapping[str, str]) -> tuple[Token | None, list[str]]:
    """The token of an environment, and what is wrong with it; never in words that hold the PIN."""
    told = {name: environment.get(name, "").strip() for name in TOKEN}
    if not told["SIGNING_TOKEN"]:
        stray = [name for name, text in told.items() if text]
        return None, [f"{name}: means nothing without SIGNING_TOKEN" for name in stray]
    faults = [
        f"{name}: {told[name]} is not a file"
        for name in ("SIGNING_TOKEN", "SIGNING_CERTIFICATE")
        if told[name] and not Path(told[name]).is_file()
    ]
    faults += [
        f"{name}: a token needs it"
        for name in ("SIGNING_TOKEN_LABEL", "SIGNING_TOKEN_KEY")
        if not told[name]
    ]
    if bool(told["SIGNING_PIN"]) == bool(told["SIGNING_PIN_FILE"]):
        faults.append("SIGNING_PIN: set it or SIGNING_PIN_FILE, one of the two")
    pin = told["SIGNING_PIN"] or _read(told["SIGNING_PIN_FILE"]).decode("utf-8", "replace").strip()
    if not pin and told["SIGNING_PIN_FILE"]:
        faults.append(f"SIGNING_PIN_FILE: {told['SIGNING_PIN_FILE']} holds no PIN")
    if faults:
        return None, faults
    file = Path(told["SIGNING_CERTIFICATE"]) if told["SIGNING_CERTIFICATE"] else None
    label, key = told["SIGNING_TOKEN_LABEL"], told["SIGNING_TOKEN_KEY"]
    return Token(Path(told["SIGNING_TOKEN"]), label, key, pin, file), []


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes() if name else b""
    except OSError:
        return b""


def _faults_of(url: str, *, secret: bool) -> list[str]:
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and not (parts.username or parts.fragment)
    except ValueError:
        whole = False
    if not whole or parts.scheme not in {"http", "https"}:
        return [f"STAMP_URLS: {url} is no address such as https://stamps.example/tsa"]
    if secret and parts.scheme == "http" and parts.hostname not in OWN_MACHINE:
        return ["STAMP_URLS: a password goes over https alone"]
    return []
