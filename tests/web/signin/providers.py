"""Providers of sign-in as processes of their own, and a person who walks through their pages."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from lxml import html

from tests.house.sources import HOUSE


@dataclass(frozen=True)
class Running:
    """A provider's process."""

    issuer: str

    def plans(self, **plan: Any) -> None:
        """Tell the lying one what to say from now on; times count from ``now``."""
        requests.put(f"{self.issuer}/plan", json=plan, timeout=5).raise_for_status()

    def answers(self, address: str, subject: str = "") -> str:
        """Walk through its pages as a person there; gives our path that they lead back to."""
        seen = requests.get(address, timeout=5, allow_redirects=False)
        if seen.status_code == 200:
            [form, *_] = html.fromstring(seen.text).forms
            assert "sub" in form.fields
            seen = requests.post(address, data={"sub": subject}, timeout=5, allow_redirects=False)
        back = urlsplit(seen.headers["Location"])
        assert back.netloc == "127.0.0.1:8000"
        return f"{back.path}?{back.query}"


@contextmanager
def running(kind: str) -> Iterator[Running]:
    """The process of a kind, for as long as the block runs."""
    command = [sys.executable, "-m", "tests.web.signin.provider_process", kind]
    told = {"cwd": HOUSE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, **told) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        yield Running(process.stdout.readline().strip())
        process.kill()
