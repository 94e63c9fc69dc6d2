"""Read a PDF back with programs that are not ours."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import page
import pypdfium2

GOLDEN = Path(__file__).parents[1] / "golden"


def text_by_poppler(pdf: bytes) -> str:
    """What pdftotext reads, line by line, blank lines left out."""
    command = ["pdftotext", "-layout", "-enc", "UTF-8", "-", "-"]
    read = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout  # noqa: S603
    lines = (" ".join(line.split()) for line in read.decode().splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def text_by_pdfium(pdf: bytes) -> str:
    """What Chrome's reader finds."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(sheet.get_textpage().get_text_range() for sheet in document)


def pages_of(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def breaches(pdf: bytes) -> list[str]:
    """What a validator finds against PDF/A-3a and PDF/UA-1."""
    found = []
    for profile in ("3a", "ua1"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        found += [f"{profile}: {failure}" for failure in report.failures]
        if not page.is_pdf_compliant_bytes(pdf, profile=profile):
            found.append(profile)
    return found


def agrees_with_golden(text: str, name: str) -> bool:
    """Compare with tests/golden/<name>; ``GOLDEN=write`` writes it instead, to be looked at."""
    path = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8") == text


def text_as_drawn(pdf: bytes) -> str:
    """What pdftotext reads in the order in which it was drawn."""
    command = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()  # noqa: S603
