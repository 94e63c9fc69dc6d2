"""Servers as processes, and somebody at a browser who asks them over a real line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
from lxml import html

from tests.house.sources import HOUSE
from tests.town import PASSWORD

PATIENCE = 60


@contextmanager
def serving(url: str, instance: Path, at: datetime) -> Iterator[str]:
    """A gunicorn of its own on a free port, for as long as the block runs; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        # Four threads, so that one server alone has several requests at once, too. The clock that
        # was moved would look to gunicorn like a worker that hangs.
        how = [
            "--threads",
            "4",
            "--timeout",
            "0",
            "--graceful-timeout",
            "1",
            "--bind",
            f"fd://{door.fileno()}",
        ]
        command = [sys.executable, "-m", "gunicorn", *how, "tests.web.races.served:app"]
        told = {"DATABASE_URL": url, "INSTANCE": str(instance), "AT": at.isoformat()}
        with subprocess.Popen(  # noqa: S603 - our own words
            command, cwd=HOUSE, env={**os.environ, **told}, pass_fds=[door.fileno()],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as server:  # fmt: skip
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
            server.terminate()


class Browser:
    """One browser at one server, with its own cookies and the token of its session's forms."""

    def __init__(self, server: str) -> None:
        self.server, self.line, self.token = server, requests.Session(), ""

    def opens(self, path: str) -> requests.Response:
        answer = self.line.get(f"{self.server}{path}", timeout=PATIENCE)
        if answer.headers["Content-Type"].startswith("text/html"):
            tokens = html.fromstring(answer.text).xpath("//input[@name='csrf_token']/@value")
            self.token = tokens[0] if tokens else self.token
        return answer

    def sends(self, path: str, **fields: Any) -> requests.Response:
        """Send a form with the token of this session; where it leads is not followed."""
        data = {"csrf_token": self.token, **fields}
        address = f"{self.server}{path}"
        return self.line.post(address, data=data, timeout=PATIENCE, allow_redirects=False)

    def signs_in(self, name: str, password: str = PASSWORD) -> Browser:
        self.opens("/login")
        self.sends("/login", email=f"{name}@example.org", password=password)
        self.opens("/account")
        return self

    def is_in(self) -> bool:
        return self.line.get(f"{self.server}/account", allow_redirects=False).status_code == 200


def at_once(acts: Sequence[Callable[[], requests.Response]]) -> list[requests.Response]:
    """The answers to what is sent at the same moment."""
    together = threading.Barrier(len(acts))

    def one(act: Callable[[], requests.Response]) -> requests.Response:
        together.wait(PATIENCE)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))
