"""Issues of lists: what can be said of one without naming anything on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from portal.extract.reading import Refused

Entries = Mapping[str, str]
"""Each entry of a list by what it is about, with what is to be done about it."""

HEX_DIGITS: Final = {
    "HASH_MD5": 32,
    "HASH_SHA1": 40,
    "HASH_SHA256": 64,
    "HASH_PDQ": 64,
    "HASH_PHOTODNA": 288,
}
"""Signs of one hash of each kind."""


@dataclass(frozen=True)
class Change:
    """What became of a list since it was seen last."""

    kind: str
    added: int
    removed: int
    changed: int


def digest_of(entries: Entries) -> str:
    """SHA-256, as hex, over the entries in the order of their bytes, one a line.

    It is the same whatever the order, the spelling or the comments of the file they came in.
    """
    whole = hashlib.sha256()
    for line in sorted(f"{about} {deed}\n".encode() for about, deed in entries.items()):
        whole.update(line)
    return whole.hexdigest()


def change_between(before: Entries | None, now: Entries, *, rebuilt: bool = False) -> Change:
    """The change since ``before``; a list seen first, or ``rebuilt``, is reset in full."""
    if before is None or rebuilt:
        return Change("FULL_RESET", 0, 0, 0)
    added, removed = len(now.keys() - before.keys()), len(before.keys() - now.keys())
    changed = sum(now[about] != deed for about, deed in before.items() if about in now)
    if changed or (added and removed):
        return Change("MIXED", added, removed, changed)
    return Change("DELIST" if removed else "ADD", added, removed, 0)


def read_hashes(lines: Iterable[str], kind: str) -> tuple[dict[str, str], int]:
    """The hashes of a list, each once, and how many lines were none; raises Refused for a list
    without any.

    Blank lines and lines that begin with ``#`` are no entries. Of a line with several columns the
    first is read.
    """
    found: dict[str, str] = {}
    malformed = 0
    for line in lines:
        word = line.replace(",", " ").split(maxsplit=1)[0].lower() if line.strip(" ,\t\n") else ""
        if not word or word.startswith("#"):
            continue
        if len(word) == HEX_DIGITS[kind] and set(word) <= set("0123456789abcdef"):
            found[word] = "-"
        else:
            malformed += 1
    if not found:
        msg = f"holds no hash of the kind {kind}"
        raise Refused(msg)
    return found, malformed
