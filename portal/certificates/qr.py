"""The QR code on a paper: an inline drawing whose title says where it leads.

What it holds is the address of the paper on the verify page and behind it, where there is one, the
signed code by which a copy of that page is caught; in print the address is enough.
"""

from __future__ import annotations

import segno
from markupsafe import Markup, escape

_SIGNED_PARTS = 3  # header, payload, signature


def qr_address(verify_at: str, number: str, code: str | None) -> str:
    """What the QR code of a number holds; ``verify_at`` is the address of the verify page."""
    return "/".join(part for part in (verify_at, number, code) if part)


def printed_address(url: str) -> str:
    """The address as it is printed: without scheme, and without the code."""
    before, _, last = url.rpartition("/")
    plain = before if last.count(".") == _SIGNED_PARTS - 1 and len(last) > len(before) else url
    return plain.partition("://")[2] or plain


def qr_drawing(url: str) -> Markup:
    """An SVG of the address (error correction M), with the printed one as its alternative text."""
    drawing = segno.make(url, error="m", micro=False).svg_inline(
        border=0, dark="#16242c", omitsize=True
    )
    title = f"<title>QR code: verify this paper at {escape(printed_address(url))}</title>"
    return Markup(drawing.replace("<path", f"{title}<path", 1))  # nosec B704  # noqa: S704 - segno's own drawing
