"""A real PKCS#11 token (SoftHSM) in a folder: made, filled, taken out and put back."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from portal.authorities import Token
from portal.certificates.keys import KeyMaterial

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
# The library reads it once a process, so that all tokens of a test process lie in one place.
_CONFIGURATION = "SOFTHSM2_CONF"


def a_token(folder: Path, key: KeyMaterial, *, pin: str | None = None) -> Token:
    """A token with the key in it, and a PEM file with its certificate and issuers beside it."""
    place = _place(folder)
    label, pin = f"token-{secrets.token_hex(4)}", pin or secrets.token_hex(4)
    _tool("--init-token", "--free", "--label", label, "--so-pin", pin, "--pin", pin)
    assert isinstance(key.private_key, ec.EllipticCurvePrivateKey)
    text = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file, chain = place.parent / f"{label}.pem", place.parent / f"{label}.chain.pem"
    file.write_bytes(text)
    _tool("--import", str(file), "--token", label, "--label", "papers", "--id", "01", "--pin", pin)
    file.unlink()
    held = (key.certificate, *key.issuers)
    chain.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in held))
    return Token(LIBRARY, label, "papers", pin, chain)


def take_out(token: Token) -> Path:
    """Take the token out of its place; the folder to put back."""
    tokens = _place(Path()) / "tokens"
    [own] = [one for one in tokens.iterdir() if token.label.encode() in _bytes(one)]
    away = tokens.parent / f"away-{token.label}"
    shutil.move(own, away)
    return away


def put_back(token: Token, away: Path) -> None:
    """Put it back."""
    shutil.move(away, _place(Path()) / "tokens" / token.label)


def with_pin(token: Token, pin: str) -> Token:
    """The same token, asked with another PIN."""
    return replace(token, pin=pin)


def _place(folder: Path) -> Path:
    if _CONFIGURATION not in os.environ:
        (folder / "tokens").mkdir(parents=True)
        file = folder / "softhsm2.conf"
        file.write_text(f"directories.tokendir = {folder / 'tokens'}\n", encoding="utf-8")
        os.environ[_CONFIGURATION] = str(file)
    return Path(os.environ[_CONFIGURATION]).parent


def _tool(*asked: str) -> None:
    subprocess.run(["softhsm2-util", *asked], check=True, capture_output=True)  # noqa: S603, S607


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("*.object"))
