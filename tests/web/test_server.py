"""The server in front of the pages: what two servers could read differently is not read at all."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import HOUSE

LIVE = b"GET /health/live HTTP/1.1\r\nHost: portal.example\r\n"
POST = b"POST /language HTTP/1.1\r\nHost: portal.example\r\n"
NEXT = b"GET /verify HTTP/1.1\r\nHost: portal.example\r\n\r\n"


@pytest.fixture(scope="module")
def door() -> Iterator[str]:
    """The portal as `make run` serves it, at a socket of its own."""
    # A short path: the name of a socket may not be long.
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        path = f"{folder}/door"
        command = [sys.executable, "-m", "gunicorn", "--bind", f"unix:{path}", "wsgi:app"]
        environment = {**os.environ, "INSTANCE": folder}
        with subprocess.Popen(  # noqa: S603 - our own words
            command, cwd=HOUSE, env=environment, stderr=subprocess.DEVNULL
        ) as server:
            for _ in range(300):
                if Path(path).exists():
                    break
                time.sleep(0.1)
            yield path
            server.terminate()


def says(door: str, sent: bytes) -> bytes:
    """Everything the server answers until it hangs up or waits for more."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(20)
        line.connect(door)
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_an_ordinary_request_is_answered(door: str) -> None:
    assert says(door, LIVE + b"\r\n").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "odd",
    [
        POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT,
        POST + b"Content-Length: 4\r\nContent-Length: 40\r\n\r\nabcd" + NEXT,
        POST + b"Content-Length: 4, 40\r\n\r\nabcd" + NEXT,
        POST + b"Content-Length: +4\r\n\r\nabcd" + NEXT,
        POST + b"Content-Length: 0x4\r\n\r\nabcd" + NEXT,
        POST + b"Content-Length : 4\r\n\r\nabcd" + NEXT,
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + NEXT,
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + NEXT,
        POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + NEXT,
        LIVE + b"X-Folded: a\r\n b\r\n\r\n" + NEXT,
        LIVE + b"X-Odd\x00Name: a\r\n\r\n" + NEXT,
        b"GET /health/live HTTP/9.9\r\nHost: a\r\n\r\n" + NEXT,
        b"GET /health/live\r\n\r\n" + NEXT,
    ],
)
def test_a_request_of_two_meanings_is_refused_and_nothing_behind_it_is_read(
    door: str, odd: bytes
) -> None:
    answer = says(door, odd)

    assert b"HTTP/1.1 200" not in answer
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501", b"HTTP/1.1 505"))
    assert answer.count(b"HTTP/1.1 ") == 1


def test_it_does_not_trace(door: str) -> None:
    assert says(door, LIVE.replace(b"GET", b"TRACE") + b"\r\n").startswith(b"HTTP/1.1 405")
