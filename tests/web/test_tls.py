"""The line to the readers: TLS 1.3, or 1.2, and nothing older (ASVS V12.1.1)."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from portal.serving import CIPHERS, certificate
from portal.settings import FaultySettings
from tests.house.sources import HOUSE

HOST = "portal.example"
LIVE = f"GET /health/live HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()


@dataclass
class Front:
    """Where the server listens, and the authority that vouches for it."""

    path: str
    authority: Path


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """The portal as its own file of settings serves it, with a certificate."""
    # A short path: the name of a socket may not be long.
    with tempfile.TemporaryDirectory(prefix="portal-") as name:
        folder = Path(name)
        vouch(folder)
        told = {"TLS_CERTIFICATE": f"{name}/portal.pem", "TLS_KEY": f"{name}/portal.key"}
        told |= {"PUBLIC_URL": f"https://{HOST}", "INSTANCE": name, "BIND": f"unix:{name}/door"}
        command = [sys.executable, "-m", "gunicorn", "-c", "python:portal.serving", "wsgi:app"]
        with subprocess.Popen(  # noqa: S603 - our own words
            command, cwd=HOUSE, env={**os.environ, **told}, stderr=subprocess.DEVNULL
        ) as server:
            for _ in range(300):
                if (folder / "door").exists():
                    break
                time.sleep(0.1)
            yield Front(f"{name}/door", folder / "authority.pem")
            server.terminate()


def vouch(folder: Path) -> None:
    """Make an authority of our own and have it vouch for the portal's key."""
    root, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of the tests")])
    now = datetime.now(UTC)

    def made(subject: x509.Name, of: ec.EllipticCurvePrivateKey, *, authority: bool) -> bytes:
        builder = x509.CertificateBuilder(named, subject, of.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1))
        builder = builder.not_valid_after(now + timedelta(days=1))
        builder = builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
        if not authority:
            names = x509.SubjectAlternativeName([x509.DNSName(HOST)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(root, hashes.SHA256()).public_bytes(Encoding.PEM)

    (folder / "authority.pem").write_bytes(made(named, root, authority=True))
    (folder / "portal.pem").write_bytes(made(x509.Name([]), key, authority=False))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "portal.key").write_bytes(secret)


def client(front: Front, oldest: ssl.TLSVersion, newest: ssl.TLSVersion) -> ssl.SSLContext:
    """A browser that trusts the authority and speaks these versions, in every cipher there is."""
    context = ssl.create_default_context(cafile=str(front.authority))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        # That these are old is what is tried.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = oldest, newest
    return context


def speaks(front: Front, context: ssl.SSLContext, host: str = HOST) -> tuple[str, str, bytes]:
    """The version and cipher agreed on, and what the portal answers."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(20)
        line.connect(front.path)
        with context.wrap_socket(line, server_hostname=host) as private:
            agreed = private.version(), private.cipher()
            assert agreed[0]
            assert agreed[1]
            private.sendall(LIVE)
            answer = b"".join(iter(lambda: private.recv(65536), b""))
            return agreed[0], agreed[1][0], answer


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_present_versions_are_spoken(front: Front, version: ssl.TLSVersion) -> None:
    spoken, cipher, answer = speaks(front, client(front, version, version))

    assert spoken == version.name.replace("_", ".")
    assert cipher in {*CIPHERS.split(":")} | {
        "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
    }  # fmt: skip
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"Strict-Transport-Security: max-age=31536000" in answer


def test_who_speaks_both_gets_the_newer(front: Front) -> None:
    both = client(front, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)

    assert speaks(front, both)[0] == "TLSv1.3"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_no_older_version_is_spoken(front: Front, version: ssl.TLSVersion) -> None:
    with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
        speaks(front, client(front, version, version))


@pytest.mark.parametrize(
    "weak", ["ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256", "aNULL"]
)
def test_no_weak_cipher_is_agreed_on(front: Front, weak: str) -> None:
    context = client(front, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
    context.set_ciphers(f"{weak}:@SECLEVEL=0")

    with pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"):
        speaks(front, context)


def test_it_is_the_portal_and_nobody_else_who_is_vouched_for(front: Front) -> None:
    present = ssl.TLSVersion.TLSv1_3
    with pytest.raises(ssl.SSLCertVerificationError, match="not valid for"):
        speaks(front, client(front, present, present), "elsewhere.example")


def test_without_a_certificate_somebody_in_front_ends_tls() -> None:
    assert certificate({}) == (None, None)


def test_half_a_certificate_or_a_lost_one_is_told_at_the_start(tmp_path: Path) -> None:
    there = tmp_path / "portal.pem"
    there.touch()

    for told, fault in [
        ({"TLS_CERTIFICATE": str(there)}, "set together"),
        ({"TLS_CERTIFICATE": str(there), "TLS_KEY": "/nowhere"}, "TLS_KEY: /nowhere is not a file"),
    ]:
        with pytest.raises(FaultySettings, match=fault):
            certificate(told)
