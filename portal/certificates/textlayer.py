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

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import pydyf
import weasyprint
from weasyprint import draw, svg
from weasyprint.draw import text as draw_text
from weasyprint.pdf import fonts as pdf_fonts
from weasyprint.pdf import tags as pdf_tags

from portal.certificates import streams
from portal.certificates.glyphs import font_with_glyph_map, line_with_own_codes
from portal.certificates.khmer import BREAK, has_khmer

TESTED = "70.0"


class UntestedRenderer(RuntimeError):
    """Another WeasyPrint than the one these repairs were written and tested for."""


@cache
def install() -> None:
    """Wrap the private functions, once a process; before a fork, if there is one.

    Raises UntestedRenderer for any version but the tested one.
    """
    if weasyprint.__version__ != TESTED:
        raise UntestedRenderer(weasyprint.__version__)
    streams.install()
    _wrap(draw, "draw_text", _line_with_actual_text)
    _wrap(draw_text, "draw_first_line", line_with_own_codes)
    _wrap(pdf_fonts, "_build_vector_font_dictionary", font_with_glyph_map)
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
    if stream._tags is None or not (spaced_out or has_khmer(box.text)):  # noqa: SLF001
        return original(stream, box, *rest)
    typed = pydyf.String(box.text.replace(BREAK, ""))
    stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": typed}))
    try:
        return original(stream, box, *rest)
    finally:
        stream.end_marked_content()


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
    if node.text and has_khmer(node.text) and not placed_by_letter:
        node._etree_node.text = _AsOneLetter(node.text)  # noqa: SLF001
    return original(image, node, size)
