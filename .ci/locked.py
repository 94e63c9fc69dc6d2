"""What requirements.lock says: every package with its version, hashes, and what asked for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[1]
LOCK = HOUSE / "requirements.lock"
_PIN = re.compile(
    r"^([A-Za-z0-9._-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)", re.MULTILINE
)
_VIA = re.compile(r"^    #(?: via)? +(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Pin:
    """One package; ``via`` are those that ask for it, among them the portal itself."""

    name: str
    version: str
    hashes: tuple[str, ...]
    via: tuple[str, ...]


def pins(text: str) -> list[Pin]:
    """Every package of a lock, in its order."""
    found = list(_PIN.finditer(text))
    ends = [*(pin.start() for pin in found[1:]), len(text)]
    return [
        Pin(
            normal(pin[1]),
            pin[2],
            tuple(re.findall(r"sha256:([0-9a-f]{64})", pin[3])),
            tuple(normal(name) for name in _VIA.findall(text[pin.end() : end]) if name != "via"),
        )
        for pin, end in zip(found, ends, strict=True)
    ]


def normal(name: str) -> str:
    """A package's name in the one way of writing it."""
    return re.sub(r"[-_.]+", "-", name).lower()
