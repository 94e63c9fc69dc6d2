"""The QR code on a paper: an inline drawing whose title says where it leads."""

from __future__ import annotations

import segno
from markupsafe import Markup, escape


def qr_drawing(url: str) -> Markup:
    """An SVG of the address (error correction M), with the address as its alternative text."""
    drawing = segno.make(url, error="m", micro=False).svg_inline(
        border=0, dark="#16242c", omitsize=True
    )
    title = f"<title>QR code: verify this paper at {escape(url)}</title>"
    return Markup(drawing.replace("<path", f"{title}<path", 1))  # nosec B704  # noqa: S704 - segno's own drawing
