"""How gunicorn serves the portal: ``gunicorn -c python:portal.serving wsgi:app``.

With a certificate it ends TLS itself; without one a machine in front does. The versions and
ciphers are the "intermediate" ones of Mozilla's server-side TLS guidelines 5.7.
"""

from __future__ import annotations

import gc
import os
import ssl
from collections.abc import Mapping
from typing import Any

from portal.settings import FaultySettings

CIPHERS = ":".join(
    f"{exchange}-{cipher}"
    for cipher in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")
    for exchange in ("ECDHE-ECDSA", "ECDHE-RSA")
)
"""Of TLS 1.2: each with forward secrecy, and authenticated; 1.3 has no others."""


def certificate(environment: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The files of certificate (with its chain) and key; nothing where a machine in front ends TLS.

    Raises FaultySettings.
    """
    told = {name: environment.get(name, "").strip() for name in ("TLS_CERTIFICATE", "TLS_KEY")}
    faults = [f"{name}: {path} is not a file" for name, path in told.items() if _is_lost(path)]
    if len(set(map(bool, told.values()))) > 1:
        faults.append("TLS_KEY: TLS_CERTIFICATE and TLS_KEY are set together")
    if faults:
        raise FaultySettings(faults)
    return told["TLS_CERTIFICATE"] or None, told["TLS_KEY"] or None


def ssl_context(told: Any, _usual: object) -> ssl.SSLContext:
    """TLS 1.3, or 1.2 for who cannot do more; gunicorn asks for it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(told.certfile, told.keyfile)
    return context


def post_worker_init(_worker: object) -> None:
    """Leave what a worker has loaded out of every later collection: it stays, and walking through
    it costs a large request more than its own work.
    """
    gc.collect()
    gc.freeze()


def _is_lost(path: str) -> bool:
    return bool(path) and not os.path.isfile(path)  # noqa: PTH113 - gunicorn takes texts


bind = os.environ.get("BIND", "127.0.0.1:8000")
certfile, keyfile = certificate(os.environ)
# Longer than a page waits for its database, so that the page says so itself.
timeout = 60
