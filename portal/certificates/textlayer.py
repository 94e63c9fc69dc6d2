"""Repairs of WeasyPrint 70.0: Khmer in a PDF that reads back, copies and speaks as it was typed.

The renderer notes for each glyph the first text it was seen with. Khmer letters share glyphs
(the ta of ``ត្រ`` is the ta of ``ជាតិ``), so later words read back wrongly. Five private functions
are wrapped, for this one version only:

* each pair of glyph and text gets a character code of its own, led back to the glyph by the
  font's CIDToGIDMap, so every reader finds the right letters;
* each line of Khmer, and each letter-spaced line, carries its typed words as ActualText;
* elements carry the language of their HTML element, header cells their scope;
* Khmer in an SVG ``<text>`` is shaped as a whole and not letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import pydyf
import weasyprint
from weasyprint import draw, svg
from weasyprint.draw import text as draw_text
from weasyprint.pdf import fonts as pdf_fonts
from weasyprint.pdf import tags as pdf_tags
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from portal.certificates.khmer import BREAK

TESTED = "70.0"
_KHMER = re.compile("[\u1780-\u17ff]")
_NO_GLYPH, _UNKNOWN_GLYPH = 0x0FFFFFFF, 0x10000000
_ROOM = 512  # character codes left for the renderer's own "missing glyph" numbers


class UntestedRenderer(RuntimeError):
    """Another WeasyPrint than the one these repairs were written and tested for."""


@cache
def install() -> None:
    """Wrap the private functions, once a process; before a fork, if there is one.

    Raises UntestedRenderer for any version but the tested one.
    """
    if weasyprint.__version__ != TESTED:
        raise UntestedRenderer(weasyprint.__version__)
    _wrap(draw, "draw_text", _line_with_actual_text)
    _wrap(draw_text, "draw_first_line", _line_with_own_codes)
    _wrap(pdf_fonts, "_build_vector_font_dictionary", _font_with_glyph_map)
    _wrap(pdf_tags, "_build_box_tree", _elements_with_language)
    shaped = _wrap(svg, "text", _svg_text_as_a_whole)
    svg.TAGS.update(dict.fromkeys(("a", "text", "textPath", "tspan"), shaped))


def _wrap(module: Any, name: str, wrapper: Callable[..., Any]) -> Callable[..., Any]:
    wrapped = partial(wrapper, getattr(module, name))
    setattr(module, name, wrapped)
    return wrapped


# -- what was typed, for readers that know ActualText ---------------------------------------------


def _line_with_actual_text(original: Callable[..., Any], stream: Any, box: Any, *rest: Any) -> Any:
    spaced_out = box.style["letter_spacing"] not in (0, "normal")
    if stream._tags is None or not (spaced_out or _KHMER.search(box.text)):  # noqa: SLF001
        return original(stream, box, *rest)
    typed = pydyf.String(box.text.replace(BREAK, ""))
    stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": typed}))
    try:
        return original(stream, box, *rest)
    finally:
        stream.end_marked_content()


# -- a character code for each pair of glyph and text ---------------------------------------------


@dataclass(frozen=True)
class _Cluster:
    """The glyphs (as places in the run) that Pango drew for one piece of text."""

    glyphs: Any
    places: tuple[int, ...]
    text: str
    pango_font: Any


def _line_with_own_codes(original: Callable[..., Any], stream: Any, box: Any, *how: Any) -> Any:
    overflow, ellipsis, _matrix = how
    cut_short = overflow == "ellipsis" or ellipsis != "none"
    if cut_short or not _KHMER.search(box.text) or box.style["font_size"] <= 0:
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


def _font_with_glyph_map(
    original: Callable[..., Any], dictionary: Any, pdf: Any, font: Any, *rest: Any
) -> Any:
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


# -- language and scope in the structure tree -----------------------------------------------------


def _elements_with_language(
    original: Callable[..., Any], box: Any, parent: Any, pdf: Any, *rest: Any
) -> Iterator[Any]:
    inner = getattr(box, "_box", box)
    html = getattr(inner, "element", None)
    for element in original(box, parent, pdf, *rest):
        if html is not None:
            _describe(element, html, pdf)
        yield element


def _describe(element: Any, html: Any, pdf: Any) -> None:
    if html.get("lang"):
        element["Lang"] = pydyf.String(html.get("lang"))
    if html.get("id"):
        pdf.__dict__.setdefault("element_of", {})[html.get("id")] = element
    if element["S"] == "/TH" and "A" in element:
        element["A"]["Scope"] = "/Row" if html.get("scope") == "row" else "/Column"


# -- Khmer in drawings ----------------------------------------------------------------------------


class _AsOneLetter(str):
    """A text that the renderer's loop over letters takes for a single one."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        yield str(self)


def _svg_text_as_a_whole(original: Callable[..., Any], image: Any, node: Any, size: float) -> Any:
    placed_by_letter = any(" " in node.get(key, "").strip() for key in ("x", "y", "dx", "dy"))
    if node.text and _KHMER.search(node.text) and not placed_by_letter:
        node._etree_node.text = _AsOneLetter(node.text)  # noqa: SLF001
    return original(image, node, size)
