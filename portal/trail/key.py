"""The key that checkpoints are signed with, and the public line by which anybody checks them.

The line is the one of the C2SP signed note: ``name+id+base64(0x01, public key)``, Ed25519.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from portal.canonical import sha256
from portal.folders import keep_once

DEVELOPMENT_FILE = "development-checkpoint-key.pem"
DEVELOPMENT = "/development"
_ED25519 = b"\x01"
_ID_LENGTH = 4


class UnusableCheckpointKey(ValueError):
    """The file or line holds no Ed25519 key, or the passphrase is wrong."""


@dataclass(frozen=True)
class PublicKey:
    """A key's name and its 32 bytes."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that signatures name the key by."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.raw)[:_ID_LENGTH]

    @property
    def line(self) -> str:
        """The key as a line to be given out freely."""
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.raw).decode()}"

    @classmethod
    def read(cls, line: str) -> Self:
        """The key of such a line. Raises UnusableCheckpointKey."""
        try:
            name, given, data = line.strip().split("+", 2)
            raw = b64decode(data, validate=True)
            key = cls(name, raw[1:])
            Ed25519PublicKey.from_public_bytes(key.raw)
        except (ValueError, binascii.Error) as error:
            msg = "this is no key of the form name+id+data"
            raise UnusableCheckpointKey(msg) from error
        if raw[:1] != _ED25519 or key.id.hex() != given or not name:
            msg = "this is no Ed25519 key, or its id is another key's"
            raise UnusableCheckpointKey(msg)
        return key

    def named(self, name: str) -> PublicKey:
        """The same key under another name: a log may move, its key stays."""
        return replace(self, name=name)

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether a signature over a text is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class CheckpointKey:
    """The private key, and the name of the log that it signs for."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """What others check signatures with."""
        return PublicKey(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        """The 64 bytes of a signature; the same for the same text."""
        return self.private.sign(text.encode())

    def __repr__(self) -> str:
        return f"CheckpointKey({self.name!r})"


def load_checkpoint_key(path: Path, name: str, passphrase: str | None = None) -> CheckpointKey:
    """The key in a PEM file (PKCS#8). Raises UnusableCheckpointKey, whose words hold no secret."""
    try:
        held = form.load_pem_private_key(
            path.read_bytes(), passphrase.encode() if passphrase else None
        )
    except (OSError, ValueError, TypeError) as error:
        msg = f"cannot open {path.name}"
        raise UnusableCheckpointKey(msg) from error
    if not isinstance(held, Ed25519PrivateKey):
        msg = f"{path.name} holds no Ed25519 key"
        raise UnusableCheckpointKey(msg)
    return CheckpointKey(name, held)


def ensure_development_checkpoint_key(folder: Path, name: str) -> CheckpointKey:
    """The development key in the folder, made at first run; its name says what it is."""
    path = folder / DEVELOPMENT_FILE
    keep_once(path, _fresh)
    return load_checkpoint_key(path, name + DEVELOPMENT)


def _fresh() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    )
