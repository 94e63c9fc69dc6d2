"""Character codes for Khmer glyphs: one for each pair of a glyph and the text it stands for.

A part of the repairs in portal.certificates.textlayer, which says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pydyf
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from portal.certificates.khmer import BREAK, has_khmer

_NO_GLYPH, _UNKNOWN_GLYPH = 0x0FFFFFFF, 0x10000000
_ROOM = 512  # character codes left for the renderer's own "missing glyph" numbers


@dataclass(frozen=True)
class _Cluster:
    """The glyphs (as places in the run) that Pango drew for one piece of text."""

    glyphs: Any
    places: tuple[int, ...]
    text: str
    pango_font: Any


def line_with_own_codes(original: Callable[..., Any], stream: Any, box: Any, *how: Any) -> Any:
    """Draw a line of text with the codes in place of its glyphs (wraps ``draw_first_line``)."""
    overflow, ellipsis, _matrix = how
    cut_short = overflow == "ellipsis" or ellipsis != "none"
    if cut_short or not has_khmer(box.text) or box.style["font_size"] <= 0:
        return original(stream, box, *how)
    lent: list[tuple[Any, int, int]] = []
    for cluster in _clusters(box.pango_layout):
        lent += _lend_codes(stream, cluster)
    try:
        return original(stream, box, *how)
    finally:
        for glyphs, place, glyph in lent:
            glyphs[place].glyph = glyph


def _clusters(layout: Any) -> Iterator[_Cluster]:
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    typed = layout.text.encode()
    run = line.runs
    while run != ffi.NULL:
        item, run = run.data, run.next
        if item.item.analysis.level % 2 == 0:  # right-to-left text is left alone
            yield from _clusters_of(item, typed[item.item.offset :][: item.item.length])


def _clusters_of(item: Any, typed: bytes) -> Iterator[_Cluster]:
    glyphs, starts = item.glyphs.glyphs, item.glyphs.log_clusters
    count, first = item.glyphs.num_glyphs, 0
    while first < count:
        after = first + 1
        while after < count and starts[after] == starts[first]:
            after += 1
        end = starts[after] if after < count else len(typed)
        text = typed[starts[first] : end].decode().replace(BREAK, "")
        drawn = tuple(place for place in range(first, after) if _is_drawn(glyphs[place].glyph))
        if drawn:
            yield _Cluster(glyphs, drawn, text, item.item.analysis.font)
        first = after


def _is_drawn(glyph: int) -> bool:
    return glyph != _NO_GLYPH and not glyph & _UNKNOWN_GLYPH


def _lend_codes(stream: Any, cluster: _Cluster) -> Iterator[tuple[Any, int, int]]:
    """Put each glyph's own code in its place for the drawing; yields what was there before."""
    font, size = stream.add_font(cluster.pango_font)
    if font.bitmap or font.type == "otf":
        return
    widths = [cluster.glyphs[place].geometry.width for place in cluster.places]
    for place, text in zip(cluster.places, share_out(cluster.text, widths), strict=True):
        glyph = cluster.glyphs[place].glyph
        code = _code_for(font, glyph, text or BREAK)  # an empty text shows as a stray letter
        if code not in font.widths:
            pango.pango_font_get_glyph_extents(
                cluster.pango_font, glyph, stream.ink_rect, stream.logical_rect
            )
            font.widths[code] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
        if code != glyph:
            yield cluster.glyphs, place, glyph
            cluster.glyphs[place].glyph = code


def share_out(text: str, widths: list[int]) -> list[str]:
    """Share a cluster's letters among its glyphs in order; marks without width go last to it.

    The joined parts are always the text; a glyph may get nothing, or the last one several letters.
    """
    glyphs = len(widths)
    if len(text) >= glyphs:
        return [*text[: glyphs - 1], text[glyphs - 1 :]]
    by_width = sorted(range(glyphs), key=lambda place: (widths[place] == 0, place))
    letters = dict(zip(sorted(by_width[: len(text)]), text, strict=True))
    return [letters.get(place, "") for place in range(glyphs)]


def _code_for(font: Any, glyph: int, text: str) -> int:
    if font.to_unicode.setdefault(glyph, text) == text:
        return glyph
    codes: dict[tuple[int, str], int] = font.__dict__.setdefault("khmer_codes", {})
    code = codes.setdefault((glyph, text), font.glyph_count + _ROOM + len(codes))
    font.to_unicode[code] = text
    return code


def font_with_glyph_map(
    original: Callable[..., Any], dictionary: Any, pdf: Any, font: Any, *rest: Any
) -> Any:
    """Write a font with the way from each code back to its glyph (wraps the font's builder)."""
    result = original(dictionary, pdf, font, *rest)
    codes = getattr(font, "khmer_codes", {})
    if codes:
        glyph_of = dict(zip(range(font.glyph_count), range(font.glyph_count), strict=True))
        glyph_of |= {code: glyph for (glyph, _), code in codes.items()}
        table = b"".join(glyph_of.get(at, 0).to_bytes(2, "big") for at in range(max(glyph_of) + 1))
        stream = pydyf.Stream([table], compress=True)
        pdf.add_object(stream)
        descendant = pdf.objects[int(dictionary["DescendantFonts"][0].split()[0])]
        descendant["CIDToGIDMap"] = stream.reference
    return result
