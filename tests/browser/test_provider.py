"""Sign-in by a provider in a real browser: led there and back without a script, past our policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opens
from tests.browser.test_by_hand import fits
from tests.town import Town
from tests.web.signin.conftest import there
from tests.web.signin.providers import Running
from tests.web.signin.test_provider import BY_IT, FROM_NOW_ON, NAME, provider_at

__all__ = ["there"]


@pytest.fixture
def led(town: Town, served: str, there: Running) -> Iterator[str]:
    """The served town with the provider among its settings, which leads back to where it is."""
    before = town.app.extensions["settings"]
    about = {"public_url": served, "provider": provider_at(there)}
    town.app.extensions["settings"] = replace(before, **about)
    yield served
    town.app.extensions["settings"] = before


def says_who(page: Page, led: str) -> None:
    """What somebody does at the provider."""
    page.locator("input[name=sub]").fill("c-17")
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{led}/**")


def test_it_is_tied_and_signs_in_on_a_small_phone_without_scripts(led: str, opens: Opens) -> None:
    chea = opens("chea", PHONE, scripts=False)
    chea.goto("/account")
    fits(chea)
    chea.get_by_role("button", name=FROM_NOW_ON).click()
    says_who(chea, led)
    expect(chea.get_by_role("heading", name=f"Sign in by {NAME}?")).to_be_visible()
    fits(chea)
    chea.get_by_role("button", name="Yes, add it").click()
    expect(chea.get_by_text("From now on you can sign in by it, too.")).to_be_visible()

    elsewhere = opens(None, PHONE, scripts=False)
    fits(elsewhere)
    elsewhere.get_by_role("button", name=BY_IT).click()
    says_who(elsewhere, led)

    expect(elsewhere.get_by_text("NOT FILED: October 2026.")).to_be_visible()
