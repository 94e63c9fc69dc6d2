"""Pictures of pages: small, and compared with a little patience for other rasterisers."""

from __future__ import annotations

import os
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageStat

PICTURES = Path(__file__).parents[2] / "docs" / "pictures" / "papers"
_DPI, _COLOURS = 56, 64
_MOST = (
    1.2  # of 255, on average over a page: a line moved by a pixel is under it, a lost row is not
)


def looks_as_pictured(pdf: bytes, name: str) -> bool:
    """Compare each page with its picture; ``GOLDEN=write`` draws the pictures instead."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [sheet.render(scale=_DPI / 72).to_pil().convert("RGB") for sheet in document]
    paths = [PICTURES / f"{name}-{number}.png" for number in range(1, len(pages) + 1)]
    if os.environ.get("GOLDEN") == "write":
        PICTURES.mkdir(parents=True, exist_ok=True)
        for path, page in zip(paths, pages, strict=True):
            page.quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    there = sorted(PICTURES.glob(f"{name}-[0-9].png"))
    return there == paths and all(map(_alike, pages, paths))


def _alike(page: Image.Image, path: Path) -> bool:
    quantised = page.quantize(_COLOURS, dither=Image.Dither.NONE).convert("RGB")
    difference = ImageChops.difference(quantised, Image.open(path).convert("RGB")).convert("L")
    return ImageStat.Stat(difference).mean[0] <= _MOST
