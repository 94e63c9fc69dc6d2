"""What makes the renderer quicker and changes no byte; measured in docs/performance.md."""

from __future__ import annotations

import gc
import re
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET  # nosec B405

import pydyf
from weasyprint import CSS, HTML, cssselect2
from weasyprint.urls import URLFetcher

from portal.folders import folder

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DRAWING = re.compile(r"<svg(?![^>]*\sxmlns=)")  # HTML knows a drawing without being told
_ELEMENTS = folder("static") / "pdf" / "elements.css"


@cache
def _elements() -> CSS:
    return CSS(filename=_ELEMENTS)


class Page(HTML):  # type: ignore[misc]
    """A page that is well-formed XML, as our templates write it: it is read by the parser of the
    standard library, ten times as quick as one that has to forgive. Its elements are styled by our
    short sheet instead of the renderer's long one, which has rules for six parts of every element.
    """

    def __init__(self, text: str, base_url: str, url_fetcher: URLFetcher) -> None:
        # Only what our own templates wrote is read, with every value escaped: no entity is known.
        written = _DRAWING.sub('<svg xmlns="http://www.w3.org/2000/svg"', _NOT_IN_XML.sub("", text))
        tree = ET.fromstring(written)  # nosec B314  # noqa: S314
        self.base_url, self.url_fetcher, self.media_type = base_url, url_fetcher, "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(tree, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:  # noqa: ARG002
        return [_elements()]


def forget() -> None:
    """Free the boxes of the paper before, which are cycles and young: without this the memory of a
    process grows by that of several papers before the collector looks.
    """
    gc.collect(1)


class _Written(pydyf.Object):  # type: ignore[misc]
    """An object of a PDF as its bytes, made once."""

    data = b""

    def __init__(self, made: pydyf.Object) -> None:
        super().__init__()
        self.number, self.generation, self.free = made.number, made.generation, made.free
        self.data = b"" if made.free == "f" else made.data
        self.packs = made.compressible

    @property
    def compressible(self) -> Any:
        """Whether it may go into a stream of objects."""
        return self.packs


def write_once(pdf: pydyf.PDF) -> None:
    """Make the bytes of every object now, as the last thing before the file is written: the writer
    would make and compress them twice, the second time for an identifier.
    """
    pdf.objects = [_Written(one) for one in pdf.objects]
