"""An authority of our own, in a process beside: it issues, stamps, answers, revokes."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from portal.authorities import Authorities
from portal.certificates.keys import KeyMaterial

_FROM, _LONG = "2024-01-01T00:00:00+0000", "2034-01-01T00:00:00+0000"
_USE = {"id": "key_usage", "critical": True}
_SIGNS = ["digital_signature", "key_cert_sign", "crl_sign"]
_STAMPS = [{"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}]
_ANSWERS = [{"id": "extended_key_usage", "value": ["ocsp_signing"]}, {"id": "ocsp_no_check"}]
_OCSP = {"schema": "aia-urls", "params": {"ocsp-responder-names": ["ocsp"]}}
_MONTHLY = {"simulated-update-schedule": "P30D"}
_REVOKED = {"revoked-since": "2026-02-01T00:00:00+0000", "reason": "key_compromise"}
# Name: issuer, last day, what else is said of it.
_WHO: dict[str, tuple[str, str, list[Any]]] = {
    "root": ("root", "2044-01-01T00:00:00+0000", []),
    "ca": ("root", _LONG, []),
    "tsa": ("root", _LONG, _STAMPS),
    "later": ("root", "2030-01-01T00:00:00+0000", _STAMPS),
    "expired": ("root", "2025-01-01T00:00:00+0000", _STAMPS),
    "ocsp": ("ca", _LONG, _ANSWERS),
    "signer": ("ca", _LONG, []),
    "next": ("ca", _LONG, []),
    "revoked": ("ca", _LONG, []),
}
STAMPS = ("tsa", "later", "expired")


@dataclass(frozen=True)
class Authority:
    """Where it stands: its folder, its host and port."""

    folder: Path
    host: str

    def certificate(self, name: str) -> x509.Certificate:
        """The certificate of somebody it knows."""
        return x509.load_pem_x509_certificate((self.folder / f"{name}.cert.pem").read_bytes())

    def private(self, name: str) -> ec.EllipticCurvePrivateKey:
        """Their private key."""
        found = load_pem_private_key((self.folder / f"{name}.pem").read_bytes(), None)
        assert isinstance(found, ec.EllipticCurvePrivateKey)
        return found

    @property
    def anchor(self) -> bytes:
        """Its root (PEM)."""
        return self.certificate("root").public_bytes(Encoding.PEM)

    def stamps(self, *names: str, **told: Any) -> Authorities:
        """Some of its time-stamping authorities, in turn; what is an address stays one."""
        urls = tuple(
            name if "://" in name else f"http://{self.host}/our/tsa/{name}" for name in names
        )
        return Authorities(urls, self.anchor, **{"hosts": frozenset({self.host}), **told})

    def key(self, name: str = "signer", authorities: Authorities | None = None) -> KeyMaterial:
        """The key of somebody, stamped by the first of its stamping authorities."""
        issuers = (self.certificate("ca"), self.certificate("root"))
        by = authorities or self.stamps("tsa")
        return KeyMaterial(self.private(name), self.certificate(name), issuers, by)


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """Run it on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in _WHO:
        key = ec.generate_private_key(ec.SECP256R1())
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.pem").write_bytes(text)
    (folder / "our.yml").write_text(yaml.safe_dump(_described(port)), encoding="utf-8")
    tool = [sys.executable, "-m", "certomancer", "--config", "our.yml"]
    subprocess.run([*tool, "mass-summon", "our", ".", "--flat", "--no-pfx"], cwd=folder, check=True)  # noqa: S603
    with (folder / "log").open("w") as log:
        serving = [*tool, "animate", "--port", str(port), "--no-web-ui"]
        process = subprocess.Popen(serving, cwd=folder, stdout=log, stderr=log)  # noqa: S603
    try:
        _wait_for(port, process)
        yield Authority(folder, f"127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("the authority did not start")


def _described(port: int) -> dict[str, Any]:
    services = {
        "time-stamping": {name: {"signing-cert": name, "signing-key": name} for name in STAMPS},
        "ocsp": {"ocsp": {"for-issuer": "ca", "responder-cert": "ocsp", "signing-key": "ocsp"}},
        "crl-repo": {
            "root": {
                "for-issuer": "root",
                "signing-key": "root",
                "simulated-update-schedule": "P30D",
            }
        },
    }
    return {
        "external-url-prefix": f"http://127.0.0.1:{port}",
        "keysets": {
            "ours": {"path-prefix": ".", "keys": {name: {"path": f"{name}.pem"} for name in _WHO}}
        },
        "pki-architectures": {
            "our": {
                "keyset": "ours",
                "entity-defaults": {"country-name": "KH", "organization-name": "For tests"},
                "entities": {name: {"common-name": f"TEST {name}"} for name in _WHO},
                "certs": {name: _certified(name) for name in _WHO},
                "services": services,
            }
        },
    }


def _certified(name: str) -> dict[str, Any]:
    issuer, until, more = _WHO[name]
    authority = name in {"root", "ca"}
    uses = _SIGNS if authority else ["digital_signature"] + ["non_repudiation"] * (not more)
    said = [{**_USE, "smart-value": {"schema": "key-usage", "params": uses}}, *more]
    if authority:
        said.append({"id": "basic_constraints", "critical": True, "value": {"ca": True}})
    if issuer == "ca" and not more:
        said.append({"id": "authority_information_access", "smart-value": _OCSP})
    elif name != "root" and issuer == "root":
        lists = {"schema": "crl-dist-url", "params": {"crl-repo-names": ["root"]}}
        said.append({"id": "crl_distribution_points", "smart-value": lists})
    made = {
        "subject": name,
        "subject-key": name,
        "issuer": issuer,
        "authority-key": issuer,
        "validity": {"valid-from": _FROM, "valid-to": until},
        "extensions": said,
    }
    if name == "revoked":
        made["revocation"] = {
            "revoked-since": "2026-02-01T00:00:00+0000",
            "reason": "key_compromise",
        }
    return made
