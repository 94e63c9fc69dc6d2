"""Khmer is whole: every text of the source has a Khmer one, with the same things to fill in."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask.testing import FlaskClient
from lxml import html

from tests.house.sources import HOUSE, PORTAL

# Every text is extracted once.
pytestmark = pytest.mark.xdist_group("khmer")

CATALOGUE = PORTAL / "translations" / "km" / "LC_MESSAGES" / "messages.po"
FILLED_IN = re.compile(r"%(?:\(\w+\))?[sd]")
KHMER = re.compile(r"[\u1780-\u17d3]")
# Split vowels, a vowel sign without its consonant, a foot with nothing under it.
MISTYPED = re.compile(r"(?:^|[\s(«])[\u17b6-\u17d2]|[\u17b6-\u17c5]{2}|\u17d2(?![\u1780-\u17a2])")
UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff]")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="km")


@cache
def khmer() -> Catalog:
    return read(CATALOGUE)


@cache
def said_in_source() -> tuple[Message, ...]:
    """Every text of the source tree as it stands now, found as babel.cfg says."""
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"]
    with TemporaryDirectory() as folder:
        source = Path(folder) / "messages.pot"
        subprocess.run(  # noqa: S603 - our own words
            [*command, "-F", "babel.cfg", "-o", str(source), "."], cwd=HOUSE, check=True
        )
        return tuple(message for message in read(source) if message.id)


def texts(message: Message) -> list[tuple[str, str]]:
    """The English and the Khmer of a message; of a plural the English one with the number."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return [(message.id[-1], said) for said in message.string]


def translated() -> Iterator[tuple[str, str]]:
    for message in khmer():
        if message.id:
            yield from texts(message)


def test_every_text_of_the_source_has_a_khmer_one() -> None:
    said = list(said_in_source())
    without = [
        message.id
        for message in said
        if (found := khmer().get(message.id, message.context)) is None
        or found.fuzzy
        or not all(text.strip() for _, text in texts(found))
    ]

    assert len(said) > 1000
    assert without == [], "see docs/khmer.md: keeping the catalogue whole"


def test_a_plural_counts_in_both_languages() -> None:
    plurals = [message for message in said_in_source() if message.pluralizable]

    assert khmer().num_plurals == 1
    assert [m.id for m in plurals if len(khmer().get(m.id, m.context).string) != 1] == []


def test_the_same_things_are_filled_in() -> None:
    assert {
        english: said
        for english, said in translated()
        if sorted(FILLED_IN.findall(english)) != sorted(FILLED_IN.findall(said))
    } == {}


def test_words_are_in_khmer_letters() -> None:
    assert [
        (english, said)
        for english, said in translated()
        if re.search("[A-Za-z]{2}", FILLED_IN.sub("", english)) and not KHMER.search(said)
    ] == []


def test_no_letter_is_mistyped_or_unseen() -> None:
    assert [said for _, said in translated() if MISTYPED.search(said) or UNSEEN.search(said)] == []


def test_a_sentence_ends_as_khmer_sentences_do() -> None:
    assert [
        said
        for english, said in translated()
        if english.endswith(".") and not said.endswith(("។", "ល.រ."))
    ] == []


def test_the_catalogue_says_that_it_is_a_draft() -> None:
    assert "DRAFT until a native reviewer confirms it" in khmer().header_comment


def test_the_catalogue_compiles_and_loads(tmp_path: Path) -> None:
    with (tmp_path / "messages.mo").open("w+b") as file:
        write_mo(file, khmer())
        file.seek(0)
        spoken = Translations(file)

    assert spoken.gettext("Monthly return") == "របាយការណ៍ប្រចាំខែ"
    assert spoken.ngettext("%(num)d day late", "%(num)d days late", 1) == "យឺត %(num)d ថ្ងៃ"


def test_a_reader_of_khmer_signs_in_in_khmer(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/login", headers={"Accept-Language": "km"}).data)

    assert page.get("lang") == "km"
    assert page.findtext(".//h1").strip() == "ចូលប្រើ"
    assert page.findtext(".//title").startswith("ចូលប្រើ")
    assert "មិនទទួលការរាយការណ៍អំពីករណី" in page.text_content()
