"""Passkeys in a real browser: built in or on a stick, instead of the password or after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from sqlalchemy import select

from portal.mail import Mail
from portal.web.signin.model import Passkey
from tests.browser.conftest import DESK
from tests.town import PASSWORD, Town

Browses = Callable[[], tuple[Page, CDPSession]]


@pytest.fixture
def browses(chromium: Browser, served: str) -> Iterator[Browses]:
    """Opens a browser with a way to plug authenticators in. A passkey belongs to a name, not to a
    number.
    """
    contexts: list[Any] = []

    def one() -> tuple[Page, CDPSession]:
        context = chromium.new_context(
            viewport=DESK, base_url=served.replace("127.0.0.1", "localhost")
        )
        contexts.append(context)
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("WebAuthn.enable")
        return page, wire

    yield one
    for context in contexts:
        context.close()


def plugs_in(wire: CDPSession, transport: str, *, asks: bool = True) -> str:
    """Plug an authenticator in: ``internal`` is one built in, ``usb`` a stick."""
    options = {
        "protocol": "ctap2",
        "transport": transport,
        "hasResidentKey": True,
        "hasUserVerification": asks,
        "isUserVerified": asks,
        "automaticPresenceSimulation": True,
    }
    plugged = wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return str(plugged["authenticatorId"])


def signs_in(page: Page, name: str) -> None:
    page.goto("/login")
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def adds(page: Page, name: str, use: str) -> None:
    page.goto("/passkeys")
    page.get_by_label("A name for it").fill(name)
    page.get_by_label(use).check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()


def signs_out(page: Page) -> None:
    page.locator("details.acting summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("transport", ["internal", "usb"])
def test_a_passkey_of_either_kind_stands_in_for_password_and_second_factor(
    town: Town, browses: Browses, transport: str
) -> None:
    page, wire = browses()
    plugs_in(wire, transport)
    signs_in(page, "sok")
    adds(page, "office computer", "instead of the password")
    signs_out(page)
    before = town.app.extensions["settings"]
    town.app.extensions["settings"] = replace(before, second_factor="required")

    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("Sok Reviewer")).to_be_visible()
    town.app.extensions["settings"] = before
    with town.session() as session:
        [kept] = session.scalars(select(Passkey))
        assert (kept.name, kept.usage) == ("office computer", "first")
        assert "PASSKEY_ADDED" in session.scalars(select(Mail.params)).one()


def test_a_passkey_is_asked_for_after_the_password(browses: Browses) -> None:
    page, wire = browses()
    plugged = plugs_in(wire, "usb")
    signs_in(page, "chea")
    adds(page, "stick", "after the password")
    signs_out(page)

    signs_in(page, "chea")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Chea Preparer")).to_be_visible()

    signs_out(page)
    wire.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": plugged})
    plugs_in(wire, "usb")
    signs_in(page, "chea")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The passkey could not be used.")).to_be_visible()
    page.goto("/account")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_alone_must_ask_who_holds_it(town: Town, browses: Browses) -> None:
    page, wire = browses()
    plugs_in(wire, "usb", asks=False)
    signs_in(page, "chea")
    page.goto("/passkeys")
    page.get_by_label("A name for it").fill("stick")
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_text("The passkey could not be used.")).to_be_visible()
    with town.session() as session:
        assert session.scalars(select(Passkey)).all() == []


def test_a_passkey_removed_opens_nothing(town: Town, browses: Browses) -> None:
    page, wire = browses()
    plugs_in(wire, "internal")
    signs_in(page, "chea")
    adds(page, "telephone", "instead of the password")
    page.get_by_role("button", name="Remove telephone").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    signs_out(page)

    page.goto("/login/passkey")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("The passkey could not be used.")).to_be_visible()
    with town.session() as session:
        told = [str(one) for one in session.scalars(select(Mail.params).order_by(Mail.id))]
    assert ["PASSKEY_ADDED" in told[0], "PASSKEY_REMOVED" in told[1]] == [True, True]


def test_the_stick_of_somebody_else_is_no_second_step(browses: Browses) -> None:
    page, wire = browses()
    stick = plugs_in(wire, "usb")
    signs_in(page, "chea")
    adds(page, "stick", "after the password")
    signs_out(page)
    theirs = passkeys_on(wire, stick)
    signs_in(page, "meas")
    adds(page, "stick", "after the password")
    signs_out(page)
    [own] = passkeys_on(wire, stick) - theirs
    wire.send("WebAuthn.removeCredential", {"authenticatorId": stick, "credentialId": own})

    # A thief has chea's stick and a password of their own: meas's browser asks for meas's passkey,
    # and is given chea's.
    signs_in(page, "meas")
    swaps(page)
    expect(page.get_by_text("The passkey could not be used.")).to_be_visible()
    page.goto("/account")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def passkeys_on(wire: CDPSession, authenticator: str) -> set[str]:
    """The passkeys that an authenticator holds."""
    held = wire.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    return {one["credentialId"] for one in held["credentials"]}


def swaps(page: Page) -> None:
    """Ask the browser for any passkey that it has but the one that the portal names."""
    page.route(
        "**/passkey.js",
        lambda route: route.fulfill(
            body=route.fetch()
            .text()
            .replace(
                "asked.allowCredentials = named(asked.allowCredentials);",
                "asked.allowCredentials = window.others || [];",
            ),
            content_type="text/javascript",
        ),
    )
    page.get_by_role("button", name="Use a passkey").click()
