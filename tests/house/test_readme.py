"""What the README tells people to type exists; and it names every setting and every word."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal import provider
from tests.house.sources import HOUSE, PORTAL

README = HOUSE / "README.md"
WORDS = (
    "notice|order|entry|event|register|period|monthly return|filing|statement|attestation|digest|"
    "decision|certificate|statement of findings|compliance report|verdict|standing|obligation|"
    "indicator|threshold|policy version|declaration|refusal|receipt"
).split("|")


@pytest.fixture
def readme() -> str:
    return README.read_text()


def test_its_make_targets_exist(readme: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (HOUSE / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"\bmake ([a-z]+)", readme)) - targets == set()


def test_its_flask_commands_exist(app: Flask, readme: str) -> None:
    written = set(re.findall(r"flask --app wsgi ([a-z]+)", readme))

    assert written - set(app.cli.commands) == set()


def test_it_names_every_setting(readme: str) -> None:
    read = "".join(path.read_text() for path in PORTAL.glob("*.py"))
    settings = {*re.findall(r'(?:take|get)\("([A-Z_]+)"', read), "TLS_CERTIFICATE", "TLS_KEY"}

    assert len(settings) > 40
    # Flask's own.
    settings.remove("FLASK_DEBUG")
    assert [name for name in (*settings, *provider.SETTINGS) if f"`{name}`" not in readme] == []


def test_its_glossary_has_every_word(readme: str) -> None:
    glossary = readme.lower()

    assert [word for word in WORDS if f"**{word}**" not in glossary] == []


def test_its_pictures_are_there(readme: str) -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme)

    assert pictures
    assert [path for path in pictures if not (HOUSE / path).exists()] == []
