"""One word an idea; and what is Cambodian is data, not code."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.house.sources import HOUSE, PORTAL, TEMPLATES

TRACKED = subprocess.run(
    ["git", "ls-files"],  # noqa: S607 - whichever git there is
    cwd=HOUSE,
    capture_output=True,
    text=True,
    check=True,
).stdout.splitlines()
TEXTS = {
    name: (HOUSE / name).read_text()
    for name in TRACKED
    if name.endswith((".py", ".html", ".md", ".json", ".toml", ".po", ".css", ".cfg"))
    and (HOUSE / name).exists()
    and name != "tests/house/test_words.py"
}

# The country's bodies, places and script; a file named here says why it may hold them.
COUNTRY = re.compile(
    r"[\u1780-\u17d3]{3,}|cambodia|phnom|\b(mptc|trc|cncc|aple|khr|1288)\b|\+855", re.IGNORECASE
)
COUNTRY_MAY_STAND_IN = {
    "portal/policy/packs/": "the pack",
    "portal/translations/": "the translations",
    "portal/demo": "a fictional country must look like some country",
    "portal/registers/": "bodies that the code lists of the framework name",
    "portal/notices/": "and those that send notices",
    "portal/web/labels": "and what they are called",
    "portal/web/language.py": "a language's own name for itself",
    "portal/certificates/": "the papers are bilingual: their words, line breaks and clocks",
    "templates/pdf/": "the papers",
}


def test_material_is_called_csam_or_csea() -> None:
    wrong = re.compile(
        r"child[\s_-]*porn|\bkiddie|child[\s_-]+prostitut|\bchild[\s_-]+sex\b", re.IGNORECASE
    )

    assert [name for name, content in TEXTS.items() if wrong.search(content)] == []


def test_the_country_stands_in_its_pack_and_in_the_translations() -> None:
    code = {
        str(path.relative_to(HOUSE)): path.read_text()
        for path in (*PORTAL.rglob("*.py"), *TEMPLATES.rglob("*.html"))
    }

    assert {
        f"{name}:{number}": m[0]
        for name, content in code.items()
        if not name.startswith(tuple(COUNTRY_MAY_STAND_IN))
        for number, line in enumerate(content.splitlines(), 1)
        if (m := COUNTRY.search(line))
    } == {}


def test_nothing_is_left_for_later_without_saying_where() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")

    assert [n for n, content in TEXTS.items() if n.endswith(".py") and marks.search(content)] == []


@pytest.mark.parametrize("name", ["LICENSE", "CHANGELOG.md", "README.md", "docs/not-yet.md"])
def test_the_papers_of_the_house_are_there(name: str) -> None:
    assert (HOUSE / name).read_text().strip()


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (HOUSE / "docs" / "decisions").glob("*.md"))

    assert [name[:5] for name in names] == [f"{n:04d}-" for n in range(1, len(names) + 1)]
    for name in names:
        assert (HOUSE / "docs" / "decisions" / name).read_text().startswith(f"# {int(name[:4])}. ")
