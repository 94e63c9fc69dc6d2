"""How the text of a setting is read: each gives the value, or says in words why it cannot."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_HOUR: Final = 3600
_UNITS: Final = {"minute": 60, "hour": _HOUR, "day": 86400}
_RATE: Final = re.compile(r"([1-9]\d{0,6})/(?:([1-9]\d{0,2}) )?(minute|hour|day)s?", re.ASCII)
_LAST_PORT: Final = 65535
MAIL_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
"""How the line to a mail server is kept private, and the port each way is spoken on."""
_SHOWN: Final = re.compile(r"[!-~]+")


class Rate(NamedTuple):
    """How many times within how many seconds."""

    times: int
    seconds: int


def rate(text: str) -> Rate:
    """A rate as ``60/minute`` or ``20/15 minutes``."""
    found = _RATE.fullmatch(text)
    if found is None:
        msg = "is a rate such as 60/minute or 20/15 minutes"
        raise ValueError(msg)
    times, several, unit = found.groups()
    return Rate(int(times), int(several or 1) * _UNITS[unit])


def database(text: str) -> str:
    """The URL of a database of one of the two engines."""
    if not text.startswith(("sqlite:///", "postgresql://")):
        msg = "starts with sqlite:/// or postgresql://"
        raise ValueError(msg)
    return text


def address(text: str) -> str:
    """The portal's own address, without a slash at its end."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query:
        msg = "is the portal's own address, such as https://portal.example"
        raise ValueError(msg)
    return text.rstrip("/")


def host(text: str) -> str:
    """The name of a machine."""
    if any(sign in text for sign in "/@ "):
        msg = "is a host name such as mail.example"
        raise ValueError(msg)
    return text


def second_factor(text: str) -> str:
    """Whether people must have a second factor."""
    if text not in {"required", "off"}:
        msg = "is required or off"
        raise ValueError(msg)
    return text


def mailbox(text: str) -> str:
    """A bare e-mail address, or nothing."""
    name, at, domain = text.rpartition("@")
    if text and (not (name and at and domain) or not text.isascii() or " " in text):
        msg = "is a bare address such as portal@authority.example"
        raise ValueError(msg)
    return text


def contact(text: str) -> str:
    """Where somebody writes to, as RFC 9116 wants it: ``https://...`` or ``mailto:...``."""
    if text and not (text.startswith(("https://", "mailto:")) and _SHOWN.fullmatch(text)):
        msg = "is an address such as mailto:security@authority.example or https://..."
        raise ValueError(msg)
    return text


def whole(text: str) -> int:
    """A whole number from 0."""
    if not (text.isascii() and text.isdigit()):
        msg = "is a whole number from 0"
        raise ValueError(msg)
    return int(text)


def seconds(text: str) -> int:
    """A while of 1 to 3600 seconds."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _HOUR):
        msg = "is a number of seconds from 1 to 3600"
        raise ValueError(msg)
    return int(text)


def folder(text: str) -> Path:
    """A folder, there already or to be made."""
    path = Path(text)
    if path.exists() and not path.is_dir():
        msg = f"{text} is not a folder"
        raise ValueError(msg)
    return path


def zone(text: str) -> ZoneInfo:
    """A time zone by its name."""
    try:
        return ZoneInfo(text)
    except ZoneInfoNotFoundError as fault:
        msg = f"{text} is not a known time zone"
        raise ValueError(msg) from fault


def truth(text: str) -> bool:
    """Yes or no, as ``true`` or ``false``."""
    if text.lower() not in {"true", "false"}:
        msg = "is true or false"
        raise ValueError(msg)
    return text.lower() == "true"


def count(text: str) -> int:
    """A whole number from 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        msg = "is a whole number from 1"
        raise ValueError(msg)
    return int(text)


def existing_file(text: str) -> Path | None:
    """A file that is there; None where none is named."""
    if text and not Path(text).is_file():
        msg = f"{text} is not a file"
        raise ValueError(msg)
    return Path(text) if text else None


def port(text: str) -> int:
    """The number of a port."""
    if count(text) > _LAST_PORT:
        msg = f"is a port from 1 to {_LAST_PORT}"
        raise ValueError(msg)
    return int(text)


def tls(text: str) -> str:
    """How the line to a mail server is kept private."""
    if text not in MAIL_PORTS:
        msg = f"is one of {', '.join(MAIL_PORTS)}"
        raise ValueError(msg)
    return text
