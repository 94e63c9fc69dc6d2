"""Authorities are asked at the addresses that the settings allow, shortly, and nobody else is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from portal.authorities import Authorities, read_authorities
from portal.certificates.outgoing import Away, ask

HEARD: list[tuple[str, str | None]] = []


class Machine(BaseHTTPRequestHandler):
    """Answers as its path says, and notes who asked with which password."""

    def do_GET(self) -> None:
        HEARD.append((self.path, self.headers["Authorization"]))
        self.send_response(302 if self.path == "/onward" else 200)
        self.send_header("Location", "/fine")
        self.end_headers()
        self.wfile.write(bytes(5 * 1024 * 1024) if self.path == "/large" else b"fine")

    do_POST = do_GET  # noqa: N815 - the library's own name

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@contextmanager
def a_machine() -> Iterator[str]:
    HEARD.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Machine) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_only_listed_machines_are_asked_and_no_way_onward_is_followed() -> None:
    with a_machine() as host:
        stamps = (f"http://{host}/tsa",)
        asked = Authorities(stamps, b"", "us", "secret", frozenset({host}), seconds=5)
        assert ask(asked, stamps[0], b"query", "application/timestamp-query") == b"fine"
        assert ask(asked, f"http://{host}/fine") == b"fine"
        for path in ("onward", "large"):
            with pytest.raises(Away):
                ask(asked, f"http://{host}/{path}")
        assert [path for path, _ in HEARD] == ["/tsa", "/fine", "/onward", "/large"]
        # The password is for who stamps, never for who publishes.
        assert [told is not None for _, told in HEARD] == [True, False, False, False]
        HEARD.clear()
        alone = Authorities(stamps, b"", seconds=5)
        for address in (f"http://{host}/fine", "file:///etc/passwd", f"http://us@{host}/tsa"):
            with pytest.raises(Away):
                ask(alone, address)
        assert HEARD == []


def test_authorities_are_described_whole_or_not_at_all(tmp_path) -> None:
    anchors = tmp_path / "anchors.pem"
    anchors.write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    assert read_authorities({}) == (None, [])
    assert read_authorities({"STAMP_TRUST": "x"})[1] == [
        "STAMP_TRUST: means nothing without STAMP_URLS"
    ]
    wrong = {
        "STAMP_URLS": "http://stamps.example ftp://x",
        "STAMP_USER": "us",
        "STAMP_SECONDS": "no",
    }
    _, faults = read_authorities({**wrong, "SIGNING_HOSTS": "http://a.example"})
    said = " ".join(fault.partition(":")[0] for fault in faults)
    assert said == ("STAMP_URLS STAMP_URLS STAMP_PASSWORD STAMP_TRUST STAMP_SECONDS SIGNING_HOSTS")
    told = {
        "STAMP_URLS": "https://one.example/tsa https://two.example",
        "STAMP_TRUST": str(anchors),
    }
    found, faults = read_authorities({**told, "STAMP_USER": "us", "STAMP_PASSWORD": "secret"})
    assert faults == []
    assert found is not None
    assert (len(found.stamps), found.seconds) == (2, 10)
    assert "secret" not in repr(found)
