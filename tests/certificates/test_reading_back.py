"""Khmer in every paper: broken between words alone, and read back letter for letter by three
readers: poppler (Evince, Okular), pdfium (Chrome, Edge) and pdf.js (Firefox).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from portal.certificates.khmer import BREAK, has_khmer
from tests.certificates.papers import DRAWERS, Drawn
from tests.certificates.pdfjs import texts_by_pdfjs
from tests.certificates.reading import agrees_with_golden, text_as_drawn, text_by_pdfium

# Every paper is drawn and read for all: on one worker that is done once.
pytestmark = pytest.mark.xdist_group("papers")

READERS = ("poppler", "pdfium", "pdf.js")
_DEPENDENT = re.compile(f"{BREAK}[\u17b4-\u17d3\u17dd]|\u17d2{BREAK}|{BREAK}[។៕៖ៗ,.;:)»”%]")


@pytest.fixture(scope="session")
def read(papers: dict[str, Drawn]) -> dict[tuple[str, str], str]:
    """What each reader finds in each paper, without what only breaks lines."""
    by_firefox = texts_by_pdfjs({name: one.pdf for name, one in papers.items()})
    found = {("pdf.js", name): text for name, text in by_firefox.items()}
    for name, one in papers.items():
        found["poppler", name] = text_as_drawn(one.pdf)
        found["pdfium", name] = text_by_pdfium(one.pdf)
    return {key: tight(text) for key, text in found.items()}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", DRAWERS)
def test_every_khmer_word_reads_back_letter_for_letter(
    papers: dict[str, Drawn], read: dict[tuple[str, str], str], reader: str, name: str
) -> None:
    typed = list(khmer_in(papers[name].html))
    assert typed
    assert [text for text in typed if tight(text) not in read[reader, name]] == []


def test_khmer_breaks_between_words_alone_and_where_a_reviewer_can_look(
    papers: dict[str, Drawn],
) -> None:
    """The golden list shows every Khmer text of every paper with its breaks, for a reviewer."""
    texts = sorted({text for one in papers.values() for text in khmer_in(one.html)})
    assert [text for text in texts if _DEPENDENT.search(text)] == []
    shown = "\n".join(text.replace(BREAK, "|").replace("\u00a0", "_") for text in texts)
    assert agrees_with_golden(f"{shown}\n", "khmer-breaks.txt")


def khmer_in(html: str) -> Iterator[str]:
    """The pieces of text of a page that hold Khmer, as they were typed, each on one line."""
    for element in ET.fromstring(html).iter():  # noqa: S314
        for text in (element.text, element.tail):
            if text and has_khmer(text) and element.tag not in {"title", "style"}:
                yield " ".join(text.split(" ")).strip()


def tight(text: str) -> str:
    """Without what breaks, spaces or ties."""
    return re.sub(r"[\s\u200b\u00a0\u00ad]", "", text)
