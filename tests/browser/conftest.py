"""A real browser in front of a really served town."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.town import PASSWORD, Town

# A busy machine takes its time; what never comes is found out all the same.
expect.set_options(timeout=30_000)

PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window and without a network of its own."""
    path = shutil.which("chromium") or "chromium"
    switches = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=switches)
        yield browser
        browser.close()


@pytest.fixture
def served(town: Town) -> Iterator[str]:
    """The town, served; gives its address."""
    server = make_server("127.0.0.1", 0, town.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


Opens = Callable[..., Page]


@pytest.fixture
def opens(chromium: Browser, served: str) -> Iterator[Opens]:
    """Opens a browser in which somebody has signed in by the page itself (None: nobody)."""
    contexts: list[Any] = []

    def one(name: str | None, viewport: dict[str, int], *, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport=viewport, base_url=served, java_script_enabled=scripts
        )
        contexts.append(context)
        page: Page = context.new_page()
        page.goto("/")
        if name is not None:
            page.get_by_label("E-mail").fill(f"{name}@example.org")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
        return page

    yield one
    for context in contexts:
        context.close()
