"""Every paper: archival, accessible, the same each time, like its golden text and its picture.

``GOLDEN=write`` writes texts and pictures anew, to be looked at; the pictures are those that
docs/papers.md shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pydyf
import pytest
from pyhanko.pdf_utils.generic import StreamObject
from weasyprint.html import UA_STYLESHEET

from portal.certificates import press, textlayer
from tests.certificates.papers import DRAWERS, Drawn
from tests.certificates.pictures import looks_as_pictured
from tests.certificates.reading import agrees_with_golden, breaches, text_by_poppler

# Every paper is drawn and read for all: on one worker that is done once.
pytestmark = pytest.mark.xdist_group("papers")

PAPERS = pytest.mark.parametrize("name", DRAWERS)
LETTERS = {"receipt", "acceptance", "sent-back", "void", "draft", "reminder"}


@PAPERS
def test_it_is_of_an_archival_and_accessible_kind(papers: dict[str, Drawn], name: str) -> None:
    assert breaches(papers[name].pdf) == []


@PAPERS
def test_other_programs_find_no_fault_in_it(
    papers: dict[str, Drawn], name: str, tmp_path: Path
) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(papers[name].pdf)
    told = [
        subprocess.run([*words, path], capture_output=True, text=True, check=True).stdout  # noqa: S603
        for words in (["qpdf", "--check"], ["pdfinfo"], ["pdffonts"])
    ]
    assert "No syntax or stream encoding errors found" in told[0]
    for fact in ("Tagged:          yes", "JavaScript:      no", "Encrypted:       no"):
        assert fact in told[1]
    fonts = [line.split()[-5:-2] for line in told[2].splitlines()[2:]]
    assert fonts
    assert {tuple(font) for font in fonts} == {("yes", "yes", "yes")}  # embedded, subset, unicode


@PAPERS
def test_its_text_is_the_golden_text(papers: dict[str, Drawn], name: str) -> None:
    assert agrees_with_golden(text_by_poppler(papers[name].pdf), f"paper-{name}.txt")


@PAPERS
def test_its_pages_look_as_pictured(papers: dict[str, Drawn], name: str) -> None:
    assert looks_as_pictured(papers[name].pdf, name)


def test_another_process_with_another_hash_seed_and_clock_gives_the_same_bytes(
    papers: dict[str, Drawn],
) -> None:
    seeded = os.environ | {"PYTHONHASHSEED": "7", "TZ": "America/Lima"}
    command = [sys.executable, "-W", "ignore", "-m", "tests.certificates.papers"]
    there = subprocess.run(command, env=seeded, capture_output=True, text=True, check=True)  # noqa: S603
    assert dict(line.split() for line in there.stdout.splitlines()) == {
        name: sha256(one.pdf).hexdigest() for name, one in papers.items()
    }


@PAPERS
def test_it_says_what_it_is_to_tools_that_know_neither_khmer_nor_us(
    papers: dict[str, Drawn], name: str
) -> None:
    with pikepdf.open(BytesIO(papers[name].pdf)) as pdf:
        said = pdf.Root.Metadata.read_bytes().decode()
        assert "Filter" not in pdf.Root.Metadata  # the simplest tool can read it
        assert pdf.Root.Lang == "km"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.MarkInfo.Marked
        files = {str(one.UF): str(one.AFRelationship) for one in pdf.Root.AF}
    for words in ("<pdfuaid:part>1<", "http://www.aiim.org/pdfa/ns/schema#", "pdfaid:part"):
        assert words in said
    own = {"receipt": "receipt", "draft": "draft", "reminder": "reminder"}.get(name, "decision")
    carried = {
        "report": {
            "statement.json": "/Data", "statement.schema.json": "/Supplement",
            "attestation.json": "/Data", "policy-2026.1.json": "/Supplement",
        },
        "receipt": {"receipt.json": "/Data", "statement.json": "/Source"},
    }  # fmt: skip
    letter = {f"{own}.json": "/Data"}
    fallback = letter if name in LETTERS else {"attestation.json": "/Data"}
    assert files == carried.get(name, fallback)


@PAPERS
def test_its_tables_and_its_languages_are_told_to_those_who_hear_it(
    papers: dict[str, Drawn], name: str
) -> None:
    with pikepdf.open(BytesIO(papers[name].pdf)) as pdf:
        elements = [one for one in pdf.objects if _kind(one) is not None]
        heads = [one for one in elements if _kind(one) == "/TH"]
        tables = [one for one in elements if _kind(one) == "/Table"]
        pictures = [one for one in elements if _kind(one) == "/Figure"]
        languages = {str(one.Lang) for one in elements if "/Lang" in one}
        headings = [one for one in elements if _kind(one) in {"/H1", "/H2"}]
        outline = [] if "/Outlines" not in pdf.Root else list(_titles(pdf))
    assert languages == {"km", "en"}
    assert all(str(one.A.Scope) in {"/Row", "/Column"} for one in heads)
    assert bool(heads) == bool(tables)
    assert all(len(str(one.Alt)) > 3 for one in pictures)
    assert len(outline) == len(headings) >= 1


def test_the_report_has_a_bookmark_for_every_annex(papers: dict[str, Drawn]) -> None:
    with pikepdf.open(BytesIO(papers["report"].pdf)) as pdf:
        titles = list(_titles(pdf))
    assert [title[0] for title in titles[1:]] == list("ABCDEFGHIJ")
    assert titles[0].endswith("Compliance Report")


def _kind(one: pikepdf.Object) -> str | None:
    is_element = isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem"
    return str(one.S) if is_element else None


def _titles(pdf: pikepdf.Pdf) -> list[str]:
    with pdf.open_outline() as outline:
        return [item.title for top in outline.root for item in (top, *top.children)]


def test_a_stream_that_ends_with_a_carriage_return_is_told_from_the_line_end_after_it() -> None:
    textlayer.install()
    assert pydyf.Stream([b"a\r"]).data.endswith(b"stream\na\r\r\nendstream")
    assert pydyf.Stream([b"a"]).data.endswith(b"stream\na\nendstream")
    for data, end in ((b"a\r", b"stream\na\r\r\nendstream"), (b"a", b"stream\na\nendstream")):
        written = BytesIO()
        StreamObject(stream_data=data).write_to_stream(written, None)
        assert written.getvalue().endswith(end)


@pytest.mark.parametrize("name", ["report", "sent-back"])
def test_the_short_sheet_of_elements_says_what_the_renderers_own_says(
    papers: dict[str, Drawn], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "_elements", lambda: UA_STYLESHEET)
    assert DRAWERS[name]() == papers[name].pdf
