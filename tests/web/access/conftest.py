"""One world on each engine for all tests of this folder: none of them changes what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine

from portal.provider import Provider
from portal.readers import Rate
from tests import build
from tests.engines import the_app
from tests.town import settle
from tests.web.access.oversight import (
    has_asked,
    has_programs,
    has_uploaded,
    is_audited,
    is_held,
    takes_out,
)
from tests.web.access.world import World, build_world

# Sign-in by a provider is on; nothing answers there.
AWAY = Provider("http://127.0.0.1:1", "portal", "secret", "A provider", "អ្នកផ្ដល់សេវា")


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world of this engine."""
    database = request.getfixturevalue(request.param)
    app = the_app(database.app_url, tmp_path_factory.getbasetemp() / "instance")
    before, often = app.extensions["settings"], Rate(10**6, 60)
    app.extensions["settings"] = replace(
        before,
        security_contact="mailto:security@portal.example",
        provider=AWAY,
        limit_verify=often,
        limit_sign_in=often,
        limit_upload=often,
        limit_download=often,
        limit_api=often,
    )
    with time_machine.travel(build.NOW, tick=False) as clock:
        town = settle(app, database.engine, clock)
        further = (is_audited, is_held, has_programs, has_asked, has_uploaded, takes_out)
        yield build_world(town, *further)
    app.extensions["settings"] = before
    app.extensions["engine"].dispose()
    database.empty()
