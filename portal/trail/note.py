"""A checkpoint as a signed note, in the form that transparency logs share (C2SP tlog-checkpoint).

Origin, size and root in base64, a line each; an empty line; then the signature:
``— name base64(key id, signature)``.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from portal.trail.key import CheckpointKey, PublicKey

_DIGEST = 32
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_SIGNATURE = re.compile(r"— ([^ +]+) ([A-Za-z0-9+/]+=*)")
_ID_LENGTH = 4


class UnreadableNote(ValueError):
    """The text is no checkpoint."""


class NotSigned(ValueError):
    """No signature of a note is by a key that was given."""


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: whose log, how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def sign_note(head: Head, key: CheckpointKey) -> str:
    """The signed note of a head; the same bytes each time."""
    return sign_text(head.text, key)


def sign_text(text: str, key: CheckpointKey) -> str:
    """A text (ending with its line) with the key's signature under it."""
    signature = b64encode(key.public.id + key.sign(text)).decode()
    return f"{text}\n— {key.name} {signature}\n"


def read_head(note: str) -> Head:
    """What a note says, whoever signed it. Raises UnreadableNote."""
    text, _ = _parts(note)
    lines = text.split("\n")
    try:
        origin, size, digest = lines[0], lines[1], b64decode(lines[2], validate=True)
    except (IndexError, binascii.Error) as error:
        raise UnreadableNote from error
    if not origin or not _SIZE.fullmatch(size) or len(digest) != _DIGEST or lines[-1]:
        raise UnreadableNote
    return Head(origin, int(size), digest)


def open_note(note: str, keys: Sequence[PublicKey]) -> Head:
    """What a note says, signed by one of the keys. Raises UnreadableNote and NotSigned."""
    head = read_head(note)
    if not is_signed(note, keys):
        raise NotSigned
    return head


def is_signed(note: str, keys: Sequence[PublicKey]) -> bool:
    """Whether a note bears a signature of one of the keys. Raises UnreadableNote."""
    text, signatures = _parts(note)
    return any(
        key.name == name and data[:_ID_LENGTH] == key.id and key.signed(text, data[_ID_LENGTH:])
        for name, data in signatures
        for key in keys
    )


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, between, signatures = note.rpartition("\n\n")
    found = [_SIGNATURE.fullmatch(line) for line in signatures.removesuffix("\n").split("\n")]
    if not between or not signatures.endswith("\n"):
        raise UnreadableNote
    try:
        return f"{text}\n", [(m[1], b64decode(m[2], validate=True)) for m in found if m]
    except binascii.Error as error:
        raise UnreadableNote from error
