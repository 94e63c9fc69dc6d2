"""An app that knows a mail server, and mail that waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from portal.mail import MailKind, post
from tests.mail.server import MailServer, mail_server
from tests.town import Town

Told = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server."""
    with mail_server() as running:
        yield running


@pytest.fixture
def told(town: Town) -> Told:
    """Tells the app of a server for the length of a block."""

    @contextmanager
    def tell(server: MailServer, **settings: Any) -> Iterator[None]:
        before = town.app.extensions["settings"]
        given = {
            "mail_server": "127.0.0.1",
            "mail_port": server.port,
            "mail_tls": "none",
            "mail_from": "portal@authority.example",
        }
        town.app.extensions["settings"] = replace(before, **{**given, **settings})
        try:
            yield
        finally:
            town.app.extensions["settings"] = before

    return tell


def writes(town: Town, count: int = 1, slug: str = "mekong-net") -> None:
    """Post mails of a kind about ``count`` filings: to each of the ISP's people, one about each."""
    with town.session() as session:
        for number in range(1, count + 1):
            post(
                session,
                MailKind.RETURN_FILED,
                town.bodies[slug],
                f"R-2026-10-{number}",
                at=town.now,
                period="2026-10",
                version=number,
            )
