"""Every setting of the portal: read from the environment once, all faulty ones reported at once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from portal import patience, readers
from portal.authorities import Authorities, Token, read_authorities, read_token
from portal.patience import Patience
from portal.provider import OWN_MACHINE, Provider, read_provider
from portal.readers import Rate

_T = TypeVar("_T")
FaultsOfKey = Callable[[Path, str | None], list[str]]
"""What speaks against signing with the key in a file, opened with a passphrase."""
_SECRET_LENGTH = 32
_KEPT_SECRET = "secret-key"  # nosec B105  # noqa: S105 - the name of a file
PLACE = Path(__file__).with_name("place.json")


class FaultySettings(Exception):
    """The environment cannot be used; ``faults`` is one sentence a setting."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Settings:
    """What the portal is told from outside; in the environment each has its name in capitals."""

    instance: Path
    uploads: Path
    database_url: str
    patience: Patience
    secret_key: str
    production: bool
    public_url: str
    time_zone: ZoneInfo
    name_en: str
    name_km: str
    authority_en: str
    authority_km: str
    help_police: str
    help_hotline: str
    help_confirmed: bool
    session_hours: int
    session_idle_minutes: int
    fresh_minutes: int
    keep_sign_in_days: int
    keep_mail_days: int
    second_factor: str
    sign_in_tries: int
    sign_in_pause_minutes: int
    signing_key: Path | None
    signing_passphrase: str | None = field(repr=False)
    signing_token: Token | None
    authorities: Authorities | None
    checkpoint_key: Path | None
    checkpoint_passphrase: str | None = field(repr=False)
    mail_server: str
    mail_port: int
    mail_tls: str
    mail_user: str
    mail_password: str = field(repr=False)
    mail_from: str
    proxies: int
    security_contact: str
    limit_verify: Rate
    limit_sign_in: Rate
    limit_upload: Rate
    limit_download: Rate
    limit_api: Rate
    provider: Provider | None = None
    testing: bool = False

    @property
    def https(self) -> bool:
        """Whether readers reach the portal over an encrypted line (cookies are then kept to it)."""
        return self.public_url.startswith("https://")

    def cookie(self, name: str) -> str:
        """What a cookie is called: over https browsers tie it to this one host by its name."""
        return f"__Host-{name}" if self.https else name


def read_settings(
    environment: Mapping[str, str],
    house: Path,
    faults_of_key: FaultsOfKey = lambda _path, _passphrase: [],
) -> Settings:
    """The settings of an environment; ``house`` is the folder that holds ``instance/`` by default.

    Raises FaultySettings naming every setting that cannot be used; in production ``faults_of_key``
    is asked about the signing key.
    """
    reading = _Reading(environment)
    instance = reading.take("INSTANCE", str(house / "instance"), readers.folder)
    production = reading.take("PRODUCTION", "false", readers.truth)
    values: dict[str, Any] = {
        "instance": instance,
        "production": production,
        "uploads": reading.take("UPLOADS", str((instance or house) / "uploads"), readers.folder),
        "database_url": reading.take(
            "DATABASE_URL", f"sqlite:///{instance}/portal.sqlite", readers.database
        ),
        "public_url": reading.take("PUBLIC_URL", "http://127.0.0.1:8000", readers.address),
        **_place(reading),
        **_sign_in(reading),
        **_keys(reading),
        **_mail(reading),
        **_edge(reading),
        "provider": _provider(reading, production=bool(production)),
    }
    values["secret_key"] = _secret(reading, instance, production=bool(production))
    if production:
        _check_production(reading, values, faults_of_key)
    if reading.faults:
        raise FaultySettings(reading.faults)
    return Settings(**values)


def _keys(reading: _Reading) -> dict[str, Any]:
    token, faults = read_token(reading.environment)
    authorities, more = read_authorities(reading.environment)
    reading.faults += faults + more
    return {
        "signing_token": token,
        "authorities": authorities,
        "signing_key": reading.take("SIGNING_KEY", "", readers.existing_file),
        "signing_passphrase": reading.environment.get("SIGNING_PASSPHRASE") or None,
        "checkpoint_key": reading.take("CHECKPOINT_KEY", "", readers.existing_file),
        "checkpoint_passphrase": reading.environment.get("CHECKPOINT_PASSPHRASE") or None,
    }


def _provider(reading: _Reading, *, production: bool) -> Provider | None:
    found, faults = read_provider(reading.environment, production=production)
    reading.faults += faults
    return found


def _sign_in(reading: _Reading) -> dict[str, Any]:
    return {
        "session_hours": reading.take("SESSION_HOURS", "8", readers.count),
        "session_idle_minutes": reading.take("SESSION_IDLE_MINUTES", "60", readers.count),
        "keep_sign_in_days": reading.take("KEEP_SIGN_IN_DAYS", "30", readers.count),
        "keep_mail_days": reading.take("KEEP_MAIL_DAYS", "90", readers.count),
        "fresh_minutes": reading.take("FRESH_MINUTES", "15", readers.count),
        "second_factor": reading.take("SECOND_FACTOR", "required", readers.second_factor),
        "sign_in_tries": reading.take("SIGN_IN_TRIES", "5", readers.count),
        "sign_in_pause_minutes": reading.take("SIGN_IN_PAUSE_MINUTES", "15", readers.count),
    }


def _place(reading: _Reading) -> dict[str, Any]:
    # Where the portal stands is data, too: another country ships another file, or sets these.
    place = json.loads(PLACE.read_text(encoding="utf-8"))
    return {
        "time_zone": reading.take("TIME_ZONE", place["time_zone"], readers.zone),
        "name_en": reading.take("NAME_EN", place["name_en"], _text),
        "name_km": reading.take("NAME_KM", place["name_km"], _text),
        "authority_en": reading.take("AUTHORITY_EN", place["authority_en"], _text),
        "authority_km": reading.take("AUTHORITY_KM", place["authority_km"], _text),
        "help_police": reading.take("HELP_POLICE", place["help_police"], _text),
        "help_hotline": reading.take("HELP_HOTLINE", place["help_hotline"], _text),
        "help_confirmed": reading.take("HELP_CONFIRMED", "false", readers.truth),
    }


def _mail(reading: _Reading) -> dict[str, Any]:
    # Without a server mail waits in the outbox, and nothing else is asked for.
    tls = reading.take("MAIL_TLS", "starttls", readers.tls)
    usual = str(readers.MAIL_PORTS.get(tls or "", 25))
    values = {
        "mail_server": reading.take("MAIL_SERVER", "", readers.host),
        "mail_tls": tls,
        "mail_port": reading.take("MAIL_PORT", usual, readers.port),
        "mail_user": reading.take("MAIL_USER", "", _text),
        "mail_password": reading.take("MAIL_PASSWORD", "", _text),
        "mail_from": reading.take("MAIL_FROM", "", readers.mailbox),
    }
    if values["mail_server"] and values["mail_from"] == "":
        reading.faults.append("MAIL_FROM: a mail server needs an address that mail comes from")
    if bool(values["mail_user"]) != bool(values["mail_password"]):
        reading.faults.append("MAIL_PASSWORD: MAIL_USER and MAIL_PASSWORD are set together")
    return values


def _edge(reading: _Reading) -> dict[str, Any]:
    # How often one address (verify, sign-in) or one person (files) may ask, and how long they wait.
    return {
        "patience": patience.of(reading.take),
        "proxies": reading.take("PROXIES", "0", readers.whole),
        "security_contact": reading.take("SECURITY_CONTACT", "", readers.contact),
        "limit_verify": reading.take("LIMIT_VERIFY", "60/minute", readers.rate),
        "limit_sign_in": reading.take("LIMIT_SIGN_IN", "20/15 minutes", readers.rate),
        "limit_upload": reading.take("LIMIT_UPLOAD", "30/minute", readers.rate),
        "limit_download": reading.take("LIMIT_DOWNLOAD", "120/minute", readers.rate),
        "limit_api": reading.take("LIMIT_API", "600/minute", readers.rate),
    }


class _Reading:
    """Reads one setting after the other and keeps what is wrong."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.faults: list[str] = []

    def take(self, name: str, default: str, reader: Callable[[str], _T]) -> _T | None:
        text = self.environment.get(name, "").strip() or default
        try:
            return reader(text)
        except ValueError as fault:
            self.faults.append(f"{name}: {fault}")
            return None


def _secret(reading: _Reading, instance: Path | None, *, production: bool) -> str:
    given = reading.environment.get("SECRET_KEY", "").strip()
    if not given and not production and instance:
        return _kept_secret(instance / _KEPT_SECRET)
    if len(given) < _SECRET_LENGTH:
        reading.faults.append(f"SECRET_KEY: needs at least {_SECRET_LENGTH} characters")
    return given


def _kept_secret(path: Path) -> str:
    # For trying out: made once and kept, so that a restart signs nobody out.
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


def _check_production(
    reading: _Reading, values: dict[str, Any], faults_of_key: FaultsOfKey
) -> None:
    # Flask reads it by itself.
    if reading.environment.get("FLASK_DEBUG", "").strip().lower() not in {"", "0", "false", "no"}:
        reading.faults.append("FLASK_DEBUG: production never shows what broke; leave it out")
    kept = (values["instance"] or Path()) / _KEPT_SECRET
    if kept.is_file() and values["secret_key"] == kept.read_text(encoding="ascii"):
        reading.faults.append("SECRET_KEY: is the one made for trying out; production has its own")
    if str(values["database_url"]).startswith("sqlite"):
        reading.faults.append("DATABASE_URL: production needs PostgreSQL; SQLite is for trying out")
    if not str(values["public_url"]).startswith("https://"):
        reading.faults.append("PUBLIC_URL: production is reached over https")
    if values["second_factor"] == "off":
        reading.faults.append("SECOND_FACTOR: production asks for a second factor")
    _check_keys(reading, values, faults_of_key)
    if values["mail_tls"] == "none" and values["mail_server"] not in {"", *OWN_MACHINE}:
        reading.faults.append("MAIL_TLS: none is for a mail server on the portal's own machine")


def _check_keys(reading: _Reading, values: dict[str, Any], faults_of_key: FaultsOfKey) -> None:
    if values["signing_key"] and values["signing_token"]:
        reading.faults.append("SIGNING_KEY: set it or SIGNING_TOKEN, one of the two")
    if values["signing_key"] is None and values["signing_token"] is None:
        reading.faults.append("SIGNING_KEY: production signs with a key of its own (PKCS#12 file)")
    elif values["signing_key"]:
        faults = faults_of_key(values["signing_key"], values["signing_passphrase"])
        reading.faults += [f"SIGNING_KEY: {fault}" for fault in faults]
    if values["checkpoint_key"] is None:
        reading.faults.append("CHECKPOINT_KEY: production needs its own key (Ed25519, PEM file)")


def _text(text: str) -> str:
    return text
