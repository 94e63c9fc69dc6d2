"""What people do with their hands: a quiet month on a small phone, a form by keyboard, every page
read by a screen reader's rules.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from portal.accounts.actions import THE_SYSTEM
from portal.period import Period
from portal.returns.actions import declare_opening
from portal.trail import sign_checkpoint
from tests.browser.conftest import DESK, PHONE, Opens
from tests.town import Town
from tests.trail.conftest import KEY
from tests.web.returns.months import takes_in
from tests.web.test_orders import ordered
from tests.web.uploads.conftest import sample

OCTOBER = Period(2026, 10)
PAGES = (
    "/",
    "/returns",
    "/returns/2026-10",
    "/registers",
    "/registers/takedowns",
    "/registers/takedowns/entries/new",
    "/registers/takedowns/imports",
    "/registers/blocklists/entries/new",
    "/trainings",
    "/declarations",
    "/policy",
    "/trail",
    "/trail?reads=1",
    "/trail/checkpoints",
    "/verify",
)


@pytest.fixture(autouse=True)
def _ready(town: Town) -> None:
    """Mekong Net has its opening balance and two entries of October; a checkpoint was signed."""
    with town.session() as session:
        by, isp = town.actors["chea"], town.bodies["mekong-net"]
        declare_opening(session, isp, OCTOBER, 0, by=by, at=town.now)
        sign_checkpoint(session, KEY, by=THE_SYSTEM, at=town.now, day=town.now.date())
    takes_in(town, 2)


def fits(page: Page) -> None:
    """Nothing on the page asks to be pushed sideways."""
    page.wait_for_load_state("load")
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, f"{page.url} is {wider} pixels too wide"


def test_a_quiet_month_is_filed_on_a_small_phone_without_scripts(opens: Opens) -> None:
    preparer = opens("chea", PHONE, scripts=False)
    expect(preparer.get_by_text("NOT FILED: October 2026.")).to_be_visible()
    fits(preparer)
    preparer.get_by_role("link", name="Look at it before filing").click()
    fits(preparer)
    for register in ("List updates", "Training"):
        preparer.get_by_label(register, exact=True).check()
    preparer.get_by_role("button", name="Prepare for approval").click()
    expect(preparer.get_by_text("An approver of your organisation files it.")).to_be_visible()

    approver = opens("meas", PHONE, scripts=False)
    approver.get_by_role("link", name="Approve and file it").click()
    approver.get_by_role("button", name="File exactly this for October 2026").click()
    expect(approver.get_by_role("heading", level=1)).to_contain_text("Filed: receipt R-2026-10-")
    fits(approver)
    assert approver.get_by_text("NOT FILED").count() == 0


def test_a_mistake_is_found_and_mended_by_keyboard_alone(opens: Opens) -> None:
    page = opens("chea", DESK)
    page.goto("/registers/takedowns/entries/new")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    button = page.get_by_role("button", name="Record")
    button.focus()
    # Where one is stands out on buttons, too, whose own look would hide it.
    assert button.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    problems = page.locator("#problems")
    expect(problems).to_be_visible()
    first = problems.get_by_role("link").first
    target = (first.get_attribute("href") or "").removeprefix("#")
    first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert target
    expect(page.locator(f"#{target}")).to_be_in_viewport()


# chairs A3: the officer is on the road when the order comes.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_order_is_answered_with_three_taps_on_a_small_phone(opens: Opens, town: Town) -> None:
    ordered(town, priority="P1_CHILD_IN_DANGER")
    officer = opens("chea", PHONE, scripts=False)
    taps = (
        officer.get_by_role("link", name="N-000001"),
        officer.get_by_role("link", name="Applied"),
        officer.get_by_role("button", name="Send the answer"),
    )
    for tap in taps:
        expect(officer.get_by_text("A child may be in danger: call first.")).to_be_visible()
        fits(officer)
        tap.click()
    expect(officer.get_by_text("Answered for 2 items.")).to_be_visible()

    for size in (PHONE, DESK):
        police = opens("vann", size)
        for path in ("/orders/1", "/orders/1/withdrawal/new", "/notices/1", "/notices/new"):
            police.goto(path)
            fits(police)
            assert read_aloud(police) == [], path
    for path in ("/received", "/received/1", "/received/1/answers/new?answer=CANNOT"):
        officer = opens("tep", PHONE)
        officer.goto(path)
        fits(officer)
        assert read_aloud(officer) == [], path


def read_aloud(page: Page) -> list[tuple[str, list[str]]]:
    """What a reader of screens would stumble over."""
    # What it does not stumble over is judged as well, but not told of element by element.
    asked = {"runOnly": ["wcag2a", "wcag2aa"], "resultTypes": ["violations"]}
    found = Axe().run(page, options=asked)
    return [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]])
        for rule in found.response["violations"]
    ]


# What a page looks like does not depend on the database behind it.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["en", "km"])
def test_every_page_fits_and_can_be_read_aloud(opens: Opens, language: str) -> None:
    page = opens("chea", PHONE)
    if language == "km":
        page.locator(".languages button[value=km]").click()
    for path in PAGES:
        # Loaded where it is tight, then given the room of a desk.
        page.set_viewport_size(PHONE)
        page.goto(path)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            fits(page)
            assert page.evaluate("window.innerWidth") == size["width"]
            assert read_aloud(page) == [], f"{path} at {size['width']} pixels"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_is_sent_its_columns_said_and_recorded_on_a_small_phone_without_scripts(
    opens: Opens, town: Town, tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(sample(town, 3).replace(b"source_type", b"Who it was"))
    page = opens("chea", PHONE, scripts=False)
    page.goto("/registers/takedowns/imports")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    fits(page)
    page.get_by_label("Who it was").select_option(label="Who sent the notice")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("3 entries to record, nothing wrong.")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Record 3 entries").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recorded")
    fits(page)
