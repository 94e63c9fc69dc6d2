"""What is of one country stands in its pack, its translations and ``place.json``; not in code.

The language of the papers is Khmer beside English, whichever country issues them: their words and
script are no place. A country's name, bodies, laws, cities, clocks and numbers are.
"""

from __future__ import annotations

import re

import pytest

from tests.house.sources import HOUSE, PORTAL, TEMPLATES

PLACE = re.compile(
    r"cambod|kampuchea|khmer[ _-]?os|phnom|កម្ពុជា|ភ្នំពេញ|ជាតិ[ \u200b]*សាសនា"
    r"|\b(?:kh|khr|trc|mptc|cncc|cnp|aple|prakas)\b"
    r"|(?:^|[^a-z])(?:cnp|trc|mptc)_|_kh\b"
    r"|(?:\+|utc[+ ]?)0?7(?::?00)?\b|\+855|\b(?:1288|092-311-511)\b",
    re.IGNORECASE,
)

# Whole folders and files that are the country's own.
DATA = {
    "portal/policy/packs/": "the pack",
    "portal/translations/": "the translations",
    "portal/place.json": "where a portal stands, until its settings say otherwise",
    "portal/demo/": "a demonstration of this country, which names its places",
}
# Single words elsewhere: the file, what stands there, and why it is no country's.
ALLOWED = {
    ("portal/entries/countries.py", "KH"): "all codes of ISO 3166-1",
    ("portal/entries/guards.py", "kh"): "one ending of many by which a web address is known",
}


def found() -> dict[tuple[str, str], list[int]]:
    """File and word of every find outside the country's own data, with its lines."""
    finds: dict[tuple[str, str], list[int]] = {}
    for path in sorted((*PORTAL.rglob("*"), *TEMPLATES.rglob("*"), HOUSE / "wsgi.py")):
        name = str(path.relative_to(HOUSE))
        if not path.is_file() or path.suffix == ".pyc" or name.startswith(tuple(DATA)):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for word in PLACE.findall(line):
                finds.setdefault((name, word), []).append(number)
    return finds


def test_no_country_is_written_into_the_code() -> None:
    assert {find: lines for find, lines in found().items() if find not in ALLOWED} == {}


def test_what_is_allowed_is_still_there_and_says_why() -> None:
    assert set(ALLOWED) <= set(found())
    assert all((HOUSE / name).exists() for name in DATA)


@pytest.mark.parametrize(
    "line",
    [
        'TRC = "TRC"', "CNP_ACD", "LAW_AND_DUTIES_KH", 'SERIES = "KH-SP5"', "{local:%H:%M} UTC+07",
        'ZoneInfo("Asia/Phnom_Penh")', "KINGDOM OF CAMBODIA", "ព្រះរាជាណាចក្រកម្ពុជា", "+07:00",
        "(ម៉ោងភ្នំពេញ)", "ជាតិ សាសនា ព្រះមហាក្សត្រ", "Khmer OS Muol", "call 1288", "+85512345678",
    ],
)  # fmt: skip
def test_a_word_of_the_country_is_seen(line: str) -> None:
    assert PLACE.search(line)


@pytest.mark.parametrize(
    "line", ["khmer.day_km(day)", "លិខិតបញ្ជាក់", "at + 7 * _DAY", "2026-07-01", "UTC", "matrix"]
)
def test_language_and_ordinary_words_are_left_alone(line: str) -> None:
    assert not PLACE.search(line)
